//! What each library makes of the suite, side by side: docs/conformance.md.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::conformance::{for_windows, run};
use crate::suite::{Group, Suite, groups, total};
use crate::wine::Wine;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.md");
const MARK: &str = "<!-- made by `make conformance` -->\n";

/// The library of this machine, which SIMPLEMAPI_LIBRARY names.
fn on_linux() -> Vec<Group> {
    let suite = Suite::build("gcc", |path| path.display().to_string());
    suite.configure(&suite.through_maildir());
    let library = std::env::var("SIMPLEMAPI_LIBRARY").unwrap();
    let mut command = Command::new(suite.path("mapi-conformance.exe"));
    suite.on_ours(&mut command, &library, &suite.name("arrived"));
    let output = command.output().unwrap();
    groups(&String::from_utf8_lossy(&output.stdout))
}

/// Wine's own provider, of which nobody sees the mail.
fn of_wine(wine: &Wine, suite: &Suite) -> Vec<Group> {
    let mut command = wine.program(suite.path("mapi-conformance.exe"));
    command.args(["--no-dialogs", "--verbose", "winemapi.dll"]);
    groups(&wine.run(&mut command).1)
}

fn cell(group: Option<&Group>) -> String {
    group.map_or("crashed".to_owned(), |group| {
        format!("{} / {} / {}", group.passed, group.failed, group.skipped)
    })
}

fn table(columns: &[(&str, Vec<Group>)]) -> String {
    let mut lines = vec![
        format!(
            "| group | {} |",
            columns
                .iter()
                .map(|(name, _)| *name)
                .collect::<Vec<_>>()
                .join(" | ")
        ),
        format!("|---|{}", "---|".repeat(columns.len())),
    ];
    let rows = columns
        .iter()
        .map(|(_, groups)| groups)
        .max_by_key(|groups| groups.len());
    for row in rows.into_iter().flatten() {
        let cells = columns
            .iter()
            .map(|(_, groups)| cell(groups.iter().find(|group| group.name == row.name)));
        lines.push(format!(
            "| `{}`: {} | {} |",
            row.name,
            row.about,
            cells.collect::<Vec<_>>().join(" | ")
        ));
    }
    let totals = columns.iter().map(|(_, groups)| cell(Some(&total(groups))));
    lines.push(format!(
        "| all | {} |",
        totals.collect::<Vec<_>>().join(" | ")
    ));
    lines.join("\n") + "\n"
}

#[test]
#[ignore = "writes docs/conformance.md: make conformance"]
fn the_libraries_stand_side_by_side() {
    let Some(folder) = crate::built("x86_64") else {
        return;
    };
    let (wine, suite) = (Wine::take(crate::place(&folder)), for_windows("x86_64"));
    let mut columns = vec![
        ("simplemapi on Linux", on_linux()),
        (
            "simplemapi.dll under Wine",
            run(&wine, &suite, &suite.copy_of(&folder), None),
        ),
    ];
    if let (Some(folder), Some(wine)) = (crate::built("i686"), crate::wine_with_32_bits()) {
        let suite = for_windows("i686");
        columns.push((
            "with 32 bits",
            run(&wine, &suite, &suite.copy_of(&folder), None),
        ));
    }
    columns.push(("Wine's winemapi.dll", of_wine(&wine, &suite)));
    let table = table(&columns);
    println!("{table}");
    let page = fs::read_to_string(Path::new(PAGE)).unwrap();
    let (before, _) = page.split_once(MARK).unwrap();
    fs::write(PAGE, format!("{before}{MARK}\n{table}")).unwrap();
}
