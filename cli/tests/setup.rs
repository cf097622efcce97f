//! `simplemapi setup`, with real servers and a real keyring; and what sends afterwards.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod tree;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use test_servers::{Bus, Door, Imap, Postfix, Site};
use tree::{Ended, Tree};

const ADDRESS: &str = "carol@example.test";

/// A person with an account on real servers, and the tree that is installed for them.
struct Carol {
    postfix: &'static Postfix,
    session: Bus,
    site: Site,
    tree: Tree,
}

impl Carol {
    fn new() -> Option<Self> {
        let (postfix, imap) = (test_servers::postfix()?, test_servers::imap()?);
        let session = test_servers::keyring()?;
        let site = Site::of(postfix, imap);
        let tree = Tree::new();
        let authorities = [postfix.certificates(), imap.certificates()]
            .map(|certificates| fs::read_to_string(&certificates.authority).expect("in PEM"));
        fs::write(tree.path("authorities.pem"), authorities.concat()).expect("a file");
        Some(Self {
            postfix,
            session,
            site,
            tree,
        })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.tree.command(program);
        command
            .env("SIMPLEMAPI_AUTOCONFIG", &self.site.url)
            .env("SSL_CERT_FILE", self.tree.path("authorities.pem"))
            .env("DBUS_SESSION_BUS_ADDRESS", self.session.bus());
        command
    }

    fn run(&self, arguments: &[&str], input: &str) -> Ended {
        Ended::of(self.command("bin/simplemapi").args(arguments), input)
    }

    fn set_up(&self, password: &str) -> Ended {
        let arguments = ["setup", ADDRESS, "--name", "Carol", "--password-file", "-"];
        self.run(&arguments, &format!("{password}\n"))
    }

    /// Whether the keyring has a password of hers.
    fn has_password(&self) -> bool {
        let mut asked = self.command("libexec/simplemapi/simplemapi-keyring");
        Ended::of(asked.args(["get", "localhost", "carol"]), "").status == 0
    }

    fn has_configuration(&self) -> bool {
        self.tree.path(".config/simplemapi/config.toml").exists()
    }
}

#[test]
fn an_account_is_found_tried_and_kept_and_programs_send_with_it() {
    let Some(carol) = Carol::new() else { return };
    let ended = carol.set_up(Imap::PASSWORD);
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{}", ended.out);
    let port = carol.postfix.port(Door::Submission);
    for part in [
        format!("  outgoing mail: localhost:{port}, STARTTLS, as carol\n"),
        format!(
            "are from {}",
            carol.site.url.split('%').next().expect("a URL")
        ),
        "Kept as profile \"example\" in ".to_owned(),
    ] {
        assert!(ended.out.contains(&part), "{part}\n{}", ended.out);
    }
    let asked = carol.site.asked.recv_timeout(Duration::from_secs(5));
    let asked = asked.expect("the site was asked");
    assert_eq!(
        asked,
        "GET /example.test.xml?emailaddress=carol%40example.test HTTP/1.1"
    );
    let file = carol.tree.path(".config/simplemapi/config.toml");
    assert_eq!(
        fs::metadata(&file).expect("it is there").mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&file).expect("it is text");
    assert!(text.contains("keyring = true"), "{text}");
    for said in [&text, &ended.out] {
        assert!(!said.contains(Imap::PASSWORD), "{said}");
    }

    let doctor = carol.run(&["doctor"], "");
    assert_eq!(doctor.status, 0, "{}", doctor.out);
    assert!(
        doctor
            .out
            .contains("with the password that the keyring has")
    );
    let mailbox = carol.postfix.mailbox();
    let sent = carol.run(
        &["send", mailbox.address(), "--subject", "from the shell"],
        "x\n",
    );
    assert_eq!((sent.status, sent.err.as_str()), (0, ""));
    let program = carol.tree.c_program("examples/send.c");
    let notes = carol.tree.path("notes.txt");
    fs::write(&notes, "notes\n").expect("a file");
    let mut program = carol.command(&program);
    let sent = Ended::of(program.arg(mailbox.address()).arg(&notes), "");
    assert_eq!(sent.status, 0, "{}{}", sent.out, sent.err);
    assert_eq!(mailbox.wait_for(2).len(), 2);

    // Another one beside it, and programs go on with the first.
    assert_eq!(carol.set_up(Imap::PASSWORD).status, 0);
    let text = fs::read_to_string(&file).expect("it is text");
    assert!(
        text.starts_with("default-profile = \"example\"\n"),
        "{text}"
    );
    assert!(text.contains("[profile.example-2]"), "{text}");
}

#[test]
fn a_profile_that_is_only_printed_says_where_it_is_from_and_what_it_wants() {
    let server = "<outgoingServer type=\"smtp\"><hostname>smtp.example.org</hostname><port>465</port>\
                  <socketType>SSL</socketType><authentication>OAuth2</authentication></outgoingServer>";
    let site = Site::with(format!(
        "<clientConfig><emailProvider>{server}</emailProvider></clientConfig>"
    ));
    let tree = Tree::new();
    let mut command = tree.command("bin/simplemapi");
    command
        .env("SIMPLEMAPI_AUTOCONFIG", &site.url)
        .args(["setup", "ada@example.org", "--dry-run"]);
    let shown = Ended::of(&mut command, "");
    assert_eq!((shown.status, shown.err.as_str()), (0, ""));
    let from = format!(
        "# These settings are from {}example.org.xml?emailaddress=ada%40example.org.\n\
         # This provider takes no passwords from mail programs, only OAuth 2: ",
        site.url.split('%').next().expect("a URL")
    );
    assert!(shown.out.starts_with(&from), "{}", shown.out);
    assert!(shown.out.contains("\n[profile.example]\n"), "{}", shown.out);
    assert!(!tree.path(".config").exists());
}

#[test]
fn what_does_not_work_is_told_and_not_kept() {
    let Some(carol) = Carol::new() else { return };
    let refused = carol.set_up("wrong");
    assert_eq!(refused.status, 78, "{refused:?}");
    assert!(
        refused.err.starts_with("simplemapi: outgoing mail: "),
        "{}",
        refused.err
    );
    assert_eq!(refused.err.lines().count(), 1, "{}", refused.err);
    assert!(!carol.has_configuration() && !carol.has_password());

    // Alice may send, and the other server has another password.
    let mut alice = carol.command("bin/simplemapi");
    let arguments = ["setup", "alice@example.test", "--password-file", "-"];
    let refused = Ended::of(alice.args(arguments), "secret\n");
    assert_eq!(refused.status, 78, "{refused:?}");
    assert!(
        refused.err.starts_with("simplemapi: incoming mail: "),
        "{}",
        refused.err
    );
    assert!(!carol.has_configuration());
}

#[test]
fn a_password_does_not_stay_without_its_profile_nor_a_profile_without_its_password() {
    let Some(carol) = Carol::new() else { return };
    let mut full = carol.command("/bin/sh");
    // A disk that takes nothing more.
    full.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""])
        .arg(carol.tree.path("bin/simplemapi"))
        .args(["setup", ADDRESS, "--password-file", "-"]);
    let failed = Ended::of(&mut full, &format!("{}\n", Imap::PASSWORD));
    assert_eq!(failed.status, 73, "{failed:?}");
    assert!(
        failed.err.contains("the account cannot be kept: "),
        "{}",
        failed.err
    );
    assert!(!carol.has_configuration() && !carol.has_password());

    let empty = Bus::without_keyring();
    let mut locked_out = carol.command("bin/simplemapi");
    locked_out
        .env("DBUS_SESSION_BUS_ADDRESS", empty.bus())
        .args(["setup", ADDRESS, "--password-file", "-"]);
    let failed = Ended::of(&mut locked_out, &format!("{}\n", Imap::PASSWORD));
    assert_eq!(failed.status, 69, "{failed:?}");
    assert!(
        failed.err.contains("the password cannot be kept: "),
        "{}",
        failed.err
    );
    assert!(failed.err.contains("--dry-run"), "{}", failed.err);
    assert!(!carol.has_configuration());
}

#[test]
fn without_the_keyring_a_send_says_what_is_missing() {
    let Some(carol) = Carol::new() else { return };
    assert_eq!(carol.set_up(Imap::PASSWORD).status, 0);
    let empty = Bus::without_keyring();
    let mut send = carol.command("bin/simplemapi");
    send.env("DBUS_SESSION_BUS_ADDRESS", empty.bus())
        .args(["send", "ada@example.test"]);
    let failed = Ended::of(&mut send, "x\n");
    assert_eq!(failed.status, 78, "{failed:?}");
    assert!(
        failed
            .err
            .contains("exit code 1: the keyring cannot be asked"),
        "{}",
        failed.err
    );
}

/// Types into a terminal once it shows what is waited for.
#[test]
fn a_person_is_asked_in_a_terminal_and_sees_no_password() {
    let Some(carol) = Carol::new() else { return };
    let mut terminal = carol
        .command("/usr/bin/script")
        .args(["--quiet", "--return", "--command"])
        .arg(format!(
            "{} setup",
            carol.tree.path("bin/simplemapi").display()
        ))
        .arg("/dev/null")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script runs");
    let mut keyboard = terminal.stdin.take().expect("a pipe");
    let mut screen = terminal.stdout.take().expect("a pipe");
    let mut seen = String::new();
    for (shown, typed) in [
        ("Mail address: ", ADDRESS),
        ("Your name", "Carol"),
        ("Password: ", "wrong"),
        ("Password: ", Imap::PASSWORD),
    ] {
        let from = seen.len();
        while !seen[from..].contains(shown) {
            let mut bytes = [0; 4096];
            let count = screen.read(&mut bytes).expect("a screen");
            assert_ne!(count, 0, "{shown} never comes:\n{seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        // What is typed while the echo is being switched off would be thrown away.
        thread::sleep(Duration::from_millis(300));
        writeln!(keyboard, "{typed}").expect("a keyboard");
    }
    let mut rest = String::new();
    screen.read_to_string(&mut rest).expect("a screen");
    seen.push_str(&rest);
    assert!(terminal.wait().expect("it ends").success(), "{seen}");
    assert!(seen.contains("simplemapi: outgoing mail: "), "{seen}");
    assert!(seen.contains("Kept as profile \"example\""), "{seen}");
    assert!(!seen.contains(Imap::PASSWORD), "{seen}");
    assert!(carol.has_password());
}

#[test]
fn servers_can_be_named_and_the_profile_only_printed() {
    let tree = Tree::new();
    let run = |arguments: &[&str]| {
        Ended::of(
            tree.command("bin/simplemapi").arg("setup").args(arguments),
            "",
        )
    };
    let shown = run(&[
        "ada@example.org",
        "--host",
        "mail.example.org",
        "--security",
        "starttls",
        "--port",
        "2587",
        "--user",
        "ada",
        "--dry-run",
    ]);
    assert_eq!((shown.status, shown.err.as_str()), (0, ""));
    assert_eq!(
        shown.out,
        "[profile.example]\naddress = \"ada@example.org\"\n\n[profile.example.transport]\n\
         kind = \"smtp\"\nhost = \"mail.example.org\"\nport = 2587\nsecurity = \"starttls\"\n\
         user = \"ada\"\nkeyring = true\n"
    );
    let both = run(&[
        "ada@example.org",
        "--host",
        "h.test",
        "--imap-host",
        "i.test",
        "--dry-run",
    ]);
    assert!(both.out.contains(
        "[profile.example.store]\nkind = \"imap\"\nhost = \"i.test\"\nsecurity = \"tls\"\n"
    ));

    for (arguments, status, why) in [
        (&["ada", "--host", "h.test"][..], 78, "\"address\" is wrong"),
        (&["ada", "--dry-run"], 78, "\"address\" is wrong"),
        (&[], 64, "a mail address is wanted"),
        (
            &["ada@example.org", "--host", "h.test"],
            64,
            "a password is wanted",
        ),
        (
            &["ada@example.org", "--host", "h.test", "--security", "none"],
            78,
            "in the clear",
        ),
        (&["ada@example.org", "--port", "25"], 64, "--host"),
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status, status, "{refused:?}");
        assert!(refused.err.contains(why), "{refused:?}");
    }
    assert!(!tree.path(".config").exists());
}
