//! A message as a caller hands it in.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use super::Recipient;

/// A message as a caller hands it in: texts decoded and owned, nothing yet resolved or opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The subject as given.
    pub subject: String,
    /// The text as given, its lines ended in any way.
    pub body: String,
    /// The message class; empty for ordinary mail.
    pub class: String,
    /// The caller's id of the conversation; may be empty.
    pub conversation_id: String,
    /// Whether the sender wants to be told when it is read.
    pub receipt_requested: bool,
    /// The identity to send as; the profile's own where there is none.
    pub originator: Option<Recipient>,
    /// Everyone it is for.
    pub recipients: Vec<Recipient>,
    /// The files that go with it.
    pub attachments: Vec<Attachment>,
}

/// A file to attach, as a caller names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Where it is.
    pub path: PathBuf,
    /// The name the recipient sees; empty for the path's own.
    pub name: String,
}
