//! Every exported function has its place in the manual, and every page the same order.
#![forbid(unsafe_code)]

use crate::markdown::{Page, blocks, read, section};

/// What every page of a function says, in this order.
const HEADINGS: [&str; 9] = [
    "Purpose",
    "Synopsis",
    "Parameters",
    "Flags",
    "Returns",
    "Memory",
    "Example",
    "Differences from Windows",
    "Source",
];

/// The pages that are about functions.
pub(crate) fn of_functions() -> Vec<Page> {
    let mut pages = Page::all_in("docs/functions");
    pages.retain(|page| !["README", "structures"].contains(&page.name().as_str()));
    pages
}

/// The functions in a page's title.
fn titled(page: &Page) -> Vec<&str> {
    let title = page.text.lines().next().unwrap_or_default();
    title.trim_start_matches("# ").split(", ").collect()
}

#[test]
fn every_exported_function_is_in_the_manual_once() {
    let groups = ["session", "send", "mailbox", "address_book", "extras"];
    let sources = groups.map(|group| read(&format!("src/ffi/entry/{group}.rs")));
    let mut exported: Vec<&str> = sources
        .iter()
        .flat_map(|source| source.lines())
        .filter_map(|line| {
            line.split_once("extern \"system\" fn ")?
                .1
                .split('(')
                .next()
        })
        .collect();
    exported.sort_unstable();
    assert!(exported.len() >= 13, "{exported:?}");

    let pages = of_functions();
    let mut described: Vec<&str> = pages.iter().flat_map(titled).collect();
    described.sort_unstable();
    assert_eq!(described, exported);
}

#[test]
fn every_page_has_the_same_headings_in_the_same_order() {
    for page in of_functions() {
        let headings: Vec<&str> = page
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, HEADINGS, "{}", page.path.display());
        assert!(
            titled(&page).contains(&page.name().as_str()),
            "{} is not about what its name says",
            page.path.display()
        );
        assert!(
            blocks(section(&page.text, "Example"))
                .iter()
                .any(|block| block.language == "c"),
            "{} has no example",
            page.path.display()
        );
    }
}

#[test]
fn every_synopsis_is_what_the_header_declares() {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    // How a function is called is the compiler's business.
    let header = one_line(&read("include/mapi.h")).replace("MAPI_CALL ", "");
    for page in of_functions() {
        let synopsis = blocks(section(&page.text, "Synopsis"));
        assert!(!synopsis.is_empty(), "{}", page.path.display());
        for block in synopsis {
            let declared = one_line(&block.text);
            assert!(
                header.contains(&declared),
                "{}:{}: mapi.h does not say {declared}",
                page.path.display(),
                block.line
            );
        }
    }
}
