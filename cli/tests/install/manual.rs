//! The man pages.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::built::{gather, in_project, run};

/// Every function that the header declares.
fn functions() -> Vec<String> {
    let header = fs::read_to_string(in_project("include/mapi.h")).unwrap();
    let mut functions: Vec<String> = header
        .lines()
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("MAPI") || name.starts_with("SimpleMapi"))
        .filter(|name| name.chars().any(char::is_lowercase))
        .map(str::to_owned)
        .collect();
    functions.dedup();
    functions
}

#[test]
fn every_function_has_a_man_page_and_all_are_well_formed() {
    let folder = tempfile::tempdir().unwrap();
    gather(folder.path());
    let pages = folder.path().join("man");
    run(Command::new(folder.path().join("simplemapi-manual"))
        .arg(in_project("docs"))
        .arg(&pages)
        .args(["0.1.0", "2026-11-22"]));

    let functions = functions();
    assert!(functions.len() >= 16, "{functions:?}");
    let others = ["mapi.3", "MapiMessage.3"].map(|page| Path::new("man3").join(page));
    let own = ["man1/simplemapi.1", "man5/simplemapi.toml.5"].map(Into::into);
    let expected = functions
        .iter()
        .map(|name| Path::new("man3").join(format!("{name}.3")));
    for page in expected.chain(others).chain(own) {
        let text = fs::read_to_string(pages.join(&page))
            .unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        // A page that leads to another one has no text of its own to look at.
        if !text.starts_with(".so ") {
            run(Command::new("mandoc")
                .args(["-T", "lint", "-W", "warning"])
                .arg(pages.join(&page)));
        }
        let shown = run(Command::new("mandoc")
            .current_dir(&pages)
            .args(["-T", "utf8"])
            .arg(page));
        assert!(shown.contains("N\u{8}NA\u{8}AM\u{8}ME\u{8}E"), "{shown}");
    }
}
