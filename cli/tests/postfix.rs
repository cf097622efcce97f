//! The command against a real Postfix with TLS and a password.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod desk;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use desk::{Desk, Ended};
use test_servers::{Door, Flaw, Postfix};

/// In the forms in which it could get out: as it is, in base64, and as AUTH PLAIN carries it.
const SHAPES: [&str; 3] = ["pa\"ss\\word", "cGEic3Ncd29yZA==", "AGJvYgBwYSJzc1x3b3Jk"];

/// A desk whose profile submits as Bob, with the password in a private file.
fn desk(postfix: &Postfix, door: Door, security: &str, password: &str) -> Desk {
    let desk = Desk::without_configuration();
    let file = desk.file("password", format!("{password}\n"));
    fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("its mode");
    desk.configure(&format!(
        "[profile.work]\naddress = \"bob@example.test\"\n\
         [profile.work.transport]\nkind = \"smtp\"\nhost = \"localhost\"\nport = {}\n\
         security = \"{security}\"\nuser = \"bob\"\npassword-file = \"~/password\"\n\
         ca-file = {:?}\ntimeout = 20\n",
        postfix.port(door),
        postfix.certificates().authority,
    ));
    desk
}

/// The password is in nothing that is printed or logged.
#[track_caller]
fn keeps_quiet(desk: &Desk, ended: &Ended) {
    fs::remove_file(desk.path("password")).expect("the password's file");
    for shape in SHAPES {
        assert!(
            !ended.out.contains(shape) && !ended.err.contains(shape),
            "{ended:?}"
        );
        assert!(!desk.anywhere(shape));
    }
}

#[test]
fn a_message_with_a_file_arrives_over_either_kind_of_tls() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let bob = postfix.accounts()[1];
    for (door, security) in [(Door::Submission, "starttls"), (Door::Tls, "tls")] {
        let mailbox = postfix.mailbox();
        let desk = desk(postfix, door, security, bob.password);
        let report = desk.file("report.txt", "figures");
        let report = report.to_str().expect("UTF-8");
        let ended = desk.run(
            &[
                "send",
                mailbox.address(),
                "--subject",
                "Report",
                "--attach",
                report,
            ],
            "Grüße\n".as_bytes(),
        );
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{security}");
        let messages = mailbox.wait_for(1);
        let message = String::from_utf8_lossy(&messages[0]);
        assert!(message.contains("\nSubject: Report\n"), "{message}");
        assert!(message.contains("report.txt"), "{message}");
        keeps_quiet(&desk, &ended);
    }
}

#[test]
fn the_doctor_logs_in_and_sends_nothing() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let desk = desk(
        postfix,
        Door::Submission,
        "starttls",
        postfix.accounts()[1].password,
    );
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 0, "{}", ended.out);
    assert!(
        ended
            .out
            .ends_with("\nAll is well: profile \"work\" can send.\n"),
        "{}",
        ended.out
    );
    let steps = ended.out.split("Trying it\n").nth(1).expect("the steps");
    assert!(steps.contains("TLS") && steps.contains("bob"), "{steps}");
    keeps_quiet(&desk, &ended);
}

#[test]
fn a_wrong_password_is_the_verdict_and_has_the_status_of_a_refused_login() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let desk = desk(postfix, Door::Submission, "starttls", "not the password");
    for arguments in [&["doctor"][..], &["send", "a@example.test", "--body", "x"]] {
        let ended = desk.run(arguments, b"");
        assert_eq!(ended.status, 78, "{ended:?}");
        assert!(!ended.out.contains("not the password"), "{ended:?}");
        assert!(!ended.err.contains("not the password"), "{ended:?}");
    }
}

#[test]
fn a_certificate_that_does_not_hold_ends_the_doctors_steps() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let password = postfix.accounts()[1].password;
    for flaw in Flaw::ALL {
        let desk = desk(postfix, Door::Flawed(flaw), "starttls", password);
        let ended = desk.run(&["doctor"], b"");
        assert_eq!(ended.status, 69, "{flaw:?}: {}", ended.out);
        let verdict = ended.out.lines().last().expect("a verdict");
        assert!(verdict.starts_with("Nothing can be sent: "), "{verdict}");
        assert!(verdict.contains("certificate"), "{flaw:?}: {verdict}");
        keeps_quiet(&desk, &ended);
    }
}
