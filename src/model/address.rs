//! Internet mail addresses that are safe to put into a command and a header.
#![forbid(unsafe_code)]

use std::fmt;
use std::str::FromStr;

use super::header_text::is_bidi_control;
use crate::error::{Error, Kind, Result};

/// An Internet mail address that has been checked: one line, no control character, nothing that
/// could end the command or the header it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(lettre::Address);

impl Address {
    /// RFC 5321 4.5.3.1: 64 octets of local part, an at sign and 255 of domain.
    const MAX_BYTES: usize = 320;

    /// Checks a bare `local@domain`.
    ///
    /// Quoted local parts are refused: no mailbox in use needs one, and they are how commands are
    /// smuggled into an envelope.
    ///
    /// # Errors
    /// [`Kind::InvalidRecipients`] with the address and what is wrong with it.
    pub fn new(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            let shown: String = text
                .chars()
                .take(100)
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .collect();
            Error::new(
                Kind::InvalidRecipients,
                format!("\"{shown}\" is not a mail address: {why}"),
            )
        };
        if text.len() > Self::MAX_BYTES {
            return Err(refuse("it is longer than 320 bytes"));
        }
        let forbidden = |c: char| {
            c.is_control()
                || c.is_whitespace()
                || is_bidi_control(c)
                || matches!(c, '<' | '>' | '"' | '\\' | '(' | ')' | ',' | ';' | ':')
        };
        let literal = text.ends_with(']');
        if let Some(c) = text
            .chars()
            .find(|&c| forbidden(c) && !(literal && c == ':'))
        {
            return Err(refuse(&format!(
                "it has the character U+{:04X}",
                u32::from(c)
            )));
        }
        let address =
            lettre::Address::from_str(text).map_err(|error| refuse(&error.to_string()))?;
        if address.domain().is_ascii() {
            return Ok(Self(address));
        }
        let ascii =
            idna_domain(address.domain()).ok_or_else(|| refuse("its domain is not a host name"))?;
        lettre::Address::new(address.user(), ascii)
            .map(Self)
            .map_err(|error| refuse(&error.to_string()))
    }

    /// The part before the at sign.
    pub fn local(&self) -> &str {
        self.0.user()
    }

    /// The part after the at sign, in ASCII.
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// Whether mail to both reaches the same mailbox, as far as can be told from outside: hosts
    /// compare without case, and in practice so does the part before them.
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.as_ref().to_lowercase() == other.as_ref().to_lowercase()
    }

    /// Whether a server has to speak SMTPUTF8 to take it.
    pub fn needs_smtputf8(&self) -> bool {
        !self.0.user().is_ascii()
    }
}

/// The domain in the ASCII form that travels.
fn idna_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii(domain)
        .ok()
        .filter(|ascii| !ascii.is_empty())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl AsRef<str> for Address {
    fn as_ref(&self) -> &str {
        self.0.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_addresses_are_taken_as_they_are() {
        for text in [
            "ada@example.org",
            "a.b+c-d_e@sub.example.org",
            "o'hara@example.org",
            "-dash@b.test",
            "x@[127.0.0.1]",
        ] {
            assert_eq!(Address::new(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_domain_in_another_script_travels_in_ascii() {
        let address = Address::new("ada@bücher.example").unwrap();
        assert_eq!(address.to_string(), "ada@xn--bcher-kva.example");
        assert!(!address.needs_smtputf8());
        assert!(Address::new("adä@example.org").unwrap().needs_smtputf8());
    }

    #[test]
    fn what_could_end_a_command_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@b",
            "plain",
            "a@b.test>\r\nRCPT TO:<spy@c.test",
            "a@b.test> SIZE=1",
            "a b@c.test",
            "\"a\\\"> NOTIFY=NEVER <b\"@c.test",
            "<a@b.test>",
            "a@b.test\u{1}",
            "a@b.test,c@d.test",
            "a@b.test\u{2028}",
            "moc\u{202e}a@b.test",
            "a\0@b.test",
        ] {
            assert_eq!(
                Address::new(text).unwrap_err().kind(),
                Kind::InvalidRecipients,
                "{text:?}"
            );
        }
        assert!(Address::new(&format!("{}@b.test", "a".repeat(5000))).is_err());
    }
}
