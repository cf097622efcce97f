//! What an IMAP server says, a response at a time: a line, and the literals that stand in it.
//!
//! Everything is bounded before it is understood: the line, the number of literals and their bytes.
//! How long a literal may be depends on what was asked.
#![forbid(unsafe_code)]

use std::fmt;
use std::io;

use memchr::memchr;

use crate::connection::Framing;

/// What a response may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// How long its line is, without the literals in it.
    line: usize,
    /// How many literals it has.
    literals: usize,
    /// How many bytes they have together.
    bytes: u64,
}

impl Bounds {
    /// For all that is not asked for anything large.
    pub(super) const SMALL: Self = Self {
        line: 64 * 1024,
        literals: 64,
        bytes: 64 * 1024,
    };

    /// For an answer with so much of a message in it.
    pub(super) fn with_content(self, bytes: u64) -> Self {
        Self {
            bytes: self.bytes.saturating_add(bytes),
            ..self
        }
    }

    /// For an answer that has the structure of a message in it: of ten thousand parts, each with a
    /// name, and many of these in literals.
    pub(super) const fn with_structure(self) -> Self {
        Self {
            line: 2 << 20,
            literals: 20_000,
            bytes: self.bytes.saturating_add(1 << 20),
        }
    }
}
/// How much of a server's words a reason repeats.
const MOST_WORDS: usize = 400;

/// Where a literal stood in the line. No line has this byte of its own.
pub(super) const LITERAL: u8 = 0;

/// A whole response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Response {
    /// The line without its end, with a [`LITERAL`] where one stood.
    pub(super) line: Vec<u8>,
    /// Those literals, in their order.
    pub(super) literals: Vec<Vec<u8>>,
}

impl fmt::Display for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(&self.line))
    }
}

/// A server's words as far as a reason repeats them.
pub(super) fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    let short: String = text.chars().take(MOST_WORDS).collect();
    match short.len() == text.len() {
        true => short,
        false => short + "...",
    }
}

/// Cuts the stream into responses.
#[derive(Debug)]
pub(super) struct ResponseReader {
    inbox: Vec<u8>,
    /// How much of the inbox has been read, and how much of the rest holds no line end.
    start: usize,
    searched: usize,
    line: Vec<u8>,
    literals: Vec<Vec<u8>>,
    /// How many bytes of the last literal are still to come.
    missing: u64,
    /// How many bytes the literals of the next response may still have.
    allowance: u64,
    bounds: Bounds,
}

impl Default for ResponseReader {
    fn default() -> Self {
        Self {
            inbox: Vec::new(),
            start: 0,
            searched: 0,
            line: Vec::new(),
            literals: Vec::new(),
            missing: 0,
            allowance: Bounds::SMALL.bytes,
            bounds: Bounds::SMALL,
        }
    }
}

impl ResponseReader {
    /// What a response may be from now on.
    pub(super) fn allow(&mut self, bounds: Bounds) {
        self.bounds = bounds;
        self.allowance = bounds.bytes;
    }

    /// Whether more than the usual is allowed.
    pub(super) fn is_generous(&self) -> bool {
        self.bounds != Bounds::SMALL
    }

    fn rest(&self) -> &[u8] {
        self.inbox.get(self.start..).unwrap_or_default()
    }

    /// Moves on into the literal what has come in of it; true when that is all.
    fn fill_literal(&mut self) -> io::Result<bool> {
        let waiting = self.inbox.get(self.start..).unwrap_or_default();
        let count = usize::try_from(self.missing).map_or(waiting.len(), |n| n.min(waiting.len()));
        if let (Some(literal), Some(bytes)) = (self.literals.last_mut(), waiting.get(..count)) {
            // It grows by what comes in, not by what was announced.
            literal.try_reserve(count).map_err(|_| {
                io::Error::new(io::ErrorKind::OutOfMemory, "no memory for the message")
            })?;
            literal.extend_from_slice(bytes);
        }
        self.start += count;
        self.missing -= count as u64;
        Ok(self.missing == 0)
    }

    /// Moves a line on; false when it is not all there.
    fn fill_line(&mut self) -> io::Result<bool> {
        let waiting = self.inbox.get(self.start..).unwrap_or_default();
        let found = waiting
            .get(self.searched..)
            .and_then(|rest| memchr(b'\n', rest))
            .map(|at| self.searched + at);
        let length = found.unwrap_or(waiting.len());
        if self.line.len() + length > self.bounds.line {
            return Err(too_much(format!(
                "a line of more than {} bytes",
                self.bounds.line
            )));
        }
        let Some(end) = found else {
            self.searched = length;
            return Ok(false);
        };
        let line = waiting.get(..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.contains(&LITERAL) {
            return Err(malformed("a NUL"));
        }
        self.line.extend_from_slice(line);
        self.searched = 0;
        self.start += end + 1;
        Ok(true)
    }

    /// Begins the literal that the line announces at its end, if it does.
    fn begin_literal(&mut self) -> io::Result<bool> {
        let Some((at, length)) = announced(&self.line)? else {
            return Ok(false);
        };
        if self.literals.len() >= self.bounds.literals {
            return Err(too_much("more literals than it was asked for".to_owned()));
        }
        if length > self.allowance {
            return Err(too_much(format!(
                "{length} bytes at once, and {} are the most",
                self.allowance
            )));
        }
        self.allowance -= length;
        self.missing = length;
        self.line.truncate(at);
        self.line.push(LITERAL);
        self.literals.push(Vec::new());
        Ok(true)
    }
}

impl Framing for ResponseReader {
    type Reply = Response;

    fn take(&mut self, bytes: &[u8]) {
        self.inbox.drain(..self.start.min(self.inbox.len()));
        self.start = 0;
        self.inbox.extend_from_slice(bytes);
    }

    fn waiting(&self) -> usize {
        self.rest().len()
    }

    fn is_empty(&self) -> bool {
        self.rest().is_empty() && self.line.is_empty()
    }

    fn next_reply(&mut self) -> io::Result<Option<Response>> {
        loop {
            if !self.fill_literal()? || !self.fill_line()? {
                return Ok(None);
            }
            if !self.begin_literal()? {
                self.allowance = self.bounds.bytes;
                return Ok(Some(Response {
                    line: std::mem::take(&mut self.line),
                    literals: std::mem::take(&mut self.literals),
                }));
            }
        }
    }
}

/// Where a line announces a literal, and of how many bytes. The words for people after a status may
/// end in anything.
fn announced(line: &[u8]) -> io::Result<Option<(usize, u64)>> {
    let Some(data) = line.strip_prefix(b"* ") else {
        return Ok(None);
    };
    let word = data.split(|&byte| byte == b' ').next().unwrap_or_default();
    if [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|status| word.eq_ignore_ascii_case(status))
    {
        return Ok(None);
    }
    let Some(open) = line
        .strip_suffix(b"}")
        .and_then(|line| memchr::memrchr(b'{', line))
    else {
        return Ok(None);
    };
    let digits = line.get(open + 1..line.len() - 1).unwrap_or_default();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let length = number(digits).ok_or_else(|| malformed("a number that is too large"))?;
    Ok(Some((open, length)))
}

/// A number as IMAP writes it.
pub(super) fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

fn too_much(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

pub(super) fn malformed(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the server sent {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> io::Result<Vec<Response>> {
        let mut reader = ResponseReader::default();
        reader.take(bytes);
        let mut all = Vec::new();
        while let Some(response) = reader.next_reply()? {
            all.push(response);
        }
        Ok(all)
    }

    const TWO: &[u8] =
        b"* 1 FETCH (BODY[] {7}\r\na\r\n{3}\r X {0}\r\n UID 7)\r\na1 OK done {5}\r\n";

    #[test]
    fn literals_stand_beside_the_line() {
        let all = read(TWO).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].line, b"* 1 FETCH (BODY[] \0 X \0 UID 7)");
        assert_eq!(all[0].literals, [&b"a\r\n{3}\r"[..], b""]);
        assert_eq!(
            all[1].line, b"a1 OK done {5}",
            "words for people hold no literal"
        );
    }

    #[test]
    fn a_literal_takes_what_was_allowed_and_no_more() {
        let announce =
            |length: &str| read(format!("* 1 FETCH (BODY[] {{{length}}}\r\n").as_bytes());
        assert_eq!(announce("65536").unwrap(), []);
        assert_eq!(
            announce("65537").unwrap_err().kind(),
            io::ErrorKind::FileTooLarge
        );
        assert!(announce("4294967295").is_err());
        assert!(announce("99999999999999999999").is_err());
    }

    #[test]
    fn an_endless_line_ends() {
        assert!(read(&[b'('; 65_536]).unwrap().is_empty());
        assert!(read(&[b'('; 65_537]).is_err());
        let many = format!("* {}\r\n", "{0}\r\n".repeat(65));
        assert!(read(many.as_bytes()).is_err());
        assert!(read(b"* OK \0\r\n").is_err());
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_stream_is_cut(cuts in prop::collection::vec(0..TWO.len(), 0..8)) {
            let mut cuts = cuts;
            cuts.extend([0, TWO.len()]);
            cuts.sort_unstable();
            let mut reader = ResponseReader::default();
            let mut all = Vec::new();
            for pair in cuts.windows(2) {
                reader.take(&TWO[pair[0]..pair[1]]);
                while let Some(response) = reader.next_reply().unwrap() {
                    all.push(response);
                }
            }
            prop_assert_eq!(all, read(TWO).unwrap());
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }
    }
}
