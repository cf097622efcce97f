//! The caller's last error, which is none of our business.

use windows_sys::Win32::Foundation::{GetLastError, SetLastError, WIN32_ERROR};

/// Puts the thread's last error back to what it was, when dropped.
#[derive(Debug)]
#[must_use = "the last error is put back when this is dropped"]
pub(crate) struct Preserved(WIN32_ERROR);

impl Preserved {
    /// Remembers the last error of this thread.
    pub(crate) fn new() -> Self {
        // SAFETY: it only reads a number of this thread's.
        Self(unsafe { GetLastError() })
    }
}

impl Drop for Preserved {
    fn drop(&mut self) {
        // SAFETY: it only writes that number.
        unsafe { SetLastError(self.0) };
    }
}
