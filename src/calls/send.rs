//! MAPISendMail, MAPISendMailW and MAPISendMailHelper.
#![forbid(unsafe_code)]

use std::slice;

use super::Access;
use super::composing::compose;
use super::handing::{Handed, hand_over};
use super::limits::{check_body, check_counts};
use super::mail_program::give_to_mail_program;
use super::modeless::show_apart;
use super::recipients::{mailbox, resolve};
use crate::config::{Limits, Profile};
use crate::dialogs::Dialogs;
use crate::error::{Error, Kind, Result};
use crate::model::{
    Attachment, Draft, Mailbox, Message, OpenAttachment, Recipient, RecipientClass,
};
use crate::session::Session;
use crate::{attachment, mime};

/// Whether a person writes the message.
#[derive(Clone, Copy)]
pub enum Compose<'d> {
    /// The message goes out as it is.
    Unattended,
    /// A window shows it first.
    Dialog(&'d dyn Dialogs),
    /// A window shows it, which outlives the call.
    Modeless(&'d dyn Dialogs),
}

impl<'d> Compose<'d> {
    /// Who shows it.
    fn dialogs(self) -> Option<&'d dyn Dialogs> {
        match self {
            Self::Unattended => None,
            Self::Dialog(dialogs) | Self::Modeless(dialogs) => Some(dialogs),
        }
    }
}

/// Sends a message to all its recipients, or to nobody.
///
/// Success means that somebody else has taken responsibility for it, or that the outbox holds it; or,
/// where that is what was asked for, that a person has it before them. What is wrong is looked for in a fixed order, the caller's own mistakes first: limits, recipients,
/// attachments, profile.
///
/// # Errors
/// The first thing found wrong, [`Kind::UserAborted`] when a person cancelled; nothing was sent.
pub fn send(access: Access, message: Message, attended: Compose<'_>) -> Result<Handed> {
    let limits = access.limits();
    check_counts(&limits, message.recipients.len(), message.attachments.len())?;
    check_body(&limits, &message.body)?;
    if let Some(dialogs) = attended.dialogs() {
        let attachments = open_all(&message.attachments, &limits)?;
        dialogs.available()?;
        if access.is_unconfigured() {
            let given = give_to_mail_program(message, &attachments, &access.people(), dialogs);
            return given.or_else(|error| match error.kind() {
                Kind::NotSupported => no_session(access, &error),
                _ => Err(error),
            });
        }
        let session = access.session()?;
        return match attended {
            Compose::Modeless(_) => show_apart(&session, message, attachments, dialogs),
            _ => compose(&session, message, attachments, dialogs),
        };
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
    let from = sender(session.profile(), message.originator.as_ref());
    go_out(&session, from, message, recipients, attachments)
}

/// Why a message cannot be sent, that nobody else would take either.
fn no_session(access: Access, nobody: &Error) -> Result<Handed> {
    match access.session() {
        Err(failed) => Err(failed.within(nobody.reason())),
        Ok(_) => Err(Error::new(nobody.kind(), nobody.reason())),
    }
}

/// Sends a message of which everything is settled.
pub(super) fn go_out(
    session: &Session,
    from: Mailbox,
    message: Message,
    recipients: Vec<(RecipientClass, Mailbox)>,
    attachments: Vec<OpenAttachment>,
) -> Result<Handed> {
    let draft = drafted(from, message, recipients, attachments);
    let envelope = draft.envelope();
    let message = mime::compose(draft)?;
    hand_over(session, &envelope, message)
}

/// The message as this identity writes it.
pub(super) fn drafted(
    from: Mailbox,
    message: Message,
    recipients: Vec<(RecipientClass, Mailbox)>,
    attachments: Vec<OpenAttachment>,
) -> Draft {
    Draft {
        from,
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
pub(super) fn sender(profile: &Profile, originator: Option<&Recipient>) -> Mailbox {
    let wanted = originator.and_then(|originator| mailbox(originator).ok());
    let mut known = slice::from_ref(&profile.sender)
        .iter()
        .chain(&profile.identities);
    wanted
        .and_then(|wanted| known.find(|identity| identity.address.same_mailbox(&wanted.address)))
        .unwrap_or(&profile.sender)
        .clone()
}
