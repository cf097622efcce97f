//! Files that are written where nobody looks, and appear whole.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io;

use super::folder::{Folder, Room};
use super::name::Name;
use crate::directory::{Access, move_without_replacing, try_lock};

/// A new file in `tmp`, locked. Dropped, it is gone.
///
/// The lock says that its writer is alive: what is there without one was left behind by somebody who
/// was killed, and may be removed.
#[derive(Debug)]
pub(super) struct Temporary<'a> {
    folder: &'a Folder,
    name: Name,
    file: File,
}

impl<'a> Temporary<'a> {
    pub(super) fn create(folder: &'a Folder) -> io::Result<Self> {
        const TRIES: usize = 100;
        for _ in 0..TRIES {
            let name = Name::fresh()?;
            let room = folder.room(Room::Temporary);
            let file = match room.create(name.as_os_str()) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            let temporary = Self { folder, name, file };
            let (name, file) = (temporary.name.as_os_str(), &temporary.file);
            // Between its creation and its lock it looks like one that was left behind.
            if try_lock(file)? && room.still_has(name, file)? {
                return Ok(temporary);
            }
        }
        Err(io::Error::other("others keep removing its temporary files"))
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn name(&self) -> &Name {
        &self.name
    }

    /// Brings it to the disk and gives it a name that nobody has, still locked.
    pub(super) fn appear(self, room: Room) -> io::Result<Appeared<'a>> {
        self.file.sync_all()?;
        let (tmp, to) = (self.folder.room(Room::Temporary), self.folder.room(room));
        let name = self.name.as_os_str();
        move_without_replacing((tmp, name), (to, name))?;
        let appeared = Appeared {
            temporary: self,
            room,
            stays: false,
        };
        // Only now is it where a crash cannot take it away.
        appeared.temporary.folder.sync(room)?;
        Ok(appeared)
    }

    /// Brings it to the disk and puts it in the place of another.
    pub(super) fn replace(self, room: Room, name: &OsStr) -> io::Result<()> {
        self.file.sync_all()?;
        let tmp = self.folder.room(Room::Temporary);
        tmp.rename(self.name.as_os_str(), (self.folder.room(room), name))?;
        self.folder.sync(room)
    }
}

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        // After it was moved there is nothing by this name any more.
        let _ = self.folder.remove(Room::Temporary, self.name.as_os_str());
    }
}

/// A file that has its name, and its lock until this is dropped. Unless it is kept it goes again.
#[derive(Debug)]
pub(super) struct Appeared<'a> {
    temporary: Temporary<'a>,
    room: Room,
    stays: bool,
}

impl Appeared<'_> {
    /// Lets it stay, and lets go of it.
    pub(super) fn keep(mut self) -> Name {
        self.stays = true;
        let name = self.temporary.name.clone();
        // Said aloud, because a child that the host forked meanwhile has the file open too.
        let _ = self.temporary.file.unlock();
        name
    }
}

impl Drop for Appeared<'_> {
    fn drop(&mut self) {
        if !self.stays {
            let name = self.temporary.name.as_os_str();
            if self.temporary.folder.remove(self.room, name).is_err() {
                // What cannot be taken away must at least not be sent.
                let _ = self.temporary.file.set_len(0);
            }
        }
    }
}

/// Removes what writers that were killed left behind. Nothing depends on it.
pub(super) fn sweep(folder: &Folder) {
    for name in folder.names(Room::Temporary).unwrap_or_default() {
        let name = OsStr::new(&name);
        if let Ok(file) = folder.open(folder.room(Room::Temporary), name, Access::ReadAndWrite)
            && let Ok(true) = try_lock(&file)
        {
            let _ = folder.remove(Room::Temporary, name);
        }
    }
}
