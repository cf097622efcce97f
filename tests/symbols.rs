//! What the shared library shows to the linker.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test that cannot be run has failed")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// What programs find in the library: the thirteen, the one that Windows has in a header, and ours.
const EXPORTS: [&str; 17] = [
    "MAPIAddress",
    "MAPIDeleteMail",
    "MAPIDetails",
    "MAPIFindNext",
    "MAPIFreeBuffer",
    "MAPILogoff",
    "MAPILogon",
    "MAPIReadMail",
    "MAPIResolveName",
    "MAPISaveMail",
    "MAPISendDocuments",
    "MAPISendMail",
    "MAPISendMailHelper",
    "MAPISendMailW",
    "SimpleMapiLastError",
    "SimpleMapiSendMailWide",
    "SimpleMapiVersion",
];

/// The library that cargo built for this test, in the same folder.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    let library = test.with_file_name("libsimplemapi.so");
    assert!(library.exists(), "cargo built no {}", library.display());
    library
}

fn readelf(file: &Path, what: &str) -> String {
    let output = Command::new("readelf")
        .env("LC_ALL", "C")
        .args(["--wide", what])
        .arg(file)
        .output()
        .expect("readelf runs: install the Debian package binutils");
    assert!(
        output.status.success(),
        "readelf cannot read {}",
        library().display()
    );
    String::from_utf8(output.stdout).expect("readelf writes text")
}

/// The values of one kind of entry in the library's dynamic section.
fn dynamic(kind: &str) -> Vec<String> {
    readelf(&library(), "--dynamic")
        .lines()
        .filter_map(|line| Some(line.split_once(&format!("({kind})"))?.1.trim().to_owned()))
        .collect()
}

#[test]
fn the_library_exports_the_calls_and_nothing_else() {
    let symbols = readelf(&library(), "--dyn-syms");
    let mut exports: Vec<&str> = symbols
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter_map(|columns| match columns[..] {
            // Number, value, size, type, binding, visibility, section, name.
            [_, _, _, _, "GLOBAL" | "WEAK", _, section, name, ..] if section != "UND" => Some(name),
            _ => None,
        })
        .collect();
    exports.sort_unstable();
    assert_eq!(exports, EXPORTS);
}

#[test]
fn the_library_has_the_name_that_programs_are_linked_with() {
    assert_eq!(dynamic("SONAME"), ["Library soname: [libsimplemapi.so.0]"]);
}

#[test]
fn the_library_stays_in_memory_when_it_is_closed() {
    let flags = dynamic("FLAGS_1");
    assert!(
        flags.iter().any(|flags| flags.contains("NODELETE")),
        "FLAGS_1: {flags:?}"
    );
}

#[test]
fn the_library_needs_nothing_but_the_c_library() {
    let mut needed = dynamic("NEEDED");
    needed.retain(|library| {
        !["libc.so.", "libgcc_s.so.", "ld-linux"]
            .iter()
            .any(|known| library.contains(known))
    });
    assert_eq!(needed, [""; 0]);
}

#[test]
fn every_export_is_declared_in_the_header() {
    let header = include_str!("../include/mapi.h");
    for name in EXPORTS {
        // Which of the wide calls a program is given depends on its wchar_t: see the next test.
        let by_hand = ["MAPISendMailHelper", "SimpleMapiSendMailWide"].contains(&name);
        let declared = [format!(" {name}("), format!("*{name}(")]
            .iter()
            .any(|text| header.contains(text));
        assert!(declared || by_hand, "mapi.h does not declare {name}");
    }
}

/// What a program that uses everything in the header, and is compiled so, asks the library for.
fn asked_for(option: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder for a program");
    let program = folder.path().join("program.so");
    let linked = Command::new("gcc")
        .args(["-shared", "-fPIC", "-Wl,--no-undefined", option, "-o"])
        .arg(&program)
        .arg("-I")
        .arg(root.join("include"))
        .arg(root.join("c-tests/header/everything.c"))
        .arg(library())
        .output()
        .expect("gcc runs: install the Debian package gcc");
    assert!(
        linked.status.success(),
        "{}",
        String::from_utf8_lossy(&linked.stderr)
    );
    let symbols = readelf(&program, "--dyn-syms");
    let asked = symbols
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut asked: Vec<String> = asked
        .filter_map(|columns| match columns[..] {
            [_, _, _, _, "GLOBAL", _, "UND", name, ..] if EXPORTS.contains(&name) => {
                Some(name.to_owned())
            }
            _ => None,
        })
        .collect();
    asked.sort_unstable();
    asked
}

/// All exports but these.
fn all_but(left_out: &[&str]) -> Vec<&'static str> {
    EXPORTS
        .into_iter()
        .filter(|name| !left_out.contains(name))
        .collect()
}

#[test]
fn a_program_is_linked_with_the_call_that_takes_its_wide_text() {
    assert_eq!(
        asked_for("-Wall"),
        all_but(&["MAPISendMailW", "MAPISendMailHelper"])
    );
    assert_eq!(
        asked_for("-DSIMPLEMAPI_UTF16"),
        all_but(&["SimpleMapiSendMailWide"])
    );
    assert_eq!(
        asked_for("-fshort-wchar"),
        all_but(&["SimpleMapiSendMailWide"])
    );
}
