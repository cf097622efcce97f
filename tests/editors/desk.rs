//! Somebody with a profile and an editor.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use test_servers::{Door, Mailbox, Postfix};

/// What an editor finds: the library by its name, a configuration, and files.
pub(crate) struct Desk(tempfile::TempDir);

impl Desk {
    /// Sends through this Postfix.
    pub(crate) fn new(postfix: &Postfix) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(library(), desk.path("libsimplemapi.so.0")).unwrap();
        let config = format!(
            "[profile.desk]\naddress = \"ada@example.test\"\n[profile.desk.transport]\nkind = \"smtp\"\n\
             host = \"localhost\"\nport = {}\nsecurity = \"none\"\n",
            postfix.port(Door::Plain)
        ) + &format!(
            "[[profile.desk.address-book]]\nkind = \"vcard\"\npath = \"{}\"\n",
            desk.path("contacts.vcf").display()
        );
        fs::write(desk.path("config.toml"), config).unwrap();
        fs::write(desk.path("contacts.vcf"), "").unwrap();
        fs::create_dir(desk.path("temporary")).unwrap();
        // What is on the disk is not what is on the screen.
        fs::write(desk.path("März.txt"), "what was saved\n").unwrap();
        fs::write(desk.path("figures.txt"), "1 2 3\n").unwrap();
        desk
    }

    /// Nobody answers any more where its mail goes.
    pub(crate) fn has_lost_its_server(&self) {
        let [nobody] = test_servers::free_ports();
        let config = fs::read_to_string(self.path("config.toml")).unwrap();
        let lines = config
            .lines()
            .map(|line| match line.starts_with("port = ") {
                true => format!("port = {nobody}\n"),
                false => format!("{line}\n"),
            });
        fs::write(self.path("config.toml"), lines.collect::<String>()).unwrap();
    }

    /// Puts somebody into the address book.
    pub(crate) fn knows(&self, name: &str, address: &str) {
        let card =
            format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nEMAIL:{address}\r\nEND:VCARD\r\n");
        fs::write(self.path("contacts.vcf"), card).unwrap();
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The editor, with no settings but ours.
    pub(crate) fn editor(&self, program: &str) -> Command {
        let mut command = Command::new("timeout");
        command
            .args(["120", program])
            .current_dir(self.0.path())
            .env("HOME", self.0.path())
            .env("LD_LIBRARY_PATH", self.0.path())
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env("TMPDIR", self.path("temporary"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("XDG_STATE_HOME")
            .env_remove("SIMPLEMAPI_LOG");
        command
    }

    /// Nothing that was sent lies about.
    pub(crate) fn is_tidy(&self) {
        let saved = fs::read_to_string(self.path("März.txt")).unwrap();
        assert_eq!(saved, "what was saved\n", "the editor was not to save");
        for folder in fs::read_dir(self.path("temporary")).unwrap() {
            let path = folder.unwrap().path();
            let empty = fs::read_dir(&path).is_ok_and(|mut left| left.next().is_none());
            assert!(empty, "{} is left", path.display());
        }
    }
}

/// The library that cargo built for this test, in the same folder.
pub(crate) fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.with_file_name("libsimplemapi.so");
    assert!(library.exists(), "cargo built no {}", library.display());
    library
}

/// A file of the project.
pub(crate) fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether this machine has the editor; a test that wants it says so where not.
pub(crate) fn has(program: &str) -> bool {
    let there = Path::new("/usr/bin").join(program).exists();
    if !there {
        test_servers::skip(&format!("{program} is not installed"));
    }
    there
}

/// Everything that a program printed.
pub(crate) fn said(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

/// The messages that have come, in the eyes of Python's email package, ordered by their subjects.
pub(crate) fn received(mailbox: &Mailbox, count: usize) -> Vec<Value> {
    mailbox.wait_for(count);
    let output = Command::new("python3")
        .arg(in_project("tests/oracle/read_message.py"))
        .args(mailbox.files())
        .output()
        .expect("python3: install the Debian package of that name");
    assert!(output.status.success(), "{}", said(&output));
    let mut messages: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    messages.sort_by_key(|message| message["subject"].to_string());
    messages
}

/// What the editors are told to write, in the form in which an attachment travels.
pub(crate) const ON_SCREEN: &str = "R3LDvMOfZSwKbmljaHQgZ2VzcGVpY2hlcnQK";
