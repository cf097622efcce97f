//! What the pages quote of the library, it says.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use crate::markdown::{in_project, read, rows, section};

/// The sources of the library, one after another.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            text.push_str(&fs::read_to_string(&path).expect("sources are text"));
        }
    }
}

#[test]
fn every_reason_that_is_explained_is_one_that_is_given() {
    let mut text = String::new();
    sources(&in_project("src"), &mut text);
    let page = read("docs/troubleshooting.md");
    let reasons = rows(section(&page, "The reason says"));
    assert!(reasons.len() > 10, "{reasons:?}");
    for row in reasons {
        for quoted in row.first().unwrap_or(&"").split("`, `") {
            let quoted = quoted.trim_matches('`');
            assert!(text.contains(quoted), "nothing says {quoted:?}");
        }
    }
}

#[test]
fn mail_programs_are_told_every_status_that_is_told_apart() {
    let source = read("src/providers/transport/program.rs");
    let mut known: Vec<&str> = source
        .lines()
        .filter_map(|line| line.trim().strip_prefix("const ")?.split_once(": i32 = "))
        .map(|(_, number)| number.trim_end_matches(';'))
        .collect();
    known.sort_unstable();
    assert!(known.len() > 3, "{known:?}");
    let page = read("docs/mail-clients.md");
    let mut told: Vec<&str> = rows(&page)
        .iter()
        .filter_map(|row| row.first())
        .flat_map(|cell| cell.split(", "))
        .filter(|word| *word != "0" && word.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, known);
}
