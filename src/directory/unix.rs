//! Folders by their descriptors.
#![forbid(unsafe_code)]

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, RawDir, RenameFlags, SeekFrom, Stat, Timespec,
    Timestamps,
};
use rustix::io::Errno;

use super::{Access, Place, Status};
use crate::descriptor::{lift, open_above};
use crate::ffi::sys;

/// For the user alone.
const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);

/// Neither waits for anybody nor follows a link.
const FILE: OFlags = OFlags::NOFOLLOW
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY)
    .union(OFlags::CLOEXEC);

/// An open folder.
#[derive(Debug)]
pub(crate) struct Directory(OwnedFd);

impl Directory {
    /// Opens the folder at this path, whose links are followed.
    ///
    /// # Errors
    /// The system's, here and below.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let opened = rustix::fs::open(path, FOLDER, Mode::empty())?;
        Ok(Self(lift(opened)?))
    }

    /// Opens a folder in this one. A link in its place is not followed.
    pub(crate) fn open_inside(&self, name: &str) -> io::Result<Self> {
        let flags = FOLDER | OFlags::NOFOLLOW;
        let opened = rustix::fs::openat(&self.0, name, flags, Mode::empty())?;
        Ok(Self(lift(opened)?))
    }

    /// Makes a folder for the user alone where there is none, and says whether it did.
    pub(crate) fn make(path: &Path) -> io::Result<bool> {
        make(CWD, path)
    }

    /// The same in this one.
    pub(crate) fn make_inside(&self, name: &str) -> io::Result<bool> {
        make(self.0.as_fd(), Path::new(name))
    }

    /// Brings the names in it to the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }

    /// Makes a file for the user alone. What is there by its name is left alone.
    pub(crate) fn create(&self, name: &OsStr) -> io::Result<File> {
        self.open_to_write(name, OFlags::RDWR | OFlags::EXCL)
    }

    /// Opens a file to write to, which is made for the user alone where there is none.
    pub(crate) fn create_or_open(&self, name: &OsStr) -> io::Result<File> {
        self.open_to_write(name, OFlags::WRONLY)
    }

    /// The same, to write to its end.
    pub(crate) fn append_to(&self, name: &OsStr) -> io::Result<File> {
        self.open_to_write(name, OFlags::WRONLY | OFlags::APPEND)
    }

    fn open_to_write(&self, name: &OsStr, how: OFlags) -> io::Result<File> {
        let flags = how | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = open_above(|| Ok(rustix::fs::openat(&self.0, name, flags, PRIVATE_FILE)?))?;
        // Whatever the host's umask took away.
        if let Err(error) = rustix::fs::fchmod(&opened, PRIVATE_FILE) {
            if how.contains(OFlags::EXCL) {
                let _ = self.remove(name);
            }
            return Err(error.into());
        }
        Ok(opened.into())
    }

    /// Opens a file that is there, without waiting for anybody and without following a link.
    /// `InvalidInput` for what cannot be a regular file.
    pub(crate) fn open_file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let access = match access {
            Access::Read => OFlags::RDONLY,
            Access::ReadAndWrite => OFlags::RDWR,
        };
        match rustix::fs::openat(&self.0, name, FILE | access, Mode::empty()) {
            Ok(file) => Ok(lift(file)?.into()),
            Err(error @ (Errno::LOOP | Errno::NXIO | Errno::ISDIR)) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                io::Error::from(error),
            )),
            Err(error) => Err(error.into()),
        }
    }

    /// What is known of a name in it. A link is not followed.
    pub(crate) fn status(&self, name: &OsStr) -> io::Result<Status> {
        let stat = rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(Status::new(&stat))
    }

    /// What is known of the folder itself.
    pub(crate) fn own_status(&self) -> io::Result<Status> {
        Ok(Status::new(&rustix::fs::fstat(&self.0)?))
    }

    /// Gives a file the times of another.
    pub(crate) fn set_times(&self, name: &OsStr, like: &Status) -> io::Result<()> {
        let times = Timestamps {
            last_access: timespec(like.accessed),
            last_modification: timespec(like.modified),
        };
        Ok(rustix::fs::utimensat(
            &self.0,
            name,
            &times,
            AtFlags::empty(),
        )?)
    }

    /// Removes a file.
    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Gives a file another place, where it replaces what is there.
    pub(crate) fn rename(&self, name: &OsStr, to: Place<'_>) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.0, name, &to.0.0, to.1)?)
    }

    /// All names in it.
    pub(crate) fn names(&self) -> io::Result<impl Iterator<Item = io::Result<OsString>>> {
        let entries = Dir::read_from(&self.0)?;
        Ok(entries.filter_map(|entry| match entry {
            Ok(entry) => match entry.file_name().to_bytes() {
                b"." | b".." => None,
                name => Some(Ok(OsString::from_vec(name.to_vec()))),
            },
            Err(error) => Some(Err(error.into())),
        }))
    }

    /// Tells the names of the files in it, asking the system as seldom as the buffer lets it.
    pub(crate) fn tell_files(
        &self,
        buffer: &mut Vec<u8>,
        tell: &mut dyn FnMut(&[u8]),
    ) -> io::Result<()> {
        rustix::fs::seek(&self.0, SeekFrom::Start(0))?;
        let mut entries = RawDir::new(&self.0, buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = entry?;
            // Some file systems do not say; then it shows when the file is opened.
            if matches!(entry.file_type(), FileType::RegularFile | FileType::Unknown) {
                tell(entry.file_name().to_bytes());
            }
        }
        Ok(())
    }
}

fn make(parent: BorrowedFd<'_>, path: &Path) -> io::Result<bool> {
    match rustix::fs::mkdirat(parent, path, Mode::RWXU) {
        Ok(()) => {}
        Err(Errno::EXIST) => return Ok(false),
        Err(error) => return Err(error.into()),
    }
    // Whatever the host's umask took away.
    rustix::fs::chmodat(parent, path, Mode::RWXU, AtFlags::empty())?;
    Ok(true)
}

impl Status {
    /// What is known of an open file.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        Ok(Self::new(&rustix::fs::fstat(file)?))
    }

    fn new(stat: &Stat) -> Self {
        Self {
            is_file: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
            size: u64::try_from(stat.st_size).unwrap_or(0),
            accessed: time(stat.st_atime, stat.st_atime_nsec),
            modified: time(stat.st_mtime, stat.st_mtime_nsec),
            changed: time(stat.st_ctime, stat.st_ctime_nsec),
            identity: (stat.st_dev, stat.st_ino),
            is_ours: stat.st_uid == rustix::process::geteuid().as_raw(),
            is_shared: stat.st_mode & 0o077 != 0,
        }
    }
}

/// What was before 1970 counts as its beginning.
fn time(seconds: i64, nanos: u64) -> SystemTime {
    let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
        .saturating_add(Duration::from_nanos(nanos));
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

fn timespec(time: SystemTime) -> Timespec {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timespec {
        tv_sec: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: since.subsec_nanos().into(),
    }
}

/// Moves a file without ever replacing another. Of several that try at the same time one succeeds,
/// and the others are told that there is no such file.
///
/// # Errors
/// The system's: `AlreadyExists`, `NotFound` and the rest.
pub(crate) fn move_without_replacing(from: Place<'_>, to: Place<'_>) -> io::Result<()> {
    let (old, new) = (&from.0.0, &to.0.0);
    match rustix::fs::renameat_with(old, from.1, new, to.1, RenameFlags::NOREPLACE) {
        // Not on every file system: then it has two names for a moment.
        Err(Errno::INVAL | Errno::NOSYS) => {}
        moved => return Ok(moved?),
    }
    rustix::fs::linkat(old, from.1, new, to.1, AtFlags::empty())?;
    from.0.remove(from.1).inspect_err(|_| {
        let _ = to.0.remove(to.1);
    })
}

/// Puts a file in the place of another, which gets the first one's name, in a single step.
///
/// # Errors
/// The system's: `NotFound` when there is nothing to take the place of.
pub(crate) fn exchange(with: Place<'_>, at: Place<'_>) -> io::Result<()> {
    match rustix::fs::renameat_with(&with.0.0, with.1, &at.0.0, at.1, RenameFlags::EXCHANGE) {
        // Not on every file system: then what was there is lost a moment earlier.
        Err(Errno::INVAL | Errno::NOSYS) => {}
        exchanged => return Ok(exchanged?),
    }
    at.0.status(at.1)?;
    with.0.rename(with.1, at)
}

/// Closes a file and says whether that went well: one over the network may fail only now.
///
/// # Errors
/// The system's. It is closed in any case.
pub(crate) fn close(file: File) -> io::Result<()> {
    sys::descriptor::close(file.into())
}
