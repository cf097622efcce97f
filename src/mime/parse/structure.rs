//! Where the parts of a message begin and end, found in one pass and without recursion.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;

use super::fields::{Header, belongs_to_a_header, line_end};
use super::parameters::Parameterized;
use crate::error::{Error, Kind, Result};
use crate::model::TransferEncoding;

/// How deep multiparts are opened. What lies deeper is one file.
pub(super) const MAX_DEPTH: usize = 100;

/// How many parts a message may have.
pub(super) const MAX_PARTS: usize = 10_000;

/// A part that has no parts of its own. A message inside a message is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) body: Range<usize>,
    /// How many bytes its body has, wherever they are.
    pub(super) size: usize,
    /// Such as `text/plain`.
    pub(super) media: Parameterized,
    pub(super) disposition: Parameterized,
    pub(super) encoding: TransferEncoding,
    pub(super) place: Place,
    /// What is known of it where its bytes are not part of the message at hand.
    pub(super) remote: Option<Box<Remote>>,
}

impl Part {
    /// Its bytes as they travelled, as far as they are at hand.
    pub(super) fn bytes<'a>(&'a self, message: &'a [u8]) -> &'a [u8] {
        match &self.remote {
            Some(remote) => &remote.content,
            None => message.get(self.body.clone()).unwrap_or_default(),
        }
    }
}

/// What somebody who has a part says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Remote {
    /// What it is called there.
    pub(super) section: String,
    /// The subject of a message inside the message, as it stands there.
    pub(super) subject: Vec<u8>,
    /// Its bytes, once they have been fetched.
    pub(super) content: Vec<u8>,
}

/// Where in the tree a part stands, as far as that says what it is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// It is the whole message.
    pub(super) is_root: bool,
    /// The outermost multipart/alternative that it is in.
    pub(super) alternative: Option<Branch>,
    /// The innermost multipart/related that it is in.
    pub(super) related: Option<Branch>,
}

impl Place {
    /// The place inside these multiparts, the outermost first.
    pub(super) fn within<'a>(
        around: impl DoubleEndedIterator<Item = (&'a str, Branch)> + Clone,
    ) -> Self {
        let of_kind = |kind: &'static str| move |(media, _): &(&str, Branch)| *media == kind;
        let branch = |(_, branch)| branch;
        Self {
            is_root: around.clone().next().is_none(),
            alternative: around
                .clone()
                .find(of_kind("multipart/alternative"))
                .map(branch),
            related: around.rev().find(of_kind("multipart/related")).map(branch),
        }
    }
}

/// One of the children of a multipart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Branch {
    pub(super) multipart: usize,
    pub(super) child: usize,
}

/// Where the header at the beginning of a message stands, and where its body begins.
pub(super) fn header(bytes: &[u8]) -> (Range<usize>, usize) {
    Walk::new(bytes).header(0)
}

/// The parts of a message in their order.
///
/// # Errors
/// [`Kind::TooManyFiles`] beyond [`MAX_PARTS`].
pub(super) fn parts(bytes: &[u8]) -> Result<Vec<Part>> {
    let mut walk = Walk::new(bytes);
    let mut at = 0;
    while let Some(next) = walk.entity(at)? {
        at = next;
    }
    Ok(walk.parts)
}

/// The media type of the message that begins so.
pub(super) fn media_type(head: &[u8]) -> String {
    let walk = Walk::new(head);
    let (header, _) = walk.header(0);
    let fields = Header::new(head.get(header).unwrap_or_default());
    walk.media(fields).value
}

/// A multipart whose end has not come yet.
struct Open {
    header: Range<usize>,
    body: usize,
    media: Parameterized,
    boundary: Vec<u8>,
    /// The multipart around it that has the same boundary, and has it back afterwards.
    shadowed: Option<usize>,
    number: usize,
    children: usize,
}

/// A line that stands between parts.
struct Delimiter {
    /// Which of the open multiparts it belongs to.
    depth: usize,
    closes: bool,
    line: Range<usize>,
}

struct Walk<'a> {
    bytes: &'a [u8],
    open: Vec<Open>,
    /// The boundaries of the open multiparts, and how deep each is.
    boundaries: HashMap<Vec<u8>, usize>,
    opened: usize,
    parts: Vec<Part>,
}

impl<'a> Walk<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            open: Vec::new(),
            boundaries: HashMap::new(),
            opened: 0,
            parts: Vec::new(),
        }
    }

    /// Reads the message or part that begins here, and says where the next one does.
    fn entity(&mut self, at: usize) -> Result<Option<usize>> {
        let (header, body) = self.header(at);
        let fields = Header::new(self.bytes.get(header.clone()).unwrap_or_default());
        let media = self.media(fields);
        let boundary = media
            .bytes("boundary")
            .map(|bytes| bytes.trim_ascii_end().to_vec());
        match boundary
            .filter(|boundary| media.value.starts_with("multipart/") && !boundary.is_empty())
        {
            Some(boundary) if self.open.len() < MAX_DEPTH => {
                self.enter(header, body, media, boundary);
                Ok(self.leave(self.delimiter(body))?)
            }
            _ => {
                let delimiter = self.delimiter(body);
                let end = self.end(body, delimiter.as_ref());
                self.push(header, body..end, media)?;
                self.leave(delimiter)
            }
        }
    }

    /// Where the header that begins here stands, and where the body after it begins. It ends at an
    /// empty line, and where it should not: at a delimiter, and at a line that is no field.
    fn header(&self, at: usize) -> (Range<usize>, usize) {
        let mut line = at;
        while line < self.bytes.len() {
            let end = line_end(self.bytes, line);
            let text = self.bytes.get(line..end).unwrap_or_default();
            if text.trim_ascii_end().is_empty()
                && !text.starts_with(b" ")
                && !text.starts_with(b"\t")
            {
                return (at..line, end);
            }
            if self.is_delimiter(line..end).is_some() || !belongs_to_a_header(text) {
                return (at..line, line);
            }
            line = end;
        }
        (at..line, line)
    }

    /// The media type, or the one that stands for none.
    fn media(&self, fields: Header<'_>) -> Parameterized {
        let media = fields
            .first("Content-Type")
            .map(Parameterized::new)
            .unwrap_or_default();
        if media.is_media_type() {
            return media;
        }
        let is_digest = self
            .open
            .last()
            .is_some_and(|parent| parent.media.value == "multipart/digest");
        let value = if is_digest && media.value.is_empty() {
            "message/rfc822"
        } else {
            "text/plain"
        };
        media.under(value)
    }

    fn enter(
        &mut self,
        header: Range<usize>,
        body: usize,
        media: Parameterized,
        boundary: Vec<u8>,
    ) {
        let shadowed = self.boundaries.insert(boundary.clone(), self.open.len());
        self.open.push(Open {
            header,
            body,
            media,
            boundary,
            shadowed,
            number: self.opened,
            children: 0,
        });
        self.opened += 1;
    }

    /// Ends what a delimiter ends, or the end of the message, and says where the next part begins.
    fn leave(&mut self, mut delimiter: Option<Delimiter>) -> Result<Option<usize>> {
        loop {
            let Some(found) = delimiter else {
                self.close_to(0, None)?;
                return Ok(None);
            };
            self.close_to(found.depth + 1, Some(&found))?;
            if !found.closes {
                if let Some(parent) = self.open.last_mut() {
                    parent.children += 1;
                }
                return Ok(Some(found.line.end));
            }
            if let Some(closed) = self.open.pop() {
                self.forget(&closed);
            }
            delimiter = self.delimiter(found.line.end);
        }
    }

    /// Ends multiparts until this many are open. One that never showed its boundary has no parts;
    /// what it holds is a text.
    fn close_to(&mut self, depth: usize, delimiter: Option<&Delimiter>) -> Result<()> {
        while self.open.len() > depth {
            let Some(closed) = self.open.pop() else { break };
            self.forget(&closed);
            if closed.children == 0 {
                let end = self.end(closed.body, delimiter);
                let media = closed.media.under("text/plain");
                self.push(closed.header, closed.body..end, media)?;
            }
        }
        Ok(())
    }

    fn forget(&mut self, closed: &Open) {
        match closed.shadowed {
            Some(depth) => self.boundaries.insert(closed.boundary.clone(), depth),
            None => self.boundaries.remove(&closed.boundary),
        };
    }

    fn place(&self) -> Place {
        Place::within(self.open.iter().map(|open| {
            let branch = Branch {
                multipart: open.number,
                child: open.children,
            };
            (open.media.value.as_str(), branch)
        }))
    }

    fn push(
        &mut self,
        header: Range<usize>,
        body: Range<usize>,
        media: Parameterized,
    ) -> Result<()> {
        if self.parts.len() >= MAX_PARTS {
            return Err(too_many_parts());
        }
        let fields = Header::new(self.bytes.get(header).unwrap_or_default());
        let place = self.place();
        self.parts.push(Part {
            disposition: fields
                .first("Content-Disposition")
                .map(Parameterized::new)
                .unwrap_or_default(),
            encoding: encoding(
                fields
                    .first("Content-Transfer-Encoding")
                    .unwrap_or_default(),
            ),
            size: body.len(),
            body,
            media,
            place,
            remote: None,
        });
        Ok(())
    }

    /// Where a part ends: before the line end that belongs to the delimiter.
    fn end(&self, body: usize, delimiter: Option<&Delimiter>) -> usize {
        let Some(delimiter) = delimiter else {
            return self.bytes.len();
        };
        let content = self
            .bytes
            .get(body..delimiter.line.start)
            .unwrap_or_default();
        let content = content.strip_suffix(b"\n").unwrap_or(content);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        body + content.len()
    }

    /// The next line, from the beginning of this one on, that is a delimiter.
    fn delimiter(&self, from: usize) -> Option<Delimiter> {
        if self.open.is_empty() {
            return None;
        }
        let mut line = from;
        loop {
            let end = line_end(self.bytes, line);
            if let Some(delimiter) = self.is_delimiter(line..end) {
                return Some(delimiter);
            }
            // One before the end, for the line feed itself.
            let rest = self.bytes.get(end.saturating_sub(1).max(line)..)?;
            line = end.saturating_sub(1).max(line) + memmem::find(rest, b"\n--")? + 1;
        }
    }

    /// Whether this line is a delimiter: two dashes, the boundary of an open multipart and, where
    /// it is the last, two dashes more. Blanks may follow.
    fn is_delimiter(&self, line: Range<usize>) -> Option<Delimiter> {
        let text = self.bytes.get(line.clone())?.strip_prefix(b"--")?;
        let text = text.trim_ascii_end();
        let known = |boundary: &[u8]| self.boundaries.get(boundary).copied();
        let (depth, closes) = known(text)
            .map(|depth| (depth, false))
            .or_else(|| Some((known(text.strip_suffix(b"--")?)?, true)))?;
        Some(Delimiter {
            depth,
            closes,
            line,
        })
    }
}

pub(super) fn too_many_parts() -> Error {
    Error::new(
        Kind::TooManyFiles,
        format!("the message has more than {MAX_PARTS} parts"),
    )
}

/// The encoding that has this name.
pub(super) fn encoding(name: &[u8]) -> TransferEncoding {
    let end = name
        .iter()
        .position(|byte| matches!(byte, b' ' | b';' | b'('));
    let (name, _) = name.split_at(end.unwrap_or(name.len()));
    if name.eq_ignore_ascii_case(b"base64") {
        TransferEncoding::Base64
    } else if name.eq_ignore_ascii_case(b"quoted-printable") {
        TransferEncoding::QuotedPrintable
    } else {
        TransferEncoding::Identity
    }
}
