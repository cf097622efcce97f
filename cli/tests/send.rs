//! `simplemapi send`, as a shell sees it.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

mod desk;

use desk::{Desk, PASSWORD};

#[test]
fn a_text_on_the_standard_input_is_sent() {
    let desk = Desk::new();
    let ended = desk.run(
        &["send", "grace@example.org", "--subject", "Greetings"],
        b"Hello, Grace.\n",
    );
    assert_eq!(
        (ended.status, ended.out.as_str(), ended.err.as_str()),
        (0, "", "")
    );
    let message = desk.message();
    assert!(message.contains("Subject: Greetings\n"), "{message}");
    assert!(
        message.contains("<grace@example.org>") && message.contains("<ada@example.org>"),
        "{message}"
    );
    assert!(message.contains("Hello, Grace."), "{message}");
}

#[test]
fn recipients_stand_in_their_headers_and_hidden_ones_in_none() {
    let desk = Desk::new();
    let ended = desk.run(
        &[
            "send",
            "one@example.org",
            "--to",
            "Two <two@example.org>",
            "--cc",
            "three@example.org",
            "--cc",
            "four@example.org",
            "--bcc",
            "hidden@example.org",
            "--body",
            "x",
        ],
        b"",
    );
    assert_eq!(ended.status, 0, "{ended:?}");
    let message = desk.message();
    let unfolded = message.replace("\n ", " ").replace("\n\t", " ");
    let header = |name: &str| {
        let mut lines = unfolded.lines();
        lines.find(|line| line.starts_with(name)).expect(name)
    };
    let to = header("To: ");
    assert!(
        to.contains("one@example.org") && to.contains("two@example.org"),
        "{to}"
    );
    let cc = header("Cc: ");
    assert!(
        cc.contains("three@example.org") && cc.contains("four@example.org"),
        "{cc}"
    );
    assert!(!message.contains("hidden"), "{message}");
}

#[test]
fn files_go_along_under_their_own_names_or_given_ones() {
    let desk = Desk::new();
    desk.file("report.txt", "first");
    desk.file("x7", "second");
    let ended = desk.run(
        &[
            "send",
            "grace@example.org",
            "--body",
            "see below",
            "--attach",
            "report.txt",
            "--attach-as",
            "March=April.csv=x7",
        ],
        b"",
    );
    assert_eq!(
        ended.status, 66,
        "the name ends at the first equals sign: {ended:?}"
    );
    assert!(ended.err.contains("April.csv=x7"), "{ended:?}");
    let ended = desk.run(
        &[
            "send",
            "grace@example.org",
            "--body",
            "see below",
            "-a",
            "report.txt",
            "--attach-as",
            "March.csv=x7",
        ],
        b"",
    );
    assert_eq!(ended.status, 0, "{ended:?}");
    let message = desk.message();
    assert!(
        message.contains("report.txt") && message.contains("March.csv"),
        "{message}"
    );
    assert!(!message.contains("x7"), "{message}");
    // "first" and "second".
    assert!(
        message.contains("Zmlyc3Q=") && message.contains("c2Vjb25k"),
        "{message}"
    );
}

#[test]
fn a_text_comes_from_a_file_and_in_the_legacy_charset_too() {
    let desk = Desk::new();
    desk.file("text", b"Gr\xfc\xdfe");
    let ended = desk.run(
        &["send", "grace@example.org", "--body-file", "text"],
        b"not this",
    );
    assert_eq!(ended.status, 0, "{ended:?}");
    let message = desk.message();
    // "Grüße" in UTF-8, and the line end that every text gets.
    assert!(message.contains("R3LDvMOfZQ0K"), "{message}");
    assert!(!message.contains("not this"), "{message}");
}

#[test]
fn a_receipt_and_a_class_are_asked_for() {
    let desk = Desk::new();
    let ended = desk.run(
        &[
            "send",
            "grace@example.org",
            "--body",
            "x",
            "--receipt",
            "--class",
            "IPM.Note.Report",
        ],
        b"",
    );
    assert_eq!(ended.status, 0, "{ended:?}");
    let message = desk.message();
    assert!(
        message.contains("Disposition-Notification-To:"),
        "{message}"
    );
    assert!(
        message.contains("X-MAPI-Message-Class: IPM.Note.Report"),
        "{message}"
    );
}

#[test]
fn what_is_wrong_has_its_status_and_its_reason_and_sends_nothing() {
    let desk = Desk::new();
    for (arguments, status, reason) in [
        (
            &["send", "grace@example.org", "--sbject", "x"][..],
            64,
            "--subject",
        ),
        (
            &["send", "grace@example.org", "--attach-as", "x"],
            64,
            "NAME=FILE is wanted",
        ),
        (
            &[
                "send",
                "grace@example.org",
                "--body",
                "x",
                "--body-file",
                "y",
            ],
            64,
            "cannot be used with",
        ),
        (&["sned"], 64, "send"),
        (&[], 64, "Usage"),
        (&["send", "--body", "x"], 67, "no recipient"),
        (&["send", "nobody", "--body", "x"], 67, "nobody"),
        (
            &["send", "a@b.test>\r\nRCPT TO:<spy@c.test", "--body", "x"],
            67,
            "not a mail address",
        ),
        (
            &[
                "send",
                "grace@example.org",
                "--attach",
                "missing.pdf",
                "--body",
                "x",
            ],
            66,
            "missing.pdf",
        ),
        (
            &[
                "send",
                "grace@example.org",
                "--attach",
                "mail",
                "--body",
                "x",
            ],
            66,
            "mail",
        ),
        (
            &["send", "grace@example.org", "--body-file", "missing.txt"],
            66,
            "cannot read the text from missing.txt",
        ),
        (
            &[
                "send",
                "grace@example.org",
                "--profile",
                "locl",
                "--body",
                "x",
            ],
            78,
            "did you mean \"local\"?",
        ),
    ] {
        std::fs::create_dir_all(desk.path("mail")).expect("a folder");
        let ended = desk.run(arguments, b"");
        assert_eq!(ended.status, status, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(reason), "{arguments:?}: {ended:?}");
        assert_eq!(ended.out, "", "{arguments:?}");
        assert_eq!(desk.messages(), [""; 0], "{arguments:?}");
    }
}

#[test]
fn a_quiet_command_says_nothing() {
    let desk = Desk::new();
    let ended = desk.run(
        &[
            "send",
            "grace@example.org",
            "--quiet",
            "--attach",
            "missing",
            "--body",
            "x",
        ],
        b"",
    );
    assert_eq!(
        (ended.status, ended.out.as_str(), ended.err.as_str()),
        (66, "", "")
    );
}

#[test]
fn without_a_configuration_the_reason_shows_one() {
    let desk = Desk::without_configuration();
    let ended = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(ended.status, 78, "{ended:?}");
    let looked = desk.path("simplemapi/config.toml");
    assert!(
        ended.err.contains(&format!(
            "there is no {} and no /etc/simplemapi/config.toml",
            looked.display()
        )),
        "{ended:?}"
    );
    assert!(ended.err.contains("profile.work = {"), "{ended:?}");
}

#[test]
fn a_password_that_others_may_read_is_warned_of_and_shown_nowhere() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let path = desk.configure(&format!(
        "default-profile = \"local\"\n\
         [profile.local]\naddress = \"ada@example.org\"\ntransport = {{ kind = \"maildir\", path = {:?} }}\n\
         [profile.far]\naddress = \"ada@example.org\"\noutbox.when = \"never\"\n\
         transport = {{ kind = \"smtp\", host = \"127.0.0.1\", port = {}, user = \"ada\", password = \"{PASSWORD}\" }}\n",
        desk.path("mail"),
        unused_port(),
    ));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("its mode");
    let ended = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended
            .err
            .contains("holds a password and others may read it: chmod 600"),
        "{ended:?}"
    );
    assert_eq!(
        desk.run(&["send", "g@example.org", "--body", "x", "-q"], b"")
            .err,
        ""
    );
    let far = desk.run(
        &["send", "-p", "far", "grace@example.org", "--body", "x"],
        b"",
    );
    assert_eq!(far.status, 69, "{far:?}");
    for text in [&ended.err, &far.err, &far.out] {
        assert!(!text.contains(PASSWORD), "{text}");
    }
    assert!(!desk.anywhere(PASSWORD));
}

/// A loopback port on which nobody listens.
fn unused_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}
