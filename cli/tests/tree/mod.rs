//! What `make install` puts in place, as far as programs find each other there, in a home of its own.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub(crate) struct Tree {
    folder: TempDir,
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let tree = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        let test = std::env::current_exe().expect("the test knows where it is");
        let target = test.ancestors().nth(3).expect("cargo's folders");
        let keyring = target.join("debug/simplemapi-keyring");
        // Another package's, which is there when the workspace is tested. To have cargo build it from here
        // would build the library with other features, and in the place of this one.
        assert!(
            keyring.exists(),
            "cargo build -p simplemapi-account has to come first"
        );
        for (from, to) in [
            (env!("CARGO_BIN_EXE_simplemapi").into(), "bin/simplemapi"),
            (keyring, "libexec/simplemapi/simplemapi-keyring"),
            (
                test.with_file_name("libsimplemapi.so"),
                "lib/libsimplemapi.so",
            ),
        ] {
            let to = tree.path(to);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            // Of another file system it would have to be a copy.
            fs::hard_link(&from, &to)
                .or_else(|_| fs::copy(&from, &to).map(drop))
                .expect("a program");
        }
        std::os::unix::fs::symlink("libsimplemapi.so", tree.path("lib/libsimplemapi.so.0"))
            .expect("a link");
        tree
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program of the tree, or of the system, at home there.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.path(program));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LD_LIBRARY_PATH", self.path("lib"))
            .env("SIMPLEMAPI_UI", "none");
        command
    }

    /// A program in C, built with the library of the tree; its path. From where it stands, only the library
    /// knows the tree.
    pub(crate) fn c_program(&self, source: &str) -> String {
        let built = Command::new("cc")
            .arg("-I")
            .arg(in_project("include"))
            .arg(in_project(source))
            .arg("-L")
            .arg(self.path("lib"))
            .args(["-lsimplemapi", "-o"])
            .arg(self.path("program"))
            .status()
            .expect("cc runs");
        assert!(built.success());
        "program".to_owned()
    }
}

impl Ended {
    /// Runs a command to its end, with this on its standard input.
    pub(crate) fn of(command: &mut Command, input: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        // A command that needs no input may be gone before it is written.
        let _ = child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the command ends");
        let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
        Self {
            status: output.status.code().expect("it is not killed"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// A file of the project.
fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
