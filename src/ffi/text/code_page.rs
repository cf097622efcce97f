//! Bytes of a caller on Windows: in the ANSI code page of the process, and so is what it gets.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;

use crate::ffi::sys::code_page;

/// There is one for the whole process.
#[derive(Debug, Clone, Copy)]
pub(in crate::ffi) struct Locale;

impl Locale {
    /// That of the caller.
    pub(in crate::ffi) fn of_this_thread() -> Self {
        Self
    }

    /// Nothing has to be remembered.
    pub(in crate::ffi) fn read_by(self) {}
}

/// Whether a path is what its bytes are. There it is text.
pub(super) const PATHS_ARE_BYTES: bool = false;

/// The path that these bytes mean.
pub(super) fn path(bytes: Vec<u8>) -> OsString {
    decode(bytes).into()
}

/// Bytes as text.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    if bytes.is_ascii() {
        // The code pages of Windows agree on these.
        return String::from_utf8(bytes).unwrap_or_default();
    }
    String::from_utf16_lossy(&code_page::decode(&bytes))
}

/// Text for the caller.
pub(in crate::ffi) fn to_caller(text: &str) -> Vec<u8> {
    if text.is_ascii() {
        return text.as_bytes().to_vec();
    }
    code_page::encode(&text.encode_utf16().collect::<Vec<_>>())
}

/// A path for the caller.
pub(in crate::ffi) fn path_to_caller(path: &Path) -> Vec<u8> {
    code_page::encode(&path.as_os_str().encode_wide().collect::<Vec<_>>())
}
