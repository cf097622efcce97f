//! `simplemapi-keyring` and a real keyring.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use test_servers::Bus;

/// How a program ended: whether well, and what it printed.
#[derive(Debug, PartialEq, Eq)]
struct Ended(bool, String, String);

fn keyring(bus: &str, arguments: &[&str], input: &[u8]) -> Ended {
    let mut child = Command::new(env!("CARGO_BIN_EXE_simplemapi-keyring"))
        .args(arguments)
        .env_clear()
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // A program that needs no input may be gone before it is written.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    Ended(
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn well(printed: &str) -> Ended {
    Ended(true, printed.to_owned(), String::new())
}

const HOST: &str = "smtp.example.org";
const USER: &str = "ada@example.org";

#[test]
fn a_password_comes_back_as_it_was_until_it_is_deleted() {
    let Some(session) = test_servers::keyring() else {
        return;
    };
    let bus = session.bus();
    let run = |action: &str, input: &str| keyring(&bus, &[action, HOST, USER], input.as_bytes());
    let nothing = Ended(
        false,
        String::new(),
        format!("the keyring has no password of {USER} for {HOST}\n"),
    );
    assert_eq!(run("get", ""), nothing);
    assert_eq!(run("delete", ""), nothing);
    for password in [" pa\"ss\\w\u{f6}rd ", "second"] {
        assert_eq!(run("set", &format!("{password}\nmore\n")), well(""));
        assert_eq!(run("get", ""), well(&format!("{password}\n")));
    }
    let other = keyring(&bus, &["get", HOST, "grace"], b"");
    assert!(!other.0, "{other:?}");

    assert_eq!(run("delete", ""), well(""));
    assert_eq!(run("get", ""), nothing);
}

#[test]
fn a_person_recognises_the_entry_and_other_programs_entries_stay_theirs() {
    const TOOL: &str = "/usr/bin/secret-tool";
    if !Path::new(TOOL).exists() {
        test_servers::skip("secret-tool is not installed (libsecret-tools)");
        return;
    }
    let Some(session) = test_servers::keyring() else {
        return;
    };
    let bus = session.bus();
    let tool = |arguments: &[&str], input: &str| {
        let mut child = Command::new(TOOL)
            .args(arguments)
            .env_clear()
            .env("DBUS_SESSION_BUS_ADDRESS", &bus)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("secret-tool starts");
        let _ = child
            .stdin
            .take()
            .expect("a pipe")
            .write_all(input.as_bytes());
        let output = child.wait_with_output().expect("it ends");
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let theirs = ["service", HOST, "username", USER];
    tool(
        &[&["store", "--label=Theirs"][..], &theirs].concat(),
        "theirs",
    );
    assert_eq!(keyring(&bus, &["set", HOST, USER], b"ours\n"), well(""));
    assert_eq!(tool(&[&["lookup"][..], &theirs].concat(), ""), "theirs");
    let ours = ["search", "service", "simplemapi/smtp.example.org"];
    let shown = tool(&ours, "");
    assert!(
        shown.contains("label = Mail: ada@example.org on smtp.example.org"),
        "{shown}"
    );
    assert_eq!(keyring(&bus, &["delete", HOST, USER], b""), well(""));
    assert_eq!(tool(&[&["lookup"][..], &theirs].concat(), ""), "theirs");
}

#[test]
fn a_keyring_that_nobody_unlocks_is_not_waited_for() {
    let Some(mut session) = test_servers::keyring() else {
        return;
    };
    let run =
        |session: &Bus, action: &str| keyring(&session.bus(), &[action, HOST, USER], b"hunter2\n");
    assert_eq!(run(&session, "set"), well(""));
    session.lock_keyring();
    for action in ["get", "set", "delete"] {
        let Ended(well, out, err) = run(&session, action);
        assert!(!well && out.is_empty(), "{action} {err}");
        assert!(err.starts_with("the keyring is locked"), "{action} {err}");
    }
}

#[test]
fn where_no_keyring_is_the_reason_is_one_line() {
    let refusal = |bus: &str| {
        let Ended(well, out, err) = keyring(bus, &["get", HOST, USER], b"");
        assert!(!well && out.is_empty());
        assert_eq!(err.lines().count(), 1, "{err}");
        err
    };
    let nowhere = refusal("unix:path=/no/such/bus");
    assert!(
        nowhere.starts_with("the keyring cannot be asked: "),
        "{nowhere}"
    );
    if Bus::can_run().is_ok() {
        let session = Bus::without_keyring();
        let empty = refusal(&session.bus());
        assert!(
            empty.starts_with("the keyring cannot be asked: "),
            "{empty}"
        );
    }
}

#[test]
fn what_makes_no_sense_is_refused_without_asking_anybody() {
    for arguments in [&[][..], &["get"], &["get", HOST], &["list", HOST, USER]] {
        let Ended(well, out, err) = keyring("unix:path=/no/such/bus", arguments, b"");
        assert!(!well && out.is_empty());
        assert!(err.starts_with("usage: simplemapi-keyring"), "{err}");
    }
    for input in [&b""[..], b"\n", b"\xff\n"] {
        let Ended(well, _, err) = keyring("unix:path=/no/such/bus", &["set", HOST, USER], input);
        assert!(!well && err.contains("password"), "{err}");
    }
    let helped = keyring("", &["--help"], b"");
    assert!(helped.0 && helped.1.starts_with("usage: "), "{helped:?}");
}
