//! The suite on our library under Wine.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;

use test_servers::{Door, Postfix};

use crate::suite::{Group, Suite, groups, total};
use crate::wine::{Wine, windows_path};

/// A suite for Windows.
pub(crate) fn for_windows() -> Suite {
    Suite::build("x86_64-w64-mingw32-gcc", windows_path)
}

/// Runs the suite on a library that is ours behind whatever it is called, into the Inbox or, where there
/// is one, over a server.
pub(crate) fn run(
    wine: &Wine,
    suite: &Suite,
    library: &str,
    server: Option<&Postfix>,
) -> Vec<Group> {
    let mailbox = match server {
        Some(postfix) => {
            suite.configure(&over(postfix));
            windows_path(postfix.catch_all().maildir())
        }
        None => {
            suite.configure(&suite.through_inbox());
            suite.name("inbox")
        }
    };
    for room in ["new", "cur", "tmp"] {
        fs::create_dir_all(suite.path("inbox").join(room)).unwrap();
    }
    let mut command = wine.program(suite.path("mapi-conformance.exe"));
    suite.on_ours(&mut command, library, &mailbox);
    let (_, said) = wine.run(&mut command);
    let groups = groups(&said);
    let counted = total(&groups);
    println!(
        "{} passed, {} failed, {} skipped",
        counted.passed, counted.failed, counted.skipped
    );
    assert_eq!(counted.failed, 0, "{said}");
    groups
}

/// Submission with STARTTLS and a password.
fn over(postfix: &Postfix) -> String {
    let [alice, _] = postfix.accounts();
    format!(
        "kind = \"smtp\"\nhost = \"localhost\"\nport = {}\nsecurity = \"starttls\"\nuser = {:?}\n\
         password = {:?}\nca-file = {:?}",
        postfix.port(Door::Submission),
        alice.user,
        alice.password,
        windows_path(&postfix.certificates().authority),
    )
}

/// Makes our library the default one of this Windows, for as long as the test takes.
pub(crate) struct Registered<'w> {
    wine: &'w Wine,
    command: std::path::PathBuf,
}

impl<'w> Registered<'w> {
    pub(crate) fn new(wine: &'w Wine, folder: &Path) -> Self {
        let command = folder.join("simplemapi.exe");
        let (done, said) = wine.run(wine.program(&command).args(["register", "--machine"]));
        assert!(done, "{said}");
        Self { wine, command }
    }

    fn provider(wine: &Wine) -> String {
        let key = r"HKLM\Software\Clients\Mail";
        wine.run(wine.program("reg").args(["query", key, "/s"])).1
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        let mut command = self.wine.program(&self.command);
        self.wine.run(command.args(["unregister", "--machine"]));
    }
}

#[test]
fn the_library_conforms() {
    let Some(folder) = crate::built("x86_64") else {
        return;
    };
    let (wine, suite) = (Wine::take(folder.parent().unwrap()), for_windows());
    let library = windows_path(&folder.join("simplemapi.dll"));
    let passed = total(&run(&wine, &suite, &library, None)).passed;
    assert!(passed >= 150, "{passed}");
    assert!(suite.log().contains("MAPISendMail"), "{}", suite.log());
}

#[test]
fn the_library_conforms_as_what_mapi32_gives_to_programs_over_a_server_with_starttls() {
    let (Some(folder), Some(postfix)) = (crate::built("x86_64"), test_servers::postfix()) else {
        return;
    };
    let (wine, suite) = (Wine::take(folder.parent().unwrap()), for_windows());
    let registered = Registered::new(&wine, &folder);
    let passed = total(&run(&wine, &suite, "mapi32.dll", Some(postfix))).passed;
    assert!(passed >= 100, "{passed}");
    // It was ours, and no other that was asked.
    let log = suite.log();
    assert!(
        log.lines()
            .filter(|line| line.contains(" MAPISendMail "))
            .count()
            > 100,
        "{log}"
    );
    drop(registered);
}

#[test]
fn the_command_registers_the_library_and_takes_it_back() {
    let Some(folder) = crate::built("x86_64") else {
        return;
    };
    let wine = Wine::take(folder.parent().unwrap());
    let before = Registered::provider(&wine);
    let registered = Registered::new(&wine, &folder);
    let now = Registered::provider(&wine);
    for wanted in ["DLLPath ", "DLLPathEx ", "simplemapi.dll"] {
        assert!(now.contains(wanted), "{wanted}: {now}");
    }
    drop(registered);
    assert_eq!(Registered::provider(&wine), before);
}
