//! People: as a caller names them, and as mail reaches them.
#![forbid(unsafe_code)]

use super::Address;

/// Which header a recipient stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecipientClass {
    /// A primary recipient.
    To,
    /// A copy that everyone sees.
    Cc,
    /// A copy that nobody sees: only ever in the envelope.
    Bcc,
}

/// A recipient as the caller names one: not yet resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Which header it stands in.
    pub class: RecipientClass,
    /// The name, or an address written in the name's place; may be empty.
    pub name: String,
    /// The address in any of the forms callers write; may be empty.
    pub address: String,
    /// The entry id of an address book; empty where there is none.
    pub entry_id: Vec<u8>,
}

/// Somebody whom mail reaches: a display name, which may be empty, and an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The display name, free of anything that could break a header; may be empty.
    pub name: String,
    /// The address.
    pub address: Address,
}
