//! Links from page to page.
#![forbid(unsafe_code)]

use crate::markdown::{Page, in_project, read};

/// Where the links of a text lead, without what is outside the project.
fn targets(text: &str) -> Vec<&str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        .collect()
}

/// The anchors that a page's headings have.
fn anchors(text: &str) -> Vec<String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut found = 0;
    for page in [
        "",
        "docs",
        "docs/functions",
        "examples",
        "plugins/emacs",
        "plugins/geany",
        "plugins/neovim",
    ]
    .into_iter()
    .flat_map(Page::all_in)
    {
        let folder = page.path.parent().expect("a page is in a folder");
        for target in targets(&page.text) {
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if path.is_empty() {
                page.path.clone()
            } else {
                folder.join(path)
            };
            let place = page.path.display();
            assert!(
                file.exists(),
                "{place} links to {target}, which is not there"
            );
            if !anchor.is_empty() {
                let text = std::fs::read_to_string(&file).expect("a page is text");
                assert!(
                    anchors(&text).iter().any(|known| known == anchor),
                    "{place} links to {target}, and there is no such heading"
                );
            }
            found += 1;
        }
    }
    assert!(found > 20, "only {found} links were found");
}

/// The path that a word in backticks is, from the project's folder; none for a pattern of one.
fn path(word: &str) -> Option<String> {
    let within = |rooms: &[&str]| rooms.iter().any(|room| word.starts_with(room));
    if word.contains(['*', ' ']) || word.contains("NAME") {
        None
    } else if within(&[
        "c-tests/",
        "ci/",
        "cli/",
        "docs/",
        "include/",
        "packaging/",
        "plugins/",
        "src/",
        "tests/",
    ]) {
        Some(word.to_owned())
    } else if within(&["calls/", "ffi/", "mime/", "providers/", "session/"]) {
        Some(format!("src/{word}"))
    } else {
        None
    }
}

#[test]
fn every_file_that_is_named_is_there() {
    let mut found = 0;
    for page in [
        "CONTRIBUTING.md",
        "docs/architecture.md",
        "docs/dependencies.md",
    ] {
        let text = read(page);
        for named in text.split('`').skip(1).step_by(2).filter_map(path) {
            assert!(in_project(&named).exists(), "{page} names {named}");
            found += 1;
        }
    }
    assert!(found > 30, "only {found} files were found");
}
