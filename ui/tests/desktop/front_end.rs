//! What the front end's end, or the screen's, means to the program that asks: never that a person
//! cancelled. The host sees for itself that it is unharmed, and that nobody is left behind.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use crate::code;
use crate::desk::{Desk, Told};

/// The longest that the library waits for words that were begun, and for the end, and the machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Each window, by its title, and the call that opens it.
const WINDOWS: [(&str, &[&str]); 6] = [
    ("New Message", &["send", "8", "grace@example.org"]),
    ("Who?", &["address", "3", ""]),
    ("Details", &["details", "Grace Hopper"]),
    ("Who Is Meant?", &["resolve", "Lovelace"]),
    ("Log On to Mail", &["logon", "1", "nowhere"]),
    ("Add a Mail Account", &["logon", "1"]),
];

/// Somebody who knows people; without a profile where an account is to be added.
fn desk(title: &str) -> Option<Desk> {
    let desk = Desk::new()?;
    desk.knows("Grace Hopper", "grace@example.org");
    desk.knows("Ada Lovelace", "lovelace@example.org");
    desk.knows("Ralph Lovelace", "ralph@example.org");
    if title != "Add a Mail Account" {
        desk.configure(&desk.profile(25));
    }
    Some(desk)
}

fn has_failed(told: &Told, why: &str) {
    assert_eq!(told.code, code::FAILURE, "{told:?}");
    assert!(told.reason.contains(why), "{told:?}");
}

#[test]
fn a_window_that_is_killed_is_a_failure() {
    for (title, call) in WINDOWS {
        let Some(desk) = desk(title) else { return };
        let person = format!("os.kill(find('frame', '{title}').get_process_id(), 9)");
        has_failed(&desk.does(&person, call), "killed by signal 9");
    }
}

#[test]
fn a_window_that_falls_silent_in_the_middle_of_a_word_is_a_failure() {
    let Some(desk) = desk("New Message") else {
        return;
    };
    // The message is longer than the socket holds: the host does not listen until the window hangs.
    let mut command = desk.command(&["send", "8", "grace@example.org"]);
    command.env("LONG", "yes");
    let person = "import signal\n\
        ui = find('frame', 'New Message').get_process_id(); focused('text', 'Message')\n\
        os.kill(host, signal.SIGSTOP)\n\
        press('Send')\n\
        until('a word is begun', lambda: stuck_in(ui, 'sock_alloc_send'))\n\
        os.kill(ui, signal.SIGSTOP); os.kill(host, signal.SIGCONT)";
    let begun = Instant::now();
    has_failed(&desk.meets(person, command.spawn().unwrap()), "");
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_screen_that_goes_dark_is_a_failure() {
    for (title, call) in [WINDOWS[0], WINDOWS[1]] {
        let Some(desk) = desk(title) else { return };
        let screen = desk.desktop.screen();
        let person = format!("find('frame', '{title}'); os.kill({screen}, 9)");
        has_failed(&desk.does(&person, call), "");
    }
}

#[test]
fn without_a_screen_nobody_is_asked() {
    let Some(desk) = desk("New Message") else {
        return;
    };
    let mut command = desk.command(&["send", "8", "grace@example.org"]);
    command.env_remove("DISPLAY");
    let told = desk.ended(command.spawn().unwrap());
    assert_eq!(told.code, code::NOT_SUPPORTED, "{told:?}");
}
