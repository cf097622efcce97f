//! A draft as the message that travels.
#![forbid(unsafe_code)]

use std::sync::Arc;

use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;

use super::composed::{Composed, Piece};
use super::headers::{self, Fields};
use super::html;
use super::message_class::FIELD as MESSAGE_CLASS;
use super::mixed::{Mixed, Taken};
use super::source::Source;
use super::text::EncodedText;
use super::token::random_token;
use crate::error::Result;
use crate::model::{Draft, RecipientClass};

/// Writes a draft as a message, attachments still in their files.
///
/// * Bcc stands in no header, but for that of [`Composed::kept_copy`]. There is no User-Agent either:
///   what a person writes with is nobody else's business.
/// * An empty text with a single `.htm` or `.html` file makes that file the text, as Outlook does:
///   it is how programs send HTML through an interface that has none.
/// * A saved mail (`.eml`) travels as the message it is, where its bytes allow that; every other
///   file as base64, or as it is to a server that takes it so.
/// * Where in the text an attachment was placed is lost, as plain text has no place for it; no
///   letter of the text is.
///
/// # Errors
/// [`AttachmentUnreadable`](crate::error::Kind::AttachmentUnreadable), [`OutOfMemory`](crate::error::Kind::OutOfMemory), and
/// [`Failure`](crate::error::Kind::Failure) when this machine
/// has no randomness or the result would not be fit for a server.
pub fn compose(draft: Draft) -> Result<Composed> {
    let message_id = [&random_token()?, "@", draft.from.address.domain()].concat();
    let (head, bcc) = (head(&draft, &message_id), bcc(&draft));
    let is_empty = draft.body.trim().is_empty();
    let text = EncodedText::new(&draft.body)?;
    let sources: Vec<_> = draft
        .attachments
        .into_iter()
        .map(Source::new)
        .map(Arc::new)
        .collect();
    let message = match sources.as_slice() {
        [] => Composed::new(
            message_id,
            vec![
                lines(text.describe(head)),
                Piece::Lines(Arc::new(text.lines)),
            ],
            None,
        ),
        [page] if is_empty && html::is_named(page.name()) => Composed::new(
            message_id,
            vec![
                lines(html::describe(page, head)?),
                Piece::Base64(Arc::clone(page)),
            ],
            None,
        ),
        _ => {
            let mixed = Mixed::new(random_token()?, text, sources)?;
            let pieces = |taken| mixed.pieces(head.clone(), taken);
            let seven_bit = mixed.has_eight_bits().then(|| pieces(Taken::SevenBit));
            let message = Composed::new(message_id, pieces(Taken::EightBit), seven_bit);
            match mixed.has_base64() {
                true => message.and_then(|message| message.with_binary(pieces(Taken::Binary))),
                false => message,
            }
        }
    }?;
    match bcc {
        Some(field) => message.with_bcc(field),
        None => Ok(message),
    }
}

/// The recipients of one class.
fn list(draft: &Draft, class: RecipientClass) -> Vec<Address<'_>> {
    let known = draft.recipients.iter().filter(|(named, _)| *named == class);
    let names = draft.unresolved.iter().filter(|(named, _)| *named == class);
    known
        .map(|(_, mailbox)| headers::mailbox(mailbox))
        .chain(names.map(|(_, name)| headers::name_alone(name)))
        .collect()
}

/// The field that the sender's own copy has.
fn bcc(draft: &Draft) -> Option<Vec<u8>> {
    const NAME: &str = "Bcc: ";
    let list = list(draft, RecipientClass::Bcc);
    let mut field = NAME.as_bytes().to_vec();
    (!list.is_empty()).then(|| {
        Address::new_list(list).write_header(&mut field, NAME.len());
        field
    })
}

/// The fields that say who, when and what, without those of the body and without Bcc.
fn head(draft: &Draft, message_id: &str) -> Fields {
    let to = list(draft, RecipientClass::To);
    let cc = list(draft, RecipientClass::Cc);
    let from = headers::mailbox(&draft.from);
    let mut head = Fields::new()
        .and("Date", &Date::now())
        .and("From", &from)
        .and("Message-ID", &MessageId::new(message_id));
    if to.is_empty() && cc.is_empty() {
        // An empty group (RFC 5322 3.4); mail-builder would put its name in quotes.
        head = head.and("To", &Raw::new("undisclosed-recipients:;"));
    }
    if !to.is_empty() {
        head = head.and("To", &Address::new_list(to));
    }
    if !cc.is_empty() {
        head = head.and("Cc", &Address::new_list(cc));
    }
    head = head.and("Subject", &headers::unstructured("Subject", &draft.subject));
    for (name, value) in [
        (MESSAGE_CLASS, &draft.class),
        (headers::CONVERSATION_ID, &draft.conversation_id),
    ] {
        if !value.is_empty() {
            head = head.and(name, &headers::unstructured(name, value));
        }
    }
    if draft.receipt_requested {
        head = head.and("Disposition-Notification-To", &from);
    }
    head.and("MIME-Version", &Raw::new("1.0"))
}

/// The fields of the message and those of its only or outermost part, and the empty line.
fn lines(fields: Fields) -> Piece {
    Piece::Lines(Arc::new(fields.end()))
}
