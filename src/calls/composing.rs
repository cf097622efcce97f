//! A message that a person completes in a window.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;

use super::address::shown;
use super::asking::{Asked, ask};
use super::handing::Handed;
use super::limits::{check_body, check_counts};
use super::people::People;
use super::recipients::resolve;
use super::send::{go_out, open_all, sender};
use crate::dialogs::{ComposeDialog, Dialog, Dialogs, Letter, LetterFile, Proposal, ShownFile};
use crate::error::{Error, Kind, Result};
use crate::model::{Attachment, Mailbox, Message, OpenAttachment, Person, Placement};
use crate::session::Session;

/// Shows a message to a person, and sends what they make of it. Its files are open already: whatever
/// becomes of them, the person sends what the program had.
///
/// # Errors
/// Those of [`Dialogs::show`]. What is wrong with the message is told to the person.
pub(super) fn compose(
    session: &Session,
    message: Message,
    files: Vec<OpenAttachment>,
    dialogs: &dyn Dialogs,
) -> Result<Handed> {
    let profile = session.profile();
    let first = sender(profile, message.originator.as_ref());
    let mut identities = vec![first.clone()];
    let known = std::iter::once(&profile.sender).chain(&profile.identities);
    identities.extend(known.filter(|known| **known != first).cloned());
    let dialog = Dialog::Compose(ComposeDialog {
        identities: identities.iter().cloned().map(Person::from).collect(),
        recipients: shown(message.recipients.clone(), &People::of(session)),
        subject: message.subject.clone(),
        body: message.body.clone(),
        files: files
            .iter()
            .map(|file| ShownFile {
                name: file.name.clone(),
                size: file.size,
            })
            .collect(),
        draft: PathBuf::new(),
    });
    let draft = Begun {
        session,
        message,
        files,
        identities,
    };
    ask(dialogs, &dialog, Asked::Of(session), &mut |proposal| {
        let Proposal::Compose(letter) = proposal else {
            return None;
        };
        Some(
            draft
                .send(letter)
                .map(|handed| (handed.to_string(), handed)),
        )
    })
}

/// A message as the program began it.
struct Begun<'s> {
    session: &'s Session,
    message: Message,
    files: Vec<OpenAttachment>,
    identities: Vec<Mailbox>,
}

impl Begun<'_> {
    /// Sends it as a person completed it.
    fn send(&self, letter: Letter) -> Result<Handed> {
        let limits = self.session.limits();
        check_counts(&limits, letter.recipients.len(), letter.files.len())?;
        check_body(&limits, &letter.body)?;
        if letter.recipients.is_empty() {
            return Err(Error::new(
                Kind::UnknownRecipient,
                "the message has no recipient",
            ));
        }
        let most = limits.recipients as usize;
        let recipients = resolve(&letter.recipients, &People::of(self.session), most)?;
        check_counts(&limits, recipients.len(), letter.files.len())?;
        let files = self.files(&letter.files)?;
        let from = self.identities.get(letter.identity).ok_or_else(|| {
            let reason = format!("there is no identity {}", letter.identity);
            Error::new(Kind::Failure, reason)
        })?;
        let message = Message {
            subject: letter.subject,
            body: letter.body,
            ..self.message.clone()
        };
        go_out(self.session, from.clone(), message, recipients, files)
    }

    fn files(&self, wanted: &[LetterFile]) -> Result<Vec<OpenAttachment>> {
        let limits = self.session.limits();
        let mut files = Vec::with_capacity(wanted.len());
        for file in wanted {
            match file {
                LetterFile::Kept(number) => files.push(self.kept(*number)?),
                LetterFile::Added(uri) => {
                    let attachment = Attachment {
                        path: local_path(uri)?,
                        name: String::new(),
                        placement: Placement::Beside,
                    };
                    files.extend(open_all(&[attachment], &limits)?);
                }
            }
        }
        Ok(files)
    }

    /// The file of the program's with this number. A message reads its files by position, so that a
    /// second try reads all of them again.
    fn kept(&self, number: usize) -> Result<OpenAttachment> {
        let file = self.files.get(number).ok_or_else(|| {
            let reason = format!("the message had no file {number}");
            Error::new(Kind::AttachmentNotFound, reason)
        })?;
        let again = file.file.try_clone().map_err(|error| {
            let reason = format!("cannot read {}", file.path.display());
            Error::new(Kind::of_system_error(&error), reason).because(error)
        })?;
        Ok(OpenAttachment {
            file: again,
            size: file.size,
            name: file.name.clone(),
            path: file.path.clone(),
        })
    }
}

/// The path in a `file:` URI of this machine.
fn local_path(uri: &str) -> Result<PathBuf> {
    let path = uri
        .strip_prefix("file://localhost/")
        .or_else(|| uri.strip_prefix("file:///"))
        .ok_or_else(|| {
            let reason = format!("{uri} is no file: URI of this machine");
            Error::new(Kind::AttachmentNotFound, reason)
        })?;
    let bytes: Vec<u8> = b"/"
        .iter()
        .copied()
        .chain(percent_decode_str(path))
        .collect();
    os_string(bytes).map(PathBuf::from)
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> Result<OsString> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Result<OsString> {
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::new(Kind::AttachmentNotFound, "the name of a file is not text").because(error)
    })?;
    // `/C:/folder/file`
    Ok(text.trim_start_matches('/').into())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_uri_is_a_path_of_any_bytes() {
        for (uri, path) in [
            ("file:///tmp/a%20b", &b"/tmp/a b"[..]),
            ("file://localhost/tmp/%FF", b"/tmp/\xff"),
        ] {
            let expected: OsString = std::os::unix::ffi::OsStringExt::from_vec(path.to_vec());
            assert_eq!(local_path(uri).unwrap(), PathBuf::from(expected));
        }
        for uri in ["/tmp/a", "file://elsewhere/a", "http://a/b", "file:a"] {
            assert!(local_path(uri).is_err(), "{uri}");
        }
    }
}
