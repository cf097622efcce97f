//! `docs/dependencies.md` has a row for every crate that the manifests ask for, as they ask for it.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::markdown::{in_project, read, rows, section};

/// What is said of a crate: the features asked for, and the licence.
#[derive(Debug, Default, PartialEq, Eq)]
struct Use {
    features: BTreeSet<String>,
    licence: String,
}

/// What `cargo metadata` tells about the builds for this machine and for Windows.
fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let platform = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(cargo)
        .current_dir(in_project(""))
        .args(["metadata", "--format-version=1", "--locked"])
        .args(["--filter-platform", &platform])
        .args(["--filter-platform", "x86_64-pc-windows-gnu"])
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo writes JSON")
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The licence of what a package gets for a dependency that its sources call so.
fn licence<'a>(metadata: &'a Value, package: &Value, dependency: &str) -> &'a str {
    let graph = metadata.get("resolve").expect("a graph");
    let node = list(graph, "nodes")
        .iter()
        .find(|node| text(node, "id") == text(package, "id"))
        .expect("every package is in the graph");
    let id = list(node, "deps")
        .iter()
        .find(|edge| text(edge, "name") == dependency.replace('-', "_"))
        .map(|edge| text(edge, "pkg"))
        .unwrap_or_else(|| panic!("{dependency} is not in the graph"));
    list(metadata, "packages")
        .iter()
        .find(|package| text(package, "id") == id)
        .map(|package| text(package, "license"))
        .expect("what is in the graph is a package")
}

/// The heading under which a dependency has its row.
fn heading(package: &str, kind: &str) -> &'static str {
    match (package, kind) {
        ("simplemapi", "" | "build") => "The library",
        ("simplemapi-ui", "") => "The windows",
        ("simplemapi-account", "") => "Setting up an account",
        ("simplemapi-cli", "") => "The command",
        ("simplemapi-manual", "") => "The manual",
        _ => "The tests",
    }
}

/// The dependencies as the manifests have them.
fn asked_for() -> BTreeMap<(&'static str, String), Use> {
    let metadata = metadata();
    let mut uses: BTreeMap<_, Use> = BTreeMap::new();
    for package in list(&metadata, "packages") {
        // The project's own packages come from no registry.
        if !package.get("source").is_some_and(Value::is_null) {
            continue;
        }
        for dependency in list(package, "dependencies") {
            if dependency.get("path").is_some() {
                continue;
            }
            let name = text(dependency, "name");
            let heading = heading(text(package, "name"), text(dependency, "kind"));
            let entry = uses.entry((heading, name.to_owned())).or_default();
            let called = dependency.get("rename").and_then(Value::as_str);
            entry.licence = licence(&metadata, package, called.unwrap_or(name)).to_owned();
            if dependency.get("uses_default_features") == Some(&Value::Bool(true)) {
                entry.features.insert("default".to_owned());
            }
            let features = list(dependency, "features")
                .iter()
                .filter_map(Value::as_str);
            entry.features.extend(features.map(str::to_owned));
        }
    }
    uses
}

#[test]
fn every_dependency_has_a_row_that_says_how_it_is_used() {
    let page = read("docs/dependencies.md");
    let mut described = BTreeMap::new();
    let headings = [
        "The library",
        "The command",
        "Setting up an account",
        "The windows",
        "The manual",
        "The tests",
    ];
    for heading in headings {
        for row in rows(section(&page, heading)) {
            let [name, why, instead, features, licence] = row[..] else {
                panic!("a row of {} cells: {row:?}", row.len());
            };
            assert!(!why.is_empty() && !instead.is_empty(), "{name}");
            let features = features.split(", ").filter(|feature| *feature != "none");
            let told = Use {
                features: features.map(str::to_owned).collect(),
                licence: licence.to_owned(),
            };
            let twice = described.insert((heading, name.trim_matches('`').to_owned()), told);
            assert_eq!(twice, None, "{name} is described twice");
        }
    }
    let asked_for = asked_for();
    assert!(asked_for.len() > 20, "{asked_for:?}");
    for ((heading, name), wanted) in &asked_for {
        assert_eq!(
            described.get(&(*heading, name.clone())),
            Some(wanted),
            "the row of {name} under \"{heading}\""
        );
    }
    let gone: Vec<_> = described
        .keys()
        .filter(|key| !asked_for.contains_key(key))
        .collect();
    assert!(gone.is_empty(), "nothing asks for {gone:?} any more");
}
