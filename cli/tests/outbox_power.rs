//! The power fails at each step of a submission and of a delivery: a message whose sender was told of
//! success is there afterwards, whole, and nothing that is not whole is ever sent.
//!
//! The outbox lies on an ext4 of its own in a file. What the kernel has not brought there when a process
//! is killed is not in a copy of that file: the copy is what a power cut would have left.
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
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use desk::Desk;

/// What changes something on the disk, or makes it lasting.
const CALLS: [&str; 5] = [
    "mkdir,mkdirat",
    "write",
    "fsync",
    "renameat2,renameat",
    "unlink,unlinkat",
];
const OUTBOX: &str = ".local/state";

/// An ext4 in a file, mounted for as long as this is there.
struct Disk<'a> {
    desk: &'a Desk,
    folder: &'static str,
}

impl<'a> Disk<'a> {
    /// Mounts this file there; none where that cannot be done here.
    fn mount(desk: &'a Desk, file: &str, folder: &'static str) -> Option<Self> {
        fs::create_dir_all(desk.path(folder)).expect("a folder");
        // What is written stays in memory until somebody asks for it.
        let mounted = run(
            "mount",
            &["-o", "loop,commit=300"],
            &[&desk.path(file), &desk.path(folder)],
        );
        mounted.then_some(Self { desk, folder })
    }

    /// A desk whose outbox is on a disk of its own.
    fn with_outbox(desk: &'a Desk) -> Option<Self> {
        let file = fs::File::create(desk.path("disk")).expect("a file");
        file.set_len(8 << 20).expect("its size");
        // Small, as it is copied often; and whole from the beginning, so that the kernel does not go on
        // making it while it is copied.
        let options = [
            "-q",
            "-b",
            "1024",
            "-E",
            "lazy_itable_init=0,lazy_journal_init=0",
        ];
        let made = run("mkfs.ext4", &options, &[&desk.path("disk")]);
        let disk = made.then(|| Self::mount(desk, "disk", OUTBOX)).flatten();
        if disk.is_none() {
            test_servers::skip("no ext4 can be mounted here");
        }
        disk
    }

    fn path(&self) -> std::path::PathBuf {
        self.desk.path(self.folder)
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        run("umount", &[], &[&self.path()]);
    }
}

fn run(program: &str, options: &[&str], paths: &[&Path]) -> bool {
    Command::new(program)
        .args(options)
        .args(paths)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command, killed before the nth of these calls; and whether it came to that.
fn killed_at(desk: &Desk, calls: &str, nth: usize, arguments: &[&str]) -> (ExitStatus, bool) {
    let trace = desk.path("trace");
    let status = Command::new("strace")
        .args(["-f", "-o"])
        .arg(&trace)
        .arg("-e")
        .arg(format!("inject={calls}:signal=KILL:when={nth}"))
        .arg(env!("CARGO_BIN_EXE_simplemapi"))
        .args(arguments)
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
    (status, trace.contains("killed by SIGKILL"))
}

/// Copies the disk as it is at one moment: what the kernel writes there by itself while it is copied
/// would make a state of it that never was.
fn copy_at_once(desk: &Desk, what: &str) {
    let (disk, copy) = (desk.path("disk"), desk.path("copy"));
    for _ in 0..100 {
        assert!(run("cp", &["--sparse=always"], &[&disk, &copy]), "{what}");
        if fs::read(&disk).expect("the disk") == fs::read(&copy).expect("its copy") {
            return;
        }
    }
    panic!("{what}: the disk is never at rest");
}

/// Cuts the power now, starts again, and delivers what is there. What has arrived since the beginning.
fn after_a_power_cut(desk: &Desk, what: &str) -> Vec<String> {
    copy_at_once(desk, what);
    let disk = Disk::mount(desk, "copy", "after").expect("the copy is mounted");
    // The other desk has its home on the copy, and the same Maildir.
    configure(desk, &disk.path());
    let flushed = desk.run(&["outbox", "flush"], b"");
    assert_eq!(flushed.status, 0, "{what}: {flushed:?}");
    let outbox = disk.path().join("simplemapi/outbox/work");
    for room in ["tmp", "queue", "state", "trying", "parked"] {
        let left = fs::read_dir(outbox.join(room)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{what}: {room}");
    }
    configure(desk, &desk.path(OUTBOX));
    desk.messages()
}

/// A profile with its outbox on this disk.
fn configure(desk: &Desk, disk: &Path) {
    desk.configure(&format!(
        "[profile.work]\naddress = \"ada@example.org\"\n\
         outbox = {{ when = \"always\", path = {:?} }}\n\
         transport = {{ kind = \"maildir\", path = {:?} }}\n",
        disk.join("simplemapi/outbox/work"),
        desk.path("mail")
    ));
}

/// As before the first message, also on the disk.
fn begin_anew(desk: &Desk) {
    configure(desk, &desk.path(OUTBOX));
    for folder in [&desk.path(OUTBOX).join("simplemapi"), &desk.path("mail")] {
        let _ = fs::remove_dir_all(folder);
    }
    assert!(run("sync", &["-f"], &[&desk.path(OUTBOX)]));
}

const SEND: [&str; 4] = ["send", "grace@example.org", "--body", "A text."];

fn can_trace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    if !there {
        test_servers::skip("strace is not there");
    }
    there
}

#[test]
fn a_power_cut_at_any_step_of_a_submission_loses_nothing_that_was_promised() {
    let desk = Desk::new();
    let Some(_disk) = can_trace().then(|| Disk::with_outbox(&desk)).flatten() else {
        return;
    };
    let (mut cuts, mut kept) = (0, 0);
    for calls in CALLS {
        for nth in 1.. {
            begin_anew(&desk);
            let (status, fired) = killed_at(&desk, calls, nth, &SEND);
            let what = format!("{calls} {nth}");
            let mails = after_a_power_cut(&desk, &what);
            assert!(mails.len() <= 1, "{what}");
            assert!(
                mails.iter().all(|mail| mail.ends_with("A text.\n")),
                "{what}"
            );
            cuts += 1;
            kept += mails.len();
            if status.success() {
                assert_eq!(mails.len(), 1, "{what}: it was promised");
            }
            if !fired {
                assert!(status.success(), "{what}");
                break;
            }
            assert!(nth < 100, "{what}");
        }
    }
    eprintln!("{cuts} power cuts, after {kept} of which the message was there");
}

#[test]
fn a_power_cut_at_any_step_of_a_delivery_loses_nothing_and_repeats_only_the_same_message() {
    let desk = Desk::new();
    let Some(_disk) = can_trace().then(|| Disk::with_outbox(&desk)).flatten() else {
        return;
    };
    let (mut cuts, mut twice) = (0, 0);
    for calls in CALLS {
        for nth in 1.. {
            begin_anew(&desk);
            let sent = desk.run(&SEND, b"");
            assert_eq!(sent.status, 0, "{sent:?}");
            let (_, fired) = killed_at(&desk, calls, nth, &["outbox", "flush"]);
            let what = format!("{calls} {nth}");
            let mails = after_a_power_cut(&desk, &what);
            assert!((1..=2).contains(&mails.len()), "{what}: {}", mails.len());
            let different: HashSet<_> = mails.iter().collect();
            assert_eq!(different.len(), 1, "{what}");
            assert!(mails[0].ends_with("A text.\n"), "{what}");
            cuts += 1;
            twice += mails.len() - 1;
            if !fired {
                assert_eq!(
                    mails.len(),
                    1,
                    "{what}: it was delivered, and that was noted"
                );
                break;
            }
            assert!(nth < 100, "{what}");
        }
    }
    eprintln!("{cuts} power cuts, after {twice} of which the message came twice");
}
