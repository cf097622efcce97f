//! A folder with a configuration and a Maildir in it, and the command run there.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]
#![allow(
    dead_code,
    reason = "each test program is compiled with this file and uses its part"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A password that no other text holds by chance.
pub(crate) const PASSWORD: &str = "qzjxkwvhbyfgpmdlrtcsnuaeioqzjxkw";

pub(crate) struct Desk {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// A desk whose one profile, `local`, puts messages into a Maildir.
    pub(crate) fn new() -> Self {
        let desk = Self::without_configuration();
        let maildir = desk.path("mail");
        desk.configure(&format!(
            "[profile.local]\nname = \"Ada Lovelace\"\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = {maildir:?} }}\n"
        ));
        desk
    }

    pub(crate) fn without_configuration() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file in the temporary folder");
        path
    }

    /// Writes the configuration, for its owner's eyes only.
    pub(crate) fn configure(&self, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let folder = self.path("simplemapi");
        fs::create_dir_all(&folder).expect("a folder in the temporary one");
        let path = self.file("simplemapi/config.toml", text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
        path
    }

    /// Runs the command with these arguments and this on its standard input.
    pub(crate) fn run(&self, arguments: &[&str], input: &[u8]) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_simplemapi"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .env("SIMPLEMAPI_LOG", self.path("log"))
            .env("SIMPLEMAPI_UI", "ui")
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command starts");
        // A command that needs no input may be gone before it is written.
        let _ = child.stdin.take().expect("a pipe").write_all(input);
        let Output {
            status,
            stdout,
            stderr,
        } = child.wait_with_output().expect("the command ends");
        Ended {
            status: status.code().expect("it is not killed"),
            out: String::from_utf8(stdout).expect("it prints UTF-8"),
            err: String::from_utf8(stderr).expect("it prints UTF-8"),
        }
    }

    /// The messages that arrived, in no order.
    pub(crate) fn messages(&self) -> Vec<String> {
        let Ok(folder) = fs::read_dir(self.path("mail/new")) else {
            return Vec::new();
        };
        folder
            .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a message"))
            .collect()
    }

    /// The one message that arrived.
    #[track_caller]
    pub(crate) fn message(&self) -> String {
        let mut messages = self.messages();
        assert_eq!(messages.len(), 1, "one message arrives");
        messages.remove(0)
    }

    /// Whether this stands in any file here but the configuration.
    pub(crate) fn anywhere(&self, text: &str) -> bool {
        fn search(folder: &Path, text: &str) -> bool {
            let entries = fs::read_dir(folder)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path());
            entries
                .filter(|path| path.file_name().is_some_and(|name| name != "config.toml"))
                .any(|path| {
                    if path.is_dir() {
                        return search(&path, text);
                    }
                    String::from_utf8_lossy(&fs::read(path).expect("a file")).contains(text)
                })
        }
        search(self.folder.path(), text)
    }
}
