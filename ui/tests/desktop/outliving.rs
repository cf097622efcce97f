//! Messages that outlive who began them: MAPI_DIALOG_MODELESS, and what is kept when a window is gone.
#![forbid(unsafe_code)]

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::code;
use crate::desk::{Desk, received};

/// MAPI_DIALOG_MODELESS.
const MODELESS: &str = "12";

#[test]
fn a_modeless_window_outlives_the_program_and_its_files_and_sends() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let file = desk.file("report.txt", "one\n");
    let mut host = desk.command(&["send", MODELESS, mailbox.address(), &file]);
    let told = desk.ended(host.spawn().unwrap());
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    // The program is gone, and its file.
    fs::remove_file(&file).unwrap();
    assert_eq!(mailbox.files().len(), 0);
    let did =
        desk.acts("fill('alt+u', 'Subject', 'Later'); press('Send'); gone('frame', 'New Message')");
    assert!(did.status.success(), "{did:?}");
    let mail = received(&mailbox);
    for part in ["Subject: Later\n", "b25lCg=="] {
        assert!(mail.contains(part), "{part}{mail}");
    }
    is_gone(&desk);
}

#[test]
fn whoever_cancels_in_such_a_window_while_it_is_being_sent_is_heard_too() {
    let Some(desk) = Desk::new() else { return };
    // Takes connections, and says nothing for longer than anybody here waits.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.configure(&desk.profile(silent.local_addr().unwrap().port()));
    let mut host = desk.command(&["send", MODELESS, "grace@example.org"]);
    let told = desk.ended(host.spawn().unwrap());
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let did = desk.acts("press('Send'); says('Sending…'); press('Cancel')");
    assert!(did.status.success(), "{did:?}");
    is_gone(&desk);
}

/// The draft goes with the window, at once.
fn is_gone(desk: &Desk) {
    let begun = Instant::now();
    while desk.has_drafts() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the draft stays");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_was_written_in_a_window_that_was_killed_is_offered_in_the_next_one() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let file = desk.file("report.txt", "one\n");
    // It is kept when nobody has typed for a second.
    let person = "fill('alt+u', 'Subject', 'Half written'); time.sleep(3)\n\
        os.kill(find('frame', 'New Message').get_process_id(), 9)";
    let told = desk.does(person, &["send", "8", mailbox.address(), &file]);
    assert_eq!(told.code, code::FAILURE, "{told:?}");
    assert!(told.reason.contains("kept"), "{told:?}");
    assert!(desk.has_drafts());

    let person = "def frames():\n\
        \x20   return [one for one in everything() if one.get_role_name() == 'frame']\n\
        def button(within, name):\n\
        \x20   return next(one for one in everything(within) if plain(one) == ('push button', name))\n\
        says('Half written')\n\
        [first] = frames()\n\
        press('Open')\n\
        until('there are two windows', lambda: len(frames()) == 2)\n\
        Atspi.Action.do_action(button(first, 'Cancel'), 0)\n\
        until('there is one window', lambda: len(frames()) == 1)\n\
        shows('text', 'Subject', 'Half written')\n\
        press('Cancel'); press('Keep Writing'); gone('push button', 'Keep Writing')\n\
        press('Send')\n\
        gone('frame', 'New Message')";
    let told = desk.does(person, &["send", "8", mailbox.address()]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    let mail = received(&mailbox);
    for part in ["Subject: Half written\n", "b25lCg=="] {
        assert!(mail.contains(part), "{part}{mail}");
    }
}
