//! Threads cannot be cancelled on Windows.

/// Holds nothing back.
#[derive(Debug)]
pub(crate) struct Delayed;

impl Delayed {
    pub(crate) fn new() -> Self {
        Self
    }
}
