//! Whether a file is still the one that was read.
#![forbid(unsafe_code)]

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What tells a file, or a folder, from what it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Stamp {
    /// When it was changed, in nanoseconds. 0 where that was so short before it was looked at that it
    /// may change again without showing it: then it is never the same.
    pub(crate) changed: u64,
    pub(crate) size: u64,
    pub(crate) file: u64,
}

impl Stamp {
    /// Clocks of file systems advance in steps; none is longer.
    const CLOCK: Duration = Duration::from_millis(100);

    pub(crate) fn of(metadata: &Metadata) -> Self {
        let (changed, file) = changed(metadata);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.unwrap_or_default().saturating_sub(Self::CLOCK);
        let sure = changed < now;
        Self {
            changed: if sure {
                u64::try_from(changed.as_nanos()).unwrap_or(0)
            } else {
                0
            },
            size: metadata.len(),
            file,
        }
    }

    /// Whether what had one of the stamps is what has the other.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.changed != 0 && self == other
    }
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> (Duration, u64) {
    use std::os::unix::fs::MetadataExt;
    let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).unwrap_or(0);
    (Duration::new(seconds, nanoseconds), metadata.ino())
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> (Duration, u64) {
    let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
    (modified.duration_since(UNIX_EPOCH).unwrap_or_default(), 0)
}
