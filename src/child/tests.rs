//! What a program run on the side sees, and what is told of it.
#![forbid(unsafe_code)]

use super::*;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(20))
}

fn shell(script: &str) -> Program {
    Program::new("/bin/sh").unwrap().arguments(["-c", script])
}

fn nothing(_: &mut dyn Write) -> Result<()> {
    Ok(())
}

fn send_all(bytes: &'static [u8]) -> impl FnOnce(&mut dyn Write) -> Result<()> {
    |input| {
        input
            .write_all(bytes)
            .map_err(|error| Error::new(Kind::Failure, "feeding").because(error))
    }
}

fn said(script: &str) -> String {
    let ended = shell(script).run(soon(), nothing).unwrap();
    assert!(ended.succeeded(), "{ended}");
    String::from_utf8(ended.stdout).unwrap()
}

#[test]
fn what_a_program_says_and_how_it_ends_is_told() {
    let ended = shell("read line; echo \"got $line\"; echo one >&2; echo two >&2; exit 67")
        .run(soon(), send_all(b"hello\n"))
        .unwrap();
    assert_eq!(ended.status.code(), Some(67));
    assert_eq!(ended.stdout, b"got hello\n");
    assert_eq!(ended.stderr, b"one\ntwo\n");
    assert!(ended.took_all_input);
    assert!(!ended.succeeded());
    assert_eq!(ended.to_string(), "it ended with exit code 67: two");
    let killed = shell("kill -TERM $$").run(soon(), nothing).unwrap();
    assert_eq!(killed.to_string(), "it was killed by signal 15");
}

#[test]
fn a_program_is_told_the_path_it_was_run_by() {
    assert_eq!(
        said("tr '\\0' '\\n' </proc/$$/cmdline | head -n 1"),
        "/bin/sh\n"
    );
}

#[test]
fn arguments_arrive_as_they_are() {
    let ended = Program::new("/usr/bin/printf")
        .unwrap()
        .arguments(["%s\\n", "$(id)", "a b", ";", "", "--"])
        .run(soon(), nothing)
        .unwrap();
    assert_eq!(ended.stdout, b"$(id)\na b\n;\n\n--\n");
}

#[test]
fn much_input_and_much_output_do_not_wait_for_each_other() {
    let ended = shell("tee /dev/stderr")
        .run(soon(), |input| {
            for _ in 0..100 {
                input.write_all(&[b'x'; 100_000]).unwrap();
            }
            Ok(())
        })
        .unwrap();
    assert!(ended.succeeded());
    assert_eq!(ended.stdout, vec![b'x'; 64 << 10]);
    assert_eq!(ended.stderr.len(), 64 << 10);
}

#[test]
fn a_program_that_stops_reading_is_judged_by_its_own_end() {
    static MUCH: [u8; 1 << 20] = [b'x'; 1 << 20];
    let refused = shell("exec <&-; echo no such user >&2; exit 67")
        .run(soon(), send_all(&MUCH))
        .unwrap();
    assert_eq!(refused.status.code(), Some(67));
    let careless = shell("exit 0").run(soon(), send_all(&MUCH)).unwrap();
    assert!(careless.status.success());
    assert!(!careless.succeeded());
    assert_eq!(
        careless.to_string(),
        "it ended before it had read the whole message"
    );
}

#[test]
fn an_input_that_fails_half_way_is_never_taken_for_whole() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "cat >/dev/null; echo whole > {}/end",
        folder.path().display()
    );
    let error = shell(&script)
        .run(soon(), |input| {
            input.write_all(b"half").unwrap();
            Err(Error::new(Kind::AttachmentUnreadable, "it shrank"))
        })
        .unwrap_err();
    assert_eq!(error.kind(), Kind::AttachmentUnreadable);
    thread::sleep(Duration::from_millis(100));
    assert!(!folder.path().join("end").exists());
}

#[test]
fn a_program_that_hangs_is_killed_with_all_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        "cd {}; sleep 60 & echo $! > inner; echo $$ > outer; echo waiting >&2; wait",
        folder.path().display()
    );
    for much_input in [false, true] {
        let started = Instant::now();
        let error = shell(&script)
            .run(Deadline::after(Duration::from_secs(2)), |input| {
                if much_input {
                    let _ = input.write_all(&[0; 1 << 20]);
                }
                Ok(())
            })
            .unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!(error.kind(), Kind::Network);
        assert!(error.reason().ends_with("it last said: waiting"));
        for name in ["inner", "outer"] {
            let pid = fs::read_to_string(folder.path().join(name)).unwrap();
            // Killed it is; a busy machine may take a moment to bury it.
            while is_running(pid.trim()) {
                assert!(
                    started.elapsed() < Duration::from_secs(10),
                    "{name} is still there"
                );
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

/// Whether a process is there and not just waiting to be forgotten.
fn is_running(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.contains(") Z ") && !stat.contains(") X "))
}

#[test]
fn a_program_that_leaves_a_daemon_behind_is_not_waited_for() {
    let started = Instant::now();
    assert_eq!(said("sleep 30 & echo $!").lines().count(), 1);
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_program_has_three_descriptors_and_nothing_else_of_the_host() {
    let inherited = rustix::io::dup(fs::File::open("/dev/null").unwrap()).unwrap();
    assert!(
        !rustix::io::fcntl_getfd(&inherited)
            .unwrap()
            .contains(rustix::io::FdFlags::CLOEXEC)
    );
    let list =
        "n=0; while [ $n -lt 200 ]; do [ -e /proc/$$/fd/$n ] && echo $n; n=$((n+1)); done; :";
    assert_eq!(said(list), "0\n1\n2\n");
    assert_eq!(said("pwd; umask"), "/\n0077\n");
    let status = said("cat /proc/self/status");
    for name in ["SigBlk:", "SigIgn:", "SigCgt:"] {
        let set = status.lines().find_map(|line| line.strip_prefix(name));
        let set = u64::from_str_radix(set.unwrap().trim(), 16).unwrap();
        // 32 and 33 belong to the C library, which leaves them ignored in all it spawns.
        assert_eq!(set & !(0b11 << 31), 0, "{name} {set:x}");
    }
    let ids = said("cut -d' ' -f1,5,6,7 /proc/$$/stat");
    let ids: Vec<_> = ids.split_whitespace().collect();
    assert_eq!(
        ids,
        [ids[0], ids[0], ids[0], "0"],
        "own group, own session, no terminal"
    );
}

#[test]
fn a_program_that_cannot_run_is_named() {
    let missing = Program::new("/does/not/exist").unwrap();
    let error = missing.run(soon(), nothing).unwrap_err();
    assert_eq!(error.kind(), Kind::Failure);
    assert_eq!(
        error.reason(),
        "cannot run /does/not/exist: No such file or directory (os error 2)"
    );
    let folder = Program::new("/etc/passwd").unwrap();
    let error = folder.run(soon(), nothing).unwrap_err();
    assert_eq!(error.kind(), Kind::AccessDenied);
    assert_eq!(Program::new("sendmail").unwrap_err().kind(), Kind::Failure);
    let torn = shell("true").arguments(["a\0b"]).run(soon(), nothing);
    assert_eq!(torn.unwrap_err().kind(), Kind::Failure);
    let long = shell("true").arguments(vec!["x".repeat(1000); 10_000]);
    assert_eq!(
        long.run(soon(), nothing).unwrap_err().kind(),
        Kind::TooManyRecipients
    );
}

#[test]
fn all_of_this_holds_in_a_host_that_ignores_its_children() {
    const INNER: &str = "SIMPLEMAPI_TEST_IGNORES_CHILDREN";
    if std::env::var_os(INNER).is_some() {
        let ignored = fs::read_to_string("/proc/self/status").unwrap();
        let ignored = ignored
            .lines()
            .find_map(|line| line.strip_prefix("SigIgn:\t"))
            .unwrap();
        assert_ne!(u64::from_str_radix(ignored, 16).unwrap() & (1 << 16), 0);
        return;
    }
    let script = format!("trap '' CHLD; {INNER}=1; export {INNER}; exec \"$0\" child::tests");
    let me = std::env::current_exe().unwrap();
    let output = std::process::Command::new("/bin/bash")
        .args(["-c", &script])
        .arg(me)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("test result: ok. 1"), "{told}");
}
