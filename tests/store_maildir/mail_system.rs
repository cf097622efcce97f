//! A mail system at work in the Maildir that we list, read, save and delete in: Postfix and Dovecot's
//! agent deliver into it, a program changes it through Dovecot's IMAP server, and mutt does at the files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use simplemapi::error::{Kind, Result};
use simplemapi::mime::compose;
use simplemapi::model::Draft;
use simplemapi::providers::store::{Flags, Part};
use test_servers::{Door, Imap, Mailbox, Postfix};

use crate::inbox::{all, draft, ids, open, subjects};

/// Tell our worker which Maildir is meant, and which file ends its work.
const PATH: &str = "MAIL_SYSTEM_TEST_PATH";
const STOP: &str = "MAIL_SYSTEM_TEST_STOP";

const USER: &str = "mail-system";

/// How many messages come from each.
const COUNT: usize = 25;

/// How long all of it may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(300);

/// What becomes of a message: we delete it or mark it as read, it is flagged or deleted by IMAP, or
/// flagged by mutt.
const FATES: [&str; 5] = ["delete", "mark", "flag", "expunge", "star"];

fn subject_of(origin: &str, number: usize) -> String {
    format!("{origin} {number} {}", FATES[number % FATES.len()])
}

/// Long enough that half of it would be noticed.
fn text_of(subject: &str) -> String {
    format!("{}end of {subject}\n", "a line of the text\n".repeat(500))
}

fn message_of(subject: &str) -> String {
    format!(
        "From: a@example.org\nSubject: {subject}\n\n{}",
        text_of(subject)
    )
}

/// All subjects of a fate, or of every fate that leaves the message where it is.
fn with_fate(fates: &[&str]) -> BTreeSet<String> {
    ["lda", "postfix", "ours"]
        .iter()
        .flat_map(|origin| (0..COUNT).map(|number| subject_of(origin, number)))
        .filter(|subject| fates.iter().any(|fate| subject.ends_with(fate)))
        .collect()
}

#[test]
#[ignore = "run by another test, as a process of its own and another user"]
fn worker() {
    let (Some(path), Some(stop)) = (std::env::var_os(PATH), std::env::var_os(STOP)) else {
        return;
    };
    let store = open(Path::new(&path), Default::default());
    let mut saved = 0;
    let begin = Instant::now();
    loop {
        assert!(begin.elapsed() < PATIENCE, "nobody ends this");
        // Whatever comes after this, there is one more walk.
        let stopping = saved == COUNT && Path::new(&stop).exists();
        let mut met = BTreeSet::new();
        for id in ids(store.as_ref(), &all()) {
            let Some(message) = unless_gone(store.read(&id, Part::Whole)) else {
                continue;
            };
            let text = String::from_utf8(message.bytes).unwrap().replace('\r', "");
            let mut lines = text.lines();
            let subject = lines
                .find_map(|line| line.strip_prefix("Subject: "))
                .unwrap();
            assert!(
                text.trim_end().ends_with(&format!("end of {subject}")),
                "{text}"
            );
            assert!(met.insert(subject.to_owned()), "{subject} is there twice");
            if subject.ends_with("delete") && unless_gone(store.delete(&id)).is_some() {
                println!("deleted {subject}");
            } else if subject.ends_with("mark") {
                unless_gone(store.mark_read(&id));
            }
        }
        if saved < COUNT {
            let subject = subject_of("ours", saved);
            let message = compose(Draft {
                body: text_of(&subject),
                ..draft(&subject)
            });
            let flags = Flags {
                unread: true,
                sent: false,
            };
            let id = store.save(&message.unwrap(), flags).unwrap();
            if subject.ends_with("mark") {
                let again = compose(Draft {
                    body: text_of(&subject),
                    ..draft(&subject)
                });
                store.replace(&id, &again.unwrap()).unwrap();
            }
            saved += 1;
        }
        if stopping {
            break;
        }
    }
    println!("done");
}

/// What was done, if the message was still there.
fn unless_gone<T>(outcome: Result<T>) -> Option<T> {
    outcome
        .map_err(|error| assert_eq!(error.kind(), Kind::InvalidMessage, "{}", error.reason()))
        .ok()
}

/// The Maildir, and everybody who works in it.
struct System {
    imap: &'static Imap,
    postfix: &'static Postfix,
    mailbox: Mailbox,
    /// A folder for the user whose mail it is.
    home: tempfile::TempDir,
    user: (u32, u32),
}

impl System {
    fn new(imap: &'static Imap, postfix: &'static Postfix) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mailbox = postfix.mailbox();
        let mut system = Self {
            imap,
            postfix,
            mailbox,
            home,
            user: (0, 0),
        };
        system.deliver(&subject_of("lda", 0));
        let owner = fs::metadata(system.maildir()).unwrap();
        system.user = (owner.uid(), owner.gid());
        chown(system.home.path(), Some(owner.uid()), Some(owner.gid())).unwrap();
        // Both servers have the user's mail in the same place.
        let place = system.mailbox.maildir();
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        symlink(system.maildir(), place).unwrap();
        system
    }

    fn maildir(&self) -> PathBuf {
        self.imap.maildir(USER)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Has Dovecot's agent deliver a message.
    fn deliver(&self, subject: &str) {
        let words = self.imap.delivery(USER);
        let mut agent = bounded(&words[0]);
        fed(agent.args(&words[1..]), message_of(subject).as_bytes());
    }

    /// Has Postfix deliver its messages, and returns when they are there.
    fn send_all(&self) {
        let messages: Vec<_> = (0..COUNT)
            .map(|number| message_of(&subject_of("postfix", number)))
            .collect();
        let port = self.postfix.port(Door::Plain).to_string();
        let arguments = ["send", &port, self.mailbox.address()];
        fed(&mut stranger(&arguments), messages.join("\0").as_bytes());
        self.postfix.settle();
    }

    /// A command for the program that reads by IMAP.
    fn by_imap(&self, command: &str) -> Command {
        let authority = &self.imap.certificates().authority;
        let port = self.imap.tls_port().to_string();
        let authority = authority.display().to_string();
        stranger(&[command, &port, &authority, USER, Imap::PASSWORD])
    }

    /// Our worker, as the user whose mail it is.
    fn worker(&self) -> Command {
        // Where that user may run it.
        let program = self.path("worker");
        if !program.exists() {
            fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = Command::new(program);
        command
            .args(["mail_system::worker", "--exact", "--ignored", "--nocapture"])
            .env(PATH, self.maildir())
            .env(STOP, self.path("stop"))
            .current_dir("/")
            .uid(self.user.0)
            .gid(self.user.1)
            .stdout(Stdio::piped());
        command
    }

    /// Lets mutt open the Maildir and type these keys. It wants a terminal, which `script` gives it.
    fn mutt(&self, options: &str, keys: &str) -> Output {
        const SETTINGS: &str = "set mbox_type=Maildir move=no confirmappend=no quit=yes delete=yes \
             sleep_time=0 wait_key=no mark_old=no beep=no resolve=no header_cache= \
             pipe_split=yes pipe_decode=no pipe_sep=\"\"";
        let home = self.home.path().display();
        let file = self.path("muttrc");
        let commands = format!("{SETTINGS} tmpdir={home} folder={home} record=\npush \"{keys}\"\n");
        fs::write(&file, commands).unwrap();
        let line = format!(
            "exec mutt -n {options} -F {} -f {}",
            file.display(),
            self.maildir().display()
        );
        bounded("script")
            .args(["-qec", &line, "/dev/null"])
            .env("HOME", self.home.path())
            .env("TERM", "vt100")
            .current_dir("/")
            .uid(self.user.0)
            .gid(self.user.1)
            .stdin(Stdio::null())
            .output()
            .expect("script (bsdutils) runs")
    }

    /// Flags with mutt what is for it to flag.
    fn star(&self) -> Output {
        self.mutt(
            "",
            "<tag-pattern>~s star<enter><tag-prefix><set-flag>!<sync-mailbox><exit>",
        )
    }

    /// The subjects that mutt shows of messages like this, in no order.
    fn seen_by_mutt(&self, pattern: &str) -> Vec<String> {
        let list = self.path("list");
        let _ = fs::remove_file(&list);
        let shown = self.mutt(
            "-R",
            &format!(
                "<tag-pattern>{pattern}<enter><tag-prefix>\
                 <pipe-message>grep Subject: >>{}<enter><exit>",
                list.display()
            ),
        );
        assert!(shown.status.success(), "{shown:?}");
        let text = fs::read_to_string(&list).unwrap();
        let subjects = text
            .lines()
            .filter_map(|line| line.strip_prefix("Subject: "));
        sorted(subjects.map(str::to_owned).collect())
    }
}

/// A program of other people, which may not take longer than a minute.
fn bounded(program: &str) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "60", program]);
    command
}

/// `tests/oracle/mail_system.py`.
fn stranger(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/oracle/mail_system.py"
        ))
        .args(arguments);
    command
}

fn fed(command: &mut Command, input: &[u8]) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    assert!(child.wait().unwrap().success(), "{command:?}");
}

fn sorted(mut subjects: Vec<String>) -> Vec<String> {
    subjects.sort();
    subjects
}

fn in_order(subjects: BTreeSet<String>) -> Vec<String> {
    subjects.into_iter().collect()
}

#[test]
fn a_mail_system_and_mutt_at_the_same_files_lose_nothing_and_double_nothing() {
    let (Some(imap), Some(postfix)) = (test_servers::imap(), test_servers::postfix()) else {
        return;
    };
    if !Path::new("/usr/bin/mutt").exists() {
        test_servers::skip("mutt is not installed");
        return;
    }
    let system = System::new(imap, postfix);
    // Without a message to flag mutt would wait for somebody to type.
    system.deliver(&subject_of("lda", 4));
    let ours = system.worker().spawn().unwrap();
    let stop = system.path("stop");
    let other = system
        .by_imap("work")
        .arg(&stop)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let others_are_done = std::thread::scope(|scope| {
        let delivering = scope.spawn(|| {
            for number in (1..COUNT).filter(|number| *number != 4) {
                system.deliver(&subject_of("lda", number));
            }
        });
        let sending = scope.spawn(|| system.send_all());
        let begin = Instant::now();
        while !(delivering.is_finished() && sending.is_finished()) {
            let _ = system.star();
            assert!(begin.elapsed() < PATIENCE, "they never end");
        }
        delivering.join().is_ok() && sending.join().is_ok()
    });
    assert!(others_are_done);
    fs::write(&stop, "").unwrap();
    let ours = ours.wait_with_output().unwrap();
    let said = String::from_utf8(ours.stdout).unwrap();
    assert!(ours.status.success() && said.contains("done"), "{said}");
    assert!(other.wait_with_output().unwrap().status.success());
    let starred = system.star();
    assert!(starred.status.success(), "{starred:?}");

    // Each message is where its fate puts it, once, whoever looks.
    let left = in_order(with_fate(&["mark", "flag", "star"]));
    let store = open(&system.maildir(), Default::default());
    assert_eq!(sorted(subjects(store.as_ref(), &all())), left);
    assert_eq!(system.seen_by_mutt("~A"), left);
    let deleted = said.lines().filter_map(|line| line.split_once("deleted "));
    let deleted = sorted(deleted.map(|(_, subject)| subject.to_owned()).collect());
    assert_eq!(deleted, in_order(with_fate(&["delete"])));
    let trash = open(&system.maildir().join(".Trash"), Default::default());
    assert_eq!(sorted(subjects(trash.as_ref(), &all())), deleted);

    // And everybody agrees on its flags.
    let told = system.by_imap("list").output().unwrap();
    assert!(told.status.success(), "{told:?}");
    let mut told: Vec<(String, bool, bool)> = serde_json::from_slice(&told.stdout).unwrap();
    told.sort();
    let expected = left.iter().map(|subject| {
        let seen = !subject.ends_with("star");
        (subject.clone(), seen, !subject.ends_with("mark"))
    });
    assert_eq!(told, expected.collect::<Vec<_>>());
    let unread = in_order(with_fate(&["star"]));
    assert_eq!(
        sorted(subjects(store.as_ref(), &crate::inbox::unread())),
        unread
    );
    assert_eq!(system.seen_by_mutt("~U"), unread);
    let flagged = in_order(with_fate(&["flag", "star"]));
    assert_eq!(system.seen_by_mutt("~F"), flagged);
}
