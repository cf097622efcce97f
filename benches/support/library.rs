//! The library that the programs in C are built with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The library as it is installed (`ci/build`): the one that stands beside a program in Rust has an rlib
/// for a twin, and the linker cannot optimise across its crates.
pub(crate) fn installed() -> PathBuf {
    let built = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "rustc",
            "--release",
            "--locked",
            "--lib",
            "--crate-type",
            "cdylib",
        ])
        .status()
        .expect("cargo");
    assert!(built.success(), "the library has to build");
    let program = std::env::current_exe().expect("this program");
    let release = program.ancestors().nth(2).unwrap_or(Path::new(""));
    release.join("libsimplemapi.so")
}
