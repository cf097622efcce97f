//! The header compiles in every dialect, alone and beside a windows.h.
#![forbid(unsafe_code)]

use std::fs;

use super::compiler::{DIALECTS, Dialect, NEWEST, STRICT, accepts, check, in_project};

#[test]
fn all_of_it_can_be_used_in_every_dialect() {
    let everything = in_project("c-tests/header/everything.c");
    accepts(&everything, &DIALECTS, &STRICT);
}

#[test]
fn all_of_it_can_be_used_with_utf_16() {
    let everything = in_project("c-tests/header/everything.c");
    for sixteen_bits in ["-DSIMPLEMAPI_UTF16", "-fshort-wchar"] {
        let mut options = STRICT.to_vec();
        options.push(sixteen_bits);
        accepts(&everything, &DIALECTS, &options);
    }
}

/// Checks a text that includes this and then uses everything.
fn accepts_after(includes: &str, dialects: &[Dialect], options: &[&str]) {
    let folder = tempfile::tempdir().expect("a folder for a source text");
    let file = folder.path().join("program.c");
    let everything = in_project("c-tests/header/everything.c");
    let text = format!("{includes}\n#include \"{}\"\n", everything.display());
    fs::write(&file, text).expect("the source text can be written");
    let porting = format!("-I{}", in_project("c-tests/header").display());
    let mut all = vec![porting.as_str()];
    all.extend(options);
    accepts(&file, dialects, &all);
}

#[test]
fn the_types_of_a_windows_h_are_used_where_they_are_promised() {
    let promise = "#define SIMPLEMAPI_HAVE_WINDOWS_TYPES\n#include \"windows.h\"";
    accepts_after(promise, &DIALECTS, &STRICT);
    // As a known windows.h does.
    let known = "#define _WINDOWS_\n#include \"windows.h\"";
    accepts_after(known, &DIALECTS, &STRICT);
}

#[test]
fn a_windows_h_that_is_not_known_may_stand_before_or_after() {
    let orders = [
        "#include \"windows.h\"\n#include \"mapi.h\"",
        "#include \"mapi.h\"\n#include \"windows.h\"",
    ];
    for order in orders {
        accepts_after(order, &NEWEST, &STRICT);
        accepts_after(order, &DIALECTS, &["-Wall", "-Wextra", "-Werror"]);
    }
}

/// How gcc for Linux on x86-64 reads the headers of mingw-w64: as a compiler for Windows would.
#[cfg(target_arch = "x86_64")]
fn for_windows() -> Vec<String> {
    let own = std::process::Command::new("gcc")
        .arg("-print-file-name=include")
        .output()
        .expect("gcc runs: install the Debian package gcc");
    let own = String::from_utf8(own.stdout).expect("gcc tells its include folder");
    let mut options: Vec<String> = [
        "-nostdinc",
        "-isystem",
        own.trim(),
        "-isystem",
        "/usr/share/mingw-w64/include",
        "-mabi=ms",
        "-fshort-wchar",
        "-fms-extensions",
        "-D__int64=long long",
        "-D__declspec(x)=",
    ]
    .map(String::from)
    .to_vec();
    for defined in [
        "_WIN32",
        "_WIN64",
        "__MINGW32__",
        "__MINGW64__",
        "__MSVCRT__",
    ] {
        options.push(format!("-D{defined}=1"));
    }
    for convention in ["cdecl", "stdcall", "fastcall", "thiscall"] {
        options.push(format!("-D__{convention}="));
    }
    options
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_windows_h_of_mingw_w64_may_stand_before_or_after() {
    assert!(
        fs::exists("/usr/share/mingw-w64/include/windows.h").is_ok_and(|there| there),
        "no windows.h of mingw-w64: install the Debian package mingw-w64-common"
    );
    let windows = for_windows();
    let mut options: Vec<&str> = windows.iter().map(String::as_str).collect();
    options.extend(["-Wall", "-Wextra", "-Werror"]);
    for order in [
        "#include <windows.h>\n#include \"mapi.h\"",
        "#include \"mapi.h\"\n#include <windows.h>",
    ] {
        accepts_after(order, &NEWEST[..1], &options);
    }
}

#[test]
fn a_ulong_of_64_bits_does_not_compile() {
    let folder = tempfile::tempdir().expect("a folder for a source text");
    let file = folder.path().join("program.c");
    let text = "#include <stdint.h>\n\
                typedef uint64_t ULONG;\ntypedef uintptr_t ULONG_PTR;\n\
                typedef char *LPSTR;\ntypedef void *LPVOID;\n\
                #define SIMPLEMAPI_HAVE_WINDOWS_TYPES\n#include \"mapi.h\"\n";
    fs::write(&file, text).expect("the source text can be written");
    for dialect in DIALECTS {
        let said = check(&file, dialect, &[]).expect_err("a ULONG of 64 bits was accepted");
        assert!(said.contains("simplemapi_ulong_has_32_bits"), "{said}");
    }
}
