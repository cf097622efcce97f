//! What a message is called in the outbox.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fmt;
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of a message in the outbox, and of every file about it, or of a draft: when it was put in,
/// and something random. In the order of their names they are in the order of time.
///
/// ```text
/// 1795380000-123456-89abcdef
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// The name with this text, unless it is one that is never given.
    pub fn new(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |length: usize| {
            let part = parts.next()?;
            let plain =
                |byte: u8| byte.is_ascii_digit() || length == 8 && matches!(byte, b'a'..=b'f');
            (part.len() == length && part.bytes().all(plain)).then_some(())
        };
        part(10)?;
        part(6)?;
        part(8)?;
        parts.next().is_none().then(|| Self(text.to_owned()))
    }

    /// A name that nobody else gives.
    pub(crate) fn fresh() -> io::Result<Self> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let random = getrandom::u32().map_err(io::Error::other)?;
        // Ten digits last until the year 2286.
        let seconds = now.as_secs() % 10_000_000_000;
        Ok(Self(format!(
            "{seconds:010}-{:06}-{random:08x}",
            now.subsec_micros()
        )))
    }

    /// When it was put in, in seconds since 1970.
    pub(crate) fn seconds(&self) -> u64 {
        let seconds = self.0.split('-').next();
        seconds.and_then(|text| text.parse().ok()).unwrap_or(0)
    }

    pub(super) fn as_os_str(&self) -> &OsStr {
        OsStr::new(&self.0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_are_given_lead_to_a_file() {
        let fresh = Name::fresh().unwrap();
        assert_eq!(Name::new(fresh.as_ref()), Some(fresh));
        for bad in [
            "",
            "..",
            "../../../etc/passwd",
            "1795380000-123456-89abcde",
            "1795380000-123456-89abcdef-",
            "1795380000-123456-89ABCDEF",
            "1795380000-12345/-89abcdef",
        ] {
            assert_eq!(Name::new(bad), None, "{bad}");
        }
    }
}
