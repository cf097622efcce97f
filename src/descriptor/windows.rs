//! Files cannot be mistaken for the host's standard streams on Windows: its handles are not counted from 0.
#![forbid(unsafe_code)]

use std::io;

/// The file as it is.
///
/// # Errors
/// None.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub fn lift<D>(descriptor: D) -> io::Result<D> {
    Ok(descriptor)
}

/// Opens something.
///
/// # Errors
/// What `open` fails with.
pub fn open_above<T>(open: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    open()
}
