//! Open folders, and the files in them by name: nobody can put another folder in the place of one that
//! is open, and no link leads out of it.
#![forbid(unsafe_code)]

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::{Directory, close, exchange, move_without_replacing};
#[cfg(windows)]
pub(crate) use self::windows::{Directory, close, exchange, move_without_replacing};

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// A name in an open folder.
pub(crate) type Place<'a> = (&'a Directory, &'a OsStr);

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    ReadAndWrite,
}

/// What the system knows of a file or folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) is_file: bool,
    pub(crate) size: u64,
    pub(crate) accessed: SystemTime,
    pub(crate) modified: SystemTime,
    /// When anything of it last changed: no program can set this back, where the system has it.
    pub(crate) changed: SystemTime,
    /// Which one it is, where the system has numbers for that.
    pub(crate) identity: (u64, u64),
    /// Whether it belongs to the user as whom this process runs.
    pub(crate) is_ours: bool,
    /// Whether others have rights to it.
    pub(crate) is_shared: bool,
}

impl Directory {
    /// Opens a folder in this one, which is made where there is none.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn open_or_make(&self, name: &str) -> io::Result<Self> {
        match self.open_inside(name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_inside(name)?;
                self.sync()?;
                self.open_inside(name)
            }
            opened => opened,
        }
    }

    /// Makes a folder for the user alone, and those above it that are missing.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn make_all(path: &Path) -> io::Result<()> {
        let is_new = match Self::make(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::make_all(path.parent().ok_or(error)?)?;
                Self::make(path)?
            }
            made => made?,
        };
        if is_new && let Some(parent) = path.parent() {
            Self::open(parent)?.sync()?;
        }
        Ok(())
    }

    /// Why it is not this user's alone; nothing if it is. Mail in a folder that others may enter is not
    /// private, and in one that others may write to it is not even ours.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn why_not_private(&self) -> io::Result<Option<&'static str>> {
        let status = self.own_status()?;
        Ok(match (status.is_ours, status.is_shared) {
            (false, _) => Some("it belongs to another user"),
            (true, true) => Some("others have rights to it, which chmod 700 takes away"),
            (true, false) => None,
        })
    }

    /// Whether this file is still the one of this name.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn still_has(&self, name: &OsStr, file: &File) -> io::Result<bool> {
        match self.status(name) {
            Ok(there) => Ok(there.identity == Status::of(file)?.identity),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether there is nothing in it.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn is_empty(&self) -> io::Result<bool> {
        Ok(self.names()?.next().transpose()?.is_none())
    }
}

/// Takes the lock of a file, unless somebody has it. It belongs to the open file, as flock(2) has it: it
/// survives the closing of other descriptors, keeps out a second opening in the same process, and ends
/// with us.
///
/// # Errors
/// The system's.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
