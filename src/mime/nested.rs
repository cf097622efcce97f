//! A message inside a message: a saved mail that is attached.
#![forbid(unsafe_code)]

use std::path::Path;

use memchr::memchr3;

use super::lines::{Fault, MAX_LINE};
use super::source::{self, Source};
use crate::error::Result;

/// A file that can travel as `message/rfc822`, measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nested {
    /// Its length with CRLF line ends.
    pub(super) size: u64,
    /// Whether it has bytes over 127.
    pub(super) eight_bit: bool,
}

impl Nested {
    /// Measures a file that may be a message; none where it is no message, or one that could not
    /// travel as it is: RFC 2046 5.2.1 forbids every encoding that would make it fit.
    ///
    /// # Errors
    /// Those of reading the file.
    pub(super) fn measure(source: &Source) -> Result<Option<Self>> {
        let (mut input, mut output) = (Vec::new(), Vec::new());
        source::reserve(&mut input, source::PIECE)?;
        source::reserve(&mut output, 2 * source::PIECE + 2)?;
        let mut normalizer = Normalizer::default();
        let (mut at, mut size) = (0, 0);
        while at < source.size() {
            let first = at == 0;
            at += source.read(at, &mut input)?;
            if first && !begins_with_a_header(&input) {
                return Ok(None);
            }
            output.clear();
            if normalizer.push(&input, &mut output).is_err() {
                return Ok(None);
            }
            size += output.len() as u64;
        }
        Ok(normalizer.is_whole().then_some(Self {
            size,
            eight_bit: normalizer.is_eight_bit(),
        }))
    }
}

/// Whether a name is that of a saved mail.
pub(super) fn is_named(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("eml"))
}

/// Whether the bytes begin as RFC 5322 2.2 has a header field begin: printable characters and a
/// colon.
fn begins_with_a_header(bytes: &[u8]) -> bool {
    let name = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_graphic() && **byte != b':')
        .count();
    name > 0 && bytes.get(name) == Some(&b':')
}

/// Turns the line ends of a text that comes in pieces into CRLF, and refuses what has no place in
/// a line.
#[derive(Debug, Default)]
pub(super) struct Normalizer {
    /// How long the line at the end of the last piece is so far.
    line: usize,
    /// The last piece ended in a CR that still wants its LF.
    after_cr: bool,
    /// There has been an empty line.
    past_header: bool,
    eight_bit: bool,
}

impl Normalizer {
    /// Appends the next piece to the output, at most twice as long as it came and two bytes more.
    pub(super) fn push(
        &mut self,
        input: &[u8],
        output: &mut Vec<u8>,
    ) -> std::result::Result<(), Fault> {
        self.eight_bit |= !input.is_ascii();
        let mut rest = input;
        while !rest.is_empty() {
            if self.after_cr && rest.first() != Some(&b'\n') {
                return Err(Fault::BareCr);
            }
            let end = memchr3(b'\r', b'\n', 0, rest).unwrap_or(rest.len());
            let (text, tail) = rest.split_at(end);
            self.line += text.len();
            if self.line > MAX_LINE {
                return Err(Fault::LongLine);
            }
            output.extend_from_slice(text);
            rest = match tail {
                [] => tail,
                [b'\r', next @ ..] => {
                    self.after_cr = true;
                    next
                }
                [b'\n', next @ ..] => {
                    output.extend_from_slice(b"\r\n");
                    self.past_header |= self.line == 0;
                    self.after_cr = false;
                    self.line = 0;
                    next
                }
                _ => return Err(Fault::Nul),
            };
        }
        Ok(())
    }

    /// Whether any piece had a byte over 127.
    pub(super) fn is_eight_bit(&self) -> bool {
        self.eight_bit
    }

    /// Whether what came so far is a whole message: its header has ended, which an empty line
    /// says, and no CR waits for its LF. Without the empty line, readers take the boundary that
    /// follows for a part of the header.
    pub(super) fn is_whole(&self) -> bool {
        self.past_header && !self.after_cr
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after it came in pieces of this length.
    fn normalized(text: &[u8], piece: usize) -> std::result::Result<Vec<u8>, Fault> {
        let (mut normalizer, mut output) = (Normalizer::default(), Vec::new());
        for piece in text.chunks(piece) {
            let before = output.len();
            normalizer.push(piece, &mut output)?;
            assert!(output.len() - before <= 2 * piece.len() + 2);
        }
        Ok(output)
    }

    #[test]
    fn line_ends_become_crlf_wherever_the_pieces_end() {
        for piece in 1..10 {
            assert_eq!(
                normalized(b"a\nb\r\n\n\r\nc", piece).unwrap(),
                b"a\r\nb\r\n\r\n\r\nc"
            );
        }
    }

    #[test]
    fn what_has_no_place_in_a_line_is_refused_wherever_the_pieces_end() {
        let long = [b'x'; MAX_LINE + 1];
        for piece in [1, 2, 3, 7, 1000] {
            assert_eq!(normalized(b"a\rb", piece), Err(Fault::BareCr));
            assert_eq!(normalized(b"a\r\r\n", piece), Err(Fault::BareCr));
            assert_eq!(normalized(b"a\0b", piece), Err(Fault::Nul));
            assert_eq!(normalized(&long, piece), Err(Fault::LongLine));
            assert!(normalized(&long[1..], piece).is_ok());
        }
    }

    #[test]
    fn a_message_is_whole_once_its_header_has_ended() {
        for (text, whole) in [
            (&b"a: b\r\n\r\n"[..], true),
            (b"a: b\n\nc", true),
            (b"a: b\n", false),
            (b"a: b\n\nc\r", false),
            (b"", false),
        ] {
            for piece in 1..5 {
                let mut normalizer = Normalizer::default();
                for piece in text.chunks(piece) {
                    normalizer.push(piece, &mut Vec::new()).unwrap();
                }
                assert_eq!(normalizer.is_whole(), whole, "{text:?}");
            }
        }
    }

    #[test]
    fn a_message_begins_with_a_header() {
        assert!(begins_with_a_header(b"Subject: hi"));
        for no in [
            &b""[..],
            b":",
            b"From ada Mon",
            b"\r\nSubject: x",
            b"Subject",
            b"S\xfcbject: x",
        ] {
            assert!(!begins_with_a_header(no), "{no:?}");
        }
    }
}
