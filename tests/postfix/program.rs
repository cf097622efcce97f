//! C programs that are built against the header and linked with the library, as anybody's are.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A built C program.
pub(crate) struct Program {
    file: PathBuf,
    // The folder goes with the program.
    folder: tempfile::TempDir,
}

impl Program {
    /// Builds `tests/postfix/SOURCE` with these definitions.
    pub(crate) fn build(source: &str, definitions: &[&str]) -> Self {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("program");
        // Cargo puts the library beside the test that it was built for.
        let test = std::env::current_exe().unwrap();
        let libraries = test.parent().unwrap();
        std::os::unix::fs::symlink(
            libraries.join("libsimplemapi.so"),
            folder.path().join("libsimplemapi.so.0"),
        )
        .unwrap();
        let output = Command::new("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-g"])
            .args(definitions.iter().map(|name| format!("-D{name}")))
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join("tests/postfix").join(source))
            .arg("-o")
            .arg(&file)
            .arg("-L")
            .arg(libraries)
            .arg("-lsimplemapi")
            .arg(format!("-Wl,-rpath,{}", folder.path().display()))
            .output()
            .expect("a C compiler: install the Debian package gcc");
        assert!(output.status.success(), "{source}: {}", said(&output));
        Self { file, folder }
    }

    /// Runs it under a configuration with this one profile, in a locale of UTF-8.
    pub(crate) fn run(&self, profile: &str, arguments: &[&str]) -> Output {
        let config = self.folder.path().join("config.toml");
        std::fs::write(&config, profile).unwrap();
        Command::new("timeout")
            .arg("300")
            .arg(&self.file)
            .args(arguments)
            .env("SIMPLEMAPI_CONFIG", &config)
            .env("SIMPLEMAPI_UI", "none")
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap()
    }
}

/// What a program wrote, for the message of a failed assertion.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!(
        "{}: {}{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    )
}
