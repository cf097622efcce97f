//! Sizes, offsets and constants, for pointers of 64 and of 32 bits.
#![forbid(unsafe_code)]

use super::compiler::{DIALECTS, STRICT, accepts, in_project};

/// Somebody else's header, which many Windows programs are built with.
const MINGW: &str = "/usr/share/mingw-w64/include/mapi.h";

/// What makes x86-64's compilers count in 32 bits. The C library is left out, since its 32-bit headers
/// may not be there; the header needs none of it.
const ON_32_BITS: [&str; 2] = ["-m32", "-ffreestanding"];

#[test]
fn our_layout_is_the_one_of_simple_mapi() {
    let layout = in_project("c-tests/header/layout.c");
    let mut options = STRICT.to_vec();
    options.extend(["-DMAPI_H_TO_TEST=\"mapi.h\"", "-DALL_OF_IT"]);
    accepts(&layout, &DIALECTS, &options);
    options.push("-DSIMPLEMAPI_UTF16");
    accepts(&layout, &DIALECTS, &options);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn our_layout_on_32_bits_is_the_one_of_simple_mapi() {
    let layout = in_project("c-tests/header/layout.c");
    let mut options = STRICT.to_vec();
    options.extend(["-DMAPI_H_TO_TEST=\"mapi.h\"", "-DALL_OF_IT"]);
    options.extend(ON_32_BITS);
    accepts(&layout, &DIALECTS, &options);
    options.push("-DSIMPLEMAPI_UTF16");
    accepts(&layout, &DIALECTS, &options);
}

#[test]
fn the_header_of_mingw_w64_has_the_same_layout() {
    assert!(
        std::fs::exists(MINGW).is_ok_and(|there| there),
        "{MINGW} is missing: install the Debian package mingw-w64-common"
    );
    let layout = in_project("c-tests/header/layout.c");
    let header = format!("-DMAPI_H_TO_TEST=\"{MINGW}\"");
    // What its windows.h would have declared. Its numbers have 32 bits by this name.
    let windows = in_project("c-tests/header/windows.h");
    let windows = windows.to_str().expect("the project's path is text");
    let mut options = vec![
        header.as_str(),
        "-include",
        windows,
        "-D__LONG32=int",
        "-Wall",
        "-Werror",
    ];
    accepts(&layout, &DIALECTS, &options);
    if cfg!(target_arch = "x86_64") {
        options.extend(ON_32_BITS);
        accepts(&layout, &DIALECTS, &options);
    }
}
