//! A window over the caller's: ulUIParam.
#![forbid(unsafe_code)]

use std::process::{Child, Command};

use crate::code;
use crate::desk::Desk;

/// Somebody else's window.
struct Theirs {
    program: Child,
    number: String,
}

impl Theirs {
    fn open(desk: &Desk) -> Self {
        let mut command = Command::new("xev");
        let title = ["-name", "Theirs", "-event", "mouse"];
        let program = desk.desktop.lead(&mut command).args(title);
        let program = program.stdout(std::process::Stdio::null()).spawn().unwrap();
        let mut search = Command::new("xdotool");
        let words = ["search", "--sync", "--onlyvisible", "--name", "^Theirs$"];
        let found = desk.desktop.lead(&mut search).args(words).output().unwrap();
        let number = String::from_utf8(found.stdout).unwrap().trim().to_owned();
        Self { program, number }
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Finds our window and says what the window manager knows of it.
const PROPERTIES: &str = "\
    find('push button', 'Cancel')\n\
    def output(*words): return subprocess.run(words, check=True, capture_output=True, text=True).stdout\n\
    ours = window('^Who')\n\
    known = output('xprop', '-id', ours, 'WM_TRANSIENT_FOR', '_NET_WM_STATE')\n";

#[test]
fn the_callers_window_is_below_and_waits() {
    let Some(desk) = Desk::new() else { return };
    desk.configure(&desk.profile(25));
    let theirs = Theirs::open(&desk);
    let number = &theirs.number;
    let mut command = desk.command(&["address", "3", ""]);
    command.env("PARENT", number);
    let person = format!(
        "{PROPERTIES}\
         assert f'window id # {{int({number}):#x}}' in known, known\n\
         assert '_NET_WM_STATE_MODAL' in known, known\n\
         key('Escape')"
    );
    let told = desk.meets(&person, command.spawn().unwrap());
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
}

#[test]
fn what_is_no_windows_number_changes_nothing() {
    let Some(desk) = Desk::new() else { return };
    desk.configure(&desk.profile(25));
    for number in ["0", "7", "0xfffffffffffffff0"] {
        let mut command = desk.command(&["address", "3", ""]);
        command.env("PARENT", number);
        let person = format!(
            "{PROPERTIES}\
             assert 'not found' in known and '_NET_WM_STATE_MODAL' not in known, known\n\
             key('Escape')"
        );
        let told = desk.meets(&person, command.spawn().unwrap());
        assert_eq!(told.code, code::USER_ABORT, "{number} {told:?}");
    }
}
