//! Calls whose provider is not in this version.
#![forbid(unsafe_code)]

use crate::error::{Error, Kind};

/// The answer of a call whose provider is not in this version.
pub fn unavailable(what: &str) -> Error {
    Error::new(
        Kind::NotSupported,
        format!("{what}: not in this version of simplemapi"),
    )
}
