//! People: as a caller names them, and as mail reaches them.
#![forbid(unsafe_code)]

use serde::{Deserialize, Serialize};

use super::Address;

/// Which header a recipient stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecipientClass {
    /// A primary recipient.
    To,
    /// A copy that everyone sees.
    Cc,
    /// A copy that nobody sees: only ever in the envelope.
    Bcc,
}

/// A recipient as the caller names one: not yet resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Which header it stands in.
    pub class: RecipientClass,
    /// The name, or an address written in the name's place; may be empty.
    #[serde(default)]
    pub name: String,
    /// The address in any of the forms callers write; may be empty.
    #[serde(default)]
    pub address: String,
    /// The entry id of an address book; empty where there is none.
    #[serde(default, rename = "entry")]
    pub entry_id: Vec<u8>,
}

/// Somebody whom a call tells its caller of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The display name; the address where there is none.
    #[serde(default)]
    pub name: String,
    /// The address with its type; empty where there is none.
    #[serde(default)]
    pub address: String,
    /// By which other calls know this person; empty for one without an address.
    #[serde(default, rename = "entry")]
    pub entry_id: Vec<u8>,
}

impl From<Recipient> for Person {
    fn from(recipient: Recipient) -> Self {
        Self {
            name: recipient.name,
            address: recipient.address,
            entry_id: recipient.entry_id,
        }
    }
}

impl Person {
    /// The person as a recipient.
    pub fn to(self, class: RecipientClass) -> Recipient {
        Recipient {
            class,
            name: self.name,
            address: self.address,
            entry_id: self.entry_id,
        }
    }
}

/// Somebody whom mail reaches: a display name, which may be empty, and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, free of anything that could break a header; may be empty.
    pub name: String,
    /// The address.
    pub address: Address,
}
