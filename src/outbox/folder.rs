//! The folder of an outbox: the user's own, and nobody else's business.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, Mode, OFlags};
use rustix::io::Errno;

use crate::descriptor::lift;
use crate::error::{Error, Kind, Result};

/// The parts of an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// What is being written. Nobody reads it.
    Temporary,
    /// Messages to be delivered.
    Queue,
    /// What is known of each message.
    State,
    /// How often a delivery was begun and not ended.
    Trying,
    /// Messages that are not tried any more.
    Parked,
}

impl Room {
    const ALL: [Self; 5] = [
        Self::Temporary,
        Self::Queue,
        Self::State,
        Self::Trying,
        Self::Parked,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Temporary => "tmp",
            Self::Queue => "queue",
            Self::State => "state",
            Self::Trying => "trying",
            Self::Parked => "parked",
        }
    }
}

/// What the file `format` says. It is the first thing in a new outbox.
const FORMAT: &[u8] = b"simplemapi outbox 1\n";

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// For the user alone.
pub(super) const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

/// An open outbox. Links in the place of its parts are not followed.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    root: OwnedFd,
    rooms: [OwnedFd; Room::ALL.len()],
}

impl Folder {
    /// Opens the outbox at this path, making whatever of it is missing.
    pub(super) fn make(path: &Path) -> Result<Self> {
        make_path(path)
            .map_err(|error| failed("make", path, error))
            .and_then(|()| Self::within(path))
    }

    /// Opens the outbox at this path, if there is one.
    pub(super) fn existing(path: &Path) -> Result<Option<Self>> {
        match rustix::fs::stat(path) {
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            _ => Self::within(path).map(Some),
        }
    }

    fn within(path: &Path) -> Result<Self> {
        let failed = |error| failed("open", path, error);
        let root = rustix::fs::open(path, FOLDER, Mode::empty())
            .map_err(io::Error::from)
            .and_then(lift)
            .map_err(failed)?;
        check_owner(&root, path)?;
        check_format(&root, path)?;
        let open = |room: Room| {
            let opened = open_or_make(&root, room.name()).map_err(failed)?;
            check_owner(&opened, &path.join(room.name()))?;
            Ok(opened)
        };
        let [temporary, queue, state, trying, parked] = Room::ALL;
        Ok(Self {
            path: path.to_owned(),
            rooms: [
                open(temporary)?,
                open(queue)?,
                open(state)?,
                open(trying)?,
                open(parked)?,
            ],
            root,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file, for reasons.
    pub(super) fn path_of(&self, room: Room, name: &OsStr) -> PathBuf {
        self.path.join(room.name()).join(name)
    }

    pub(super) fn root(&self) -> BorrowedFd<'_> {
        self.root.as_fd()
    }

    pub(super) fn room(&self, room: Room) -> BorrowedFd<'_> {
        let [temporary, queue, state, trying, parked] = &self.rooms;
        match room {
            Room::Temporary => temporary,
            Room::Queue => queue,
            Room::State => state,
            Room::Trying => trying,
            Room::Parked => parked,
        }
        .as_fd()
    }

    /// The names in a room, in their order.
    pub(super) fn names(&self, room: Room) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(self.room(room))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy();
            if name != "." && name != ".." {
                names.push(name.into_owned());
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Whether there is nothing in a room.
    pub(super) fn is_empty(&self, room: Room) -> io::Result<bool> {
        is_empty(self.room(room))
    }

    /// Brings the names in a room to the disk.
    pub(super) fn sync(&self, room: Room) -> io::Result<()> {
        Ok(rustix::fs::fsync(self.room(room))?)
    }

    /// Removes a file, and says whether it was there.
    pub(super) fn remove(&self, room: Room, name: &OsStr) -> io::Result<bool> {
        match rustix::fs::unlinkat(self.room(room), name, AtFlags::empty()) {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a file of ours; anything else by its name is refused, and never waited for.
    pub(super) fn open(
        &self,
        room: BorrowedFd<'_>,
        name: &OsStr,
        access: OFlags,
    ) -> io::Result<File> {
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file: File = lift(rustix::fs::openat(room, name, flags, Mode::empty())?)?.into();
        let stat = rustix::fs::fstat(&file)?;
        if !file.metadata()?.is_file() || stat.st_uid != rustix::process::geteuid().as_raw() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is not a regular file of this user",
            ));
        }
        Ok(file)
    }
}

/// A failure of the file system below an outbox.
pub(super) fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    let context = format!("cannot {doing} the outbox {}", path.display());
    Error::new(Kind::of_system_error(&error), context).because(error)
}

/// Makes a folder for the user alone, and those above it that are missing.
fn make_path(path: &Path) -> io::Result<()> {
    match rustix::fs::mkdir(path, Mode::RWXU) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(()),
        Err(Errno::NOENT) => {
            make_path(path.parent().ok_or(Errno::NOENT)?)?;
            match rustix::fs::mkdir(path, Mode::RWXU) {
                Ok(()) => {}
                Err(Errno::EXIST) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    }
    // Whatever the host's umask took away.
    rustix::fs::chmodat(CWD, path, Mode::RWXU, AtFlags::empty())?;
    if let Some(parent) = path.parent() {
        let parent = lift(rustix::fs::open(parent, FOLDER, Mode::empty())?)?;
        rustix::fs::fsync(parent)?;
    }
    Ok(())
}

fn open_or_make(root: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    let flags = FOLDER | OFlags::NOFOLLOW;
    match rustix::fs::openat(root, name, flags, Mode::empty()) {
        Ok(room) => return lift(room),
        Err(Errno::NOENT) => {}
        Err(error) => return Err(error.into()),
    }
    match rustix::fs::mkdirat(root, name, Mode::RWXU) {
        Ok(()) => rustix::fs::chmodat(root, name, Mode::RWXU, AtFlags::empty())?,
        Err(Errno::EXIST) => {}
        Err(error) => return Err(error.into()),
    }
    rustix::fs::fsync(root)?;
    lift(rustix::fs::openat(root, name, flags, Mode::empty())?)
}

/// Mail in a folder that others may enter is not private, and in one that others may write to it is
/// not even ours.
fn check_owner(folder: &OwnedFd, path: &Path) -> Result<()> {
    let stat = rustix::fs::fstat(folder).map_err(|error| failed("open", path, error.into()))?;
    let refused = |why: &str| {
        Error::new(
            Kind::AccessDenied,
            format!("the outbox {} is not used: {why}", path.display()),
        )
    };
    if stat.st_uid != rustix::process::geteuid().as_raw() {
        return Err(refused("it belongs to another user"));
    }
    if stat.st_mode & 0o077 != 0 {
        let path = path.display();
        return Err(refused(&format!(
            "others have rights to it: chmod 700 {path}"
        )));
    }
    Ok(())
}

/// Makes sure that this is an outbox as we know them, or an empty folder that becomes one.
///
/// Whoever makes one writes the same bytes to the same place, so that any number of processes may do
/// so at once, and one that is killed in between is no harm.
fn check_format(root: &OwnedFd, path: &Path) -> Result<()> {
    let found = read_format(root).map_err(|error| failed("open", path, error))?;
    let refused = |why: String| {
        Error::new(
            Kind::Failure,
            format!("{} is not used as an outbox: {why}", path.display()),
        )
    };
    match found.as_deref() {
        Some(FORMAT) => return Ok(()),
        Some(said) if FORMAT.starts_with(said) => {}
        Some(said) => {
            let said = String::from_utf8_lossy(said);
            let said: String = said.trim().chars().filter(|c| !c.is_control()).collect();
            return Err(refused(format!(
                "its format is \"{said}\", and this version knows \"simplemapi outbox 1\""
            )));
        }
        None => {
            let is_empty = is_empty(root).map_err(|error| failed("open", path, error))?;
            // Somebody else may have made it an outbox since.
            let now = read_format(root).map_err(|error| failed("open", path, error))?;
            if !is_empty && now.is_none() {
                return Err(refused(
                    "it holds files of something else; name an empty folder".to_owned(),
                ));
            }
        }
    }
    write_format(root).map_err(|error| failed("make", path, error))
}

fn read_format(root: &OwnedFd) -> io::Result<Option<Vec<u8>>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(root, "format", flags, Mode::empty()) {
        Ok(file) => File::from(lift(file)?),
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut said = Vec::new();
    file.take(100).read_to_end(&mut said)?;
    Ok(Some(said))
}

fn write_format(root: &OwnedFd) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = crate::descriptor::open_above(|| {
        Ok(rustix::fs::openat(root, "format", flags, PRIVATE_FILE)?)
    })?;
    rustix::fs::fchmod(&file, PRIVATE_FILE)?;
    let file = File::from(file);
    file.write_all_at(FORMAT, 0)?;
    file.sync_all()?;
    Ok(rustix::fs::fsync(root)?)
}

fn is_empty(root: impl AsFd) -> io::Result<bool> {
    for entry in Dir::read_from(root)? {
        if !matches!(entry?.file_name().to_bytes(), b"." | b"..") {
            return Ok(false);
        }
    }
    Ok(true)
}
