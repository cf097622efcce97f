//! The committed header is the one that the sources make.
#![forbid(unsafe_code)]

use std::fs;
use std::process::Command;

use super::compiler::in_project;
use super::render;

const MEND: &str = "`make header` writes it anew; commit it with what changed in src/ffi";

#[test]
fn the_header_is_what_the_sources_say() {
    let committed = in_project("include/mapi.h");
    let expected = render::header();
    // How `make header` calls this test.
    if std::env::var_os("SIMPLEMAPI_WRITE_HEADER").is_some() {
        fs::write(&committed, expected).expect("include/mapi.h can be written");
        return;
    }
    if fs::read_to_string(&committed).is_ok_and(|text| text == expected) {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder for the other header");
    let other = folder.path().join("mapi.h");
    fs::write(&other, expected).expect("the other header can be written");
    let diff = Command::new("diff")
        .args(["-u", "--label", "include/mapi.h", "--label", "src/ffi says"])
        .args([&committed, &other])
        .output()
        .expect("diff runs");
    let diff = String::from_utf8_lossy(&diff.stdout);
    panic!("include/mapi.h is not what src/ffi says: {MEND}\n{diff}");
}
