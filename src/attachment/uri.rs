//! Paths as `file:` URIs, which can name any file in plain text.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::error::{Error, Kind, Result};

/// What does not stand for itself in the path of a URI (RFC 3986).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The URI of a file of this machine.
pub(crate) fn uri_of(path: &Path) -> String {
    // A relative path means what it means at this moment.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    format!("file://{}", percent_encode(&bytes(&path), ENCODED))
}

/// The path in a `file:` URI of this machine.
pub(crate) fn local_path(uri: &str) -> Result<PathBuf> {
    let path = uri
        .strip_prefix("file://localhost/")
        .or_else(|| uri.strip_prefix("file:///"))
        .ok_or_else(|| {
            let reason = format!("{uri} is no file: URI of this machine");
            Error::new(Kind::AttachmentNotFound, reason)
        })?;
    let bytes: Vec<u8> = b"/"
        .iter()
        .copied()
        .chain(percent_decode_str(path))
        .collect();
    os_string(bytes).map(PathBuf::from)
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> Result<OsString> {
    Ok(std::os::unix::ffi::OsStringExt::from_vec(bytes))
}

#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> Result<OsString> {
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::new(Kind::AttachmentNotFound, "the name of a file is not text").because(error)
    })?;
    // `/C:/folder/file`
    Ok(text.trim_start_matches('/').into())
}

#[cfg(unix)]
fn bytes(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

#[cfg(not(unix))]
fn bytes(path: &Path) -> Vec<u8> {
    // `C:\\folder\\file`
    format!("/{}", path.to_string_lossy().replace('\\', "/")).into_bytes()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_file_uri_is_a_path_of_any_bytes() {
        for (uri, path) in [
            ("file:///tmp/a%20b", &b"/tmp/a b"[..]),
            ("file://localhost/tmp/%FF", b"/tmp/\xff"),
        ] {
            let expected: OsString = std::os::unix::ffi::OsStringExt::from_vec(path.to_vec());
            let path = PathBuf::from(expected);
            assert_eq!(local_path(uri).unwrap(), path);
            assert_eq!(local_path(&uri_of(&path)).unwrap(), path);
        }
        for uri in ["/tmp/a", "file://elsewhere/a", "http://a/b", "file:a"] {
            assert!(local_path(uri).is_err(), "{uri}");
        }
    }
}
