//! The transports that stay on this machine: what the mail system's programs are told, and what
//! lies in a Maildir afterwards.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/mail.rs"]
mod mail;
#[path = "support/script.rs"]
mod script;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use simplemapi::config::TransportConfig;
use simplemapi::error::{Kind, Result};
use simplemapi::mime::{Composed, compose};
use simplemapi::model::{Address, Draft, Envelope, OpenAttachment, RecipientClass};
use simplemapi::providers::transport;

use mail::{bytes, mailbox, soon};

fn draft(recipients: &[&str]) -> Draft {
    mail::draft(recipients, "one\n.\ntwo\n")
}

fn send(config: &TransportConfig, draft: Draft) -> Result<()> {
    let envelope = draft.envelope();
    send_composed(config, &envelope, compose(draft).unwrap())
}

fn send_composed(config: &TransportConfig, envelope: &Envelope, message: Composed) -> Result<()> {
    transport::open(config).send(envelope, message, soon())
}

fn local_form(message: &Composed) -> String {
    String::from_utf8(bytes(message))
        .unwrap()
        .replace("\r\n", "\n")
}

/// A file that shrinks after it was measured, so that a message with it can never be whole.
fn shrinking_attachment(folder: &Path) -> OpenAttachment {
    let path = folder.join("shrinking");
    fs::write(&path, vec![b'x'; 300_000]).unwrap();
    let file = fs::File::open(&path).unwrap();
    fs::write(&path, b"short").unwrap();
    OpenAttachment {
        file,
        size: 300_000,
        name: "shrinking".to_owned(),
        path,
    }
}

/// A program of the test's own in the place of `sendmail`.
struct Fake {
    folder: tempfile::TempDir,
}

impl Fake {
    /// Dumps its arguments and its input, then does what `then` says.
    fn new(then: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let fake = Self { folder };
        let here = fake.folder.path().display();
        script::write(
            &fake.program(),
            &format!(
                "cd {here}\nprintf '%s\\0' \"$@\" > arguments\ncat > input.part\nmv input.part input\n{then}"
            ),
        );
        fake
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("sendmail")
    }

    fn sendmail(&self) -> TransportConfig {
        TransportConfig::Sendmail {
            program: self.program(),
        }
    }

    fn arguments(&self) -> Vec<String> {
        let dump = fs::read_to_string(self.folder.path().join("arguments")).unwrap();
        dump.split_terminator('\0').map(str::to_owned).collect()
    }

    fn input(&self) -> Option<String> {
        fs::read_to_string(self.folder.path().join("input")).ok()
    }
}

#[test]
fn sendmail_gets_every_address_as_one_argument_after_the_options() {
    let fake = Fake::new("");
    let recipients = [
        "bob@example.org",
        "-oQ/tmp/x@b.test",
        "-C/tmp/evil@b.test",
        "--@b.test",
        "`id`@b.test",
        "$HOME|{x}@b.test",
    ];
    let draft = draft(&recipients);
    let envelope = draft.envelope();
    let message = compose(draft).unwrap();
    let expected = local_form(&message);
    send_composed(&fake.sendmail(), &envelope, message).unwrap();
    let mut arguments = vec!["-i", "-f", "ada@example.org", "--"];
    arguments.extend(recipients);
    assert_eq!(fake.arguments(), arguments);
    assert_eq!(fake.input().unwrap(), expected);
}

#[test]
fn a_sender_that_looks_like_an_option_is_the_argument_of_one() {
    let fake = Fake::new("");
    let mut draft = draft(&["bob@example.org"]);
    draft.from = mailbox("-X/tmp/log@b.test");
    send(&fake.sendmail(), draft).unwrap();
    assert_eq!(fake.arguments()[1..3], ["-f", "-X/tmp/log@b.test"]);
}

#[test]
fn each_exit_code_of_sendmail_is_told_with_its_last_words() {
    for (code, kind) in [
        (1, Kind::Failure),
        (64, Kind::Failure),
        (65, Kind::InvalidRecipients),
        (67, Kind::InvalidRecipients),
        (68, Kind::InvalidRecipients),
        (69, Kind::Network),
        (70, Kind::Failure),
        (71, Kind::Network),
        (74, Kind::Network),
        (75, Kind::Network),
        (77, Kind::AccessDenied),
        (78, Kind::Failure),
        (100, Kind::Failure),
        (111, Kind::Network),
    ] {
        let fake = Fake::new(&format!(
            "echo noise >&2; echo the queue is shut >&2; exit {code}"
        ));
        let error = send(&fake.sendmail(), draft(&["bob@example.org"])).unwrap_err();
        assert_eq!(error.kind(), kind, "exit code {code}");
        // What is no word on the message is not taken for one.
        let unexplained = matches!(code, 1 | 70 | 78);
        assert_eq!(error.is_unexplained(), unexplained, "exit code {code}");
        assert_eq!(
            error.reason(),
            format!(
                "{} did not take the message: it ended with exit code {code}: the queue is shut",
                fake.program().display()
            )
        );
    }
    let fake = Fake::new("kill -SEGV $$");
    let error = send(&fake.sendmail(), draft(&["bob@example.org"])).unwrap_err();
    assert!(error.is_unexplained());
    assert!(
        error.reason().ends_with("it was killed by signal 11"),
        "{}",
        error.reason()
    );
}

#[test]
fn a_file_that_shrinks_meanwhile_is_not_sent_short() {
    let fake = Fake::new("");
    let mut draft = draft(&["bob@example.org"]);
    draft.attachments = vec![shrinking_attachment(fake.folder.path())];
    let error = send(&fake.sendmail(), draft).unwrap_err();
    assert_eq!(error.kind(), Kind::AttachmentUnreadable);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(fake.input(), None, "sendmail saw the end of half a message");
}

#[test]
fn ten_thousand_recipients_fit_and_more_than_the_system_takes_are_refused_whole() {
    let addresses = |count: usize| -> Vec<String> {
        (0..count)
            .map(|n| format!("somebody.with.a.long.name.{n:06}@subdomain.example.org"))
            .collect()
    };
    let fake = Fake::new("");
    let message = || compose(draft(&["bob@example.org"])).unwrap();
    let envelope = |count| {
        let parsed = addresses(count);
        let parsed = parsed.iter().map(|address| Address::new(address).unwrap());
        Envelope::new(Address::new("ada@example.org").unwrap(), parsed)
    };
    send_composed(&fake.sendmail(), &envelope(10_000), message()).unwrap();
    assert_eq!(fake.arguments().len(), 10_004);
    fs::remove_file(fake.folder.path().join("arguments")).unwrap();
    let error = send_composed(&fake.sendmail(), &envelope(200_000), message()).unwrap_err();
    assert_eq!(error.kind(), Kind::TooManyRecipients, "{}", error.reason());
    assert!(!fake.folder.path().join("arguments").exists());
}

#[test]
fn a_missing_sendmail_is_named() {
    let config = TransportConfig::Sendmail {
        program: "/does/not/exist/sendmail".into(),
    };
    let error = send(&config, draft(&["bob@example.org"])).unwrap_err();
    assert_eq!(
        error.reason(),
        "cannot run /does/not/exist/sendmail: No such file or directory (os error 2)"
    );
    let checked = transport::open(&config).check(soon(), &mut |_| ());
    assert!(
        checked
            .unwrap_err()
            .reason()
            .contains("/does/not/exist/sendmail")
    );
    let relative = TransportConfig::Sendmail {
        program: "sendmail".into(),
    };
    assert!(send(&relative, draft(&["bob@example.org"])).is_err());
}

#[test]
fn a_command_gets_the_message_and_where_it_asks_for_it_the_envelope() {
    let fake = Fake::new("");
    let words = ["--to", "{recipients}", "--from", "{sender}", "a b"];
    let program = std::iter::once(fake.program().display().to_string())
        .chain(words.map(str::to_owned))
        .collect();
    let mut draft = draft(&["bob@example.org"]);
    draft
        .recipients
        .push((RecipientClass::Bcc, mailbox("hidden@example.org")));
    send(&TransportConfig::Command { program }, draft).unwrap();
    assert_eq!(
        fake.arguments(),
        [
            "--to",
            "bob@example.org",
            "hidden@example.org",
            "--from",
            "ada@example.org",
            "a b"
        ]
    );
    let input = fake.input().unwrap();
    assert!(input.contains("bob@example.org"));
    assert!(!input.contains("hidden@example.org"));
}

fn maildir(path: &Path) -> TransportConfig {
    TransportConfig::Maildir { path: path.into() }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_message_lies_whole_and_private_in_a_maildir_made_for_it() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("Mail");
    let draft = draft(&["bob@example.org"]);
    let envelope = draft.envelope();
    let message = compose(draft).unwrap();
    let expected = local_form(&message);
    send_composed(&maildir(&path), &envelope, message).unwrap();
    for folder in ["", "tmp", "new", "cur"] {
        assert_eq!(mode(&path.join(folder)), 0o700);
    }
    let delivered = files(&path.join("new"));
    assert_eq!(delivered.len(), 1);
    assert_eq!(fs::read_to_string(&delivered[0]).unwrap(), expected);
    assert_eq!(mode(&delivered[0]), 0o600);
    assert!(files(&path.join("tmp")).is_empty());
    assert!(files(&path.join("cur")).is_empty());
}

#[test]
fn half_a_message_never_lies_in_a_maildir() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("Mail");
    let mut draft = draft(&["bob@example.org"]);
    draft.attachments = vec![shrinking_attachment(home.path())];
    let error = send(&maildir(&path), draft).unwrap_err();
    assert_eq!(error.kind(), Kind::AttachmentUnreadable);
    assert!(files(&path.join("tmp")).is_empty());
    assert!(files(&path.join("new")).is_empty());
}

#[test]
fn eight_threads_give_eight_hundred_messages() {
    let home = tempfile::tempdir().unwrap();
    let config = maildir(&home.path().join("Mail"));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let transport = transport::open(&config);
                for _ in 0..100 {
                    let draft = draft(&["bob@example.org"]);
                    let envelope = draft.envelope();
                    let message = compose(draft).unwrap();
                    transport.send(&envelope, message, soon()).unwrap();
                }
            });
        }
    });
    let delivered = files(&home.path().join("Mail/new"));
    assert_eq!(delivered.len(), 800);
    for path in delivered {
        assert!(fs::read_to_string(path).unwrap().ends_with("two\n"));
    }
    assert!(files(&home.path().join("Mail/tmp")).is_empty());
}

#[test]
fn a_maildir_that_cannot_be_is_named() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("Mail");
    fs::write(&path, b"a file").unwrap();
    let error = send(&maildir(&path), draft(&["bob@example.org"])).unwrap_err();
    let expected = format!(
        "cannot write to the Maildir {}: Not a directory",
        path.display()
    );
    assert!(error.reason().starts_with(&expected), "{}", error.reason());
    assert_eq!(fs::read(&path).unwrap(), b"a file");
}

#[test]
fn a_pipe_in_the_place_of_a_folder_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("Mail");
    fs::create_dir(&path).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(path.join("tmp"))
        .status();
    assert!(made.unwrap().success());
    let started = Instant::now();
    assert!(send(&maildir(&path), draft(&["bob@example.org"])).is_err());
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn postfix_takes_a_message_by_its_sendmail_for_everyone_it_names() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sendmail");
    let configuration = postfix.folder().join("etc");
    // The one thing that a sendmail of the system's does not need to be told.
    script::write(
        &program,
        &format!(
            "exec /usr/sbin/sendmail -C {} \"$@\"",
            configuration.display()
        ),
    );
    let config = TransportConfig::Sendmail { program };
    let (bob, hidden) = (postfix.mailbox(), postfix.mailbox());
    let text = "one\n.\n..\nFrom the third line, \u{fc}ber\n".to_owned() + &"x".repeat(3000);
    let mut draft = mail::draft(&[bob.address()], &text);
    draft
        .recipients
        .push((RecipientClass::Bcc, mailbox(hidden.address())));
    let envelope = draft.envelope();
    let message = compose(draft).unwrap();
    let expected = local_form(&message);
    send_composed(&config, &envelope, message).unwrap();
    for mailbox in [bob, hidden] {
        let arrived = mailbox.wait_for(1);
        assert_eq!(arrived.len(), 1);
        let arrived = String::from_utf8(arrived[0].clone()).unwrap();
        assert!(
            arrived.contains("Return-Path: <ada@example.org>\n"),
            "{arrived}"
        );
        assert!(
            arrived.ends_with(expected.split_once("\n\n").unwrap().1),
            "{arrived}"
        );
        assert!(!arrived.contains("Bcc:"), "{arrived}");
    }
}

#[test]
fn postfix_that_is_not_set_up_says_so() {
    if let Err(reason) = test_servers::Postfix::can_run() {
        return test_servers::skip(&reason);
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("sendmail");
    script::write(
        &program,
        "exec /usr/sbin/sendmail -C /does/not/exist \"$@\"",
    );
    let error = send(
        &TransportConfig::Sendmail { program },
        draft(&["bob@example.org"]),
    )
    .unwrap_err();
    assert!(
        error.reason().contains("open /does/not/exist/main.cf"),
        "{}",
        error.reason()
    );
}
