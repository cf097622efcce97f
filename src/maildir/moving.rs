//! Giving files other names when other programs do the same.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io;
use std::os::fd::BorrowedFd;

use rustix::fs::{AtFlags, RenameFlags};
use rustix::io::Errno;

/// A name in an open folder.
type Place<'a> = (BorrowedFd<'a>, &'a OsStr);

/// Moves a file without ever replacing another. Of several that try at the same time one succeeds,
/// and the others are told that there is no such file.
///
/// # Errors
/// The system's: `AlreadyExists`, `NotFound` and the rest.
pub(crate) fn move_without_replacing(from: Place<'_>, to: Place<'_>) -> io::Result<()> {
    match rustix::fs::renameat_with(from.0, from.1, to.0, to.1, RenameFlags::NOREPLACE) {
        // Not on every file system: then it has two names for a moment.
        Err(Errno::INVAL | Errno::NOSYS) => {}
        moved => return Ok(moved?),
    }
    rustix::fs::linkat(from.0, from.1, to.0, to.1, AtFlags::empty())?;
    rustix::fs::unlinkat(from.0, from.1, AtFlags::empty()).map_err(|error| {
        let _ = rustix::fs::unlinkat(to.0, to.1, AtFlags::empty());
        error.into()
    })
}

/// Puts a file in the place of another, which gets the first one's name, in a single step.
///
/// # Errors
/// The system's: `NotFound` when there is nothing to take the place of.
pub(crate) fn exchange(with: Place<'_>, at: Place<'_>) -> io::Result<()> {
    match rustix::fs::renameat_with(with.0, with.1, at.0, at.1, RenameFlags::EXCHANGE) {
        // Not on every file system: then what was there is lost a moment earlier.
        Err(Errno::INVAL | Errno::NOSYS) => {}
        exchanged => return Ok(exchanged?),
    }
    rustix::fs::statat(at.0, at.1, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(rustix::fs::renameat(with.0, with.1, at.0, at.1)?)
}
