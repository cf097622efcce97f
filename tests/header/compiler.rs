//! The C and C++ compilers, asked about a source text.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the project.
pub(crate) fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The language that a text is compiled as.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    compiler: &'static str,
    language: &'static str,
    standard: &'static str,
}

const fn c(standard: &'static str) -> Dialect {
    Dialect {
        compiler: "gcc",
        language: "c",
        standard,
    }
}

const fn cpp(standard: &'static str) -> Dialect {
    Dialect {
        compiler: "g++",
        language: "c++",
        standard,
    }
}

/// The oldest that the header promises to work with, the newest, and what lies between.
pub(crate) const DIALECTS: [Dialect; 8] = [
    c("c89"),
    c("c99"),
    c("c11"),
    c("c17"),
    cpp("c++98"),
    cpp("c++11"),
    cpp("c++17"),
    cpp("c++20"),
];

/// What compiles the newest C and C++.
pub(crate) const NEWEST: [Dialect; 2] = [c("gnu17"), cpp("gnu++20")];

/// As strict as any project that includes the header may be.
pub(crate) const STRICT: [&str; 7] = [
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wundef",
    "-Wshadow",
    "-Wredundant-decls",
];

/// Has a file checked, not linked. `Err` is what the compiler said.
pub(crate) fn check(file: &Path, dialect: Dialect, options: &[&str]) -> Result<(), String> {
    let Dialect {
        compiler,
        language,
        standard,
    } = dialect;
    let mut command = Command::new(compiler);
    command
        .env("LC_ALL", "C")
        .args(["-x", language, &format!("-std={standard}"), "-fsyntax-only"])
        .args(options)
        .arg("-I")
        .arg(in_project("include"))
        .arg(file);
    let output = command.output().unwrap_or_else(|error| {
        panic!("{compiler} does not run ({error}): install the Debian package {compiler}")
    });
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}\n{said}"))
}

/// Has a file checked in every dialect given, and fails with all that the compilers said.
pub(crate) fn accepts(file: &Path, dialects: &[Dialect], options: &[&str]) {
    let complaints: Vec<String> = dialects
        .iter()
        .filter_map(|&dialect| check(file, dialect, options).err())
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
