//! The conformance suite, built for Windows and for this machine.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Whom the tested profile knows.
const CARDS: &str = "\
    BEGIN:VCARD\nVERSION:4.0\nUID:g\nFN:Grace Hopper\nEMAIL:grace@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:a\nFN:Ada Lovelace\nEMAIL:lovelace@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:r\nFN:Ralph Lovelace\nEMAIL:ralph@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:l\nKIND:group\nFN:Compilers\n\
    MEMBER:urn:uuid:g\nMEMBER:urn:uuid:r\nEND:VCARD\n";

/// A suite in a folder with its configuration and mailboxes.
pub(crate) struct Suite {
    folder: TempDir,
    /// How its program names a path of this machine.
    named: fn(&Path) -> String,
}

impl Suite {
    /// Its folder alone.
    pub(crate) fn empty(named: fn(&Path) -> String) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("simplemapi-windows-")
            .tempdir()
            .unwrap();
        Self { folder, named }
    }

    /// Builds it by this compiler.
    pub(crate) fn build(compiler: &str, named: fn(&Path) -> String) -> Self {
        let suite = Self::empty(named);
        let root = Path::new(crate::PROJECT);
        let sources = fs::read_dir(root.join("c-tests")).unwrap();
        let sources = sources
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "c"));
        let built = Command::new(compiler)
            .args([
                "-std=c99",
                "-O1",
                "-D_GNU_SOURCE",
                "-Wall",
                "-Wextra",
                "-Werror",
                // Where a handle has 32 bits, it is never larger than that.
                "-Wno-type-limits",
            ])
            .arg("-I")
            .arg(root.join("include"))
            .arg("-o")
            .arg(suite.path("mapi-conformance.exe"))
            .args(sources)
            .args((!compiler.contains("mingw")).then_some("-ldl"))
            .args(["-lm", "-lpthread"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}");
        fs::write(suite.path("cards.vcf"), CARDS).unwrap();
        suite
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// How its program names something in its folder.
    pub(crate) fn name(&self, name: &str) -> String {
        (self.named)(&self.path(name))
    }

    /// Copies the library of this folder to where its program sees it, whatever Wine it runs in.
    pub(crate) fn copy_of(&self, folder: &Path) -> String {
        fs::copy(folder.join("simplemapi.dll"), self.path("simplemapi.dll")).unwrap();
        self.name("simplemapi.dll")
    }

    /// Writes the configuration: this transport, and mail that is read from its folder `inbox`.
    pub(crate) fn configure(&self, transport: &str) {
        let config = format!(
            "default-profile = \"first\"
[profile.first]
name = \"Ada Lovelace\"
address = \"ada@example.test\"
identities = [\"Ada <lovelace@example.test>\"]
outbox.when = \"never\"
limits = {{ attachments = 50, attachment-bytes = 1048576, recipients = 100, body-bytes = 1048576 }}
[profile.first.transport]
{transport}
[profile.first.store]
kind = \"maildir\"
path = {:?}
[[profile.first.address-book]]
kind = \"vcard\"
path = {:?}
[profile.second]
address = \"ada@example.com\"
transport = {{ kind = \"maildir\", path = {:?} }}
",
            self.name("inbox"),
            self.name("cards.vcf"),
            self.name("second"),
        );
        fs::write(self.path("config.toml"), config).unwrap();
    }

    /// The transport that puts everything into the Inbox.
    pub(crate) fn through_inbox(&self) -> String {
        format!("kind = \"maildir\"\npath = {:?}", self.name("inbox"))
    }

    /// Has a command run the suite on a library that knows its configuration, and mail arrive here.
    pub(crate) fn on_ours(&self, command: &mut Command, library: &str, mailbox: &str) {
        command
            .env("SIMPLEMAPI_CONFIG", self.name("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env("SIMPLEMAPI_LOG", self.name("calls.log"))
            .args(["--strict", "--no-dialogs", "--verbose"])
            .args([
                "--mailbox",
                mailbox,
                "--other-mailbox",
                &self.name("second"),
            ])
            .args(["--inbox", &self.name("inbox"), "--other-profile", "second"])
            .args(["--to", "conformance@example.test"])
            .args(["--identity", "lovelace@example.test"])
            .args(["--max-files", "50", "--max-file", "1048576"])
            .args(["--max-recipients", "100", "--max-text", "1048576"])
            .args([
                "--known-name",
                "Grace Hopper",
                "--ambiguous-name",
                "Lovelace",
            ])
            .args(["--known-list", "Compilers", "--list-members", "2"])
            .args(["--timeout", "240", "--arrival", "60"])
            .arg(library);
    }

    /// What our library has logged: a line a call.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.path("calls.log")).unwrap_or_default()
    }
}

/// What came of the tests of a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

/// The groups in what the suite says with `--verbose`.
pub(crate) fn groups(said: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in said.lines().map(|line| line.trim_end_matches('\r')) {
        if let Some((name, about)) = line.split_once(": ")
            && !line.starts_with(' ')
        {
            groups.push(Group {
                name: name.to_owned(),
                about: about.to_owned(),
                ..Group::default()
            });
        }
        let Some(group) = groups.last_mut() else {
            continue;
        };
        match line.get(..8) {
            Some("  ok    ") => group.passed += 1,
            Some("  FAIL  ") => group.failed += 1,
            Some("  skip  ") => group.skipped += 1,
            _ => {}
        }
    }
    groups
}

/// All groups together.
pub(crate) fn total(groups: &[Group]) -> Group {
    let mut total = Group::default();
    for group in groups {
        total.passed += group.passed;
        total.failed += group.failed;
        total.skipped += group.skipped;
    }
    total
}

#[test]
fn groups_are_counted_from_what_the_suite_says() {
    let said = "send: MAPISendMail\n  ok    a\r\n    send.c:1: no\n      because: x: y\n  FAIL  b\n\
                text: Text\n  skip  c: needs x\n\n1 checks held, 1 did not\n1 passed, 1 failed, 1 skipped\n";
    let counted: Vec<_> = groups(said)
        .into_iter()
        .map(|group| (group.name, group.passed, group.failed, group.skipped))
        .collect();
    assert_eq!(
        counted,
        [("send".to_owned(), 1, 1, 0), ("text".to_owned(), 0, 0, 1)]
    );
}
