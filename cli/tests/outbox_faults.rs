//! A delivery out of the outbox that is killed at each of its system calls, or in which each fails
//! once: no message is lost, none is delivered that is not whole, and a second copy of one has the same
//! Message-ID.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod desk;

use std::collections::HashSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use desk::Desk;

/// Those that a delivery into a Maildir consists of.
const CALLS: [&str; 7] = [
    "openat",
    "flock",
    "write",
    "fsync",
    "renameat2,renameat",
    "unlink,unlinkat",
    "pread64",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.configure(&format!(
        "[profile.work]\naddress = \"ada@example.org\"\noutbox.when = \"always\"\n\
         transport = {{ kind = \"maildir\", path = {:?} }}\n",
        desk.path("mail")
    ));
    desk
}

/// A flush under strace, which does this to one of its system calls; and whether it came to that.
fn flush_with(desk: &Desk, injection: &str) -> (ExitStatus, bool) {
    let trace = desk.path("trace");
    let status = Command::new("strace")
        .args(["-f", "-o"])
        .arg(&trace)
        .args(["-e", injection, env!("CARGO_BIN_EXE_simplemapi")])
        .args(["outbox", "flush"])
        .env_clear()
        .env("HOME", desk.path(""))
        .env("XDG_CONFIG_HOME", desk.path(""))
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("strace runs");
    let trace = fs::read_to_string(trace).expect("what strace saw");
    let fired = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
    (status, fired)
}

/// How many of these points there are, each tried with a fresh message.
fn at_each(what: &str, calls: &str, check: impl Fn(&Desk, ExitStatus, bool, &str)) -> usize {
    let desk = desk();
    for nth in 1.. {
        for folder in [".local", "mail"] {
            let _ = fs::remove_dir_all(desk.path(folder));
        }
        let sent = desk.run(&["send", "grace@example.org", "--body", "A text."], b"");
        assert_eq!(sent.status, 0, "{sent:?}");
        let injection = format!("inject={calls}:{what}:when={nth}");
        let (status, fired) = flush_with(&desk, &injection);
        check(&desk, status, fired, &injection);
        // Whatever happened, the next one makes it good.
        let again = desk.run(&["outbox", "flush"], b"");
        assert_eq!(again.status, 0, "{injection}: {again:?}");
        let mails = desk.messages();
        assert!(
            (1..=2).contains(&mails.len()),
            "{injection}: {}",
            mails.len()
        );
        let ids: HashSet<_> = mails.iter().map(|mail| id(mail)).collect();
        assert_eq!(ids.len(), 1, "{injection}");
        assert!(
            mails.iter().all(|mail| mail.ends_with("A text.\n")),
            "{injection}"
        );
        for room in ["tmp", "queue", "state", "trying", "parked"] {
            let room = desk.path(".local/state/simplemapi/outbox/work").join(room);
            assert_eq!(
                fs::read_dir(room).expect("a room").count(),
                0,
                "{injection}"
            );
        }
        if !fired {
            return nth - 1;
        }
        assert!(nth < 300, "{injection}");
    }
    0
}

fn id(mail: &str) -> &str {
    let line = mail.lines().find(|line| line.starts_with("Message-ID:"));
    line.expect("a Message-ID")
}

fn can_trace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    if !there {
        test_servers::skip("strace is not there");
    }
    there
}

#[test]
fn whenever_a_delivery_is_killed_the_next_one_makes_it_good() {
    if !can_trace() {
        return;
    }
    let killed: usize = CALLS
        .iter()
        .map(|calls| {
            at_each("signal=KILL", calls, |_, status, fired, what| {
                // strace ends as its child does.
                assert_eq!(status.signal().is_some(), fired, "{what}: {status:?}");
            })
        })
        .sum();
    eprintln!("killed {killed} times");
}

#[test]
fn whichever_system_call_of_a_delivery_fails_no_message_is_lost() {
    if !can_trace() {
        return;
    }
    let mut failed = 0;
    for (calls, error) in [
        ("flock", "ENOLCK"),
        ("write", "ENOSPC"),
        ("fsync", "EIO"),
        ("renameat2,renameat", "EACCES"),
        ("unlink,unlinkat", "EROFS"),
        ("pread64", "EIO"),
    ] {
        failed += at_each(&format!("error={error}"), calls, |_, status, _, what| {
            assert_eq!(status.signal(), None, "{what}: {status:?}");
        });
    }
    eprintln!("{failed} system calls failed");
}
