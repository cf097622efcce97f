//! The suite on our library under Wine.
#![forbid(unsafe_code)]

use test_servers::{Door, Postfix};

use crate::registration::{Clients, EVERYBODYS};
use crate::suite::{Group, Suite, groups, total};
use crate::wine::{Wine, windows_path};

/// How many tests of the suite have to pass at least; lower these only with a test that went.
const PASSED: u32 = 210;
/// `mapi32.dll` passes on nothing beyond the thirteen.
const PASSED_THROUGH_MAPI32: u32 = 200;

/// A suite for Windows on this architecture.
pub(crate) fn for_windows(architecture: &str) -> Suite {
    Suite::build(&format!("{architecture}-w64-mingw32-gcc"), windows_path)
}

/// Runs the suite on a library that is ours behind whatever it is called, into a Maildir or, where there
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
            suite.configure(&suite.through_maildir());
            suite.name("arrived")
        }
    };
    let mut command = wine.program(suite.path("mapi-conformance.exe"));
    suite.on_ours(&mut command, library, &mailbox);
    let (done, said) = wine.run(&mut command);
    let groups = groups(&said);
    let counted = total(&groups);
    println!(
        "{} passed, {} failed, {} skipped",
        counted.passed, counted.failed, counted.skipped
    );
    // One that crashed has counted nothing as failed.
    assert!(done && counted.failed == 0, "{said}");
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

#[test]
fn the_library_conforms() {
    let Some(folder) = crate::built("x86_64") else {
        return;
    };
    let (wine, suite) = (Wine::take(crate::place(&folder)), for_windows("x86_64"));
    let passed = total(&run(&wine, &suite, &suite.copy_of(&folder), None)).passed;
    assert!(passed >= PASSED, "{passed}");
    assert!(suite.log().contains("MAPISendMail"), "{}", suite.log());
}

#[test]
fn the_library_conforms_as_what_mapi32_gives_to_programs_over_a_server_with_starttls() {
    let (Some(folder), Some(postfix)) = (crate::built("x86_64"), test_servers::postfix()) else {
        return;
    };
    let (wine, suite) = (Wine::take(crate::place(&folder)), for_windows("x86_64"));
    let clients = Clients::take(&wine, EVERYBODYS);
    let registered = clients.register(&folder, &[]);
    conforms_through_mapi32(&wine, &suite, postfix);
    drop(registered);
}

#[test]
#[ignore = "needs a Wine with 32 bits: make soak"]
fn the_library_with_32_bits_conforms_by_itself_and_as_what_mapi32_gives_to_programs() {
    let (Some(folder), Some(postfix)) = (crate::built("i686"), test_servers::postfix()) else {
        return;
    };
    let Some(wine) = crate::wine_with_32_bits() else {
        return;
    };
    let suite = for_windows("i686");
    let library = suite.copy_of(&folder);
    let passed = total(&run(&wine, &suite, &library, None)).passed;
    assert!(passed >= PASSED, "{passed}");
    let suite = for_windows("i686");
    Clients::take(&wine, EVERYBODYS).register_by_hand(&suite.copy_of(&folder));
    conforms_through_mapi32(&wine, &suite, postfix);
}

/// That the default library of this Windows is ours, and sends through the server.
fn conforms_through_mapi32(wine: &Wine, suite: &Suite, postfix: &Postfix) {
    let passed = total(&run(wine, suite, "mapi32.dll", Some(postfix))).passed;
    assert!(passed >= PASSED_THROUGH_MAPI32, "{passed}");
    // It was ours, and no other that was asked.
    let log = suite.log();
    let sent = log.lines().filter(|line| line.contains(" MAPISendMail "));
    assert!(sent.count() > 100, "{log}");
}
