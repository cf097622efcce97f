//! MAPI_DIALOG_MODELESS: a window that outlives its caller.
#![forbid(unsafe_code)]

use std::fs;
use std::time::{Duration, Instant};

use crate::code;
use crate::desk::Desk;

const MODELESS: &str = "12";

#[test]
fn a_modeless_window_has_all_of_the_message_when_the_call_returns_and_sends_it_later() {
    let desk = Desk::new();
    let files = [desk.file("one.txt", "one\n"), desk.file("two.txt", "two\n")];
    let arguments = ["send", MODELESS, "Ada Lovelace", &files[0], &files[1]];
    let go = desk.host.path("go");
    let window = format!(
        "shown = begin()\n\
         while not os.path.exists({go:?}): time.sleep(0.02)\n\
         propose('compose', subject='Later', body='b', recipients=shown['recipients'], \
         files=[{{'kept': 1}}])"
    );
    let person = Desk::window_of_its_own(&window) + "propose('open-draft')";
    let told = desk.does(&person, &arguments);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(desk.heard()[0]["dialog"], "open-draft");
    for file in files {
        fs::remove_file(file).unwrap();
    }
    assert_eq!(desk.host.delivered().len(), 0);
    fs::write(go, "").unwrap();
    let begun = Instant::now();
    while !desk.kept("drafts").is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(20));
    }
    let mail = desk.host.delivered().concat();
    for line in ["Subject: Later\n", "dHdvCg==\n", "lovelace@example.org"] {
        assert!(mail.contains(line), "{line}{mail}");
    }
}

#[test]
fn where_no_window_can_be_shown_the_call_says_so_and_nothing_stays() {
    let desk = Desk::new();
    let file = desk.file("one.txt", "one\n");
    for (person, expected) in [
        (
            "say('unavailable', reason='no screen')",
            code::NOT_SUPPORTED,
        ),
        (
            "begin(); say('unavailable', reason='no screen')",
            code::NOT_SUPPORTED,
        ),
        ("begin(); say('cancel')", code::USER_ABORT),
        ("begin(); sys.exit(3)", code::FAILURE),
        ("begin(); propose('details'); sys.exit(3)", code::FAILURE),
    ] {
        let told = desk.does(person, &["send", MODELESS, "Ada Lovelace", &file]);
        assert_eq!(told.code, expected, "{person} {told:?}");
        assert!(desk.kept("drafts").is_empty(), "{person}");
    }
    let told = desk.does("begin()", &["send", MODELESS, "Ada Lovelace", "/nowhere"]);
    assert_eq!(told.code, code::ATTACHMENT_NOT_FOUND, "{told:?}");
    fs::remove_dir_all(desk.host.path("state")).unwrap();
    fs::write(desk.host.path("state"), "in the way").unwrap();
    let told = desk.does("begin()", &["send", MODELESS, "Ada Lovelace", &file]);
    assert_eq!(told.code, code::FAILURE, "{told:?}");
    assert!(desk.heard().is_empty(), "nothing is shown that is not kept");
}

#[test]
fn a_front_end_that_fails_after_a_window_has_the_message_is_no_failure() {
    let desk = Desk::new();
    let window = "begin(); time.sleep(6); say('cancel')";
    for fails in ["sys.exit(3)", "raw(b'\\xff\\xff\\xff\\xff'); hear()"] {
        let person = Desk::window_of_its_own(window) + fails;
        let told = desk.does(&person, &["send", MODELESS, "Ada Lovelace"]);
        assert_eq!(told.code, code::SUCCESS, "{told:?}");
    }
}

#[test]
fn a_message_that_does_not_fit_on_the_disk_is_not_shown_and_leaves_nothing() {
    let desk = Desk::new();
    let file = desk.file("large.txt", &"x".repeat(20_000));
    let arguments = ["send", MODELESS, "Ada Lovelace", &file];
    let told = desk.does_on_a_full_disk("begin(); propose('open-draft')", &arguments);
    assert_eq!(told.code, code::DISK_FULL, "{told:?}");
    assert!(desk.kept("drafts").is_empty());
    assert!(desk.heard().is_empty());
}
