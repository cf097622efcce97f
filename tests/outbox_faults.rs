//! A message on its way into the outbox: every system call of it fails once, fails from there on, and
//! kills its host once. Success is never told of what is not there, nothing is there after a failure,
//! and what is delivered later is whole.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/host.rs"]
mod host;
#[path = "support/trace.rs"]
mod trace;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use host::{Host, names};
use simplemapi::deadline::Deadline;
use simplemapi::model::{Address, Mailbox};
use simplemapi::outbox::{Outbox, Selection, Summary, Way};
use simplemapi::providers::transport::Maildir;
use trace::{can_trace, send_with};

/// The system calls of a submission that can fail, and what their errors mean.
const FAULTS: [(&str, &[(&str, i32)]); 8] = [
    ("mkdir,mkdirat", &[("ENOSPC", 4), ("EROFS", 6)]),
    ("chmod,fchmodat", &[("EPERM", 6)]),
    ("open,openat", &[("EMFILE", 5), ("ENOMEM", 5)]),
    ("fchmod", &[("EPERM", 6)]),
    (
        "write,pwrite64",
        &[("ENOSPC", 4), ("EDQUOT", 4), ("EIO", 2)],
    ),
    ("fsync", &[("EIO", 2), ("ENOSPC", 4)]),
    ("flock", &[("ENOLCK", 2)]),
    (
        "renameat2,renameat",
        &[("ENOSPC", 4), ("EXDEV", 2), ("EACCES", 6)],
    ),
];

fn host() -> Host {
    let host = Host::new("send");
    let maildir = format!("kind = \"maildir\"\npath = {:?}", host.maildir());
    host.outbox("always", &maildir);
    host
}

fn begin_anew(host: &Host) {
    let _ = fs::remove_dir_all(host.path("state"));
    let _ = fs::remove_dir_all(host.maildir());
}

fn files(host: &Host, room: &str) -> Vec<String> {
    names(&host.outbox_path().join(room))
}

/// Delivers what is there into the host's Maildir.
fn deliver(host: &Host) -> Summary {
    let maildir = Maildir::new(host.maildir());
    let sender = Mailbox {
        name: String::new(),
        address: Address::new("ada@example.org").unwrap(),
    };
    let way = Way {
        sender: &sender,
        transport: &maildir,
        deadline: &|| Deadline::after(Duration::from_secs(60)),
        store: None,
        keep_sent: None,
        go_on: &|| true,
    };
    let outbox = Outbox::open(&host.outbox_path()).unwrap();
    outbox.deliver(Selection::All, &way, &mut |_| {}).unwrap()
}

/// One system call of one kind, with what follows its number: `+` for all from there on. At least one
/// failure is told by this code.
fn fail_each(calls: &str, error: &str, from_there_on: &str, code: i32) -> usize {
    let (points, codes) = sweep(calls, error, from_there_on);
    assert!(
        codes.contains(&code),
        "{calls} {error} was never told as {code}"
    );
    points
}

/// How many points there are at which this can fail, and which codes that was told by.
fn sweep(calls: &str, error: &str, from_there_on: &str) -> (usize, Vec<i32>) {
    let host = host();
    let (mut codes, mut points) = (Vec::new(), 0);
    for nth in 1.. {
        begin_anew(&host);
        let injection = format!("inject={calls}:error={error}:when={nth}{from_there_on}");
        let (ended, fired) = send_with(&host, &injection);
        let what = format!("{injection}: {:?} {}", ended.status, ended.output);
        assert_eq!(ended.status.signal(), None, "{what}");
        let success = ended.status.success();
        assert_eq!(files(&host, "queue").len(), usize::from(success), "{what}");
        assert_eq!(files(&host, "tmp"), [""; 0], "{what}");
        codes.extend(ended.status.code().filter(|code| *code != 0));
        if !fired {
            assert!(success, "{what}");
            break;
        }
        points += 1;
        assert!(nth < 200, "{what}");
    }
    (points, codes)
}

#[test]
fn whichever_system_call_fails_no_message_is_left_and_the_code_tells() {
    if !can_trace() {
        return;
    }
    let mut points = 0;
    for (calls, errors) in FAULTS {
        for (error, code) in errors {
            points += fail_each(calls, error, "", *code);
        }
    }
    eprintln!("{points} system calls failed");
}

#[test]
#[ignore = "every error of every system call, once and from there on: some minutes"]
fn whatever_a_system_call_fails_with_success_is_never_told_of_what_is_not_there() {
    const ERRORS: [&str; 13] = [
        "EIO",
        "ENOSPC",
        "EDQUOT",
        "EROFS",
        "EACCES",
        "EMFILE",
        "ENFILE",
        "ENOMEM",
        "EINTR",
        "EXDEV",
        "EPIPE",
        "ECONNRESET",
        "ETIMEDOUT",
    ];
    if !can_trace() {
        return;
    }
    let mut points = 0;
    for (calls, _) in FAULTS {
        for error in ERRORS {
            // A call that is interrupted for ever is tried for ever, as anybody does.
            let ways: &[&str] = if error == "EINTR" { &[""] } else { &["", "+"] };
            for from_there_on in ways {
                let (more, codes) = sweep(calls, error, from_there_on);
                points += more;
                let full = calls.contains("write") || calls == "fsync" || calls.contains("rename");
                if full && matches!(error, "ENOSPC" | "EDQUOT") {
                    assert!(
                        codes.iter().all(|code| *code == 4),
                        "{calls} {error}: {codes:?}"
                    );
                }
            }
        }
    }
    eprintln!("{points} system calls failed");
}

#[test]
fn a_disk_that_stays_full_is_told_as_full_every_time() {
    if !can_trace() {
        return;
    }
    for calls in [
        "write,pwrite64",
        "fsync",
        "renameat2,renameat",
        "mkdir,mkdirat",
    ] {
        fail_each(calls, "ENOSPC", "+", 4);
    }
}

#[test]
fn whenever_a_host_is_killed_what_is_delivered_is_whole_and_nothing_else_is_left() {
    if !can_trace() {
        return;
    }
    let host = host();
    let mut points = 0;
    for (calls, _) in FAULTS {
        for nth in 1.. {
            begin_anew(&host);
            let injection = format!("inject={calls}:signal=KILL:when={nth}");
            let (ended, fired) = send_with(&host, &injection);
            let what = format!("{injection}: {:?} {}", ended.status, ended.output);
            if !fired {
                assert!(ended.status.success(), "{what}");
                break;
            }
            points += 1;
            assert!(nth < 200, "{what}");
            let before = files(&host, "queue").len();
            assert!(host.run(&[]).status.success(), "{what}");
            let summary = deliver(&host);
            assert_eq!((summary.sent, summary.parked), (before + 1, 0), "{what}");
            for mail in host.delivered() {
                assert!(mail.ends_with("A text.\n"), "{what}: {mail}");
            }
            for room in ["tmp", "queue", "state", "trying", "parked"] {
                assert_eq!(files(&host, room), [""; 0], "{what}: {room}");
            }
        }
    }
    eprintln!("killed {points} times");
}
