//! Taking a message for oneself.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Name;
use super::folder::{Folder, Room};
use super::spooled::Spooled;
use super::state::State;
use crate::directory::{Access, move_without_replacing, try_lock};
use crate::mime::Composed;

/// A message that nobody else touches while this is held.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    pub(super) folder: &'a Folder,
    pub(super) name: Name,
    room: Room,
    file: Arc<File>,
}

/// What came of claiming one.
#[derive(Debug)]
pub(super) enum Claimed<'a> {
    Mine(Claim<'a>),
    /// Somebody else has it: it is being put in, or delivered.
    Busy,
    /// It is not there any more.
    Gone,
    /// It is nothing of ours, and stays as it is.
    Foreign(String),
}

impl<'a> Claim<'a> {
    pub(super) fn take(folder: &'a Folder, room: Room, name: &Name) -> Claimed<'a> {
        let file = match folder.open(folder.room(room), name.as_os_str(), Access::ReadAndWrite) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Claimed::Gone,
            Err(error) => return Claimed::Foreign(error.to_string()),
        };
        match try_lock(&file) {
            Ok(true) => {}
            Ok(false) => return Claimed::Busy,
            Err(error) => return Claimed::Foreign(error.to_string()),
        }
        let claim = Self {
            folder,
            name: name.clone(),
            room,
            file: Arc::new(file),
        };
        // Whoever had it before us may have delivered or parked it since we opened it.
        match folder.room(room).still_has(name.as_os_str(), &claim.file) {
            Ok(true) => Claimed::Mine(claim),
            Ok(false) => Claimed::Gone,
            Err(error) => Claimed::Foreign(error.to_string()),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path_of(self.room, self.name.as_os_str())
    }

    pub(super) fn spooled(&self) -> io::Result<Spooled> {
        Spooled::read(&self.file)
    }

    /// Whether every byte is as it was written.
    pub(super) fn verify(&self, spooled: &Spooled) -> io::Result<()> {
        spooled.verify(&self.file)
    }

    pub(super) fn message(&self, spooled: &Spooled) -> Composed {
        spooled.message(&self.file, &self.path())
    }

    pub(super) fn state(&self) -> io::Result<State> {
        State::read(self.folder, &self.name)
    }

    pub(super) fn note(&self, state: &State) -> io::Result<()> {
        state.write(self.folder, &self.name)
    }

    /// Notes that a try has ended.
    pub(super) fn end_try(&self) {
        let _ = self.folder.remove(Room::Trying, self.name.as_os_str());
    }

    /// Moves it to another room, where it stays ours.
    pub(super) fn move_to(&mut self, room: Room) -> io::Result<()> {
        let name = self.name.as_os_str();
        let (from, to) = (self.folder.room(self.room), self.folder.room(room));
        move_without_replacing((from, name), (to, name))?;
        let before = std::mem::replace(&mut self.room, room);
        self.folder.sync(room)?;
        self.folder.sync(before)
    }

    /// Does away with it. What is left of it then is no harm.
    pub(super) fn remove(&self) -> io::Result<()> {
        self.folder.remove(self.room, self.name.as_os_str())?;
        self.folder.sync(self.room)?;
        let _ = self.folder.remove(Room::State, self.name.as_os_str());
        self.end_try();
        Ok(())
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        // Said aloud, because a child that the host forked meanwhile has the file open too.
        let _ = self.file.unlock();
    }
}
