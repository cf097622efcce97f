//! Bytes of a caller on Unix: UTF-8 if they are that, else what its locale says, else what the
//! configuration says. Paths are bytes, whatever they mean.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::config::Config;
use crate::ffi::sys;

thread_local! {
    /// What bytes that are not UTF-8 mean in this call, as far as it is known yet.
    static CODE_PAGE: Cell<Option<&'static Encoding>> = const { Cell::new(None) };
}

/// The locale of a caller, as far as it says what bytes mean. It can belong to a single thread.
#[derive(Debug, Clone, Copy)]
pub(in crate::ffi) struct Locale {
    code_page: Option<&'static Encoding>,
}

impl Locale {
    /// That of the caller, on whose thread this is.
    pub(in crate::ffi) fn of_this_thread() -> Self {
        // The C locale's ASCII says nothing about other bytes, and a UTF-8 locale has been proven
        // wrong where this is asked.
        let code_page = sys::locale::codeset(|codeset| match codeset {
            b"ANSI_X3.4-1968" | b"UTF-8" => None,
            other => Encoding::for_label(other).filter(|encoding| *encoding != UTF_8),
        });
        Self { code_page }
    }

    /// Has the thread that runs read what this caller wrote.
    pub(in crate::ffi) fn read_by(self) {
        CODE_PAGE.set(self.code_page);
    }
}

/// Whether a path is what its bytes are.
pub(super) const PATHS_ARE_BYTES: bool = true;

/// The path that these bytes are.
pub(super) fn path(bytes: Vec<u8>) -> OsString {
    OsString::from_vec(bytes)
}

/// Bytes as text. Nothing is dropped; what no code page knows becomes U+FFFD.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let code_page = CODE_PAGE.get().unwrap_or_else(|| {
            let configured = Config::load().map_or(WINDOWS_1252, |config| config.legacy_charset);
            CODE_PAGE.set(Some(configured));
            configured
        });
        code_page
            .decode_without_bom_handling(error.as_bytes())
            .0
            .into_owned()
    })
}

/// Text for the caller: UTF-8.
pub(in crate::ffi) fn to_caller(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// A path for the caller.
pub(in crate::ffi) fn path_to_caller(path: &Path) -> Vec<u8> {
    path.as_os_str().as_bytes().to_vec()
}
