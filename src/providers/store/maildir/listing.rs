//! What lies in a Maildir at a moment, without opening any of it.
#![forbid(unsafe_code)]

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FileType, RawDir, SeekFrom};

use crate::maildir::{FileName, Folder, Room, TRASHED};

/// Where a message lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) room: Room,
    pub(super) name: FileName,
}

/// Which folders they are and when their lists of names last changed. Programs can set the time of
/// a file's last change back, but not this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamps([Stamp; 2]);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    folder: (u64, u64),
    seconds: i64,
    nanos: u64,
}

impl Stamps {
    pub(super) fn of(folder: &Folder) -> io::Result<Self> {
        let stamp = |room| -> io::Result<Stamp> {
            let stat = rustix::fs::fstat(folder.room(room))?;
            Ok(Stamp {
                folder: (stat.st_dev, stat.st_ino),
                seconds: stat.st_ctime,
                nanos: stat.st_ctime_nsec,
            })
        };
        Ok(Self([stamp(Room::New)?, stamp(Room::Cur)?]))
    }

    /// Whether a change from now on would certainly change the stamps too: clocks of file systems
    /// tick as slowly as every two seconds.
    fn are_older_than_a_tick(&self) -> bool {
        const TICK: i64 = 2;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        self.0
            .iter()
            .all(|stamp| stamp.seconds < now.saturating_sub(TICK))
    }
}

/// All messages of a Maildir.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) found: Vec<Found>,
    /// From before the first name was read.
    pub(super) stamps: Stamps,
    /// Whether nothing can have changed meanwhile. Otherwise a message that was renamed at that very
    /// moment may be missing, or be there under a name that it had.
    pub(super) settled: bool,
}

impl Listing {
    /// Reads the names. `new` comes before `cur`, so that what moves on from one to the other is not
    /// missed; and once more after it, where mail programs may just have put something back.
    pub(super) fn take(folder: &Folder) -> io::Result<Self> {
        let stamps = Stamps::of(folder)?;
        let old = stamps.are_older_than_a_tick();
        let mut names = Names::new()?;
        names.read(folder, Room::New)?;
        names.read(folder, Room::Cur)?;
        let settled = old && Stamps::of(folder)? == stamps;
        if !settled {
            names.read(folder, Room::New)?;
        }
        Ok(Self {
            found: names.found,
            stamps,
            settled,
        })
    }
}

/// The names of messages, as they are read.
struct Names {
    found: Vec<Found>,
    buffer: Vec<u8>,
}

impl Names {
    /// How much the system tells at once: as much as possible, for within one answer nothing moves.
    const AT_ONCE: usize = 256 << 10;

    fn new() -> io::Result<Self> {
        let mut buffer = Vec::new();
        buffer
            .try_reserve_exact(Self::AT_ONCE)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        Ok(Self {
            found: Vec::new(),
            buffer,
        })
    }

    fn read(&mut self, folder: &Folder, room: Room) -> io::Result<()> {
        let names = folder.room(room);
        rustix::fs::seek(names, SeekFrom::Start(0))?;
        let mut entries = RawDir::new(names, self.buffer.spare_capacity_mut());
        while let Some(entry) = entries.next() {
            let entry = entry?;
            // Some file systems do not say; then it shows when the message is opened.
            let is_file = matches!(entry.file_type(), FileType::RegularFile | FileType::Unknown);
            let name = FileName::new(entry.file_name().to_bytes());
            // What another program deleted in the way of IMAP, and has not swept out yet, is deleted.
            if let Some(name) = name
                && is_file
                && !name.has_flag(TRASHED)
            {
                self.found.push(Found { room, name });
            }
        }
        Ok(())
    }
}

/// The pause after which a listing that may have missed something is taken anew, in units of the
/// time that one takes: so a folder that never rests costs a tenth of the time, however large.
pub(super) fn pause(cost: Duration) -> Duration {
    cost.saturating_mul(10)
}
