//! The outbox: messages on the disk until somebody else has taken responsibility for them.
//!
//! `docs/outbox.md` describes the folder. In the order in which a message meets them: `folder` opens
//! it, `temporary` writes files that nobody sees half of, `spooled` is what a message looks like
//! there, `submission` puts one in. `claim` takes one for oneself, `state` is what is known of it,
//! `schedule` says when it is tried again. `delivery` is a run over all that wait, `attempt` the try of one, and
//! `transmission` its way to the server. `listing` is for people.
//!
//! Any number of processes and threads may do all of this to the same outbox at the same time.
#![forbid(unsafe_code)]

mod attempt;
mod claim;
mod delivery;
mod folder;
mod listing;
mod name;
mod parking;
mod pause;
mod schedule;
mod spooled;
mod state;
mod submission;
mod temporary;
#[cfg(test)]
mod tests;
mod transmission;

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

pub use delivery::{Event, Keep, Selection, Summary, Way};
pub use listing::{Entry, Foreign, Stage};
pub use name::Name;
pub use state::{Failure, State};

use self::folder::Folder;
use crate::error::Result;

/// An outbox: a folder of the user's own.
///
/// It is opened anew for each use, so that one which is removed meanwhile is noticed.
#[derive(Debug)]
pub struct Outbox {
    folder: Folder,
}

impl Outbox {
    /// Opens the outbox at this path, which is made where there is none.
    ///
    /// # Errors
    /// [`Kind::AccessDenied`](crate::error::Kind::AccessDenied) when it is not the user's alone, and
    /// those of the file system; [`Kind::Failure`](crate::error::Kind::Failure) for a folder that is
    /// none of ours, or one of a version that this one does not know.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = Folder::make(path)?;
        Ok(Self { folder })
    }

    /// Opens the outbox at this path, if there is one.
    ///
    /// # Errors
    /// As [`Outbox::open`].
    pub fn existing(path: &Path) -> Result<Option<Self>> {
        let folder = Folder::existing(path)?;
        Ok(folder.map(|folder| Self { folder }))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The Maildir that delivery reports go to where the profile keeps no mail.
    pub fn reports(&self) -> PathBuf {
        self.path().join("reports")
    }
}

/// Seconds since 1970, which is how all times are noted.
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
