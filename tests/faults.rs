//! Every system call of a delivery into a Maildir fails once, and at every one of them the host is
//! killed once. Whatever happens, nobody finds half a message, and success is never told of none.
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

use host::{Host, names};
use trace::{can_trace, send_with};

/// The system calls of a delivery into a Maildir that can fail, and what their errors mean.
const FAULTS: [(&str, &[(&str, i32)]); 8] = [
    (
        "mkdir,mkdirat",
        &[("ENOSPC", 4), ("EACCES", 6), ("EROFS", 6)],
    ),
    ("chmod,fchmodat", &[("EPERM", 6)]),
    ("open,openat", &[("EMFILE", 5), ("ENFILE", 5)]),
    ("fchmod", &[("EPERM", 6)]),
    ("write", &[("ENOSPC", 4), ("EDQUOT", 4), ("EIO", 2)]),
    ("fsync", &[("EIO", 2), ("ENOSPC", 4)]),
    ("close", &[("EIO", 2), ("EDQUOT", 4)]),
    ("renameat2", &[("ENOSPC", 4), ("EXDEV", 2), ("EACCES", 6)]),
];

#[test]
fn whichever_system_call_fails_nothing_is_left_and_the_code_tells() {
    if !can_trace() {
        return;
    }
    let host = Host::new("send");
    let mut points = 0;
    for (calls, errors) in FAULTS {
        for (error, code) in errors {
            let mut told = 0;
            for nth in 1.. {
                let _ = fs::remove_dir_all(host.maildir());
                let injection = format!("inject={calls}:error={error}:when={nth}");
                let (ended, fired) = send_with(&host, &injection);
                let what = format!("{injection}: {:?} {}", ended.status, ended.output);
                assert_eq!(ended.status.signal(), None, "{what}");
                let success = ended.status.success();
                assert_eq!(host.delivered().len(), usize::from(success), "{what}");
                told += u32::from(ended.status.code() == Some(*code));
                if !fired {
                    assert!(success, "{what}");
                    break;
                }
                points += 1;
                assert!(nth < 200, "{what}");
            }
            assert!(told > 0, "{calls} {error} was never told as {code}");
        }
    }
    eprintln!("{points} system calls failed");
}

#[test]
fn whenever_a_host_is_killed_no_reader_finds_half_a_message() {
    if !can_trace() {
        return;
    }
    let host = Host::new("send");
    let mut points = 0;
    for (calls, _) in FAULTS {
        for nth in 1.. {
            let _ = fs::remove_dir_all(host.maildir());
            let injection = format!("inject={calls}:signal=KILL:when={nth}");
            let (ended, fired) = send_with(&host, &injection);
            let what = format!("{injection}: {:?} {}", ended.status, ended.output);
            if !fired {
                assert!(ended.status.success(), "{what}");
                assert_eq!(host.delivered().len(), 1, "{what}");
                break;
            }
            assert!(!ended.status.success(), "{what}");
            points += 1;
            let new = host.maildir().join("new");
            for name in names(&new) {
                let mail = fs::read_to_string(new.join(name)).unwrap();
                assert!(mail.ends_with("A text.\n"), "{what}: {mail}");
            }
            // What was left in tmp/ is in nobody's way.
            let before = names(&new).len();
            assert!(host.run(&[]).status.success(), "{what}");
            assert_eq!(names(&new).len(), before + 1, "{what}");
            assert!(nth < 200, "{what}");
        }
    }
    eprintln!("killed {points} times");
}
