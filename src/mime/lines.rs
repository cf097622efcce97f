//! The one shape in which lines may reach a server.
#![forbid(unsafe_code)]

use std::fmt;

use memchr::memchr3;

/// RFC 5322 2.1.1: the most bytes a line may have before its CRLF.
pub(super) const MAX_LINE: usize = 998;

/// What a server must never be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    BareCr,
    BareLf,
    Nul,
    LongLine,
    OpenLine,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BareCr => "a carriage return without a line feed",
            Self::BareLf => "a line feed without a carriage return",
            Self::Nul => "a NUL",
            Self::LongLine => "a line of more than 998 bytes",
            Self::OpenLine => "a line without an end",
        })
    }
}

/// Checks that the bytes are whole lines that end in CRLF, with nothing in them that a server
/// could read otherwise.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut rest = bytes;
    while let Some(end) = memchr3(b'\r', b'\n', 0, rest) {
        let (line, tail) = rest.split_at(end);
        rest = match tail {
            [b'\r', b'\n', next @ ..] => next,
            [b'\r', ..] => return Err(Fault::BareCr),
            [b'\n', ..] => return Err(Fault::BareLf),
            _ => return Err(Fault::Nul),
        };
        if line.len() > MAX_LINE {
            return Err(Fault::LongLine);
        }
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(Fault::OpenLine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_of_bearable_length_pass() {
        let long = format!("{}\r\n", "x".repeat(MAX_LINE));
        for good in ["", "\r\n", "a\r\n\r\n.\r\n", long.as_str()] {
            assert_eq!(check(good.as_bytes()), Ok(()), "{good:?}");
        }
        for (bad, fault) in [
            ("a\nb\r\n", Fault::BareLf),
            ("a\rb\r\n", Fault::BareCr),
            ("a\r", Fault::BareCr),
            ("a\r\r\n", Fault::BareCr),
            ("a\n\r\n", Fault::BareLf),
            ("a\0\r\n", Fault::Nul),
            ("a\r\nb", Fault::OpenLine),
            (&format!("x{long}"), Fault::LongLine),
        ] {
            assert_eq!(check(bad.as_bytes()), Err(fault), "{bad:?}");
        }
    }
}
