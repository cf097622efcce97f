//! A message about to be written: everything resolved, opened and checked.
#![forbid(unsafe_code)]

use std::fs::File;

use super::{Envelope, Mailbox, RecipientClass};

/// A message about to be written: recipients resolved, attachments open, limits kept.
#[derive(Debug)]
pub struct Draft {
    /// The identity that sends.
    pub from: Mailbox,
    /// Everyone it is for, with the header each stands in.
    pub recipients: Vec<(RecipientClass, Mailbox)>,
    /// Those of whom only a name is known: in a message that is kept, never in one that is sent.
    pub unresolved: Vec<(RecipientClass, String)>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The message class; empty for ordinary mail.
    pub class: String,
    /// The caller's id of the conversation; may be empty.
    pub conversation_id: String,
    /// Whether to ask for a read receipt.
    pub receipt_requested: bool,
    /// The files, open for reading.
    pub attachments: Vec<OpenAttachment>,
}

impl Draft {
    /// Who it travels between.
    pub fn envelope(&self) -> Envelope {
        let recipients = self
            .recipients
            .iter()
            .map(|(_, mailbox)| mailbox.address.clone());
        Envelope::new(self.from.address.clone(), recipients)
    }
}

/// A file that was found, opened and measured, and is safe to read.
#[derive(Debug)]
pub struct OpenAttachment {
    /// The open regular file, positioned at its beginning.
    pub file: File,
    /// Its size when it was opened: what is sent, or the send fails.
    pub size: u64,
    /// The name the recipient sees: one path component without control characters.
    pub name: String,
    /// The path it was opened by, for reasons.
    pub path: std::path::PathBuf,
}
