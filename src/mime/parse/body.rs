//! Which parts are the text of a message, and which are files.
#![forbid(unsafe_code)]

use std::collections::{HashMap, HashSet};

use super::content::write_decoded;
use super::structure::{Branch, Part};
use super::{charset, page};
use crate::error::{Error, Kind, Result};

/// A longer text stays a file, which nobody has to hold in memory.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// The same for a page of HTML, which takes longer to read.
const MAX_PAGE: usize = 16 * 1024 * 1024;

/// What the parts of a message are for.
#[derive(Debug, Default)]
pub(super) struct Choice<'a> {
    /// What is shown, in order.
    texts: Vec<Text<'a>>,
    /// Everything else.
    pub(super) files: Vec<&'a Part>,
}

/// A text of the message.
#[derive(Debug)]
enum Text<'a> {
    /// A part that is shown as it is.
    Part(&'a Part),
    /// The branches of a multipart/alternative: one of them is shown.
    OneOf(usize, Vec<(usize, Vec<&'a Part>)>),
}

/// Says which parts are the text and which are files.
///
/// A text is what is plain or HTML and not called an attachment. Those with a name are files too,
/// unless they are the first text there is; so are the pictures and pages that a page refers to.
pub(super) fn choose(parts: &[Part]) -> Choice<'_> {
    let mut choice = Choice::default();
    let mut roots: HashMap<usize, usize> = HashMap::new();
    let mut begun: HashSet<Option<Branch>> = HashSet::new();
    for part in parts {
        let place = part.place;
        let is_text = is_text(part)
            && place.related.is_none_or(|related| {
                *roots.entry(related.multipart).or_insert(related.child) == related.child
            })
            && (!begun.contains(&place.alternative) || !is_named(part));
        if !is_text {
            choice.files.push(part);
            continue;
        }
        begun.insert(place.alternative);
        let Some(branch) = place.alternative else {
            choice.texts.push(Text::Part(part));
            continue;
        };
        match choice.texts.last_mut() {
            Some(Text::OneOf(multipart, branches)) if *multipart == branch.multipart => {
                match branches.last_mut() {
                    Some((child, texts)) if *child == branch.child => texts.push(part),
                    _ => branches.push((branch.child, vec![part])),
                }
            }
            _ => choice.texts.push(Text::OneOf(
                branch.multipart,
                vec![(branch.child, vec![part])],
            )),
        }
    }
    choice
}

impl<'a> Choice<'a> {
    /// The parts that are, or may be, shown.
    pub(super) fn texts(&self) -> impl Iterator<Item = &'a Part> {
        self.texts.iter().flat_map(|text| match text {
            Text::Part(part) => vec![*part],
            Text::OneOf(_, branches) => branches
                .iter()
                .flat_map(|(_, parts)| parts.iter().copied())
                .collect(),
        })
    }
}

fn is_text(part: &Part) -> bool {
    if part.disposition.value == "attachment" {
        return false;
    }
    let limit = match part.media.value.as_str() {
        "text/html" => MAX_PAGE,
        "text/plain" => MAX_TEXT,
        // A message that is nothing but a text of another kind is better shown than saved.
        other if part.place.is_root && other.starts_with("text/") => MAX_TEXT,
        other if part.place.is_root && other.starts_with("multipart/") => MAX_TEXT,
        _ => return false,
    };
    part.size <= limit
}

fn is_named(part: &Part) -> bool {
    part.disposition.text("filename").is_some() || part.media.text("name").is_some()
}

/// The text of a message, its lines ended by CRLF and without NULs.
///
/// # Errors
/// [`Kind::OutOfMemory`].
pub(super) fn text(bytes: &[u8], choice: &Choice<'_>) -> Result<String> {
    let mut whole = String::new();
    for text in &choice.texts {
        match text {
            Text::Part(part) => append(&mut whole, &shown(bytes, part)?)?,
            Text::OneOf(_, branches) => append(&mut whole, &best(bytes, branches)?)?,
        }
    }
    Ok(whole)
}

/// The text of the first plain branch that is not blank, else of the first one that is not.
fn best(bytes: &[u8], branches: &[(usize, Vec<&Part>)]) -> Result<String> {
    let is_plain =
        |branch: &&(usize, Vec<&Part>)| branch.1.iter().any(|part| part.media.value != "text/html");
    let plain = branches.iter().filter(is_plain);
    let others = branches.iter().filter(|branch| !is_plain(branch));
    for (_, parts) in plain.chain(others) {
        let mut text = String::new();
        for part in parts {
            append(&mut text, &shown(bytes, part)?)?;
        }
        if !text.trim().is_empty() {
            return Ok(text);
        }
    }
    Ok(String::new())
}

/// A part as it is shown.
fn shown(bytes: &[u8], part: &Part) -> Result<String> {
    let encoded = part.bytes(bytes);
    // The decoders take their memory without asking whether it is there. A byte becomes three at
    // most, and it exists up to two times on the way.
    room(encoded.len().saturating_mul(5))?;
    let mut decoded = Vec::new();
    write_decoded(part.encoding, encoded, &mut decoded).map_err(|error| {
        Error::new(Kind::Failure, "cannot decode the text of the message").because(error)
    })?;
    let charset = part.media.text("charset").unwrap_or_default();
    let text = charset::decode(charset.as_bytes(), &decoded);
    if part.media.value == "text/html" {
        Ok(page::text(&text))
    } else {
        Ok(text.into_owned())
    }
}

/// Adds a text after another one, on a line of its own.
fn append(whole: &mut String, text: &str) -> Result<()> {
    let ends = memchr::memchr2_iter(b'\r', b'\n', text.as_bytes()).count();
    let nuls = memchr::memchr_iter(0, text.as_bytes()).count();
    let length = text.len() + ends + 2 * nuls + 2;
    whole
        .try_reserve(length)
        .map_err(|error| no_memory().because(error))?;
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole.push_str("\r\n");
    }
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\r' | '\n' => {
                if c == '\r' {
                    characters.next_if_eq(&'\n');
                }
                whole.push_str("\r\n");
            }
            '\0' => whole.push(char::REPLACEMENT_CHARACTER),
            _ => whole.push(c),
        }
    }
    Ok(())
}

/// Whether there is this much memory.
fn room(bytes: usize) -> Result<()> {
    Vec::<u8>::new()
        .try_reserve_exact(bytes)
        .map_err(|error| no_memory().because(error))
}

fn no_memory() -> Error {
    Error::new(Kind::OutOfMemory, "no memory to read the message")
}
