//! `make install`, into a folder.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::built::{gather, in_project, run, script};
use crate::program::Tree;

/// Runs what `make install PREFIX=...` runs.
fn install(built: &Path, destdir: &str, prefix: &str) {
    let below = |folder: &str| format!("{prefix}/{folder}");
    run(script("install", built).args([
        destdir,
        prefix,
        &below("lib"),
        &below("include"),
        &below("bin"),
        &below("share"),
        &below("libexec"),
    ]));
}

#[test]
fn a_program_is_built_from_an_installed_tree_in_three_ways_and_sends() {
    let folder = tempfile::tempdir().unwrap();
    gather(folder.path());
    let prefix = folder.path().join("tree");
    install(folder.path(), "", prefix.to_str().unwrap());
    let tree = Tree {
        root: Path::new(""),
        libdir: prefix.join("lib"),
        prefix,
    };
    tree.serves();

    let command = tree.prefix.join("bin/simplemapi");
    let version = run(Command::new(&command).arg("version"));
    assert_eq!(
        version,
        format!("simplemapi {}\n", env!("CARGO_PKG_VERSION"))
    );
    let words = tree
        .prefix
        .join("share/bash-completion/completions/simplemapi");
    let script = fs::read_to_string(&words).unwrap();
    assert!(
        script.contains("--attach-as") && script.contains("doctor"),
        "{script}"
    );
    run(Command::new("bash").arg("-n").arg(words));
}

/// Builds everything once more, for a release.
#[test]
#[ignore = "long: builds a release"]
fn a_release_is_small_and_has_a_static_library_that_needs_no_shared_one() {
    const MOST_BYTES: u64 = 5_000_000;
    let folder = tempfile::tempdir().unwrap();
    let built = folder.path().join("built");
    run(Command::new(in_project("ci/build")).arg(&built));
    let stripped = folder.path().join("stripped");
    run(Command::new("strip")
        .arg("--strip-unneeded")
        .arg("-o")
        .arg(&stripped)
        .arg(built.join("libsimplemapi.so")));
    let bytes = fs::metadata(&stripped).unwrap().len();
    assert!(bytes < MOST_BYTES, "the library has {bytes} bytes");
    let prefix = folder.path().join("tree");
    install(&built, "", prefix.to_str().unwrap());
    let tree = Tree {
        root: Path::new(""),
        libdir: prefix.join("lib"),
        prefix,
    };
    tree.serves();
    tree.serves_without_a_shared_library();
}
