//! An example client: built against the header and the shared library, and run at a desk.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::desk::Desk;

/// A built client.
pub(crate) struct Client {
    file: PathBuf,
    /// What runs it, where it is not run by itself.
    wrapper: Vec<&'static str>,
    // The program goes with the folder.
    _folder: tempfile::TempDir,
}

impl Client {
    /// Builds `examples/SOURCE` with every warning an error.
    pub(crate) fn build(source: &str) -> Self {
        Self::build_with(&format!("examples/{source}"), &[])
    }

    /// Builds a file of the project with every warning an error and these options.
    pub(crate) fn build_with(source: &str, options: &[&str]) -> Self {
        let (compiler, standard) = match source.ends_with(".cpp") {
            true => ("g++", "-std=c++17"),
            false => ("gcc", "-std=c99"),
        };
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("client");
        // Cargo puts the library beside the test that it was built for.
        let library = std::env::current_exe()
            .unwrap()
            .with_file_name("libsimplemapi.so");
        assert!(library.exists(), "cargo built no {}", library.display());
        std::os::unix::fs::symlink(&library, folder.path().join("libsimplemapi.so.0")).unwrap();
        let built = Command::new(compiler)
            .args([standard, "-O1", "-g"])
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
            .args(options)
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join(source))
            .arg(&library)
            .arg(format!("-Wl,-rpath,{}", folder.path().display()))
            .arg("-o")
            .arg(&file)
            .output()
            .expect("a compiler: install the Debian packages gcc and g++");
        assert!(built.status.success(), "{source}: {}", said(&built));
        Self {
            file,
            wrapper: Vec::new(),
            _folder: folder,
        }
    }

    /// Has a file of the project checked by a compiler; false where there is no such compiler.
    pub(crate) fn check(source: &str, compiler: &str, standard: &str) -> bool {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let checked = Command::new(compiler)
            .args([standard, "-fsyntax-only"])
            .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join(source))
            .output();
        match checked {
            Ok(output) => assert!(output.status.success(), "{compiler}: {}", said(&output)),
            Err(_) => return false,
        }
        true
    }

    /// A copy of the program, and of the library beside it, for whoever may not look into our folders.
    pub(crate) fn copied_to(&self, folder: &Path) -> PathBuf {
        let library = "libsimplemapi.so.0";
        for (file, name) in [
            (self.file.clone(), "client"),
            (self.file.with_file_name(library), library),
        ] {
            // By another process: see `tests/support/script.rs`.
            let mut copy = Command::new("install");
            copy.arg("--mode=755").arg(file).arg(folder.join(name));
            assert!(copy.status().unwrap().success());
        }
        folder.join("client")
    }

    /// Runs it under another program.
    pub(crate) fn under(self, wrapper: &[&'static str]) -> Self {
        Self {
            wrapper: wrapper.to_vec(),
            ..self
        }
    }

    /// Ready to be run with the profile of this desk.
    pub(crate) fn at(&self, desk: &Desk, arguments: &[&str]) -> Command {
        let mut command = Command::new("timeout");
        command
            .arg("120")
            .args(&self.wrapper)
            .arg(&self.file)
            .args(arguments)
            .env("SIMPLEMAPI_CONFIG", desk.config())
            .env("SIMPLEMAPI_UI", "none")
            .env("TMPDIR", desk.temporary())
            .env("LC_ALL", "C.UTF-8")
            .env_remove("SIMPLEMAPI_LOG")
            .stdin(Stdio::null());
        command
    }

    /// What it prints; and that it was content.
    pub(crate) fn prints(&self, desk: &Desk, arguments: &[&str]) -> String {
        let output = self.at(desk, arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it complains of; and that it does.
    pub(crate) fn complains(&self, desk: &Desk, arguments: &[&str]) -> String {
        let output = self.at(desk, arguments).output().unwrap();
        let code = output.status.code();
        assert!(
            matches!(code, Some(1 | 2)),
            "{arguments:?}: {}",
            said(&output)
        );
        String::from_utf8(output.stderr).unwrap()
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
