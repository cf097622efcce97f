//! Stored bytes as a message that can be shown.
//!
//! Whoever sends us mail chooses these bytes. So nothing here recurses: parts are found in one pass
//! with a stack of our own ([`structure`]), and a message inside a message is a file like any
//! other. Fields are read one by one ([`fields`]), only those that are asked for, and what is read
//! of each is bounded. Of mail-parser we take what it knows of addresses, dates and charsets; its
//! reading of whole messages calls itself for each message inside, decodes every file, and would
//! let a mail overflow the stack of the host.

mod body;
mod charset;
mod content;
mod fields;
mod files;
mod head;
mod outline;
mod page;
mod parameters;
mod structure;

use std::sync::Arc;

pub use content::write_content;
pub use outline::{Outline, OutlineBuilder, PartOutline};

use crate::error::Result;
use crate::model::Received;
use fields::Header;

/// Reads what the header of a message says: neither text nor files. The bytes may be the header
/// alone or the whole message.
///
/// # Errors
/// [`Kind::TooManyRecipients`](crate::error::Kind::TooManyRecipients) beyond a hundred thousand.
pub fn parse_header(bytes: &[u8]) -> Result<Received> {
    let (header, _) = structure::header(bytes);
    head::read(&Header::new(bytes.get(header).unwrap_or_default()))
}

/// A field of free text in the header that begins here; empty where there is none.
pub(super) fn field_text(bytes: &[u8], name: &str) -> String {
    let (header, _) = structure::header(bytes);
    Header::new(bytes.get(header).unwrap_or_default()).text(name)
}

/// Reads the header of a message and finds its files, and decodes neither them nor the text: what
/// a listing needs.
///
/// # Errors
/// Those of [`parse_header`], and [`Kind::TooManyFiles`](crate::error::Kind::TooManyFiles) beyond
/// ten thousand parts.
pub fn parse_outline(bytes: Vec<u8>) -> Result<Received> {
    read(bytes, |_, _| Ok(String::new()))
}

/// Reads a message: header, text and files, the files still undecoded.
///
/// # Errors
/// Those of [`parse_outline`], and [`Kind::OutOfMemory`](crate::error::Kind::OutOfMemory).
pub fn parse(bytes: Vec<u8>) -> Result<Received> {
    read(bytes, body::text)
}

/// Reads a message of which the header is at hand, and the texts as far as the outline has them. Its
/// files have names and no content.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_remote(header: Vec<u8>, outline: &Outline) -> Result<Received> {
    read_parts(header, outline.parts()?, body::text)
}

/// Whether the header that these bytes begin with says all there is to know of the files of its
/// message, which has one megabyte at most: it has no parts, and needs no name from what is in it.
pub fn header_tells_files(head: &[u8]) -> bool {
    let media = structure::media_type(head);
    !media.starts_with("multipart/") && !media.starts_with("message/")
}

fn read(
    bytes: Vec<u8>,
    text: impl FnOnce(&[u8], &body::Choice<'_>) -> Result<String>,
) -> Result<Received> {
    let parts = structure::parts(&bytes)?;
    read_parts(bytes, &parts, text)
}

fn read_parts(
    bytes: Vec<u8>,
    parts: &[structure::Part],
    text: impl FnOnce(&[u8], &body::Choice<'_>) -> Result<String>,
) -> Result<Received> {
    let mut received = parse_header(&bytes)?;
    let choice = body::choose(parts);
    received.body = text(&bytes, &choice)?;
    let message = Arc::new(bytes);
    received.attachments = choice
        .files
        .iter()
        .map(|part| files::file(&message, part))
        .collect();
    Ok(received)
}
