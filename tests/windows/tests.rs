//! The library for Windows, under Wine: what it exports, the conformance suite of `c-tests/` on it, by
//! itself and as what Wine's mapi32.dll gives to programs, and beside Wine's own.
//!
//! SIMPLEMAPI_WINDOWS names the folder that `ci/dll` has built into; without one these tests are skipped.
//! SIMPLEMAPI_WINE32 names the one with a Wine for 32 bits, by `ci/wine32`.
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
mod registration;
mod suite;
mod table;
mod wine;

use std::path::{Path, PathBuf};

use wine::Wine;

/// The project's own folder.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

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

/// Where Wine keeps its files: beside what was built.
fn place(folder: &Path) -> &Path {
    folder.parent().and_then(Path::parent).unwrap()
}

/// The Wine for 32 bits; none where it was not made.
fn wine_with_32_bits() -> Option<Wine> {
    let system = std::env::var_os("SIMPLEMAPI_WINE32").map(PathBuf::from);
    if system.is_none() {
        test_servers::skip(
            "there is no Wine for 32 bits: ci/wine32, and name its folder in SIMPLEMAPI_WINE32",
        );
    }
    system.map(|system| Wine::with_32_bits(&system))
}
