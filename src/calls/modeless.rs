//! A message in a window that outlives the caller: MAPI_DIALOG_MODELESS.
#![forbid(unsafe_code)]

use std::path::Path;

use super::asking::{Asked, ask};
use super::composing::Begun;
use super::handing::Handed;
use crate::config::Environment;
use crate::dialogs::{Dialog, Dialogs, OpenDraftDialog, Proposal};
use crate::drafts::{Folder, Room};
use crate::error::{Kind, Result};
use crate::model::{Message, OpenAttachment};
use crate::session::Session;

/// Copies a message with all its files, and has a window of its own show it. Whoever has that window
/// sends the message, or not.
///
/// # Errors
/// [`Kind::NotSupported`] where there is nothing to show it on, those of the file system, and
/// [`Kind::Failure`]: then no window has it.
pub(super) fn show_apart(
    session: &Session,
    message: Message,
    files: Vec<OpenAttachment>,
    dialogs: &dyn Dialogs,
) -> Result<Handed> {
    let begun = Begun::new(session, message, files);
    let contents = begun.contents();
    let draft = Folder::begin(&Room::Drafts.path(Environment::get())?)?;
    let written = draft
        .put(&contents)
        .and_then(|()| draft.copy_in(begun.copies(&contents)));
    if let Err(error) = written {
        draft.remove();
        return Err(error);
    }
    let path = draft.release();
    let Err(failed) = show(&path, dialogs) else {
        return Ok(Handed::Shown);
    };
    match Folder::open(&path) {
        Ok(draft) => {
            draft.remove();
            Err(failed)
        }
        // The front end failed after a window had it: to report a failure might have it sent twice.
        Err(error) if matches!(error.kind(), Kind::AccessDenied | Kind::InvalidMessage) => {
            Ok(Handed::Shown)
        }
        Err(_) => Err(failed),
    }
}

/// Has a window of its own show a draft.
///
/// # Errors
/// [`Kind::InvalidMessage`] where there is none, [`Kind::AccessDenied`] while somebody has it open, and
/// those of [`Dialogs::show`].
pub fn open_draft(folder: &Path, dialogs: &dyn Dialogs) -> Result<()> {
    let draft = Folder::open(folder)?;
    draft.contents()?;
    show(&draft.release(), dialogs)
}

fn show(folder: &Path, dialogs: &dyn Dialogs) -> Result<()> {
    let dialog = Dialog::OpenDraft(OpenDraftDialog {
        draft: folder.to_owned(),
    });
    ask(dialogs, &dialog, Asked::Nobody, &mut |proposal| {
        let shown = (Handed::Shown.to_string(), ());
        matches!(proposal, Proposal::OpenDraft).then_some(Ok(shown))
    })
}
