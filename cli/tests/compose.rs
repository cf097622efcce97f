//! A message that a person writes in their editor: `simplemapi-compose`, with the arguments that programs give
//! xdg-email, and `simplemapi send --compose`.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        let config = format!(
            "[profile.local]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = {:?} }}\n",
            desk.path("mail")
        );
        fs::write(desk.path("config.toml"), config).expect("a configuration");
        fs::create_dir(desk.path("temporary")).expect("a folder");
        fs::write(desk.path("Bericht März.txt"), "figures\n").expect("a file");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs it where there is no terminal.
    fn run(&self, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_simplemapi-compose"))
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it runs")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.0.path())
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env("TMPDIR", self.path("temporary"))
            .env("LC_ALL", "C.UTF-8")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("VISUAL");
        command
    }

    /// Runs it in a terminal of util-linux's `script`, with this editor and this answer.
    fn run_in_terminal(&self, arguments: &str, editor: &str, answer: &str) -> Output {
        let program = env!("CARGO_BIN_EXE_simplemapi-compose");
        self.in_terminal(&format!("{program} {arguments}"), editor, answer)
    }

    /// Sends in such a terminal.
    fn send_in_terminal(&self, arguments: &str, editor: &str) -> Output {
        let program = env!("CARGO_BIN_EXE_simplemapi");
        self.in_terminal(&format!("{program} send --compose {arguments}"), editor, "")
    }

    fn in_terminal(&self, line: &str, editor: &str, answer: &str) -> Output {
        let script = self.path("editor");
        fs::write(&script, format!("#!/bin/sh\n{editor}\n")).expect("an editor");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("its mode");
        let mut child = self
            .command("timeout")
            .args(["60", "script", "--quiet", "--return", "--command", line])
            .arg("/dev/null")
            .env("EDITOR", &script)
            .env("SHELL", "/bin/sh")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script runs: install the Debian package bsdutils");
        let mut keyboard = child.stdin.take().expect("a pipe");
        keyboard.write_all(answer.as_bytes()).expect("it listens");
        // The end of its input is the end of the terminal: not before it is done.
        let output = child.wait_with_output().expect("it ends");
        drop(keyboard);
        output
    }

    fn sent(&self) -> Vec<String> {
        let Ok(folder) = fs::read_dir(self.path("mail/new")) else {
            return Vec::new();
        };
        folder
            .map(|entry| fs::read_to_string(entry.expect("an entry").path()).expect("a message"))
            .collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn without_a_window_or_a_terminal_it_says_so_and_sends_nothing() {
    let desk = Desk::new();
    let output = desk.run(&["--utf8", "--subject", "x", "--body", "y", "ada@example.org"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.starts_with("simplemapi-compose: "), "{said}");
    assert_eq!(desk.sent(), [""; 0]);
}

#[test]
fn what_is_wrong_has_the_status_that_xdg_email_gives_it() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["--nonsense"]).status.code(), Some(1));
    let missing = desk.run(&["--attach", "missing.pdf", "ada@example.org"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("missing.pdf"));
    for asked in ["--help", "--manual", "--version"] {
        assert_eq!(desk.run(&[asked]).status.code(), Some(0), "{asked}");
    }
}

#[test]
fn in_a_terminal_somebody_writes_it_in_their_editor_and_says_yes() {
    let desk = Desk::new();
    let output = desk.run_in_terminal(
        "--utf8 --cc grace@example.org --attach 'Bericht März.txt' \
         'mailto:ada@example.org?subject=M%C3%A4rz&body=Hallo'",
        "sed -i 's/^Hallo$/Hallo Ada/; s/^Bcc: $/Bcc: archive@example.org/' \"$1\"",
        "y\n",
    );
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(
        shown.contains("Send \"März\" to ada@example.org, grace@example.org, archive@example.org"),
        "{shown}"
    );
    let sent = desk.sent();
    let [message] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert!(message.contains("Hallo Ada"), "{message}");
    assert!(message.contains("Cc: <grace@example.org>"), "{message}");
    assert!(message.contains("Bericht"), "{message}");
    assert!(!message.contains("archive"), "{message}");
}

#[test]
fn without_a_yes_nothing_is_sent_and_what_was_written_is_kept() {
    let desk = Desk::new();
    let output = desk.run_in_terminal("ada@example.org", "echo written >>\"$1\"", "n\n");
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(4), "{shown}");
    assert_eq!(desk.sent(), [""; 0]);
    let kept = kept(&shown);
    assert!(kept.ends_with("\nwritten\n"), "{kept}");
}

/// What the terminal says is kept, where it was kept.
fn kept(shown: &str) -> String {
    let line = shown
        .lines()
        .find_map(|line| line.split_once("is kept in "));
    let path = line.expect("it says where").1.trim();
    fs::read_to_string(path).expect("what was written")
}

#[test]
fn what_was_saved_in_the_editor_is_sent() {
    let desk = Desk::new();
    let output = desk.send_in_terminal(
        "ada@example.org --cc grace@example.org --subject S --attach 'Bericht März.txt' --receipt",
        "cp \"$1\" seen; echo Written. >>\"$1\"",
    );
    let shown = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    let seen = fs::read_to_string(desk.path("seen")).expect("what the editor saw");
    assert_eq!(
        seen,
        "To: ada@example.org\nCc: grace@example.org\nBcc: \nSubject: S\nAttach: Bericht März.txt\n\n"
    );
    let sent = desk.sent();
    let [message] = &sent[..] else {
        panic!("{sent:?}");
    };
    for part in [
        "Written.",
        "Cc: <grace@example.org>",
        "Bericht",
        "Disposition-Notification-To",
    ] {
        assert!(message.contains(part), "{part} {message}");
    }
}

#[test]
fn what_was_not_changed_is_not_sent_and_what_failed_is_kept() {
    let desk = Desk::new();
    for editor in ["true", "touch \"$1\"", "echo >\"$1\""] {
        let output = desk.send_in_terminal("ada@example.org --body Hello", editor);
        let shown = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{editor} {shown}");
        assert!(shown.contains("not sent"), "{shown}");
    }
    for (editor, status) in [
        (
            "echo text >>\"$1\"; sed -i 's/^To: .*/To: Nobody/' \"$1\"",
            67,
        ),
        ("echo text >>\"$1\"; sed -i '1i hello' \"$1\"", 69),
    ] {
        let output = desk.send_in_terminal("ada@example.org", editor);
        let shown = text(&output.stdout);
        assert_eq!(output.status.code(), Some(status), "{editor} {shown}");
        assert!(kept(&shown).ends_with("\ntext\n"), "{shown}");
    }
    assert_eq!(desk.sent(), [""; 0]);
}

#[test]
fn without_a_terminal_nobody_is_asked_to_write() {
    let desk = Desk::new();
    let output = desk
        .command(env!("CARGO_BIN_EXE_simplemapi"))
        .args(["send", "--compose", "ada@example.org"])
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(69));
    assert!(text(&output.stderr).contains("needs a terminal"));
}
