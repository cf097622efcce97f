//! `docs/errors.md` lists the codes that the library returns: all of them, and no others.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use crate::markdown::{read, rows, section};
use crate::pages;

/// The codes by their first names, as `src/ffi/abi.rs` numbers them.
fn numbers() -> BTreeMap<String, u32> {
    read("src/ffi/abi.rs")
        .lines()
        .filter_map(|line| {
            let (name, number) = line
                .strip_prefix("pub const ")?
                .strip_suffix(';')?
                .split_once(": ULONG = ")?;
            Some((name.to_owned(), number.parse().ok()?))
        })
        .collect()
}

/// The number of a code by any of its names.
fn number(name: &str) -> u32 {
    let numbers = numbers();
    let alias = read("src/ffi/abi.rs")
        .lines()
        .find_map(|line| {
            line.strip_prefix(&format!("pub const {name}: ULONG = "))?
                .strip_suffix(';')
                .map(str::to_owned)
        })
        .unwrap_or_else(|| panic!("abi.rs has no {name}"));
    alias
        .parse()
        .ok()
        .or_else(|| numbers.get(&alias).copied())
        .unwrap_or_else(|| panic!("{name} is {alias}, which is no number"))
}

/// The numbers and names of `docs/errors.md`.
fn listed() -> BTreeMap<u32, String> {
    let page = read("docs/errors.md");
    let rows = rows(&page);
    let listed: BTreeMap<u32, String> = rows
        .iter()
        .map(|row| match row[..] {
            [number, name, _] => (number.parse().expect("a number"), name.to_owned()),
            _ => panic!("a row of {} cells: {row:?}", row.len()),
        })
        .collect();
    assert_eq!(listed.len(), rows.len(), "a code is listed twice");
    listed
}

#[test]
fn the_list_of_codes_is_the_one_that_kinds_become() {
    let source = read("src/ffi/code.rs");
    let mut returned: BTreeMap<u32, String> = source
        .lines()
        .filter_map(|line| {
            let (_, name) = line.trim().strip_prefix("Kind::")?.split_once(" => ")?;
            let name = name.trim_end_matches(',');
            Some((number(name), name.to_owned()))
        })
        .collect();
    assert!(returned.len() > 20, "{returned:?}");
    returned.insert(0, "SUCCESS_SUCCESS".to_owned());
    assert_eq!(listed(), returned);
}

#[test]
fn no_page_promises_a_code_that_is_not_in_the_list() {
    let listed = listed();
    for page in pages::of_functions() {
        for row in rows(section(&page.text, "Returns")) {
            for name in row.first().unwrap_or(&"").split(", ") {
                assert_eq!(
                    listed.get(&number(name)).map(String::as_str),
                    Some(name),
                    "{}",
                    page.path.display()
                );
            }
        }
    }
}
