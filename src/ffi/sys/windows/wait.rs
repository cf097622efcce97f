//! Nothing of the host's has to be held back on Windows, or let through.

use std::io;

/// Holds nothing back.
#[derive(Debug)]
pub(crate) struct HeldBack;

impl HeldBack {
    /// # Errors
    /// None.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }
}

/// There is nothing that waits.
pub(crate) fn let_signals_through() {}
