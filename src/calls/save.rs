//! MAPISaveMail.
#![forbid(unsafe_code)]

use super::Access;
use super::limits::{check_body, check_counts};
use super::people::People;
use super::recipients::{Addressee, addressees};
use super::send::{drafted, open_all};
use crate::error::{Kind, Result};
use crate::mime;
use crate::model::{Draft, Mailbox, Message, MessageId, Recipient, RecipientClass};
use crate::providers::store::Flags;

/// Where a message is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveAs {
    /// As a new one in the Inbox.
    New,
    /// In the place of this one, whose id it takes over.
    Replacement(MessageId),
}

/// Saves a message, and returns its id.
///
/// # Errors
/// What is wrong with the message, as for a send; [`Kind::InvalidMessage`] when there is none to
/// replace; [`Kind::NotSupported`] where the profile has no store.
pub fn save_mail(
    access: Access,
    message: Message,
    flags: Flags,
    place: SaveAs,
) -> Result<MessageId> {
    let limits = access.limits();
    check_counts(&limits, message.recipients.len(), message.attachments.len())?;
    check_body(&limits, &message.body)?;
    let (recipients, unresolved) = addressed(&message.recipients, &access.people())?;
    check_counts(
        &limits,
        recipients.len() + unresolved.len(),
        message.attachments.len(),
    )?;
    let attachments =
        open_all(&message.attachments, &limits).map_err(|error| match error.kind() {
            // The only code that the reference has here.
            Kind::AttachmentUnreadable => error.recast(Kind::AttachmentNotFound),
            _ => error,
        })?;
    let session = access.session()?;
    let store = session.store()?;
    // Whoever saves a message is its author: the originator is not looked at.
    let author = session.profile().sender.clone();
    let draft = Draft {
        unresolved,
        ..drafted(author, message, recipients, attachments)
    };
    let copy = mime::compose(draft)?.kept_copy();
    match place {
        SaveAs::New => store.save(&copy, flags),
        SaveAs::Replacement(id) => store.replace(&id, &copy),
    }
}

type Addressed = (
    Vec<(RecipientClass, Mailbox)>,
    Vec<(RecipientClass, String)>,
);

/// Those with an address, and those who are saved by name and looked for when it is sent: lists, and
/// whoever cannot be found now.
fn addressed(recipients: &[Recipient], people: &People<'_>) -> Result<Addressed> {
    let (mut known, mut names) = (Vec::new(), Vec::new());
    for recipient in recipients {
        match addressees(recipient, people) {
            Ok(addressees) => {
                for addressee in addressees {
                    match addressee {
                        Addressee::Mailbox(mailbox) => known.push((recipient.class, mailbox)),
                        Addressee::List(list) => names.push((recipient.class, list.entry.name)),
                    }
                }
            }
            Err(error) if error.kind() == Kind::InvalidRecipients => return Err(error),
            Err(_) => names.push((recipient.class, recipient.name.trim().to_owned())),
        }
    }
    // Nobody is meant by an entry that says nothing.
    names.retain(|(_, name)| !name.is_empty());
    Ok((known, names))
}
