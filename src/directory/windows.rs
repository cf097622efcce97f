//! Folders by their paths, each held open so that it stays where it is.
#![forbid(unsafe_code)]

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileTimes, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OPEN_REPARSE_POINT, FILE_SHARE_READ, FILE_SHARE_WRITE,
};

use super::{Access, Place, Status};
use crate::ffi::sys;

/// An open folder.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    /// Nobody removes or renames the folder while this is open.
    _held: File,
}

impl Directory {
    /// Opens the folder at this path, whose links are followed.
    ///
    /// # Errors
    /// The system's, here and below.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::hold(std::path::absolute(path)?, FILE_FLAG_BACKUP_SEMANTICS)
    }

    /// Opens a folder in this one. A link in its place is not followed.
    pub(crate) fn open_inside(&self, name: &str) -> io::Result<Self> {
        let flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT;
        Self::hold(self.path.join(name), flags)
    }

    fn hold(path: PathBuf, flags: u32) -> io::Result<Self> {
        let held = OpenOptions::new()
            .read(true)
            .share_mode(FILE_SHARE_READ | FILE_SHARE_WRITE)
            .custom_flags(flags)
            .open(&path)?;
        if !held.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { path, _held: held })
    }

    /// Makes a folder where there is none, with the rights of the one above it, and says whether it did.
    pub(crate) fn make(path: &Path) -> io::Result<bool> {
        match fs::create_dir(path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The same in this one.
    pub(crate) fn make_inside(&self, name: &str) -> io::Result<bool> {
        Self::make(&self.path.join(name))
    }

    /// Nothing to do: the file system keeps a journal of names, in the order of their changes.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// Makes a file. What is there by its name is left alone.
    pub(crate) fn create(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        self.open_as(name, &mut options)
    }

    /// Opens a file to write to, which is made where there is none.
    pub(crate) fn create_or_open(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        self.open_as(name, &mut options)
    }

    /// The same, to write to its end.
    pub(crate) fn append_to(&self, name: &OsStr) -> io::Result<File> {
        self.open_as(name, OpenOptions::new().append(true).create(true))
    }

    /// Opens a file that is there. `InvalidInput` for what cannot be a regular file.
    pub(crate) fn open_file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).write(access == Access::ReadAndWrite);
        let file = self.open_as(name, &mut options)?;
        if file.metadata()?.is_symlink() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a link"));
        }
        Ok(file)
    }

    fn open_as(&self, name: &OsStr, options: &mut OpenOptions) -> io::Result<File> {
        options
            .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
            .open(self.path.join(name))
    }

    /// What is known of a name in it. A link is not followed.
    pub(crate) fn status(&self, name: &OsStr) -> io::Result<Status> {
        fs::symlink_metadata(self.path.join(name)).map(|metadata| Status::new(&metadata))
    }

    /// What is known of the folder itself.
    pub(crate) fn own_status(&self) -> io::Result<Status> {
        fs::metadata(&self.path).map(|metadata| Status::new(&metadata))
    }

    /// Gives a file the times of another.
    pub(crate) fn set_times(&self, name: &OsStr, like: &Status) -> io::Result<()> {
        let times = FileTimes::new()
            .set_accessed(like.accessed)
            .set_modified(like.modified);
        self.open_file(name, Access::ReadAndWrite)?.set_times(times)
    }

    /// Removes a file.
    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.path.join(name))
    }

    /// Gives a file another place, where it replaces what is there.
    pub(crate) fn rename(&self, name: &OsStr, to: Place<'_>) -> io::Result<()> {
        fs::rename(self.path.join(name), to.0.path.join(to.1))
    }

    /// All names in it.
    pub(crate) fn names(&self) -> io::Result<impl Iterator<Item = io::Result<OsString>>> {
        let entries = fs::read_dir(&self.path)?;
        Ok(entries.map(|entry| Ok(entry?.file_name())))
    }

    /// Tells the names of the files in it. One that is not Unicode is none of ours.
    pub(crate) fn tell_files(
        &self,
        _buffer: &mut Vec<u8>,
        tell: &mut dyn FnMut(&[u8]),
    ) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Some(name) = entry.file_name().to_str()
            {
                tell(name.as_bytes());
            }
        }
        Ok(())
    }
}

impl Status {
    /// What is known of an open file.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|metadata| Self::new(&metadata))
    }

    fn new(metadata: &Metadata) -> Self {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        Self {
            is_file: metadata.is_file(),
            size: metadata.len(),
            accessed: metadata.accessed().unwrap_or(modified),
            modified,
            changed: modified,
            // Every name of ours is given once.
            identity: (0, 0),
            // What lies in a user's profile is that user's, by the rights of the folders above it.
            is_ours: true,
            is_shared: false,
        }
    }
}

/// Moves a file without ever replacing another. Of several that try at the same time one succeeds,
/// and the others are told that there is no such file.
///
/// # Errors
/// The system's: `AlreadyExists`, `NotFound` and the rest.
pub(crate) fn move_without_replacing(from: Place<'_>, to: Place<'_>) -> io::Result<()> {
    sys::rename::without_replacing(&from.0.path.join(from.1), &to.0.path.join(to.1))
}

/// Puts a file in the place of another, which is gone then.
///
/// # Errors
/// The system's: `NotFound` when there is nothing to take the place of.
pub(crate) fn exchange(with: Place<'_>, at: Place<'_>) -> io::Result<()> {
    at.0.status(at.1)?;
    with.0.rename(with.1, at)
}

/// Closes a file. What could go wrong with that was told by the call that brought it to the disk.
///
/// # Errors
/// None.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(crate) fn close(file: File) -> io::Result<()> {
    drop(file);
    Ok(())
}
