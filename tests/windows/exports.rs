//! What the libraries export, by the names that programs ask for.
#![forbid(unsafe_code)]

use std::process::Command;

/// As in `packaging/windows/simplemapi.def`, without what is the linker's.
fn promised() -> Vec<String> {
    let definitions = include_str!("../../packaging/windows/simplemapi.def");
    let names = definitions
        .lines()
        .filter_map(|line| line.strip_prefix("    "));
    names
        .map(|name| name.split('@').next().unwrap().to_owned())
        .collect()
}

fn exported(architecture: &str) -> Option<Vec<String>> {
    let library = crate::built(architecture)?.join("simplemapi.dll");
    let output = Command::new(format!("{architecture}-w64-mingw32-objdump"))
        .arg("-p")
        .arg(&library)
        .output()
        .unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let (_, names) = text.split_once("[Ordinal/Name Pointer] Table").unwrap();
    let names = names
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().last());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_unstable();
    Some(names)
}

#[test]
fn programs_with_64_bits_find_every_function_by_its_name() {
    if let Some(exported) = exported("x86_64") {
        assert_eq!(exported, promised());
    }
}

#[test]
fn programs_with_32_bits_find_every_function_by_its_plain_name() {
    if let Some(exported) = exported("i686") {
        assert_eq!(exported, promised());
    }
}
