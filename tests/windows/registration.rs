//! `simplemapi register` and `unregister`, and what `mapi32.dll` finds of it in the registry.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::suite::Suite;
use crate::wine::{Wine, windows_path};

/// One test at a time: there is one default.
static TURN: Mutex<()> = Mutex::new(());

const CLIENTS: &str = r"Software\Clients\Mail";
const OURS: &str = r"Software\Clients\Mail\simplemapi";
/// What programs with 32 and with 64 bits see, which may be one and the same.
const VIEWS: [&str; 2] = ["/reg:32", "/reg:64"];

/// Whose settings the command changes.
#[derive(Clone, Copy)]
pub(crate) struct Whose {
    root: &'static str,
    option: Option<&'static str>,
}

pub(crate) const THIS_USERS: Whose = Whose {
    root: "HKCU",
    option: None,
};
pub(crate) const EVERYBODYS: Whose = Whose {
    root: "HKLM",
    option: Some("--machine"),
};

/// Where the default client may be changed.
pub(crate) struct Clients<'w> {
    wine: &'w Wine,
    whose: Whose,
    _turn: MutexGuard<'static, ()>,
}

impl<'w> Clients<'w> {
    pub(crate) fn take(wine: &'w Wine, whose: Whose) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Self {
            wine,
            whose,
            _turn: turn,
        }
    }

    /// Has the command in this folder make our library the default one, until the result goes.
    pub(crate) fn register(&self, folder: &Path, more: &[&str]) -> Registered<'_> {
        let registered = Registered {
            clients: self,
            command: folder.join("simplemapi.exe"),
        };
        registered.command("register", more);
        registered
    }

    /// The same by hand, and for good: the command has 64 bits.
    pub(crate) fn register_by_hand(&self, library: &str) {
        self.set("", CLIENTS, "", "simplemapi");
        for value in ["DLLPath", "DLLPathEx"] {
            self.set("", OURS, value, library);
        }
    }

    /// Sets a value in a view, or in that of Wine's own width.
    fn set(&self, view: &str, key: &str, value: &str, data: &str) {
        let mut command = self.wine.program("reg");
        command.args(["add", &format!(r"{}\{key}", self.whose.root)]);
        match value {
            "" => command.arg("/ve"),
            value => command.args(["/v", value]),
        };
        command
            .args(["/f", "/d", data])
            .args(Some(view).filter(|view| !view.is_empty()));
        let (done, said) = self.wine.run(&mut command);
        assert!(done, "{key}: {said}");
    }

    /// All that a view has of mail clients.
    fn seen(&self, view: &str) -> String {
        let mut command = self.wine.program("reg");
        let key = format!(r"{}\{CLIENTS}", self.whose.root);
        self.wine.run(command.args(["query", &key, "/s", view])).1
    }
}

/// Our library is the default one.
pub(crate) struct Registered<'c> {
    clients: &'c Clients<'c>,
    command: PathBuf,
}

impl Registered<'_> {
    fn command(&self, what: &str, more: &[&str]) {
        let wine = self.clients.wine;
        let mut command = wine.program(&self.command);
        command.arg(what).args(self.clients.whose.option).args(more);
        let (done, said) = wine.run(&mut command);
        assert!(done || std::thread::panicking(), "{what}: {said}");
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        self.command("unregister", &[]);
    }
}

/// The value of this name, in what `reg query` says of a key.
fn value<'s>(seen: &'s str, key: &str, name: &str) -> Option<&'s str> {
    let (_, rest) = seen.split_once(&format!("{key}\r\n"))?;
    let mut lines = rest.lines().take_while(|line| !line.is_empty());
    let found = lines.find_map(|line| line.trim().strip_prefix(name)?.split_once("REG_SZ"));
    found.map(|(_, data)| data.trim())
}

fn the_command_registers_and_takes_back(whose: Whose, views_are_one: bool) {
    let Some(folder) = crate::built("x86_64") else {
        return;
    };
    let wine = Wine::take(crate::place(&folder));
    let clients = Clients::take(&wine, whose);
    // That of programs with 32 bits has to be there; nobody loads it here.
    let suite = Suite::empty(windows_path);
    let with_32_bits = suite.copy_of(&folder);
    let with_64_bits = windows_path(&folder.join("simplemapi.dll"));
    for view in VIEWS {
        clients.set(view, CLIENTS, "", "Another Client");
    }
    let before = VIEWS.map(|view| clients.seen(view));

    let registered = clients.register(&folder, &["--dll32", &with_32_bits]);
    let expected = match views_are_one {
        true => [&with_64_bits, &with_64_bits],
        false => [&with_32_bits, &with_64_bits],
    };
    for (view, expected) in VIEWS.into_iter().zip(expected) {
        let seen = clients.seen(view);
        assert_eq!(
            value(&seen, CLIENTS, "(Default)"),
            Some("simplemapi"),
            "{seen}"
        );
        for name in ["DLLPath ", "DLLPathEx "] {
            let found = value(&seen, OURS, name).map(|path| path.replace('\\', "/"));
            assert_eq!(found.as_ref(), Some(expected), "{name}: {seen}");
        }
    }
    // A second time changes nothing about what was before.
    registered.command("register", &["--dll32", &with_32_bits]);
    drop(registered);
    assert_eq!(VIEWS.map(|view| clients.seen(view)), before);
    let default = value(&before[1], CLIENTS, "(Default)");
    assert_eq!(default, Some("Another Client"), "{before:?}");
}

#[test]
fn the_command_registers_the_library_for_this_user_and_takes_it_back() {
    the_command_registers_and_takes_back(THIS_USERS, true);
}

#[test]
fn the_command_registers_the_library_for_all_users_and_takes_it_back() {
    the_command_registers_and_takes_back(EVERYBODYS, false);
}
