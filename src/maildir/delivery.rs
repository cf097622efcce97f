//! A message on its way into a Maildir.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};

use super::folder::{Folder, Room};
use super::unique_name;
use crate::directory::{self, Directory, Place, move_without_replacing};
use crate::mime::{Composed, CopyError, LocalLines};

/// A file in `tmp`. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Delivery {
    tmp: Directory,
    name: String,
    file: Option<File>,
}

impl Delivery {
    /// An empty file.
    pub(crate) fn begin(folder: &Folder) -> io::Result<Self> {
        let (tmp, name) = (folder.open_tmp()?, unique_name()?);
        let file = tmp.create(OsStr::new(&name))?;
        Ok(Self {
            tmp,
            name,
            file: Some(file),
        })
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
            file.sync_all()?;
            directory::close(file)?;
        }
        Ok(())
    }

    /// The name that nobody else gives.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The folder and the name in it by which the file is known until it is moved.
    pub(crate) fn place(&self) -> Place<'_> {
        (&self.tmp, OsStr::new(&self.name))
    }

    /// Moves the file to where readers look, under this name.
    pub(crate) fn deliver(self, folder: &Folder, room: Room, name: &OsStr) -> io::Result<()> {
        let to = folder.room(room);
        move_without_replacing(self.place(), (to, name))?;
        // Only now is the message where a crash cannot take it away.
        to.sync().inspect_err(|_| {
            let _ = to.remove(name);
        })
    }
}

impl Write for Delivery {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut file = self.file.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        // After it was moved there is nothing by this name any more.
        let _ = self.tmp.remove(OsStr::new(&self.name));
    }
}
