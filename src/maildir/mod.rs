//! The Maildir format: what the transport that delivers into one and the store that reads one share.
//!
//! A message is a file of its own. It is written in `tmp/` and moved to `new/` or `cur/` when it is
//! whole and on the disk, so that no reader ever sees half of one, and there are no locks. What is
//! known of a message stands in its name: `new/` has what no mail program has seen yet, and in `cur/`
//! the letters after `:2,` are flags. Whoever changes a flag renames the file; only the part before
//! the colon stays.
#![forbid(unsafe_code)]

mod delivery;
mod folder;
mod name;

pub(crate) use delivery::Delivery;
pub(crate) use folder::{Folder, Room};
pub(crate) use name::{FileName, Moment, SEEN, TRASHED, unique_name};

use std::io;
use std::path::Path;

use crate::error::{Error, Kind};
use crate::mime::CopyError;

/// A failure of the file system below a Maildir.
pub(crate) fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    let context = format!("cannot {doing} the Maildir {}", path.display());
    Error::new(Kind::of_system_error(&error), context).because(error)
}

/// Why a message did not get into a Maildir: the attachment's fault, or the file system's.
pub(crate) fn not_copied(path: &Path, error: CopyError) -> Error {
    match error {
        CopyError::Source(error) => error,
        CopyError::Sink(error) => failed("write to", path, error),
    }
}
