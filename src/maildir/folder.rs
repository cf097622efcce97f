//! A folder of mail, opened so that nobody can put another in its place.
#![forbid(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;

use crate::descriptor::lift;

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
    root: OwnedFd,
    new: OwnedFd,
    cur: OwnedFd,
}

impl Folder {
    /// Opens the Maildir at this path, making whatever of it is missing.
    pub(crate) fn make(path: &Path) -> io::Result<Self> {
        if make_folder(CWD, path)?
            && let Some(parent) = path.parent()
        {
            rustix::fs::fsync(open_root(parent)?)?;
        }
        Self::within(open_root(path)?)
    }

    /// Opens the Maildir at this path, if there is one.
    pub(crate) fn existing(path: &Path) -> io::Result<Option<Self>> {
        match open_root(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            root => Self::within(root?).map(Some),
        }
    }

    /// Opens a folder of this Maildir as Maildir++ has them, such as `.Sent`, making what is missing.
    pub(crate) fn make_child(&self, name: &str) -> io::Result<Self> {
        let is_new = make_folder(self.root.as_fd(), Path::new(name))?;
        let root = open_inside(self.root.as_fd(), name)?;
        if is_new {
            // Says to a delivery agent that this is a folder and no Maildir of its own.
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            rustix::fs::openat(&root, "maildirfolder", flags, PRIVATE_FILE)?;
            rustix::fs::fsync(&self.root)?;
        }
        Self::within(root)
    }

    fn within(root: OwnedFd) -> io::Result<Self> {
        let new = open_or_make(&root, "new")?;
        let cur = open_or_make(&root, "cur")?;
        Ok(Self { root, new, cur })
    }

    /// Where messages lie.
    pub(crate) fn room(&self, room: Room) -> BorrowedFd<'_> {
        match room {
            Room::New => self.new.as_fd(),
            Room::Cur => self.cur.as_fd(),
        }
    }

    /// Where messages are written.
    pub(super) fn open_tmp(&self) -> io::Result<OwnedFd> {
        open_or_make(&self.root, "tmp")
    }
}

/// For the user alone.
pub(super) const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// Makes a folder for the user alone where there is none, and says whether it did.
fn make_folder(parent: BorrowedFd<'_>, path: &Path) -> io::Result<bool> {
    match rustix::fs::mkdirat(parent, path, Mode::RWXU) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    // Whatever the host's umask took away.
    rustix::fs::chmodat(parent, path, Mode::RWXU, rustix::fs::AtFlags::empty())?;
    Ok(true)
}

fn open_or_make(root: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    match open_inside(root.as_fd(), name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make_folder(root.as_fd(), Path::new(name))?;
            rustix::fs::fsync(root)?;
            open_inside(root.as_fd(), name)
        }
        opened => opened,
    }
}

fn open_root(path: &Path) -> io::Result<OwnedFd> {
    lift(rustix::fs::open(path, FOLDER, Mode::empty())?)
}

fn open_inside(parent: BorrowedFd<'_>, name: &str) -> io::Result<OwnedFd> {
    let flags = FOLDER | OFlags::NOFOLLOW;
    lift(rustix::fs::openat(parent, name, flags, Mode::empty())?)
}
