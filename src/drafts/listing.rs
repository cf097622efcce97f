//! The drafts that a person may take up again.
#![forbid(unsafe_code)]

use std::io;
use std::path::{Path, PathBuf};

use super::folder::{self, Folder, Room};
use crate::config::Environment;
use crate::directory::Directory;
use crate::error::Result;

/// A draft that nobody has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its folder.
    pub folder: PathBuf,
    /// The subject, as far as there is one.
    pub subject: String,
    /// Whom it is for, as far as that is known: names, or addresses.
    pub recipients: Vec<String>,
    /// When it was begun, in seconds since 1970.
    pub when: u64,
}

/// The drafts that nobody has open, oldest first. What is damaged is passed over.
///
/// # Errors
/// Those of the file system.
pub fn list() -> Result<Vec<Listed>> {
    list_in(&Room::Drafts.path(Environment::get())?)
}

pub(super) fn list_in(room: &Path) -> Result<Vec<Listed>> {
    let failed = |error| folder::failed("look into", room, error);
    let directory = match Directory::open(room) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        directory => directory.map_err(failed)?,
    };
    folder::check_private(&directory, room)?;
    let names = folder::names(&directory).map_err(failed)?;
    let listed = names.into_iter().filter_map(|name| {
        let path = room.join(name.as_ref());
        let folder = Folder::try_open(room, &directory, &name).ok()??;
        let contents = folder.contents().ok()?;
        let recipients = contents.recipients.into_iter();
        Some(Listed {
            folder: path,
            subject: contents.subject,
            recipients: recipients
                .map(|one| match one.name.is_empty() {
                    true => one.address,
                    false => one.name,
                })
                .collect(),
            when: name.seconds(),
        })
    });
    Ok(listed.collect())
}

/// Does away with a draft.
///
/// # Errors
/// [`Kind::InvalidMessage`](crate::error::Kind::InvalidMessage) where there is none,
/// [`Kind::AccessDenied`](crate::error::Kind::AccessDenied) while somebody has it open.
pub fn discard(folder: &Path) -> Result<()> {
    let folder = Folder::open(folder)?;
    // Whatever else has a file called lock in it is not ours to remove.
    folder.contents()?;
    folder.remove();
    Ok(())
}
