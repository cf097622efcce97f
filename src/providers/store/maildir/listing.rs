//! What lies in a Maildir at a moment, without opening any of it.
#![forbid(unsafe_code)]

use std::io;
use std::time::{Duration, SystemTime};

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
    changed: SystemTime,
}

impl Stamps {
    pub(super) fn of(folder: &Folder) -> io::Result<Self> {
        let stamp = |room| -> io::Result<Stamp> {
            let status = folder.room(room).own_status()?;
            Ok(Stamp {
                folder: status.identity,
                changed: status.changed,
            })
        };
        Ok(Self([stamp(Room::New)?, stamp(Room::Cur)?]))
    }

    /// Whether a change from now on would certainly change the stamps too: clocks of file systems
    /// tick as slowly as every two seconds.
    fn are_older_than_a_tick(&self) -> bool {
        const TICK: Duration = Duration::from_secs(3);
        let is_old = |stamp: &Stamp| stamp.changed.elapsed().is_ok_and(|since| since >= TICK);
        self.0.iter().all(is_old)
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
        let Self { found, buffer } = self;
        folder.room(room).tell_files(buffer, &mut |name| {
            // What another program deleted in the way of IMAP, and has not swept out yet, is deleted.
            if let Some(name) = FileName::new(name)
                && !name.has_flag(TRASHED)
            {
                found.push(Found { room, name });
            }
        })
    }
}

/// The pause after which a listing that may have missed something is taken anew, in units of the
/// time that one takes: so a folder that never rests costs a tenth of the time, however large.
pub(super) fn pause(cost: Duration) -> Duration {
    cost.saturating_mul(10)
}
