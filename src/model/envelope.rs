//! Who a message travels between.
#![forbid(unsafe_code)]

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
        let mut seen = std::collections::HashSet::new();
        let recipients = recipients
            .into_iter()
            .filter(|address| seen.insert(address.clone()))
            .collect();
        Self { sender, recipients }
    }
}
