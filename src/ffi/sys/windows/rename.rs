//! Renaming that never replaces; the standard library's always does.

use std::io;
use std::iter;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use windows_sys::Win32::Storage::FileSystem::{MOVEFILE_WRITE_THROUGH, MoveFileExW};

/// Moves a file, unless something is there already. When this returns the names are on the disk.
///
/// # Errors
/// The system's: `AlreadyExists`, `NotFound` and the rest.
pub(crate) fn without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    let wide = |path: &Path| -> Vec<u16> {
        let units = path.as_os_str().encode_wide();
        units.chain(iter::once(0)).collect()
    };
    let (from, to) = (wide(from), wide(to));
    // SAFETY: both end in a NUL and live until the call is over.
    match unsafe { MoveFileExW(from.as_ptr(), to.as_ptr(), MOVEFILE_WRITE_THROUGH) } {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}
