//! Who a message travels between.
#![forbid(unsafe_code)]

use std::collections::HashSet;

use super::Address;

/// The sender and the recipients as the transport sees them: Bcc is only here, in no header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where delivery reports go.
    pub sender: Address,
    /// Everyone who gets the message, each once.
    pub recipients: Vec<Address>,
}

impl Envelope {
    /// An envelope in which each recipient stands once, in the order first named.
    pub fn new(sender: Address, recipients: impl IntoIterator<Item = Address>) -> Self {
        let mut recipients: Vec<Address> = recipients.into_iter().collect();
        if recipients.len() > 1 {
            let mut seen = HashSet::new();
            recipients.retain(|address| seen.insert(address.clone()));
        }
        Self { sender, recipients }
    }
}
