//! Front ends that are none, that misbehave, or that are somebody else's.
#![forbid(unsafe_code)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::code;
use crate::desk::Desk;

/// Longer than a front end may be silent, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(100);

#[test]
fn a_front_end_that_fails_is_a_failure_and_never_a_cancel() {
    for (person, why) in [
        ("os.kill(os.getpid(), signal.SIGKILL)", "killed by signal 9"),
        (
            "print('no toolkit', file=sys.stderr); sys.exit(3)",
            "exit code 3: no toolkit",
        ),
        ("sys.exit(0)", "exit code 0"),
        (
            "raw(b'\\xff\\xff\\xff\\xff' + bytes(100))",
            "announces 4294967295 bytes",
        ),
        ("raw(b'\\0\\0\\0\\x04{\"a}')", "cannot be understood"),
        ("raw(b'\\0\\0')", "breaks off"),
        ("raw(b'\\0\\0\\0\\x40{')", "breaks off"),
        ("say('cancel')", "before hello"),
        (
            "say('hello', version=1); say('hello', version=1); hear()",
            "hello again",
        ),
        (
            "begin(); os.kill(os.getpid(), signal.SIGKILL)",
            "killed by signal 9",
        ),
        ("begin(); raw(b'\\0\\0\\0\\x02{}')", "cannot be understood"),
        ("begin(); say('shrug')", "cannot be understood"),
        (
            "begin(); say('propose', dialog='address', recipients=7)",
            "cannot be understood",
        ),
        ("begin(); say('find', text='a'); os._exit(4)", "exit code 4"),
        // What it started keeps the socket open and outlives it, if it may.
        (
            "begin(); os.fork() or time.sleep(5); os._exit(5)",
            "exit code 5",
        ),
    ] {
        let desk = Desk::new();
        let begun = Instant::now();
        let told = desk.does(person, &["address", "3", ""]);
        assert_eq!(told.code, code::FAILURE, "{person} {told:?}");
        assert!(told.reason.contains(why), "{person} {told:?}");
        assert!(begun.elapsed() < PATIENCE, "{person}");
    }
}

#[test]
fn a_front_end_that_fails_at_any_step_of_any_dialog_is_a_failure() {
    const FAILURES: [&str; 8] = [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "raw(b'\\xff\\xff\\xff\\xff')",
        "raw(b'\\0\\0\\0\\x02[]'); hear()",
        "begin(); os.kill(os.getpid(), signal.SIGKILL)",
        "begin(); raw(b'\\0\\0\\0\\x09{')",
        "begin(); say('propose', dialog='none'); hear()",
        "begin(); say('find', text='lov'); hear(); raw(b'\\xff'); sys.exit(3)",
        "begin(); propose('resolve', person=to('Nobody')); sys.exit(3)",
    ];
    let configured = Desk::new();
    let unconfigured = Desk::without_profile();
    let file = configured.file("one.txt", "one\n");
    for (desk, arguments) in [
        (&configured, &["address", "3", ""][..]),
        (&configured, &["details", "Grace Hopper"]),
        (&configured, &["resolve", "Lovelace"]),
        (&configured, &["send", "8", "Lovelace", &file]),
        (&configured, &["send", "12", "Lovelace", &file]),
        (&configured, &["documents", &file]),
        (&unconfigured, &["logon", "1"]),
        (&unconfigured, &["send", "8", "Lovelace", &file]),
        (&unconfigured, &["send", "9", "Lovelace", &file]),
        (&unconfigured, &["documents", &file]),
    ] {
        for person in FAILURES {
            let told = desk.does(person, arguments);
            assert_eq!(told.code, code::FAILURE, "{arguments:?} {person} {told:?}");
        }
        assert_eq!(desk.host.delivered().len(), 0);
        for room in ["drafts", "handed-over"] {
            assert!(desk.kept(room).is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn a_front_end_that_is_silent_is_waited_for_no_longer_than_it_may_be() {
    let silences: Vec<_> = [
        // Before hello, in the middle of a word, and when it should listen.
        ("time.sleep(1000)", ""),
        ("raw(b'\\0\\0\\0\\x40{'); time.sleep(1000)", ""),
        ("say('hello', version=1); time.sleep(1000)", "yes"),
        // Where nobody thinks: a window of its own, and the mail program.
        ("begin(); time.sleep(1000)", "modeless"),
        ("begin(); time.sleep(1000)", "unconfigured"),
    ]
    .map(|(person, long)| {
        std::thread::spawn(move || {
            let desk = match long {
                "unconfigured" => Desk::without_profile(),
                _ => Desk::new(),
            };
            let flags = if long == "modeless" { "12" } else { "8" };
            let mut command = desk.before(person, &["send", flags, "Grace Hopper"]);
            if long == "yes" {
                command.env("LONG", long);
            }
            let begun = Instant::now();
            let told = desk.tells(command);
            assert_eq!(told.code, code::FAILURE, "{person} {told:?}");
            assert!(begun.elapsed() < PATIENCE, "{person}");
            assert_eq!(desk.host.delivered().len(), 0);
        })
    })
    .into_iter()
    .collect();
    for silence in silences {
        silence.join().unwrap();
    }
}

#[test]
fn a_front_end_that_will_not_end_holds_nobody_up_for_long() {
    let desk = Desk::new();
    let begun = Instant::now();
    let told = desk.does(
        "begin(); propose('details'); time.sleep(1000)",
        &["details", "Grace Hopper"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_front_end_may_think_and_talk_as_it_likes() {
    let desk = Desk::new();
    // Its output is nobody's, and much of it holds nothing up.
    let told = desk.does(
        "begin()\n\
         for at in range(300): say('find', text='lov'); hear()\n\
         print('x' * 1000000); print('y' * 1000000, file=sys.stderr)\n\
         say('find', text='lov', new='words'); hear()\n\
         propose('address')",
        &["address", "3", ""],
    );
    assert_eq!(
        (told.code, told.lines.len()),
        (code::SUCCESS, 0),
        "{told:?}"
    );
    assert_eq!(desk.heard().len(), 303);
}

#[test]
fn a_front_end_that_cannot_show_anything_says_so() {
    for (person, why) in [
        (
            "say('unavailable', reason='there is no screen')",
            "there is no screen",
        ),
        ("say('hello', version=2)", "version 2"),
    ] {
        let desk = Desk::new();
        let told = desk.does(person, &["address", "3", ""]);
        assert_eq!(told.code, code::NOT_SUPPORTED, "{told:?}");
        assert!(told.reason.contains(why), "{told:?}");
    }
}

#[test]
fn only_a_program_by_its_absolute_path_and_in_good_hands_is_run() {
    let desk = Desk::new();
    let person = "begin(); propose('address')";
    let with = |front_end: &str| {
        let mut command = desk.host.command(&["address", "3", ""]);
        command
            .current_dir(desk.host.path(""))
            .env("PATH", desk.host.path(""))
            .env("SIMPLEMAPI_UI", front_end)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env("PERSON", person);
        let told = desk.tells(command);
        assert_eq!(told.code, code::NOT_SUPPORTED, "{front_end} {told:?}");
        told.reason
    };
    assert!(with("none").contains("SIMPLEMAPI_UI is none"));
    assert!(with("").contains("there is no screen"));
    for relative in ["person", "./person"] {
        assert!(with(relative).contains("not an absolute one"));
    }
    assert!(with("/nowhere/person").contains("No such file"));
    let path = desk.person();
    for (mode, why) in [
        (0o777, "nobody else's"),
        (0o775, "nobody else's"),
        (0o644, "executable"),
    ] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(with(path.to_str().unwrap()).contains(why), "{mode:o}");
    }
    assert!(!desk.host.path("heard").exists());
}

#[test]
fn the_front_end_beside_the_library_is_found_and_started_only_before_a_screen() {
    let desk = Desk::new();
    let tree = desk.host.path("tree");
    let (lib, libexec) = (tree.join("lib"), tree.join("libexec/simplemapi"));
    fs::create_dir_all(&lib).unwrap();
    fs::create_dir_all(&libexec).unwrap();
    let library = desk.host.path("libsimplemapi.so.0").canonicalize().unwrap();
    fs::copy(library, lib.join("libsimplemapi.so.0")).unwrap();
    fs::rename(desk.person(), libexec.join("simplemapi-ui")).unwrap();
    let with = |variable: Option<(&str, &str)>| {
        let mut command = desk.before("begin(); propose('address')", &["address", "3", ""]);
        for name in ["SIMPLEMAPI_UI", "DISPLAY", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command.env("LD_LIBRARY_PATH", &lib).envs(variable);
        desk.tells(command)
    };
    for screen in [("DISPLAY", ":77"), ("WAYLAND_DISPLAY", "wayland-7")] {
        let told = with(Some(screen));
        assert_eq!(told.code, code::SUCCESS, "{told:?}");
        assert_eq!(desk.heard().len(), 2);
    }
    for (variable, why) in [
        (None, "neither WAYLAND_DISPLAY nor DISPLAY is set"),
        (
            Some(("DISPLAY", "")),
            "neither WAYLAND_DISPLAY nor DISPLAY is set",
        ),
        (Some(("SIMPLEMAPI_UI", "none")), "SIMPLEMAPI_UI is none"),
    ] {
        let told = with(variable);
        assert_eq!(told.code, code::NOT_SUPPORTED, "{told:?}");
        assert!(told.reason.contains(why), "{told:?}");
        assert!(desk.heard().is_empty());
    }
    // Unless the machine has one that is found instead.
    let installed = ["/usr", "/usr/local"].map(|tree| {
        Path::new(tree)
            .join("libexec/simplemapi/simplemapi-ui")
            .exists()
    });
    if installed == [false; 2] {
        let program = libexec.join("simplemapi-ui");
        fs::set_permissions(&program, fs::Permissions::from_mode(0o777)).unwrap();
        let told = with(Some(("DISPLAY", ":77")));
        assert_eq!(told.code, code::NOT_SUPPORTED, "{told:?}");
        assert!(told.reason.contains("nobody else's"), "{told:?}");
        fs::remove_file(program).unwrap();
        let told = with(Some(("DISPLAY", ":77")));
        assert_eq!(told.code, code::NOT_SUPPORTED, "{told:?}");
        assert!(told.reason.contains("not installed"), "{told:?}");
    }
}

#[test]
fn a_front_end_gets_nothing_of_the_hosts_but_its_socket() {
    let desk = Desk::new();
    let told = desk.does(
        "shown = begin()\n\
         fds = sorted(int(fd) for fd in os.listdir('/proc/self/fd'))\n\
         argv = len(sys.argv)\n\
         propose('logon') if fds[:3] == [0, 1, 2] and len(fds) <= 4 and argv == 1 else os._exit(7)\n\
         propose('address')",
        &["address", "3", ""],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
}
