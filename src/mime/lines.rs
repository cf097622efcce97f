//! The one shape in which lines may reach a server.
#![forbid(unsafe_code)]

use std::fmt;

use memchr::{memchr, memchr3, memrchr};

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
    if is_sound(bytes) {
        return Ok(());
    }
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

/// Whether there is nothing wrong; [`check`] alone says what is.
fn is_sound(bytes: &[u8]) -> bool {
    if !has_only_crlf(bytes) || memchr(0, bytes).is_some() {
        return false;
    }
    let mut rest = bytes;
    while !rest.is_empty() {
        // From the last line end that a line may have on, so that most are not looked at.
        let within = rest.get(..MAX_LINE + 2).unwrap_or(rest);
        let Some(end) = memrchr(b'\n', within) else {
            return false;
        };
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    true
}

/// Whether carriage returns and line feeds stand together everywhere.
pub(super) fn has_only_crlf(bytes: &[u8]) -> bool {
    let (Some((first, after_first)), Some((last, before_last))) =
        (bytes.split_first(), bytes.split_last())
    else {
        return true;
    };
    let pairs = before_last.iter().zip(after_first);
    // All of them, without leaving early: so the processor looks at many in one step.
    *first != b'\n'
        && *last != b'\r'
        && pairs.fold(true, |sound, (one, next)| {
            sound & ((*one == b'\r') == (*next == b'\n'))
        })
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
            ("\n", Fault::BareLf),
            ("a\r\nb", Fault::OpenLine),
            (&format!("x{long}"), Fault::LongLine),
        ] {
            assert_eq!(check(bad.as_bytes()), Err(fault), "{bad:?}");
        }
    }
}
