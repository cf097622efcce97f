//! The conformance suite of `c-tests/`, run against this library: plainly, under AddressSanitizer
//! and UndefinedBehaviorSanitizer, and under valgrind, over a Maildir and over the Inbox of a real
//! IMAP server. And against two libraries that it has to see through, for a suite that cannot fail
//! proves nothing.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops where it fails, and shows the suite's own summary"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use test_servers::{Imap, Slapd};

/// How long a whole run may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(900);

/// What the suite has to hold of us at least; lower these only with a test that went.
const PASSED: u32 = 235;
const HELD: u32 = 2800;
/// How much it may leave out at most: root can read every file, and one allocator has locks in the way.
const SKIPPED: u32 = 2;

/// Whose mailbox on the server is tested.
const USER: &str = "conformance";

/// Whom the tested profile knows: one by name, two of one name, and a list.
const CARDS: &str = "\
    BEGIN:VCARD\nVERSION:4.0\nUID:g\nFN:Grace Hopper\nNICKNAME:Amazing\nEMAIL:grace@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:a\nFN:Ada Lovelace\nEMAIL:lovelace@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:r\nFN:Ralph Lovelace\nEMAIL:ralph@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:l\nKIND:group\nFN:Compilers\n\
    MEMBER:urn:uuid:g\nMEMBER:urn:uuid:r\nEND:VCARD\n";

/// The same people in a directory.
const ENTRIES: &str = "\
    dn: uid=g,BASE\nobjectClass: inetOrgPerson\ncn: Grace Hopper\nsn: Hopper\nmail: grace@example.org\n\n\
    dn: uid=a,BASE\nobjectClass: inetOrgPerson\ncn: Ada Lovelace\nsn: Lovelace\nmail: lovelace@example.org\n\n\
    dn: uid=r,BASE\nobjectClass: inetOrgPerson\ncn: Ralph Lovelace\nsn: Lovelace\nmail: ralph@example.org\n\n\
    dn: cn=Compilers,BASE\nobjectClass: groupOfNames\ncn: Compilers\n\
    member: uid=g,BASE\nmember: uid=r,BASE\n";

/// A person who does what every dialog suggests.
const OBLIGING: &str = "\
shown = begin()
dialog = shown['dialog']
if dialog == 'compose':
    files = [{'kept': at} for at in range(len(shown['files']))]
    people = shown['recipients'] or [to('someone@example.org')]
    propose(dialog, recipients=people, subject=shown['subject'], body=shown['body'], files=files)
elif dialog == 'address':
    propose(dialog, recipients=[to('Grace Hopper'), to('Compilers', 'cc')])
elif dialog == 'resolve':
    propose(dialog, person=shown['people'][0])
elif dialog == 'logon':
    propose(dialog, profile='first')
else:
    propose(dialog)
";

/// One who wants nothing of the kind.
const UNWILLING: &str = "begin(); say('cancel')";

/// The suite, built into a folder with a configuration and two Maildirs.
struct Suite {
    folder: TempDir,
    /// The Maildir where the tested profile's mail arrives and is read.
    inbox: PathBuf,
    wrapper: &'static [&'static str],
    arguments: Vec<String>,
    /// Who shows dialogs.
    front_end: PathBuf,
    /// What the person does.
    person: &'static str,
}

/// How a run ended.
struct Report {
    status: ExitStatus,
    output: String,
    passed: u32,
    failed: u32,
    skipped: u32,
    held: u32,
    broken: u32,
}

impl Suite {
    /// Builds it with these flags for the compiler.
    fn new(cflags: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("simplemapi-conformance-")
            .tempdir()
            .unwrap();
        let built = Command::new("make")
            .arg("-C")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("c-tests"))
            .arg(format!("BUILD={}", folder.path().display()))
            .arg(format!("CFLAGS={cflags}"))
            .args(["CC=gcc", "all", "selftest"])
            .env_remove("MAKEFLAGS")
            .output()
            .unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        let inbox = folder.path().join("first");
        let suite = Self {
            folder,
            inbox,
            wrapper: &[],
            arguments: ["--strict", "--no-dialogs"].map(str::to_owned).to_vec(),
            front_end: "none".into(),
            person: "",
        };
        let kept = suite.kept();
        suite.configure(&kept, &kept, &suite.cards());
        suite
    }

    /// The Maildir of the tested profile.
    fn kept(&self) -> String {
        format!("kind = \"maildir\"\npath = \"{}\"", self.inbox.display())
    }

    /// An address book of vCards.
    fn cards(&self) -> String {
        let path = self.path("cards.vcf");
        fs::write(&path, CARDS).unwrap();
        format!("kind = \"vcard\"\npath = \"{}\"", path.display())
    }

    /// The tested profile looks people up in a directory.
    fn with_directory(self, slapd: &Slapd) -> Self {
        slapd.add(&ENTRIES.replace("BASE", Slapd::BASE));
        let book = format!(
            "kind = \"ldap\"\nurl = \"ldap://localhost:{}\"\nbase = \"{}\"\nca-file = {:?}\n\
             bind-dn = \"{}\"\npassword = \"{}\"",
            slapd.port(),
            Slapd::BASE,
            slapd.certificates().authority,
            Slapd::ADMIN,
            Slapd::PASSWORD,
        );
        let kept = self.kept();
        self.configure(&kept, &kept, &book);
        self
    }

    /// The tested profile's mail is on a server, and what it sends arrives there.
    fn on_server(mut self, imap: &Imap) -> Self {
        let delivery = imap.delivery(USER);
        deliver_first(&delivery);
        self.inbox = imap.maildir(USER);
        let transport = format!("kind = \"command\"\nprogram = {delivery:?}");
        let store = format!(
            "kind = \"imap\"\nsecurity = \"tls\"\nhost = \"localhost\"\nport = {}\nca-file = {:?}\n\
             user = \"{USER}\"\npassword = \"{}\"",
            imap.tls_port(),
            imap.certificates().authority,
            Imap::PASSWORD,
        );
        self.configure(&transport, &store, &self.cards());
        self.with(&["--messages-never-change"])
    }

    /// Two profiles, with limits low enough to be met; these tables are the tested one's.
    fn configure(&self, transport: &str, store: &str, book: &str) {
        let config = format!(
            r#"
default-profile = "first"

[profile.first]
name = "Ada Lovelace"
address = "ada@example.org"
identities = ["Ada <lovelace@example.org>"]

[profile.first.transport]
{transport}

[profile.first.store]
{store}

[[profile.first.address-book]]
{book}

[profile.first.limits]
attachments = 50
attachment-bytes = 1048576
recipients = 100
body-bytes = 1048576

[profile.second]
name = "Ada King"
address = "ada@example.com"

[profile.second.transport]
kind = "maildir"
path = "{second}"
"#,
            second = self.path("second").display(),
        );
        fs::write(self.path("config.toml"), config).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it under another program.
    fn under(mut self, wrapper: &'static [&'static str]) -> Self {
        self.wrapper = wrapper;
        self
    }

    fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// Somebody sits before the screen who does this, which is to accept or to cancel.
    fn with_a_person(mut self, person: &'static str, what: &str) -> Self {
        self.front_end = self.path("person");
        self.person = person;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogs/person.py");
        let mut copy = Command::new("install");
        copy.arg("--mode=755").arg(script).arg(&self.front_end);
        assert!(copy.status().unwrap().success());
        self.arguments.retain(|argument| argument != "--no-dialogs");
        // Every group in which a call shows a dialog.
        let groups = [
            "session",
            "send",
            "documents",
            "resolve",
            "details",
            "address",
        ];
        let groups = groups.map(|group| ["--group", group]);
        self.with(&["--person", what]).with(groups.as_flattened())
    }

    /// Tells it all that there is to know about this library and its configuration.
    fn knowing_us(self) -> Self {
        let inbox = self.inbox.display().to_string();
        let second = self.path("second").display().to_string();
        self.with(&["--mailbox", &inbox, "--other-mailbox", &second])
            .with(&["--inbox", &inbox])
            .with(&["--other-profile", "second"])
            .with(&["--identity", "lovelace@example.org"])
            .with(&["--max-files", "50", "--max-file", "1048576"])
            .with(&["--max-recipients", "100", "--max-text", "1048576"])
            .with(&[
                "--known-name",
                "Grace Hopper",
                "--ambiguous-name",
                "Lovelace",
            ])
            .with(&["--known-list", "Compilers", "--list-members", "2"])
            .with(&["--timeout", "240", "--arrival", "30"])
    }

    fn run(&self, library: &Path) -> Report {
        let program = self.path("mapi-conformance").display().to_string();
        let words: Vec<_> = self.wrapper.iter().copied().chain([&*program]).collect();
        let output = fs::File::create(self.path("output")).unwrap();
        let mut child = Command::new(words.first().unwrap())
            .args(words.get(1..).unwrap())
            .args(&self.arguments)
            .arg(library)
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("SIMPLEMAPI_UI", &self.front_end)
            .env("PERSON", self.person)
            .env("PERSON_HEARD", self.path("heard"))
            .env_remove("SIMPLEMAPI_LOG")
            .env("ASAN_OPTIONS", "detect_leaks=1")
            .env("UBSAN_OPTIONS", "print_stacktrace=1")
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn()
            .unwrap();
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("the suite hangs: {}", self.output());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        Report::new(status, self.output())
    }

    fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.path("output")).unwrap()).into_owned()
    }
}

impl Report {
    fn new(status: ExitStatus, output: String) -> Self {
        // "12 checks held, 0 did not", "3 passed, 0 failed, 1 skipped"
        let numbers = |mark: &str| -> Vec<u32> {
            let line = output.lines().rfind(|line| line.contains(mark));
            line.unwrap_or_else(|| panic!("no summary: {output}"))
                .split_whitespace()
                .filter_map(|word| word.parse().ok())
                .collect()
        };
        let (checks, tests) = (numbers(" checks held, "), numbers(" passed, "));
        let (&[held, broken], &[passed, failed, skipped]) = (&*checks, &*tests) else {
            panic!("a summary of another form: {output}");
        };
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        Self {
            status,
            output,
            passed,
            failed,
            skipped,
            held,
            broken,
        }
    }

    /// That everything held, and that it was not little.
    fn assert_clean(&self) {
        let Self { status, output, .. } = self;
        assert!(status.success(), "{status}\n{output}");
        assert_eq!((self.failed, self.broken), (0, 0), "{output}");
        assert!(self.passed >= PASSED, "too little was tested:\n{output}");
        assert!(self.held >= HELD, "too little was checked:\n{output}");
        assert!(self.skipped <= SKIPPED, "too much was left out:\n{output}");
    }
}

/// Gives the delivery agent a message, so that the mailbox is there.
fn deliver_first(delivery: &[String]) {
    let mut agent = Command::new(delivery.first().unwrap())
        .args(delivery.get(1..).unwrap())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = agent.stdin.take().unwrap();
    input
        .write_all(b"Subject: the first one\n\nwelcome\n")
        .unwrap();
    drop(input);
    assert!(agent.wait().unwrap().success());
}

/// The library that cargo built for this test, in the same folder.
fn ours() -> PathBuf {
    let library = std::env::current_exe()
        .unwrap()
        .with_file_name("libsimplemapi.so");
    assert!(library.exists(), "cargo built no {}", library.display());
    library
}

#[test]
fn the_library_conforms() {
    let suite = Suite::new("-O1 -g").knowing_us();
    suite.run(&ours()).assert_clean();
}

#[test]
fn the_library_conforms_on_a_server() {
    let Some(imap) = test_servers::imap() else {
        return;
    };
    let suite = Suite::new(SANITIZED).on_server(imap).knowing_us();
    let report = suite.run(&ours());
    report.assert_clean();
    assert!(!report.output.contains("Sanitizer"), "{}", report.output);
}

#[test]
fn the_library_conforms_with_a_person_who_accepts() {
    let heard = with_a_person(OBLIGING, "accepts");
    assert!(heard.matches("\"accepted\"").count() >= 20, "{heard}");
    assert!(!heard.contains("\"refused\""), "{heard}");
}

#[test]
fn the_library_conforms_with_a_person_who_cancels() {
    let heard = with_a_person(UNWILLING, "cancels");
    assert!(!heard.contains("\"accepted\""), "{heard}");
}

/// Runs all that shows dialogs, and tells what the person heard: of every dialog there is.
fn with_a_person(person: &'static str, what: &str) -> String {
    let suite = Suite::new(SANITIZED)
        .knowing_us()
        .with_a_person(person, what);
    let report = suite.run(&ours());
    assert!(report.status.success(), "{}", report.output);
    assert_eq!((report.broken, report.skipped), (0, 0), "{}", report.output);
    assert!(report.passed >= 70, "{}", report.output);
    assert!(!report.output.contains("Sanitizer"), "{}", report.output);
    let heard = fs::read_to_string(suite.path("heard")).unwrap();
    for dialog in [
        "logon",
        "compose",
        "open-draft",
        "address",
        "details",
        "resolve",
    ] {
        let shown = format!("\"dialog\":\"{dialog}\"");
        assert!(heard.contains(&shown), "no {dialog} was shown: {heard}");
    }
    heard
}

#[test]
fn the_library_conforms_with_a_directory() {
    let Some(slapd) = test_servers::slapd() else {
        return;
    };
    let groups = ["resolve", "details", "address"].map(|group| ["--group", group]);
    let suite = Suite::new(SANITIZED).with_directory(slapd).knowing_us();
    let report = suite.with(groups.as_flattened()).run(&ours());
    assert!(report.status.success(), "{}", report.output);
    assert_eq!((report.failed, report.broken), (0, 0), "{}", report.output);
    assert!(report.passed >= 22, "{}", report.output);
    assert_eq!(report.skipped, 0, "{}", report.output);
    assert!(!report.output.contains("Sanitizer"), "{}", report.output);
}

const SANITIZED: &str =
    "-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer";

#[test]
fn the_library_conforms_under_the_sanitizers() {
    let report = Suite::new(SANITIZED).knowing_us().run(&ours());
    report.assert_clean();
    assert!(!report.output.contains("Sanitizer"), "{}", report.output);
}

#[test]
fn the_library_conforms_under_valgrind() {
    // In one process: valgrind judges every process on its own, and there would be hundreds.
    let report = Suite::new("-O1 -g")
        .under(&[
            "valgrind",
            "--quiet",
            "--error-exitcode=99",
            "--child-silent-after-fork=yes",
            "--leak-check=full",
            "--show-leak-kinds=definite",
            "--errors-for-leak-kinds=definite",
        ])
        .knowing_us()
        .with(&["--no-fork"])
        .run(&ours());
    report.assert_clean();
}

#[test]
fn a_library_that_claims_success_for_everything_is_seen_through() {
    let suite = Suite::new("-O1 -g")
        .knowing_us()
        .with(&["--arrival", "0", "--timeout", "5"]);
    let report = suite.run(&suite.path("liar.so"));
    assert_eq!(report.status.code(), Some(1), "{}", report.output);
    assert!(report.failed >= 160, "{}", report.output);
    assert!(report.broken >= 380, "{}", report.output);
}

#[test]
fn a_library_that_claims_success_is_seen_through_even_where_nobody_sees_its_mail() {
    // No Maildir, no advice: only what the reference says of codes.
    let mut suite = Suite::new("-O1 -g").with(&["--timeout", "5"]);
    suite.arguments.retain(|argument| argument != "--strict");
    let report = suite.run(&suite.path("liar.so"));
    assert_eq!(report.status.code(), Some(1), "{}", report.output);
    assert!(report.failed >= 60, "{}", report.output);
}

#[test]
fn a_library_that_takes_its_host_down_ends_one_test_and_not_the_run() {
    let groups = ["--group", "session", "--group", "null"];
    let suite = Suite::new("-O1 -g").with(&groups).with(&["--timeout", "1"]);
    let report = suite.run(&suite.path("crasher.so"));
    assert_eq!(report.status.code(), Some(1), "{}", report.output);
    for ending in [
        "died of signal 6",
        "hung after 1 seconds",
        "ended the process with status 0",
    ] {
        assert!(
            report.output.contains(ending),
            "{ending}: {}",
            report.output
        );
    }
    assert!(report.failed >= 25, "{}", report.output);
}
