//! Nothing interrupts a system call on Windows.

use std::io;

/// Blocks nothing.
#[derive(Debug)]
pub(crate) struct Blocked;

impl Blocked {
    /// # Errors
    /// None.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(crate) fn all() -> io::Result<Self> {
        Ok(Self)
    }

    /// # Errors
    /// None.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(crate) fn broken_pipes() -> io::Result<Self> {
        Ok(Self)
    }
}
