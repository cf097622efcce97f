//! Where mail is kept: each kind one file or folder beside this one.
#![forbid(unsafe_code)]

mod imap;
mod maildir;

pub use imap::ImapStore;
pub use maildir::MaildirStore;

use std::time::SystemTime;

use crate::config::{StoreConfig, StoreKind};
use crate::error::Result;
use crate::mime::{Composed, Outline};
use crate::model::MessageId;

/// A mailbox: the messages in its Inbox, by ids that stay.
///
/// An id holds across processes, restarts and changes of flags, for as long as the message is in the
/// Inbox. Other programs may read, deliver and delete at the same time.
///
/// Safe to use from several threads at once.
pub trait Store: Send + Sync {
    /// The first message that is wanted, or the first after another, in the order in which they were
    /// received. That other one need not be wanted itself, and may have been deleted since this store
    /// was opened: then it goes on from where it was.
    ///
    /// # Errors
    /// [`Kind::NoMessages`](crate::error::Kind::NoMessages) at the end; [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) when `after` was never there.
    fn next(&self, after: Option<&MessageId>, wanted: &Wanted) -> Result<MessageId>;

    /// Reads a message, and leaves it as unread as it was.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) when it is not there any more, or too large to be read.
    fn read(&self, id: &MessageId, part: Part) -> Result<StoredMessage>;

    /// Notes that a message was read.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) when it is not there any more.
    fn mark_read(&self, id: &MessageId) -> Result<()>;

    /// Puts a message into the Inbox. When this returns, it is where a crash cannot take it away.
    ///
    /// # Errors
    /// Those of its attachments, and of the world behind the store.
    fn save(&self, message: &Composed, flags: Flags) -> Result<MessageId>;

    /// Puts a message in the place of another, whose flags and time of reception it takes over, and
    /// returns its id: the same one wherever the store lets a message change, as a Maildir does. A
    /// server's messages never change; there the new one comes last and has an id of its own. After an
    /// error the other one is as it was.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) when there is none to replace; those of [`Store::save`].
    fn replace(&self, id: &MessageId, message: &Composed) -> Result<MessageId>;

    /// Takes a message out of the Inbox, in the way that the configuration says. Of several programs
    /// that delete the same message one succeeds.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) when it is not there any more. After any other the message is still there.
    fn delete(&self, id: &MessageId) -> Result<()>;

    /// Keeps a copy of a message that was sent, in the folder for those.
    ///
    /// # Errors
    /// Those of [`Store::save`].
    fn keep_sent(&self, message: &Composed) -> Result<()>;
}

/// Which messages somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// How their class begins, in letters of either case; empty for all that people write each other.
    pub class_prefix: String,
    /// Only those that were not read yet.
    pub unread_only: bool,
}

impl Wanted {
    /// What all mail between people is a kind of.
    const INTERPERSONAL: &str = "IPM";

    /// Whether a message of this class is among them.
    fn has_class(&self, class: &str) -> bool {
        let prefix = match self.class_prefix.as_str() {
            "" => Self::INTERPERSONAL,
            prefix => prefix,
        };
        let beginning = class.as_bytes().get(..prefix.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(prefix.as_bytes()))
    }
}

/// How much of a message is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its header fields and no byte of the body, where the store can do that. A head of more than
    /// [`Part::MOST_OF_HEAD`] bytes is cut.
    Head,
    /// Its header fields, and enough to know its files by their names.
    Outline,
    /// That, and its text.
    Text,
    /// All of it.
    Whole,
}

impl Part {
    /// How much of a head is looked at.
    pub const MOST_OF_HEAD: u64 = 1 << 20;
    /// The largest message that is read at all: it has to fit into the host's memory, and more than
    /// once while it is taken apart.
    pub const MOST_OF_WHOLE: u64 = 1 << 30;
}

/// A message as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// Its header fields with the empty line after them, or all of it: at least what was asked for.
    /// Lines may end in LF alone.
    pub bytes: Vec<u8>,
    /// What stands behind the header, where it was asked for and is not among the bytes.
    pub outline: Option<Outline>,
    /// What is noted of it.
    pub flags: Flags,
    /// When it was put there.
    pub received: SystemTime,
}

/// What a store notes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// Nobody has read it yet.
    pub unread: bool,
    /// It is one that was sent, not one that was received.
    pub sent: bool,
}

/// The store that a profile has, not yet looked at.
///
/// # Errors
/// Those of a kind that has to look at once; none of today's has.
pub fn open(config: &StoreConfig) -> Result<Box<dyn Store>> {
    match &config.kind {
        StoreKind::Maildir { path } => Ok(Box::new(MaildirStore::new(path, config.deletion))),
        StoreKind::Imap(server) => Ok(Box::new(ImapStore::new(server.clone(), config.deletion))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_by_how_it_begins() {
        let found = |prefix: &str, class| {
            let class_prefix = prefix.to_owned();
            Wanted {
                class_prefix,
                unread_only: false,
            }
            .has_class(class)
        };
        for prefix in ["", "IPM", "IPM.", "ipm.note", "IPM.Note", "i"] {
            assert!(found(prefix, "IPM.Note"), "{prefix}");
        }
        assert!(found("IPM.Note", "IPM.Note.Approval"));
        assert!(found("IPM.Note", "IPM.Notebook"), "a prefix, not a name");
        assert!(found("Report.", "REPORT.IPM.Note.NDR"));
        for (prefix, class) in [
            ("", "Report.IPM.Note"),
            ("IPM.Note.", "IPM.Note"),
            ("IPM.Board", "IPM.Note"),
            ("IPM.\u{fc}", "IPM.\u{dc}"),
            ("IPM.*", "IPM.Note"),
        ] {
            assert!(!found(prefix, class), "{prefix} {class}");
        }
    }
}
