//! MAPISendMail, MAPISendMailW and MAPISendMailHelper.
#![forbid(unsafe_code)]

use std::slice;

use super::handing::{Handed, hand_over};
use super::limits::{check_body, check_counts};
use super::recipients::{mailbox, resolve};
use super::{Access, unavailable};
use crate::config::{Limits, Profile};
use crate::error::{Error, Kind, Result};
use crate::model::{
    Attachment, Draft, Mailbox, Message, OpenAttachment, Recipient, RecipientClass,
};
use crate::{attachment, mime};

/// Whether a person writes the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compose {
    /// The message goes out as it is.
    Unattended,
    /// A window shows it first.
    Dialog,
}

/// Sends a message to all its recipients, or to nobody.
///
/// Success means that somebody else has taken responsibility for it, or that the outbox holds it. What
/// is wrong is looked for in a fixed order, the caller's own mistakes first: limits, recipients,
/// attachments, profile.
///
/// # Errors
/// The first thing found wrong; nothing was sent.
pub fn send(access: Access, message: Message, compose: Compose) -> Result<Handed> {
    let limits = access.limits();
    check_counts(&limits, message.recipients.len(), message.attachments.len())?;
    check_body(&limits, &message.body)?;
    if compose == Compose::Dialog {
        open_all(&message.attachments, &limits)?;
        return Err(unavailable("the compose dialog"));
    }
    if message.recipients.is_empty() {
        return Err(Error::new(
            Kind::UnknownRecipient,
            "the message has no recipient, and no dialog may ask for one",
        ));
    }
    let most = limits.recipients as usize;
    let recipients = resolve(&message.recipients, &access.people(), most)?;
    check_counts(&limits, recipients.len(), message.attachments.len())?;
    let attachments = open_all(&message.attachments, &limits)?;
    let session = access.session()?;
    let draft = drafted(session.profile(), message, recipients, attachments);
    let envelope = draft.envelope();
    let message = mime::compose(draft)?;
    hand_over(&session, &envelope, message)
}

/// The message as this profile writes it.
pub(super) fn drafted(
    profile: &Profile,
    message: Message,
    recipients: Vec<(RecipientClass, Mailbox)>,
    attachments: Vec<OpenAttachment>,
) -> Draft {
    Draft {
        from: sender(profile, message.originator.as_ref()),
        recipients,
        unresolved: Vec::new(),
        subject: message.subject,
        body: message.body,
        class: message.class,
        conversation_id: message.conversation_id,
        receipt_requested: message.receipt_requested,
        attachments,
    }
}

/// Opens every attachment, so that none is found missing after others have been read.
pub(super) fn open_all(attachments: &[Attachment], limits: &Limits) -> Result<Vec<OpenAttachment>> {
    attachments
        .iter()
        .map(|attachment| attachment::open(attachment, limits))
        .collect()
}

/// The identity that a message goes out as: the one of the profile's that the originator names, or
/// the profile's own. Never one that the profile does not have.
fn sender(profile: &Profile, originator: Option<&Recipient>) -> Mailbox {
    let wanted = originator.and_then(|originator| mailbox(originator).ok());
    let mut known = slice::from_ref(&profile.sender)
        .iter()
        .chain(&profile.identities);
    wanted
        .and_then(|wanted| known.find(|identity| identity.address.same_mailbox(&wanted.address)))
        .unwrap_or(&profile.sender)
        .clone()
}
