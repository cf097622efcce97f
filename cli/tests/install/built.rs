//! What cargo built for this test, gathered in a folder as `ci/build` does it.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the project.
pub(crate) fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Runs a command to its end and returns what it printed; fails unless it was content.
pub(crate) fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        said(&output.stdout),
        said(&output.stderr)
    );
    said(&output.stdout)
}

/// A program of `ci/` that finds in `SIMPLEMAPI_BUILT` what it would build otherwise.
pub(crate) fn script(name: &str, built: &Path) -> Command {
    let mut script = Command::new(in_project("ci").join(name));
    script
        .env("SIMPLEMAPI_BUILT", built)
        .env("CARGO_TARGET_DIR", target());
    script
}

/// Puts the library, the command and what writes the manual into a folder.
pub(crate) fn gather(folder: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    run(Command::new(cargo)
        .current_dir(in_project(""))
        .env("CARGO_TARGET_DIR", target())
        .args(["build", "--quiet", "--locked", "-p", "simplemapi-manual"]));
    let library = std::env::current_exe()
        .expect("the test knows where it is")
        .with_file_name("libsimplemapi.so");
    for file in [
        library,
        env!("CARGO_BIN_EXE_simplemapi").into(),
        env!("CARGO_BIN_EXE_simplemapi-compose").into(),
        target().join("debug/simplemapi-manual"),
        // Built with the workspace's tests; `tests/tree/` says why not from here.
        target().join("debug/simplemapi-keyring"),
        target().join("debug/simplemapi-ui"),
    ] {
        // Without what is for debuggers, as in a release: packing that takes long.
        run(Command::new("strip")
            .arg("--strip-unneeded")
            .arg("-o")
            .arg(folder.join(file.file_name().unwrap()))
            .arg(&file));
    }
}

/// The folder that cargo builds in; this test is in `debug/deps` of it.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    test.ancestors().nth(3).expect("cargo's folders").to_owned()
}
