//! The conformance suite, built for Windows and for this machine.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// Whom the tested profile knows.
const CARDS: &str = "\
    BEGIN:VCARD\nVERSION:4.0\nUID:g\nFN:Grace Hopper\nEMAIL:grace@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:a\nFN:Ada Lovelace\nEMAIL:lovelace@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:r\nFN:Ralph Lovelace\nEMAIL:ralph@example.test\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:l\nKIND:group\nFN:Compilers\n\
    MEMBER:urn:uuid:g\nMEMBER:urn:uuid:r\nEND:VCARD\n";

/// The program that each compiler makes of it, which takes its time.
static COMPILED: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());

fn compiled(compiler: &str, program: &Path) -> Vec<u8> {
    let mut known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || {
        let root = Path::new(crate::PROJECT);
        let sources = fs::read_dir(root.join("c-tests")).unwrap();
        let sources = sources
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "c"));
        let built = Command::new(compiler)
            .args(["-std=c99", "-O1", "-D_GNU_SOURCE"])
            .args(["-Wall", "-Wextra", "-Werror"])
            // Where a handle has 32 bits, it is never larger than that.
            .arg("-Wno-type-limits")
            .arg("-I")
            .arg(root.join("include"))
            .arg("-o")
            .arg(program)
            .args(sources)
            .args((!compiler.contains("mingw")).then_some("-ldl"))
            .args(["-lm", "-lpthread"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{said}");
        fs::read(program).unwrap()
    };
    known
        .entry(compiler.to_owned())
        .or_insert_with(build)
        .clone()
}

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
        let program = suite.path("mapi-conformance.exe");
        fs::write(&program, compiled(compiler, &suite.path("built.exe"))).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
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
        for room in ["new", "cur", "tmp"] {
            fs::create_dir_all(self.path("inbox").join(room)).unwrap();
        }
    }

    /// The transport that puts everything into its folder `arrived`. Not into the one that is read: to walk
    /// through hundreds of messages is what takes longest under Wine.
    pub(crate) fn through_maildir(&self) -> String {
        format!("kind = \"maildir\"\npath = {:?}", self.name("arrived"))
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
        // Programs that a library starts say something too.
        if let Some((name, about)) = line.split_once(": ")
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
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
                text: Text\nxdg-open: no method: x\n  skip  c: needs x\n\n1 checks held, 1 did not\n1 passed, 1 failed, 1 skipped\n";
    let counted: Vec<_> = groups(said)
        .into_iter()
        .map(|group| (group.name, group.passed, group.failed, group.skipped))
        .collect();
    assert_eq!(
        counted,
        [("send".to_owned(), 1, 1, 0), ("text".to_owned(), 0, 0, 1)]
    );
}
