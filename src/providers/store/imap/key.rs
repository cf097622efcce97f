//! From what an IMAP server calls a message to the id that programs hold, and back.
#![forbid(unsafe_code)]

use std::fmt::Write;

use ring::digest::{SHA256, digest};

use super::response::number;
use crate::config::Server;
use crate::error::Result;
use crate::model::MessageId;

/// Whose messages these are, in as many digits as nobody meets by chance: servers count alike, and
/// an id of one account must not name a message of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account(String);

impl Account {
    const BYTES: usize = 10;

    /// A mailbox of the user of these settings.
    pub(super) fn new(settings: &Server, mailbox: &[u8]) -> Self {
        // By either of its own ports it is the same server; another may be anybody's.
        let port = match settings.port {
            143 | 993 => 0,
            port => port,
        };
        let user = settings.login.as_ref().map(|login| login.user.as_str());
        let host = settings.host.to_ascii_lowercase();
        let mut text = Vec::new();
        for field in [
            host.as_bytes(),
            &port.to_be_bytes(),
            user.unwrap_or_default().as_bytes(),
            mailbox,
        ] {
            text.extend_from_slice(&(field.len() as u64).to_be_bytes());
            text.extend_from_slice(field);
        }
        let mut digits = String::with_capacity(2 * Self::BYTES);
        for byte in digest(&SHA256, &text).as_ref().iter().take(Self::BYTES) {
            // A string takes whatever is written to it.
            let _ = write!(digits, "{byte:02x}");
        }
        Self(digits)
    }
}

/// A message as the server will always call it, for as long as it counts this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    /// Another one means that every number has another meaning.
    pub(super) validity: u32,
    pub(super) uid: u32,
}

impl Key {
    /// The key that an id of this account says; none for what we have never given out.
    pub(super) fn of_id(id: &MessageId, account: &Account) -> Option<Self> {
        let (validity, rest) = id.as_str().strip_prefix('i')?.split_once('.')?;
        let (uid, _) = rest.split_once('.')?;
        let key = Self {
            validity: number(validity.as_bytes())?,
            uid: number(uid.as_bytes())?,
        };
        // One message has one id.
        (key.uid > 0 && key.text(account) == id.as_str()).then_some(key)
    }

    /// The id of the message in this account.
    pub(super) fn id(self, account: &Account) -> Result<MessageId> {
        self.text(account).parse()
    }

    fn text(self, Account(account): &Account) -> String {
        format!("i{}.{}.{account}", self.validity, self.uid)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{Login, Secret, SecretSource, Security};

    fn account(host: &str, port: u16, user: &str) -> Account {
        let login = Login {
            user: user.to_owned(),
            password: SecretSource::Given(Secret::new(String::new())),
            mechanism: None,
        };
        let settings = Server {
            host: host.to_owned(),
            port,
            security: Security::Tls,
            login: Some(login),
            certificate_name: None,
            ca_file: None,
            timeout: Duration::ZERO,
            deadline: Duration::ZERO,
        };
        Account::new(&settings, b"INBOX")
    }

    #[test]
    fn an_id_comes_back_as_the_same_key() {
        let account = account("imap.example.org", 993, "ada");
        for (validity, uid) in [(1, 1), (u32::MAX, u32::MAX)] {
            let key = Key { validity, uid };
            let id = key.id(&account).unwrap();
            assert_eq!(Key::of_id(&id, &account), Some(key));
        }
    }

    #[test]
    fn an_id_is_for_one_account_alone() {
        let ours = account("imap.example.org", 993, "ada");
        let key = Key {
            validity: 1,
            uid: 1,
        };
        let id = key.id(&ours).unwrap();
        assert_eq!(id.as_str(), "i1.1.31951b11b946b81fce73");
        for same in [
            account("imap.example.org", 143, "ada"),
            account("IMAP.example.org", 993, "ada"),
        ] {
            assert_eq!(Key::of_id(&id, &same), Some(key));
        }
        for other in [
            account("imap.example.org", 993, "bob"),
            account("imap.example.net", 993, "ada"),
            account("imap.example.org", 10993, "ada"),
            account("imap.example.or", 993, "gada"),
        ] {
            assert_eq!(Key::of_id(&id, &other), None, "{other:?}");
        }
    }

    #[test]
    fn what_was_never_given_out_is_no_key() {
        let account = account("imap.example.org", 993, "ada");
        let Account(whose) = &account;
        for text in [
            "i1.01",
            "i1.0",
            "i+1.1",
            "i1",
            "i1.",
            "1.1",
            "I1.1",
            "i1.4294967296",
            "i1.1.1",
            "i../1",
            "m1.1",
        ] {
            for text in [text.to_owned(), format!("{text}.{whose}")] {
                assert_eq!(Key::of_id(&text.parse().unwrap(), &account), None, "{text}");
            }
        }
    }
}
