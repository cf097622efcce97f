//! The names by which programs hold on to stored messages.
#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Kind, Result};

/// The name of a stored message: printable ASCII that fits a caller's smallest buffer. What it says
/// is known only to the store that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(Box<str>);

impl MessageId {
    /// The most bytes an id has, so that with a NUL it fits 64.
    pub const MOST_BYTES: usize = 63;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.is_empty() || text.len() > Self::MOST_BYTES {
            return Err(Error::new(
                Kind::InvalidMessage,
                format!(
                    "a message id has 1 to {} bytes, and this one has {}",
                    Self::MOST_BYTES,
                    text.len()
                ),
            ));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::new(
                Kind::InvalidMessage,
                "a message id is printable ASCII without blanks, and this one is not",
            ));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_fits_the_smallest_buffer_with_its_nul() {
        for (length, fits) in [
            (0, false),
            (1, true),
            (63, true),
            (64, false),
            (511, false),
            (513, false),
        ] {
            let parsed = "x".repeat(length).parse::<MessageId>();
            assert_eq!(parsed.is_ok(), fits, "{length}");
            match parsed {
                Ok(id) => assert_eq!(id.to_string(), "x".repeat(length)),
                Err(error) => assert_eq!(error.kind(), Kind::InvalidMessage),
            }
        }
    }

    #[test]
    fn what_cannot_be_printed_is_no_id() {
        for bad in ["a b", "a\n", "\u{fc}", "\u{7f}", "a\0"] {
            assert_eq!(
                bad.parse::<MessageId>().unwrap_err().kind(),
                Kind::InvalidMessage
            );
        }
    }
}
