//! Makes the header: cbindgen's text, made a little shorter.
#![forbid(unsafe_code)]

use std::fs;

use super::compiler::in_project;

/// What include/mapi.h has to be.
pub(crate) fn header() -> String {
    let abi = in_project("src/ffi/abi.rs");
    let config = cbindgen::Config::from_file(in_project("cbindgen.toml")).expect("cbindgen.toml");
    let shown = tempfile::tempdir().expect("a folder for sources");
    let groups = ["session", "send", "mailbox", "address_book", "extras"];
    let bindings = groups
        .iter()
        .map(|group| {
            let source = in_project(&format!("src/ffi/entry/{group}.rs"));
            let source = fs::read_to_string(source).expect("src/ffi/entry can be read");
            let copy = shown.path().join(format!("{group}.rs"));
            fs::write(&copy, as_cbindgen_reads_it(&source)).expect("a copy can be written");
            copy
        })
        .fold(
            cbindgen::Builder::new().with_src(&abi),
            cbindgen::Builder::with_src,
        )
        .with_config(config)
        .generate()
        .expect("src/ffi can be read by cbindgen");
    let mut header = Vec::new();
    bindings.write(&mut header);
    let header = String::from_utf8(header).expect("the header is UTF-8");
    let abi = fs::read_to_string(abi).expect("src/ffi/abi.rs can be read");
    let header = with_calling_convention(&short_comments_on_one_line(&header));
    flags_in_hex(&header, &abi)
}

/// cbindgen passes over functions of the system's calling convention without a word. They are shown to
/// it as C's, and the convention is put in afterwards.
fn as_cbindgen_reads_it(source: &str) -> String {
    source.replace(r#"extern "system" fn"#, r#"extern "C" fn"#)
}

/// What the header calls that convention.
const CONVENTION: &str = "MAPI_CALL ";

/// Puts the convention before the name of each function, and moves the further parameters along.
fn with_calling_convention(header: &str) -> String {
    let mut lines = Vec::new();
    let mut is_declaration = false;
    for line in header.lines() {
        let name = [" MAPI", " SimpleMapi", " *SimpleMapi"]
            .iter()
            .filter(|_| !line.starts_with([' ', '#', '/', 't']))
            .find_map(|name| Some((line.find(name)?, line.find('(')?)))
            .filter(|(name, arguments)| name < arguments);
        lines.push(match name {
            Some((before, _)) => {
                is_declaration = true;
                let star = usize::from(line[before..].starts_with(" *"));
                let (result, rest) = line.split_at(before + 1 + star);
                format!("{result}{CONVENTION}{rest}")
            }
            None if is_declaration => format!("{}{line}", " ".repeat(CONVENTION.len())),
            None => line.to_owned(),
        });
        is_declaration &= !line.ends_with(';');
    }
    lines.join("\n") + "\n"
}

/// cbindgen spreads every comment over three lines at least, and keeps rustdoc's headings.
fn short_comments_on_one_line(header: &str) -> String {
    let header = header.replace("* # ", "* ");
    let mut lines: Vec<String> = Vec::new();
    for line in header.lines() {
        match &mut lines[..] {
            [.., opening, text] if line.trim() == "*/" && opening.trim() == "/**" => {
                let text = text.trim_start().trim_start_matches("* ");
                *opening = format!("{opening} {text} */");
                lines.pop();
            }
            [.., before] if line.is_empty() && before.is_empty() => {}
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n") + "\n"
}

/// cbindgen writes every number as a decimal one; flags are read in hex.
fn flags_in_hex(header: &str, abi: &str) -> String {
    let mut header = header.to_owned();
    for flag in abi
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
    {
        let Some((name, value)) = flag.split_once(": FLAGS = 0x") else {
            continue;
        };
        let value = value.trim_end_matches(';').replace('_', "");
        let number = u32::from_str_radix(&value, 16).expect("a flag is a number");
        let decimal = format!("#define {name} {number}\n");
        assert!(
            header.contains(&decimal),
            "the header lacks the flag {name}"
        );
        header = header.replace(&decimal, &format!("#define {name} 0x{value}\n"));
    }
    header
}

#[test]
fn a_comment_of_one_line_takes_one_line() {
    assert_eq!(
        short_comments_on_one_line(
            "    /**\n     * A.\n     */\n    int a;\n\n\n/**\n * B\n * # C\n */\n"
        ),
        "    /** A. */\n    int a;\n\n/**\n * B\n * C\n */\n"
    );
}

#[test]
fn each_function_has_its_calling_convention() {
    assert_eq!(
        with_calling_convention(
            "ULONG MAPIA(int a,\n            int b);\n\nconst char *SimpleMapiB(void);\n\
             typedef ULONG (MAPIC)(int);\n/* MAPIA(x) */\n"
        ),
        "ULONG MAPI_CALL MAPIA(int a,\n                      int b);\n\n\
         const char *MAPI_CALL SimpleMapiB(void);\ntypedef ULONG (MAPIC)(int);\n/* MAPIA(x) */\n"
    );
}

#[test]
fn a_flag_is_written_in_hex() {
    let abi = "pub const MAPI_PEEK: FLAGS = 0x0000_0080;\npub const MAPI_TO: ULONG = 1;\n";
    assert_eq!(
        flags_in_hex("#define MAPI_PEEK 128\n#define MAPI_TO 1\n", abi),
        "#define MAPI_PEEK 0x00000080\n#define MAPI_TO 1\n"
    );
}
