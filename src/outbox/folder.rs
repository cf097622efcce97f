//! The folder of an outbox: the user's own, and nobody else's business.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::directory::{Access, Directory, Status};
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

/// An open outbox. Links in the place of its parts are not followed.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    root: Directory,
    rooms: [Directory; Room::ALL.len()],
}

impl Folder {
    /// Opens the outbox at this path, making whatever of it is missing.
    pub(super) fn make(path: &Path) -> Result<Self> {
        Directory::make_all(path)
            .map_err(|error| failed("make", path, error))
            .and_then(|()| Self::within(path))
    }

    /// Opens the outbox at this path, if there is one.
    pub(super) fn existing(path: &Path) -> Result<Option<Self>> {
        use io::ErrorKind::{NotADirectory, NotFound};
        match std::fs::metadata(path) {
            Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
            _ => Self::within(path).map(Some),
        }
    }

    fn within(path: &Path) -> Result<Self> {
        let failed = |error| failed("open", path, error);
        let root = Directory::open(path).map_err(failed)?;
        check_owner(&root, path)?;
        check_format(&root, path)?;
        let open = |room: Room| {
            let opened = root.open_or_make(room.name()).map_err(failed)?;
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

    pub(super) fn root(&self) -> &Directory {
        &self.root
    }

    pub(super) fn room(&self, room: Room) -> &Directory {
        let [temporary, queue, state, trying, parked] = &self.rooms;
        match room {
            Room::Temporary => temporary,
            Room::Queue => queue,
            Room::State => state,
            Room::Trying => trying,
            Room::Parked => parked,
        }
    }

    /// The names in a room, in their order.
    pub(super) fn names(&self, room: Room) -> io::Result<Vec<String>> {
        let names = self.room(room).names()?;
        let names = names.map(|name| Ok(name?.to_string_lossy().into_owned()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    /// Whether there is nothing in a room.
    pub(super) fn is_empty(&self, room: Room) -> io::Result<bool> {
        self.room(room).is_empty()
    }

    /// Brings the names in a room to the disk.
    pub(super) fn sync(&self, room: Room) -> io::Result<()> {
        self.room(room).sync()
    }

    /// Removes a file, and says whether it was there.
    pub(super) fn remove(&self, room: Room, name: &OsStr) -> io::Result<bool> {
        match self.room(room).remove(name) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens a file of ours; anything else by its name is refused, and never waited for.
    pub(super) fn open(&self, room: &Directory, name: &OsStr, access: Access) -> io::Result<File> {
        let file = room.open_file(name, access)?;
        let status = Status::of(&file)?;
        if !status.is_file || !status.is_ours {
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

fn check_owner(folder: &Directory, path: &Path) -> Result<()> {
    let why_not = folder
        .why_not_private()
        .map_err(|error| failed("open", path, error))?;
    let Some(why) = why_not else { return Ok(()) };
    Err(Error::new(
        Kind::AccessDenied,
        format!("the outbox {} is not used: {why}", path.display()),
    ))
}

/// Makes sure that this is an outbox as we know them, or an empty folder that becomes one.
///
/// Whoever makes one writes the same bytes to the same place, so that any number of processes may do
/// so at once, and one that is killed in between is no harm.
fn check_format(root: &Directory, path: &Path) -> Result<()> {
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
            let is_empty = root
                .is_empty()
                .map_err(|error| failed("open", path, error))?;
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

fn read_format(root: &Directory) -> io::Result<Option<Vec<u8>>> {
    let file = match root.open_file(OsStr::new("format"), Access::Read) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut said = Vec::new();
    file.take(100).read_to_end(&mut said)?;
    Ok(Some(said))
}

fn write_format(root: &Directory) -> io::Result<()> {
    let mut file = root.create_or_open(OsStr::new("format"))?;
    file.write_all(FORMAT)?;
    file.sync_all()?;
    root.sync()
}
