//! Messages that outlive the program that began them: each in a process of its own, which is the
//! library and its front end at once.
#![forbid(unsafe_code)]

use std::io;
use std::path::{Path, PathBuf};

use async_channel::Sender;

use crate::library::{Library, Wanted};

/// Shows the draft of a folder, with the library in this very process.
///
/// # Errors
/// There is no thread for it.
pub(crate) fn resume(folder: PathBuf, wanted: Sender<Wanted>) -> io::Result<()> {
    let _ = (folder, wanted);
    Ok(())
}

/// Starts a process of its own for a draft.
pub(crate) async fn open(folder: &Path, library: &Library) {
    let _ = (folder, library);
}
