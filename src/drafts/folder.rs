//! The folder of a draft, and those who have it open.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Environment;
use crate::directory::{Access, Directory, Status, try_lock};
use crate::error::{Error, Kind, Result};
use crate::outbox::Name;
use crate::regular_file;

/// The longest text that is read back: what can be said in a dialog.
const MOST_BYTES: usize = 64 << 20;
/// How long whoever looks a draft over, or has just shown it, keeps another from it.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long what nobody needs any more stays.
const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const LOCK: &str = "lock";
pub(super) const DRAFT: &str = "draft.json";
pub(super) const LETTER: &str = "letter.json";
/// The next `draft.json`, whole.
const NEXT: &str = "draft.next";
/// The same while it is written.
const PART: &str = "draft.part";

/// Where such folders are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Messages that a window shows, or one shall.
    Drafts,
    /// Files that a mail program was given.
    HandedOver,
}

impl Room {
    /// Its path.
    ///
    /// # Errors
    /// [`Kind::NotSupported`] where this process has no place for it.
    pub(crate) fn path(self, environment: &Environment) -> Result<PathBuf> {
        let state = environment.state_home.as_deref().ok_or_else(|| {
            Error::new(
                Kind::NotSupported,
                "there is no place for drafts: set HOME or XDG_STATE_HOME",
            )
        })?;
        let name = match self {
            Self::Drafts => "drafts",
            Self::HandedOver => "handed-over",
        };
        Ok(state.join("simplemapi").join(name))
    }
}

/// A folder that nobody else has open while this is held. It stays unless it is removed.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    directory: Directory,
    lock: Lock,
}

impl Folder {
    /// Makes a new one in this room, and removes what has been there for too long.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn begin(room: &Path) -> Result<Self> {
        let failed = |error| failed("make", room, error);
        Directory::make_all(room).map_err(failed)?;
        let above = Directory::open(room).map_err(failed)?;
        check_private(&above, room)?;
        sweep(room, &above);
        let name = Name::fresh().map_err(failed)?;
        above.make_inside(name.as_ref()).map_err(failed)?;
        let path = room.join(name.as_ref());
        let made = above.open_inside(name.as_ref()).and_then(|directory| {
            let lock = directory.create(OsStr::new(LOCK))?;
            try_lock(&lock)?;
            Ok((directory, Lock(lock)))
        });
        let (directory, lock) = made.map_err(|error| {
            let _ = fs::remove_dir_all(&path);
            failed(error)
        })?;
        Ok(Self {
            path,
            directory,
            lock,
        })
    }

    /// Opens the one at this path.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] where there is none, [`Kind::AccessDenied`] while somebody has it open,
    /// and those of the file system.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let parts = path.parent().zip(path.file_name());
        let (room, name) = parts
            .and_then(|(room, name)| Some((room, name.to_str()?)))
            .ok_or_else(|| gone(path))?;
        let above = Directory::open(room).map_err(|error| unopened(path, error))?;
        Self::locked(&above, name, path, PATIENCE)?.ok_or_else(|| {
            let reason = format!("somebody has the draft {} open", path.display());
            Error::new(Kind::AccessDenied, reason)
        })
    }

    /// The same for a name in an open room, without waiting for anybody; `None` while somebody has it
    /// open.
    ///
    /// # Errors
    /// The same.
    pub(super) fn try_open(room: &Path, above: &Directory, name: &Name) -> Result<Option<Self>> {
        let name = name.as_ref();
        Self::locked(above, name, &room.join(name), Duration::ZERO)
    }

    fn locked(
        above: &Directory,
        name: &str,
        path: &Path,
        patience: Duration,
    ) -> Result<Option<Self>> {
        const STEP: Duration = Duration::from_millis(50);
        let failed = |error| unopened(path, error);
        let directory = above.open_inside(name).map_err(failed)?;
        check_private(&directory, path)?;
        let file = directory.open_file(OsStr::new(LOCK), Access::ReadAndWrite);
        let file = file.map_err(failed)?;
        let mut waited = Duration::ZERO;
        while !try_lock(&file).map_err(failed)? {
            if waited >= patience {
                return Ok(None);
            }
            thread::sleep(STEP);
            waited += STEP;
        }
        let lock = Lock(file);
        // Whoever had it may have removed it.
        if !directory
            .still_has(OsStr::new(LOCK), &lock.0)
            .map_err(failed)?
        {
            return Err(gone(path));
        }
        Ok(Some(Self {
            path: path.to_owned(),
            directory,
            lock,
        }))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What one of its files says; `None` where there is none.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] for what does not say this, and those of the file system.
    pub(super) fn read<W: DeserializeOwned>(&self, name: &str) -> Result<Option<W>> {
        let unreadable = |error: Box<dyn std::error::Error + Send + Sync>| {
            let path = self.path.join(name);
            let reason = format!("{} cannot be read", path.display());
            Error::new(Kind::InvalidMessage, reason).because(error)
        };
        let file = match self.directory.open_file(OsStr::new(name), Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|error| unreadable(error.into()))?,
        };
        let status = Status::of(&file).map_err(|error| unreadable(error.into()))?;
        if !status.is_file || !status.is_ours {
            return Err(unreadable("it is not a regular file of this user".into()));
        }
        let mut bytes = Vec::new();
        regular_file::read(&file, MOST_BYTES, &mut bytes)
            .map_err(|error| unreadable(error.into()))?;
        let words = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.into()))?;
        Ok(Some(words))
    }

    /// Has `draft.json` say this, and what a person had made of the one before count no more. Whoever is
    /// killed meanwhile has done one or the other.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn write(&self, words: &impl Serialize) -> Result<()> {
        let write = || {
            let text = serde_json::to_vec(words)?;
            let (part, next) = (OsStr::new(PART), OsStr::new(NEXT));
            let mut file = self.directory.create_or_open(part)?;
            file.set_len(0)?;
            file.write_all(&text)?;
            if self.directory.status(OsStr::new(DRAFT)).is_ok() {
                // There is something to lose.
                file.sync_all()?;
            }
            drop(file);
            self.directory.rename(part, (&self.directory, next))?;
            self.forget(LETTER)?;
            self.settle()
        };
        write().map_err(|error| failed("write to", &self.path, error))
    }

    /// Ends a writing that was cut off.
    pub(super) fn settle(&self) -> io::Result<()> {
        if self.directory.status(OsStr::new(LETTER)).is_ok() {
            // It is about the one before.
            return self.forget(NEXT);
        }
        let (next, draft) = (OsStr::new(NEXT), OsStr::new(DRAFT));
        match self.directory.rename(next, (&self.directory, draft)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed,
        }
    }

    /// Brings what is there by name, and what it says, to the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        let draft = self
            .directory
            .open_file(OsStr::new(DRAFT), Access::ReadAndWrite);
        match draft {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            draft => draft?.sync_all()?,
        }
        self.directory.sync()?;
        match self.path.parent() {
            Some(room) => Directory::open(room)?.sync(),
            None => Ok(()),
        }
    }

    fn forget(&self, name: &str) -> io::Result<()> {
        match self.directory.remove(OsStr::new(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// Lets go of it, so that another may open it.
    pub(crate) fn release(self) -> PathBuf {
        self.path
    }

    /// Does away with it.
    pub(crate) fn remove(self) {
        // From here on it is no draft, should the rest not come to an end.
        let _ = self.directory.remove(OsStr::new(DRAFT));
        let Self {
            path,
            directory,
            lock,
        } = self;
        // Some systems keep a folder that is open.
        drop(directory);
        // What stays now goes with the next that is begun after a week.
        let _ = fs::remove_dir_all(path);
        drop(lock);
    }
}

/// A lock that is held.
#[derive(Debug)]
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Said aloud, because a child that the host forked meanwhile has the file open too.
        let _ = self.0.unlock();
    }
}

/// The names of a room that are ours, in the order of time.
pub(super) fn names(room: &Directory) -> io::Result<Vec<Name>> {
    /// More than anybody keeps; a folder with a million names takes nobody's memory.
    const MOST: usize = 10_000;
    let names = room.names()?.take(MOST);
    let mut names: Vec<_> = names
        .filter_map(|name| Name::new(name.ok()?.to_str()?))
        .collect();
    names.sort_unstable();
    Ok(names)
}

/// Removes what a mail program has had for a week, and what was begun a week ago and is no draft.
fn sweep(room: &Path, directory: &Directory) {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    for name in names(directory).unwrap_or_default() {
        if now.as_secs().saturating_sub(name.seconds()) < KEPT.as_secs() {
            // They are in the order of time.
            return;
        }
        if let Ok(Some(folder)) = Folder::try_open(room, directory, &name)
            && folder.directory.status(OsStr::new(DRAFT)).is_err()
            && folder.directory.status(OsStr::new(NEXT)).is_err()
        {
            folder.remove();
        }
    }
}

pub(super) fn check_private(directory: &Directory, path: &Path) -> Result<()> {
    let why_not = directory
        .why_not_private()
        .map_err(|error| failed("open", path, error))?;
    let Some(why) = why_not else { return Ok(()) };
    Err(Error::new(
        Kind::AccessDenied,
        format!("{} is not used for drafts: {why}", path.display()),
    ))
}

fn unopened(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => gone(path),
        _ => failed("open", path, error),
    }
}

fn gone(path: &Path) -> Error {
    let reason = format!("there is no draft {}", path.display());
    Error::new(Kind::InvalidMessage, reason)
}

/// A failure of the file system below a draft.
pub(super) fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    let context = format!("cannot {doing} {} for a draft", path.display());
    Error::new(Kind::of_system_error(&error), context).because(error)
}
