//! What tells a sender that a message did not arrive: a delivery status notification (RFC 3464).
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;

use super::composed::{Composed, Piece, Sink};
use super::headers::{self, Fields};
use super::text::EncodedText;
use super::token::random_token;
use crate::error::Result;
use crate::model::{Mailbox, header_text};

/// Somebody who does not get the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailedRecipient {
    /// The address.
    pub(crate) address: String,
    /// Why: what the server said, or what was tried in vain.
    pub(crate) reason: String,
}

/// What a report tells.
pub(crate) struct Report<'a> {
    /// Who sent the message and is told.
    pub(crate) sender: &'a Mailbox,
    /// The machine that tells.
    pub(crate) host: &'a str,
    /// Those who do not get it.
    pub(crate) failed: &'a [FailedRecipient],
    /// When it was accepted, as mail writes dates.
    pub(crate) accepted: i64,
    /// What the sender can do.
    pub(crate) advice: &'a str,
    /// The message.
    pub(crate) message: &'a Composed,
}

/// How much of the message's header goes into the report.
const MOST_OF_HEADER: usize = 64 << 10;

/// Writes the report.
///
/// # Errors
/// [`Kind::Failure`](crate::error::Kind::Failure) when this machine has no randomness.
pub(crate) fn delivery_report(report: &Report<'_>) -> Result<Composed> {
    let header = Header::of(report.message);
    let encoding = if header.is_ascii() { "7bit" } else { "8bit" };
    let token = random_token()?;
    let message_id = format!("{token}@{}", report.sender.address.domain());
    let boundary = format!("=_{token}");
    let whole = ContentType::new("multipart/report")
        .attribute("report-type", "delivery-status")
        .attribute("boundary", boundary.clone());
    let from = Address::new_address(Some("Mail Delivery System"), report.sender.address.as_ref());
    let mut lines = Fields::new()
        .and("Date", &Date::now())
        .and("From", &from)
        .and("To", &headers::mailbox(report.sender))
        .and("Message-ID", &MessageId::new(message_id.as_str()))
        .and(
            "Subject",
            &headers::unstructured("Subject", "Your message was not delivered"),
        )
        .and(
            "Auto-Submitted",
            &headers::unstructured("Auto-Submitted", "auto-replied"),
        )
        .and("References", &MessageId::new(report.message.message_id()))
        .and("MIME-Version", &Raw::new("1.0"))
        .of_body(&whole, encoding)
        .end();

    let text = EncodedText::new(&in_words(report))?;
    let mut add = |fields: Fields, content: &[u8]| {
        lines.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
        lines.extend(fields.end());
        lines.extend_from_slice(content);
    };
    let described = |kind, encoding| Fields::new().of_body(&ContentType::new(kind), encoding);
    add(text.describe(Fields::new()), &text.lines);
    add(
        described("message/delivery-status", "7bit"),
        status(report).as_bytes(),
    );
    add(described("text/rfc822-headers", encoding), &header);
    lines.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Composed::new(message_id, vec![Piece::Lines(Arc::new(lines))], None)
}

fn in_words(report: &Report<'_>) -> String {
    let mut text = String::from("This message could not be delivered to:\r\n\r\n");
    for failed in report.failed {
        let _ = write!(text, "  {}\r\n    {}\r\n", failed.address, failed.reason);
    }
    let _ = write!(text, "\r\n{}\r\n", report.advice);
    text
}

/// RFC 3464 2.2 and 2.3: one group of fields for the message, and one for each recipient.
fn status(report: &Report<'_>) -> String {
    let host = header_text(report.host);
    let mut fields = format!(
        "Reporting-MTA: dns; {host}\r\nArrival-Date: {}\r\n",
        Date::new(report.accepted).to_rfc822()
    );
    for failed in report.failed {
        let reason: String = header_text(&failed.reason).chars().take(900).collect();
        let reason: String = reason
            .chars()
            .map(|c| if c.is_ascii() { c } else { '?' })
            .collect();
        let kind = if failed.address.is_ascii() {
            "rfc822"
        } else {
            "utf-8"
        };
        let _ = write!(
            fields,
            "\r\nFinal-Recipient: {kind}; {}\r\nAction: failed\r\nStatus: {}\r\nDiagnostic-Code: smtp; {reason}\r\n",
            address(&failed.address),
            enhanced_status(&reason),
        );
    }
    fields
}

/// RFC 6533: an address in another script, in letters that every reader takes.
fn address(address: &str) -> String {
    let mut ascii = String::new();
    for c in address.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            let _ = write!(ascii, "\\x{{{:X}}}", u32::from(c));
        }
    }
    ascii
}

/// The enhanced status code that a server gave (RFC 3463), or the one for a failure of no known kind.
fn enhanced_status(reason: &str) -> &str {
    let is_status = |word: &&str| {
        let mut numbers = word.split('.');
        let class = numbers.next();
        let rest: Vec<&str> = numbers.collect();
        matches!(class, Some("4" | "5"))
            && rest.len() == 2
            && rest.iter().all(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
            })
    };
    match reason.split([' ', ':', ';']).find(is_status) {
        Some(status) if status.starts_with('5') => status,
        _ => "5.0.0",
    }
}

/// The header of a message, as far as it is not too long.
struct Header(Vec<u8>);

impl Header {
    fn of(message: &Composed) -> Vec<u8> {
        let mut header = Self(Vec::new());
        // The end of the header ends the copy.
        let _ = message.copy_to(&mut header);
        let Self(mut bytes) = header;
        let end = memchr::memmem::find(&bytes, b"\r\n\r\n").map(|at| at + 2);
        let end = end.or_else(|| memchr::memrchr(b'\n', &bytes).map(|at| at + 1));
        bytes.truncate(end.unwrap_or(0));
        bytes
    }
}

impl Sink for Header {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let room = MOST_OF_HEADER.saturating_sub(self.0.len());
        self.0
            .extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or_default());
        if self.0.len() >= MOST_OF_HEADER || memchr::memmem::find(&self.0, b"\r\n\r\n").is_some() {
            return Err(io::Error::other("that is the header"));
        }
        Ok(())
    }
}
