//! The library for Windows, under Wine: what it exports, the conformance suite of `c-tests/` on it, by
//! itself and as what Wine's mapi32.dll gives to programs, and beside Wine's own.
//!
//! SIMPLEMAPI_WINDOWS names the folder that `ci/dll` has built into; without one these tests are skipped.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops where it fails, and shows the suite's own summary"
)]

mod conformance;
mod exports;
mod suite;
mod table;
mod wine;

use std::path::PathBuf;

/// Where the libraries are, one in the folder of each architecture; none where they were not built.
fn built(architecture: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SIMPLEMAPI_WINDOWS").map(PathBuf::from);
    let folder = folder.map(|folder| folder.join(architecture));
    let folder = folder.filter(|folder| folder.join("simplemapi.dll").exists());
    if folder.is_none() {
        test_servers::skip(&format!(
            "there is no simplemapi.dll for {architecture}: make dll, and name its folder in SIMPLEMAPI_WINDOWS"
        ));
    }
    folder
}
