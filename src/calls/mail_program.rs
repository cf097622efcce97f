//! A message for the person's own mail program, where nothing is configured.
#![forbid(unsafe_code)]

use super::address::shown;
use super::asking::{Asked, ask};
use super::handing::Handed;
use super::people::People;
use crate::config::Environment;
use crate::dialogs::{CopiedFile, Dialog, Dialogs, HandOverDialog, Proposal};
use crate::drafts::{FileEntry, Folder, Room};
use crate::error::Result;
use crate::model::{Message, OpenAttachment};

/// No program has a longer name.
const MOST_CHARS: usize = 100;

/// Has the front end give a message to the person's mail program, with copies of its files, which stay
/// for it to read. Names that nobody knows go along as they are.
///
/// # Errors
/// [`Kind::NotSupported`](crate::error::Kind::NotSupported) where there is no such program, those of the
/// file system, and those of [`Dialogs::show`].
pub(super) fn give_to_mail_program(
    message: Message,
    files: &[OpenAttachment],
    people: &People<'_>,
    dialogs: &dyn Dialogs,
) -> Result<Handed> {
    let entries = FileEntry::all(files);
    let copies = match files {
        [] => None,
        _ => Some(Folder::begin(&Room::HandedOver.path(Environment::get())?)?),
    };
    let given = copy(copies.as_ref(), &entries, files).and_then(|files| {
        let dialog = Dialog::HandOver(HandOverDialog {
            recipients: shown(message.recipients, people),
            subject: message.subject,
            body: message.body,
            files,
        });
        ask(dialogs, &dialog, Asked::Nobody, &mut |proposal| {
            let Proposal::HandOver { program } = proposal else {
                return None;
            };
            // It goes into one line of the log.
            let printable = program.chars().filter(|c| !c.is_control());
            let program = printable.take(MOST_CHARS).collect();
            let handed = Handed::GivenTo { program };
            Some(Ok((handed.to_string(), handed)))
        })
    });
    if let (Err(_), Some(copies)) = (&given, copies) {
        copies.remove();
    }
    given
}

fn copy(
    copies: Option<&Folder>,
    entries: &[FileEntry],
    files: &[OpenAttachment],
) -> Result<Vec<CopiedFile>> {
    let Some(copies) = copies else {
        return Ok(Vec::new());
    };
    copies.copy_in(entries.iter().zip(files))?;
    let copied = entries.iter().zip(files).map(|(entry, file)| CopiedFile {
        name: file.name.clone(),
        size: file.size,
        path: copies.path_of(entry),
    });
    Ok(copied.collect())
}
