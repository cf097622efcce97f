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
use std::fs::File;
use std::io;
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
