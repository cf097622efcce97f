//! The Debian packages: built, installed below a folder, and used from there.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::built::{gather, in_project, run, script};
use crate::program::Tree;

/// Builds the packages of what is in a folder.
fn build(built: &Path, into: &Path) -> Vec<PathBuf> {
    run(script("deb", built)
        .arg(into)
        // Nobody downloads them.
        .env("DPKG_DEB_COMPRESSOR_TYPE", "gzip")
        .env("DPKG_DEB_COMPRESSOR_LEVEL", "1"));
    let mut packages: Vec<PathBuf> = fs::read_dir(into)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    packages.sort();
    packages
}

/// Only a release has the real one.
fn stand_in_for_the_static_library(built: &Path) {
    let object = built.join("any.o");
    run(Command::new("cc")
        .arg("-c")
        .arg(in_project("examples/show_maildir.c"))
        .arg("-o")
        .arg(&object));
    run(Command::new("ar")
        .arg("rcs")
        .arg(built.join("libsimplemapi.a"))
        .arg(object));
}

fn field(package: &Path, name: &str) -> String {
    let printed = run(Command::new("dpkg-deb")
        .arg("--field")
        .arg(package)
        .arg(name));
    printed.trim().to_owned()
}

fn is_root() -> bool {
    run(Command::new("id").arg("-u")).trim() == "0"
}

#[test]
fn the_debian_packages_install_and_a_program_is_built_from_them() {
    if !Path::new("/usr/bin/dpkg-buildpackage").exists() {
        test_servers::skip("this is no Debian: dpkg-buildpackage is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let built = folder.path().join("built");
    fs::create_dir(&built).unwrap();
    gather(&built);
    stand_in_for_the_static_library(&built);
    let packages = build(&built, &folder.path().join("packages"));
    let names: Vec<String> = packages
        .iter()
        .map(|package| field(package, "Package"))
        .collect();
    assert_eq!(
        names,
        [
            "libsimplemapi-dev",
            "libsimplemapi0",
            "simplemapi-ui",
            "simplemapi"
        ]
    );
    let needs = field(packages.get(1).unwrap(), "Depends");
    assert!(needs.contains("libc6 (>= "), "{needs}");

    let root = folder.path().join("root");
    if is_root() {
        fs::create_dir_all(root.join("var/lib/dpkg")).unwrap();
        fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
        run(Command::new("dpkg")
            .arg(format!("--root={}", root.display()))
            // The C library is not in there.
            .args(["--force-depends", "--install"])
            .args(&packages));
    } else {
        for package in &packages {
            run(Command::new("dpkg-deb")
                .arg("--extract")
                .arg(package)
                .arg(&root));
        }
    }
    let triplet = run(Command::new("dpkg-architecture").args(["-q", "DEB_HOST_MULTIARCH"]));
    let prefix = root.join("usr");
    Tree {
        root: &root,
        libdir: prefix.join("lib").join(triplet.trim()),
        prefix,
    }
    .serves();
}

#[test]
#[ignore = "long: lintian"]
fn lintian_finds_no_error_in_the_packages() {
    if !Path::new("/usr/bin/lintian").exists() {
        test_servers::skip("lintian is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    gather(folder.path());
    stand_in_for_the_static_library(folder.path());
    let packages = build(folder.path(), &folder.path().join("packages"));
    run(Command::new("lintian")
        .args(["--fail-on", "error", "--allow-root"])
        .args(packages));
}
