//! From the name that a message was delivered under to the id that programs hold, and back.
#![forbid(unsafe_code)]

use std::fmt::Write;

use ring::digest::{SHA256, digest};

use crate::error::Result;
use crate::model::MessageId;

/// How many bytes of the hash are kept: enough that nobody finds two names with the same ones.
const LENGTH: usize = 20;

/// A hash of the part of a message's name that never changes. The name itself may be longer than an
/// id, and nothing that a program hands in as an id can lead to another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; LENGTH]);

impl Key {
    pub(super) fn of_stem(stem: &[u8]) -> Self {
        let mut key = [0; LENGTH];
        let hash = digest(&SHA256, stem);
        for (to, from) in key.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        Self(key)
    }

    /// What an id of ours stands for; none where it is nobody's.
    pub(super) fn of_id(id: &MessageId) -> Option<Self> {
        let digits = id.as_str().as_bytes();
        if digits.len() != 2 * LENGTH {
            return None;
        }
        let mut key = [0; LENGTH];
        for (to, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *to = (digit(*high)? << 4) | digit(*low)?;
        }
        Some(Self(key))
    }

    pub(super) fn id(self) -> Result<MessageId> {
        let mut text = String::with_capacity(2 * LENGTH);
        for byte in self.0 {
            // A string takes whatever is written to it.
            let _ = write!(text, "{byte:02x}");
        }
        text.parse()
    }
}

/// The digits as they are written, so that a message has one id and not several.
fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_key() {
        let key = Key::of_stem(b"1700000000.M1P2.host");
        let id = key.id().unwrap();
        assert_eq!(id.as_str(), "8f6919020c357b321c8ca3a5f92b672920565f6d");
        assert_eq!(Key::of_id(&id), Some(key));
    }

    #[test]
    fn what_only_looks_like_an_id_leads_nowhere() {
        let id = Key::of_stem(b"x").id().unwrap();
        for other in [
            id.as_str().to_uppercase(),
            id.as_str().replace(id.as_str().get(..1).unwrap(), "g"),
            format!("{id}0"),
            id.as_str().get(1..).unwrap().to_owned(),
            "../../../../../../../../../../etc/passwd".to_owned(),
            "****************************************".to_owned(),
        ] {
            assert_eq!(Key::of_id(&other.parse().unwrap()), None, "{other}");
        }
    }
}
