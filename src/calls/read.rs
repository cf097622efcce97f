//! MAPIReadMail.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use jiff::Timestamp;

use super::Person;
use crate::attachment::{Extraction, KeptFolder};
use crate::error::Result;
use crate::mime;
use crate::model::{MessageId, Received, ReceivedFile, RecipientClass, local_minute};
use crate::providers::store::Part;
use crate::session::Session;

/// How much of a message is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Its header, and the names of its files.
    Envelope,
    /// Its text too.
    Text,
    /// Everything, with its files in files.
    Files,
}

/// What MAPIReadMail asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadRequest<'a> {
    /// Which message.
    pub id: &'a str,
    /// How much of it.
    pub extent: Extent,
    /// Whether its text goes into the first of its files.
    pub body_as_file: bool,
    /// Whether it stays unread.
    pub peek: bool,
}

/// A message as it goes to the caller.
#[derive(Debug)]
pub struct ReadMessage {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// Its class; empty for ordinary mail.
    pub class: String,
    /// The id of its conversation.
    pub conversation_id: String,
    /// When it arrived: `YYYY/MM/DD HH:MM`, local time.
    pub received: String,
    /// Whether it was unread before this call.
    pub unread: bool,
    /// Whether it is one that was sent.
    pub sent: bool,
    /// Whether its sender asked to be told that it was read.
    pub receipt_requested: bool,
    /// Who wrote it.
    pub originator: Person,
    /// Everyone it is for.
    pub recipients: Vec<(RecipientClass, Person)>,
    /// Its files, and in front of them its text, if that is wanted as one.
    pub files: Vec<ReadFile>,
    /// Where the files were written, to tidy up after they are gone.
    pub folder: Option<KeptFolder>,
}

/// A file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadFile {
    /// The name its sender gave it.
    pub name: String,
    /// Where it was written, for the caller to delete; `None` where that was not asked for.
    pub path: Option<PathBuf>,
}

/// Reads a message. It stays unread if anything fails, and no file is left behind then.
///
/// A list of envelopes reads nothing that a person would call reading, so it leaves messages unread:
/// our own decision.
///
/// # Errors
/// [`crate::error::Kind::InvalidMessage`] for an id that names nothing, and what can happen to files.
pub fn read_mail(session: &Session, request: ReadRequest<'_>) -> Result<ReadMessage> {
    let store = session.store()?;
    let id: MessageId = request.id.parse()?;
    let part = match request.extent {
        Extent::Envelope => Part::Outline,
        Extent::Text => Part::Text,
        Extent::Files => Part::Whole,
    };
    let stored = store.read(&id, part)?;
    let arrived = Timestamp::try_from(stored.received).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut message = match (stored.outline, request.extent) {
        (Some(outline), _) => mime::parse_remote(stored.bytes, &outline)?,
        (None, Extent::Envelope) => mime::parse_outline(stored.bytes)?,
        (None, Extent::Text | Extent::Files) => mime::parse(stored.bytes)?,
    };
    let body_as_file = request.body_as_file && request.extent != Extent::Envelope;
    let (files, extraction) = match request.extent {
        Extent::Files => written(&mut message, body_as_file)?,
        Extent::Text if body_as_file => {
            let (mut files, extraction) = text_written(&mut message)?;
            files.extend(listed(&message.attachments));
            (files, Some(extraction))
        }
        Extent::Envelope | Extent::Text => (listed(&message.attachments), None),
    };
    if !request.peek && request.extent != Extent::Envelope && stored.flags.unread {
        store.mark_read(&id)?;
    }
    Ok(ReadMessage {
        subject: message.subject,
        body: message.body,
        class: message.class,
        conversation_id: message.conversation_id,
        received: local_minute(arrived),
        unread: stored.flags.unread,
        sent: stored.flags.sent,
        receipt_requested: message.receipt_requested,
        originator: message.from.into(),
        recipients: message
            .recipients
            .into_iter()
            .map(|(class, who)| (class, who.into()))
            .collect(),
        files,
        folder: extraction.map(Extraction::keep),
    })
}

type Written = (Vec<ReadFile>, Option<Extraction>);

/// Everything into files, the text first if it is to be one.
fn written(message: &mut Received, body_as_file: bool) -> Result<Written> {
    if message.attachments.is_empty() && !body_as_file {
        return Ok((Vec::new(), None));
    }
    let (mut files, mut extraction) = if body_as_file {
        text_written(message)?
    } else {
        (Vec::new(), Extraction::begin()?)
    };
    for file in &message.attachments {
        let path = extraction.write(&file.name, |mut out| mime::write_content(file, &mut out))?;
        files.push(ReadFile {
            name: file.name.clone(),
            path: Some(path),
        });
    }
    Ok((files, Some(extraction)))
}

/// The text into a file of its own; the message has none left.
fn text_written(message: &mut Received) -> Result<(Vec<ReadFile>, Extraction)> {
    const NAME: &str = "message.txt";
    let body = std::mem::take(&mut message.body);
    let mut extraction = Extraction::begin()?;
    let path = extraction.write(NAME, |out| out.write_all(body.as_bytes()))?;
    Ok((
        vec![ReadFile {
            name: NAME.to_owned(),
            path: Some(path),
        }],
        extraction,
    ))
}

/// The files by name only: a path would be deleted by callers that tidy up after themselves.
fn listed(attachments: &[ReceivedFile]) -> Vec<ReadFile> {
    attachments
        .iter()
        .map(|file| ReadFile {
            name: file.name.clone(),
            path: None,
        })
        .collect()
}
