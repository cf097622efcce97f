//! A message on its way into a Maildir.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{AtFlags, OFlags};

use super::folder::{Folder, PRIVATE_FILE, Room};
use super::{move_without_replacing, unique_name};
use crate::descriptor::open_above;
use crate::ffi::sys;
use crate::mime::{Composed, CopyError, LocalLines};

/// A file in `tmp`. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Delivery {
    tmp: OwnedFd,
    name: String,
    file: Option<OwnedFd>,
}

impl Delivery {
    /// An empty file.
    pub(crate) fn begin(folder: &Folder) -> io::Result<Self> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let (tmp, name) = (folder.open_tmp()?, unique_name()?);
        let file = open_above(|| Ok(rustix::fs::openat(&tmp, &name, flags, PRIVATE_FILE)?))?;
        // Whatever the host's umask took away.
        let changed = rustix::fs::fchmod(&file, PRIVATE_FILE);
        let delivery = Self {
            tmp,
            name,
            file: Some(file),
        };
        changed.map(|()| delivery).map_err(Into::into)
    }

    /// The whole message, on the disk, with the line ends of this machine, as mail readers and the
    /// servers that share a Maildir with them expect.
    pub(crate) fn write(folder: &Folder, message: &Composed) -> Result<Self, CopyError> {
        let mut delivery = Self::begin(folder).map_err(CopyError::Sink)?;
        let mut lines = LocalLines::new(&mut delivery);
        message.copy_to(&mut lines)?;
        lines
            .finish()
            .and_then(|()| delivery.bring_to_the_disk())
            .map_err(CopyError::Sink)?;
        Ok(delivery)
    }

    fn bring_to_the_disk(&mut self) -> io::Result<()> {
        if let Some(file) = self.file.take() {
            rustix::fs::fsync(&file)?;
            sys::descriptor::close(file)?;
        }
        Ok(())
    }

    /// The name that nobody else gives.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The folder and the name in it by which the file is known until it is moved.
    pub(crate) fn place(&self) -> (BorrowedFd<'_>, &OsStr) {
        (self.tmp.as_fd(), OsStr::new(&self.name))
    }

    /// Moves the file to where readers look, under this name.
    pub(crate) fn deliver(self, folder: &Folder, room: Room, name: &OsStr) -> io::Result<()> {
        let to = folder.room(room);
        move_without_replacing(self.place(), (to, name))?;
        // Only now is the message where a crash cannot take it away.
        rustix::fs::fsync(to).map_err(|error| {
            let _ = rustix::fs::unlinkat(to, name, AtFlags::empty());
            error.into()
        })
    }
}

impl Write for Delivery {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = self.file.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(rustix::io::write(file, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        // After it was moved there is nothing by this name any more.
        let _ = rustix::fs::unlinkat(&self.tmp, &self.name, AtFlags::empty());
    }
}
