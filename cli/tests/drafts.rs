//! `simplemapi drafts`: what is left of a message that nobody finished.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Somebody with a profile, before whom a scripted front end sits.
struct Desk(tempfile::TempDir);

struct Ended {
    status: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        let config = format!(
            "[profile.local]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = {:?} }}\n",
            desk.path("mail")
        );
        fs::write(desk.path("config.toml"), config).expect("a configuration");
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let copied = Command::new("install")
            .arg("--mode=755")
            .arg(project.join("tests/dialogs/person.py"))
            .arg(desk.path("person"))
            .status();
        assert!(copied.expect("install runs").success());
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, program: &str, arguments: &[&str], person: &str) -> Ended {
        let output = Command::new(program)
            .args(arguments)
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("SIMPLEMAPI_UI", self.path("person"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("PERSON", person)
            .env("PERSON_HEARD", self.path("heard"))
            .output()
            .expect("it runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            status: output.status.code().expect("it ends by itself"),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    fn drafts(&self, arguments: &[&str], person: &str) -> Ended {
        let arguments = [&["drafts"], arguments].concat();
        self.run(env!("CARGO_BIN_EXE_simplemapi"), &arguments, person)
    }

    /// Has a window fail in which something was written.
    fn fail(&self, subject: &str) {
        let person = format!(
            "note(begin()['draft'], dict(subject='{subject}', body='', \
             recipients=[to('Ada'), to('Grace')])); sys.exit(3)"
        );
        let program = env!("CARGO_BIN_EXE_simplemapi-compose");
        let ended = self.run(program, &["x@example.org"], &person);
        assert_eq!(ended.status, 4, "{}", ended.err);
        assert!(ended.err.contains("\"simplemapi drafts\""), "{}", ended.err);
    }
}

#[test]
fn a_draft_is_listed_shown_and_done_away_with() {
    let desk = Desk::new();
    let none = desk.drafts(&["list"], "");
    assert_eq!(
        (none.status, none.out.as_str()),
        (0, "there are no drafts\n")
    );
    desk.fail("First\\x1b[2J");
    desk.fail("Second");
    let two = desk.drafts(&["list"], "");
    let lines: Vec<_> = two.out.lines().collect();
    let [first, folder, second, _] = &lines[..] else {
        panic!("{}", two.out);
    };
    assert!(
        first.starts_with("1  \"First [2J\", to Ada and 1 more, "),
        "{first}"
    );
    assert!(second.starts_with("2  \"Second\""), "{second}");
    let json = desk.drafts(&["list", "--json"], "").out;
    assert!(json.contains("\"subject\":\"Second\""), "{json}");

    let opened = desk.drafts(&["open", "1"], "begin(); propose('open-draft')");
    assert_eq!(opened.status, 0, "{}", opened.err);
    let heard = fs::read_to_string(desk.path("heard")).expect("it was shown");
    let shown = format!("\"dialog\":\"open-draft\",\"draft\":\"{}\"", folder.trim());
    assert!(heard.contains(&shown), "{heard}");

    assert_eq!(desk.drafts(&["discard", folder.trim()], "").status, 0);
    assert!(!Path::new(folder.trim()).exists());
    assert_eq!(desk.drafts(&["discard", "1"], "").status, 0);
    assert_eq!(desk.drafts(&["list"], "").out, "there are no drafts\n");
}

#[test]
fn what_cannot_be_opened_says_why() {
    let desk = Desk::new();
    desk.fail("First");
    for (arguments, person, status, why) in [
        (["open", "2"], "", 64, "there is no draft 2"),
        (["discard", "0"], "", 64, "there is no draft 0"),
        (["open", "/nowhere"], "", 64, "there is no draft /nowhere"),
        (["discard", "/etc"], "", 77, "is not used for drafts"),
        (
            ["open", "1"],
            "say('unavailable', reason='no screen')",
            69,
            "no screen",
        ),
        (["open", "1"], "begin(); say('cancel')", 1, "cancelled"),
    ] {
        let ended = desk.drafts(&arguments, person);
        assert_eq!(ended.status, status, "{arguments:?} {}", ended.err);
        assert!(ended.err.contains(why), "{arguments:?} {}", ended.err);
    }
    assert!(desk.drafts(&["list"], "").out.starts_with("1  \"First\""));
}
