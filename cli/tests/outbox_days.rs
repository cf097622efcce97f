//! The days of a backoff, by a clock that is ahead: what cannot be delivered is tried for five days, and
//! then its sender is told.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod desk;

use std::fs;
use std::process::{Command, Stdio};

use desk::Desk;

/// The command, so much later.
fn later(desk: &Desk, by: &str, arguments: &[&str]) -> String {
    let output = Command::new("faketime")
        .args(["-f", by, env!("CARGO_BIN_EXE_simplemapi")])
        .args(arguments)
        .env_clear()
        .env("HOME", desk.path(""))
        .env("XDG_CONFIG_HOME", desk.path(""))
        .env("PATH", "/usr/bin:/bin")
        // Only the date is another one: what is waited for is not.
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .stdin(Stdio::null())
        .output()
        .expect("faketime runs");
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// How long the one message is to wait, by the clock that is so far ahead.
fn wait(desk: &Desk, by: &str, days: u64) -> u64 {
    let listed = later(desk, by, &["outbox", "list", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let next = listed["next"].as_u64().expect("when it is tried next");
    let accepted = listed["accepted"].as_u64().expect("when it was accepted");
    next - accepted - days * 86_400
}

#[test]
fn what_cannot_be_delivered_is_tried_for_five_days_and_then_given_up() {
    if Command::new("faketime").arg("--version").output().is_err() {
        test_servers::skip("faketime is not there");
        return;
    }
    let desk = Desk::new();
    desk.configure(
        "[profile.work]\naddress = \"ada@example.org\"\noutbox.when = \"always\"\n\
         [profile.work.transport]\nkind = \"command\"\n\
         program = [\"sh\", \"-c\", \"cat >/dev/null; echo busy >&2; exit 75\"]\n",
    );
    let sent = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(sent.status, 0, "{sent:?}");
    for (day, shortest) in [(0, 240), (1, 480), (2, 960), (3, 1920), (4, 3200)] {
        let by = format!("+{day}d");
        let flushed = later(&desk, &by, &["outbox", "flush"]);
        assert!(flushed.contains("busy"), "day {day}: {flushed}");
        // Up to a fifth more or less, and what the test itself has taken.
        let wait = wait(&desk, &by, day);
        let longest = shortest * 3 / 2 + 300;
        assert!((shortest..=longest).contains(&wait), "day {day}: {wait}");
    }
    let flushed = later(&desk, "+5d", &["outbox", "flush"]);
    assert!(flushed.contains("five days"), "{flushed}");
    let parked = desk.run(&["outbox", "parked"], b"");
    assert!(parked.out.contains("tried for five days"), "{parked:?}");
    let reports = desk.path(".local/state/simplemapi/outbox/work/reports/new");
    assert_eq!(fs::read_dir(reports).expect("reports").count(), 1);
}
