//! MAPISendDocuments.
#![forbid(unsafe_code)]

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::composing::compose;
use super::handing::Handed;
use super::mail_program::give_to_mail_program;
use super::send::open_all;
use super::{Access, MayAsk, check_counts};
use crate::dialogs::Dialogs;
use crate::error::{Kind, Result};
use crate::model::{Attachment, Message, OpenAttachment};
use crate::session::{Sessions, Sharing};

/// What MAPISendDocuments is given: lists in strings.
#[derive(Debug, Clone, Copy)]
pub struct Documents<'a> {
    /// What stands between the elements; only its first character counts. Empty: the whole string
    /// is one path if such a file exists, else a list with `;`.
    pub delimiter: &'a str,
    /// The paths, as they came: on Linux they need not be text.
    pub paths: &'a OsStr,
    /// The names that recipients see, in the order of the paths; may be fewer, or none.
    pub names: &'a str,
}

/// Shows the compose window with these files attached, and their names for a subject. Where nothing is
/// configured the person's mail program gets them; where there is none, the person may log on.
///
/// # Errors
/// [`Kind::AttachmentUnreadable`] for a file that is not there or cannot be read (the reference
/// has no other code for this call); [`Kind::NotSupported`] where there is nothing to show it on,
/// [`Kind::UserAborted`].
pub fn send_documents(
    sessions: &Sessions,
    documents: Documents<'_>,
    dialogs: &dyn Dialogs,
) -> Result<Handed> {
    let attachments = attachments(documents);
    let mut access = Access::of(sessions, 0, Sharing::Shared)?;
    if access.is_unconfigured() {
        let (message, files) = opened(&access, &attachments)?;
        let given = dialogs
            .available()
            .and_then(|()| give_to_mail_program(message, &files, &access.people(), dialogs));
        match given {
            Err(error) if error.kind() == Kind::NotSupported => {}
            given => return given,
        }
    }
    access = access.or_ask(sessions, MayAsk::Profile(dialogs));
    let (message, files) = opened(&access, &attachments)?;
    dialogs.available()?;
    compose(access.session()?.as_ref(), message, files, dialogs)
}

/// The files, within the limits that hold, and the message that they go with.
fn opened(access: &Access, attachments: &[Attachment]) -> Result<(Message, Vec<OpenAttachment>)> {
    let limits = access.limits();
    check_counts(&limits, 0, attachments.len())?;
    let files = open_all(attachments, &limits).map_err(|error| match error.kind() {
        Kind::AttachmentNotFound => error.recast(Kind::AttachmentUnreadable),
        _ => error,
    })?;
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    let message = Message {
        subject: names.join(", "),
        ..Message::default()
    };
    Ok((message, files))
}

/// As many attachments as there are paths: missing names come from the paths, names too many are
/// left out.
fn attachments(documents: Documents<'_>) -> Vec<Attachment> {
    let given = documents.delimiter.chars().next();
    let whole = given.is_none() && Path::new(documents.paths).exists();
    let delimiter = given.unwrap_or(';');
    let (paths, names) = if whole {
        (vec![documents.paths.to_owned()], vec![documents.names])
    } else {
        (
            split(documents.paths, delimiter),
            documents.names.split(delimiter).collect(),
        )
    };
    let names = names.into_iter().chain(std::iter::repeat(""));
    paths
        .into_iter()
        .zip(names)
        // A trailing delimiter is common, and means nothing.
        .filter(|(path, _)| !path.is_empty())
        .map(|(path, name)| Attachment {
            path: path.into(),
            name: name.to_owned(),
        })
        .collect()
}

/// The elements of a list of paths.
#[cfg(unix)]
fn split(list: &OsStr, delimiter: char) -> Vec<OsString> {
    use std::os::unix::ffi::OsStrExt;
    let mut buffer = [0; 4];
    let delimiter = delimiter.encode_utf8(&mut buffer).as_bytes();
    let (mut elements, mut rest) = (Vec::new(), list.as_bytes());
    while let Some(at) = memchr::memmem::find(rest, delimiter) {
        let (element, tail) = rest.split_at(at);
        elements.push(OsStr::from_bytes(element).to_owned());
        rest = tail.get(delimiter.len()..).unwrap_or_default();
    }
    elements.push(OsStr::from_bytes(rest).to_owned());
    elements
}

/// The elements of a list of paths.
#[cfg(not(unix))]
fn split(list: &OsStr, delimiter: char) -> Vec<OsString> {
    list.to_string_lossy()
        .split(delimiter)
        .map(OsString::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(delimiter: &str, paths: &str, names: &str) -> Vec<(String, String)> {
        attachments(Documents {
            delimiter,
            paths: OsStr::new(paths),
            names,
        })
        .into_iter()
        .map(|attachment| {
            (
                attachment.path.to_string_lossy().into_owned(),
                attachment.name,
            )
        })
        .collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(path, name)| (path.to_string(), name.to_string()))
            .collect()
    }

    #[test]
    fn there_are_as_many_attachments_as_paths() {
        assert_eq!(listed(";", "/a;/b", "x"), pairs(&[("/a", "x"), ("/b", "")]));
        assert_eq!(listed(";", "/a", "x;y;z"), pairs(&[("/a", "x")]));
        assert_eq!(listed(";", "", ""), pairs(&[]));
    }

    #[test]
    fn only_the_first_character_delimits_and_it_may_be_any() {
        assert_eq!(
            listed("§,", "/a,b§/c", ""),
            pairs(&[("/a,b", ""), ("/c", "")])
        );
    }

    #[test]
    fn empty_elements_are_skipped_with_their_names() {
        assert_eq!(
            listed(";", "/a;;/b;", "x;y;z;"),
            pairs(&[("/a", "x"), ("/b", "z")])
        );
    }

    #[test]
    fn without_a_delimiter_a_semicolon_splits_unless_such_a_file_exists() {
        assert_eq!(listed("", "/a;/b", ""), pairs(&[("/a", ""), ("/b", "")]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a;b");
        std::fs::write(&path, "x").unwrap();
        assert_eq!(listed("", path.to_str().unwrap(), "").len(), 1);
    }
}
