//! A folder of mail, opened so that nobody can put another in its place.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use crate::directory::Directory;

/// The two places in which a message may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Room {
    /// What no mail program has seen yet.
    New,
    /// What one has seen, with its flags.
    Cur,
}

/// A folder with `tmp`, `new` and `cur` in it. Links in the place of these are not followed.
#[derive(Debug)]
pub(crate) struct Folder {
    root: Directory,
    new: Directory,
    cur: Directory,
}

impl Folder {
    /// Opens the Maildir at this path, making whatever of it is missing.
    pub(crate) fn make(path: &Path) -> io::Result<Self> {
        if Directory::make(path)?
            && let Some(parent) = path.parent()
        {
            Directory::open(parent)?.sync()?;
        }
        Self::within(Directory::open(path)?)
    }

    /// Opens the Maildir at this path, if there is one.
    pub(crate) fn existing(path: &Path) -> io::Result<Option<Self>> {
        match Directory::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            root => Self::within(root?).map(Some),
        }
    }

    /// Opens a folder of this Maildir as Maildir++ has them, such as `.Sent`, making what is missing.
    pub(crate) fn make_child(&self, name: &str) -> io::Result<Self> {
        let is_new = self.root.make_inside(name)?;
        let root = self.root.open_inside(name)?;
        if is_new {
            // Says to a delivery agent that this is a folder and no Maildir of its own.
            root.create_or_open(OsStr::new("maildirfolder"))?;
            self.root.sync()?;
        }
        Self::within(root)
    }

    fn within(root: Directory) -> io::Result<Self> {
        let new = root.open_or_make("new")?;
        let cur = root.open_or_make("cur")?;
        Ok(Self { root, new, cur })
    }

    /// Where messages lie.
    pub(crate) fn room(&self, room: Room) -> &Directory {
        match room {
            Room::New => &self.new,
            Room::Cur => &self.cur,
        }
    }

    /// Where messages are written.
    pub(super) fn open_tmp(&self) -> io::Result<Directory> {
        self.root.open_or_make("tmp")
    }
}
