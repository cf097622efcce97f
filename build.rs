//! Link settings of the shared library, and a table of media types for it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    write_media_types()?;
    let os = env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    if os == "linux" {
        // The name programs are linked against, until 1.0 promises an ABI.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libsimplemapi.so.0");
        // Hosts close the library right after sending while their threads still have
        // destructors of ours to run: the code has to stay mapped.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        if loader_takes_packed_relocations() {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,pack-relative-relocs");
        }
    }
    Ok(())
}

/// A third of a megabyte less, and less to read when the library is loaded: glibc since 2.36. One that
/// is older refuses such a library, so what is built for another machine goes without.
fn loader_takes_packed_relocations() -> bool {
    let libc = || {
        let told = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
        String::from_utf8(told.ok()?.stdout).ok()
    };
    let version = |text: String| {
        let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    };
    env::var_os("HOST") == env::var_os("TARGET")
        && libc()
            .and_then(version)
            .is_some_and(|version| version >= (2, 36))
}

/// What `src/mime/media_types.rs` looks things up in.
fn write_media_types() -> io::Result<()> {
    let known = mime_guess::get_extensions("*", "*").unwrap_or_default();
    let endings: BTreeMap<String, Vec<&str>> = known
        .iter()
        .map(|ending| {
            let types = mime_guess::from_ext(ending).iter_raw().collect();
            (ending.to_ascii_lowercase(), types)
        })
        .collect();
    let lines = endings
        .iter()
        .map(|(ending, types)| format!("\n{ending} {}", types.join(" ")));
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(folder.join("media_types"), lines.collect::<String>() + "\n")
}
