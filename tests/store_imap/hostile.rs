//! Servers that mean us harm: none takes more than the time and the memory that it may, none is told a
//! secret that it must not know, and none has us take one message for another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use simplemapi::config::{Deletion, Security, Server as Settings};
use simplemapi::error::{Error, Kind, Result};
use simplemapi::mime::{parse, parse_outline, parse_remote};
use simplemapi::model::MessageId;
use simplemapi::providers::store::{Flags, Part, Store, Wanted};
use test_servers::{Certificates, Flaw};

use crate::account::{login, note, open};
use crate::certificates::showing;
use crate::imap_server::{Act, How, Log, Manners, Server, say};

/// What a call may take, where a server does all to hold it up.
const DEADLINE: Duration = Duration::from_millis(700);
/// What it may take beyond that on a machine that has other things to do.
const BUSY: Duration = Duration::from_secs(20);
/// The stack that calls have.
const STACK: usize = 2 << 20;

fn store(settings: Settings) -> Box<dyn Store> {
    open(settings, Deletion::Permanent)
}

fn hurried(server: &Server) -> Box<dyn Store> {
    store(Settings {
        timeout: DEADLINE / 2,
        deadline: DEADLINE,
        ..server.settings()
    })
}

/// What a mail program does: looks, reads, marks as read.
#[derive(Debug, Default)]
struct Session {
    found: Vec<MessageId>,
    subjects: Vec<String>,
    bodies: Vec<String>,
}

impl Session {
    fn run(&mut self, store: &dyn Store) -> Result<()> {
        loop {
            let id = match store.next(self.found.last(), &Wanted::default()) {
                Ok(id) => id,
                Err(error) if error.kind() == Kind::NoMessages => break,
                Err(error) => return Err(error),
            };
            self.found.push(id);
        }
        for id in &self.found {
            let outline = store.read(id, Part::Outline)?;
            let message = match outline.outline {
                Some(parts) => parse_remote(outline.bytes, &parts)?,
                None => parse_outline(outline.bytes)?,
            };
            self.subjects.push(message.subject);
            let text = store.read(id, Part::Text)?;
            let text = match text.outline {
                Some(parts) => parse_remote(text.bytes, &parts)?.body,
                None => parse(text.bytes)?.body,
            };
            let message = parse(store.read(id, Part::Whole)?.bytes)?;
            assert_eq!(text, message.body);
            self.bodies.push(message.body);
            store.mark_read(id)?;
        }
        Ok(())
    }
}

/// Runs the cases on a few threads at once, for most of them only wait, with the stack of a call.
fn each<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let worker = thread::Builder::new().stack_size(STACK);
                let work = || {
                    while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                        run(case);
                    }
                };
                worker.spawn_scoped(scope, work).unwrap()
            })
            .collect();
        for worker in workers {
            worker.join().unwrap();
        }
    });
}

/// What a server is asked, in this order.
const STEPS: [&str; 8] = [
    "GREETING",
    "CAPABILITY",
    "SELECT",
    "(UID FLAGS)",
    "HEADER.FIELDS",
    "BODYSTRUCTURE",
    "BODY.PEEK[]",
    "STORE",
];

/// Each step done as told instead of as usual.
fn at_each_step(acts: &[(&str, Act)], check: impl Fn(&str, &Result<()>, &Session, &Log) + Sync) {
    let cases: Vec<_> = STEPS
        .iter()
        .flat_map(|step| acts.iter().map(move |act| (*step, act)))
        .collect();
    each(&cases, |(step, (name, act))| {
        let server = Server::start(Manners {
            instead: vec![(step, act.clone())],
            ..Manners::default()
        });
        let what = format!("{name} at {step}");
        let start = Instant::now();
        let mut session = Session::default();
        let result = session.run(hurried(&server).as_ref());
        // A session is of several calls, each of which may take its time.
        assert!(
            start.elapsed() < 9 * DEADLINE + BUSY,
            "{what}: {:?}",
            start.elapsed()
        );
        let log = server.log();
        if let Err(error) = &result {
            let reason = error.reason();
            assert!(
                reason.len() < 1500 && !reason.chars().any(char::is_control),
                "{what}: {reason}"
            );
        }
        // What could not be read stays unread.
        assert!(
            log.count("STORE") <= session.bodies.len(),
            "{what}: {:?}",
            log.lines
        );
        check(&what, &result, &session, &log);
    });
}

/// The session came to nothing; or what its server would not describe was read as a whole.
fn is_refused(what: &str, result: &Result<()>, session: &Session) {
    match result {
        Ok(()) => {
            assert!(
                what.contains("BODYSTRUCTURE"),
                "{what}: nothing was noticed"
            );
            assert_eq!(session.subjects, ["one", "two"], "{what}");
        }
        Err(error) => {
            let expected = [Kind::Network, Kind::InvalidMessage];
            let kind = error.kind();
            assert!(
                expected.contains(&kind),
                "{what}: {kind:?} {}",
                error.reason()
            );
        }
    }
}

#[test]
fn a_good_server_is_understood() {
    let server = Server::start(Manners::default());
    let mut session = Session::default();
    session.run(store(server.settings()).as_ref()).unwrap();
    assert_eq!(session.subjects, ["one", "two"]);
    assert_eq!(session.bodies, ["the first\r\n", "the second\r\n"]);
    let log = server.log();
    assert_eq!((log.connections, log.count("STORE")), (1, 2));
    for step in &STEPS[1..] {
        assert!(log.count(step) > 0, "{step}: {:?}", log.lines);
    }
}

#[test]
fn silence_and_drips_end_with_the_time_that_they_may_take() {
    let pause = Duration::from_millis(40);
    let acts = [
        ("silence", Act::Hang),
        ("a dripping line", Act::Drip(vec![b'*'; 500], pause)),
        ("dripping news", Act::Drip(b"* OK on\r\n".repeat(60), pause)),
        (
            "a dripping literal",
            Act::Drip(
                [b"* 1 FETCH (UID 1 BODY[] {60000}\r\n", &[b'x'; 500][..]].concat(),
                pause,
            ),
        ),
    ];
    at_each_step(&acts, |what, result, session, _| {
        // The first line of a greeting is the greeting.
        if !(what.contains("news") && what.contains("GREETING")) {
            is_refused(what, result, session);
        }
    });
}

#[test]
fn floods_are_cut_off() {
    let flood = |first: &str, then: &[u8]| Act::Flood(first.as_bytes().to_vec(), then.to_vec());
    let acts = [
        ("an endless line", flood("* OK ", &[b'x'; 65536])),
        (
            "endless news",
            flood("", &b"* OK still here\r\n".repeat(1000)),
        ),
        (
            "endless lists",
            flood("* 1 FETCH (UID 1 BODYSTRUCTURE ", &[b'('; 65536]),
        ),
        (
            "endless messages",
            flood("", &b"* 1 FETCH (UID 9 FLAGS ())\r\n".repeat(1000)),
        ),
        (
            "endless goodbyes",
            flood("", &b"* 1 EXPUNGE\r\n".repeat(1000)),
        ),
        (
            "endless offers",
            flood("", &b"* CAPABILITY A B C D E\r\n".repeat(1000)),
        ),
        (
            "endless literals",
            flood("* 1 FETCH (", &b"BODY[1] {1}\r\nx ".repeat(1000)),
        ),
        (
            "an endless literal",
            flood("* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", &[b'x'; 65536]),
        ),
    ];
    at_each_step(&acts, |what, result, session, log| {
        if !(what.contains("GREETING") && (what.contains("news"))) {
            is_refused(what, result, session);
        }
        // What it describes so is asked for once more, as a whole.
        assert!(log.connections <= 5, "{what}");
    });
}

#[test]
fn nonsense_is_no_answer() {
    let deep = format!(
        "* 1 FETCH (UID 1 BODYSTRUCTURE {}\r\nTAG OK\r\n",
        "(".repeat(100_000)
    );
    let acts = [
        ("no IMAP", say("hello there\r\n")),
        ("an empty line", say("\r\n")),
        ("blanks", say("   \r\n")),
        ("another tag", say("x9 OK done\r\n")),
        ("a later tag", say("s99 OK done\r\n")),
        ("goodbye", say("* BYE shutting down\r\n")),
        (
            "goodbye and gone",
            Act::SayAndClose(b"* BYE shutting down\r\n".to_vec()),
        ),
        ("a NUL", say("* OK \0\r\n")),
        ("a prompt", say("+ go on\r\n+ go on\r\n")),
        (
            "a number that is too large",
            say("* 100000000000000000000 EXISTS\r\nTAG OK done\r\n"),
        ),
        (
            "a place that is too large",
            say("* 100000000000000000000 FETCH (UID 1)\r\nTAG OK done\r\n"),
        ),
        (
            "a literal that is too large",
            say("* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n"),
        ),
        (
            "a literal of four gigabytes",
            say("* 1 FETCH (UID 1 BODY[] {4294967295}\r\n"),
        ),
        ("deep lists", Act::Say(deep.into_bytes())),
        (
            "half a list",
            say("* 1 FETCH (UID 1 FLAGS (\r\nTAG OK done\r\n"),
        ),
        (
            "no UTF-8",
            Act::Say(b"* n\xe4 \xff\xfe\r\n\xe4 OK\r\n".to_vec()),
        ),
        ("gone", Act::SayAndClose(Vec::new())),
    ];
    at_each_step(&acts, |what, result, session, _| {
        is_refused(what, result, session)
    });
}

#[test]
fn a_refusal_is_told_with_its_words() {
    let acts = [
        ("no", say("TAG NO not today\r\n")),
        ("bad", say("TAG BAD not today\r\n")),
        (
            "long words",
            Act::Say([b"TAG NO not today ", &[b'x'; 4000][..], b"\r\n"].concat()),
        ),
        (
            "strange words",
            Act::Say(b"TAG NO not today \xe4\x1b[31m\r\n".to_vec()),
        ),
    ];
    at_each_step(&acts, |what, result, session, _| {
        // A message that cannot be shown for its class is passed over.
        if what.contains("HEADER.FIELDS") && !what.contains("bad") {
            assert_eq!(session.found, [], "{what}");
            return;
        }
        let Err(error) = result else {
            panic!("{what}: nothing was noticed");
        };
        let reason = error.reason();
        assert!(
            reason.contains("not today") || what.contains("GREETING"),
            "{what}: {reason}"
        );
    });
}

#[test]
fn what_a_server_did_not_do_is_not_said_to_be_done() {
    const SAVES: [&str; 2] = ["NOOP", "APPEND"];
    const DELETES: [&str; 4] = ["LIST", "COPY", "STORE", "EXPUNGE"];
    let acts = [
        Act::Hang,
        Act::Flood(b"* OK ".to_vec(), vec![b'x'; 65536]),
        Act::Flood(Vec::new(), b"* OK still here\r\n".repeat(1000)),
        Act::SayAndClose(Vec::new()),
        Act::SayAndClose(b"* BYE\r\n".to_vec()),
        say("TAG BAD what?\r\n"),
        say("x9 OK done\r\n"),
        say("TAG OK\0\r\n"),
    ];
    let steps = SAVES.iter().chain(&DELETES);
    let cases: Vec<_> = steps
        .flat_map(|step| acts.iter().map(move |act| (*step, act)))
        .collect();
    each(&cases, |(step, act)| {
        let server = Server::start(Manners {
            instead: vec![(step, (*act).clone())],
            ..Manners::default()
        });
        let store = open(
            Settings {
                timeout: DEADLINE / 2,
                deadline: DEADLINE,
                ..server.settings()
            },
            Deletion::Trash,
        );
        let shown: String = format!("{act:?}").chars().take(12).collect();
        let what = format!("{step} {shown}");
        let start = Instant::now();
        let flags = Flags {
            unread: true,
            sent: false,
        };
        let saved = store.save(&note("hello"), flags);
        if *step == "APPEND" {
            let error = saved.unwrap_err();
            let expected = [Kind::Network, Kind::Failure];
            assert!(
                expected.contains(&error.kind()),
                "{what}: {}",
                error.reason()
            );
        }
        if let Ok(id) = store.next(None, &Wanted::default()) {
            let deleted = store.delete(&id);
            // Where no folder is said to be for it, it is the one that is usually called so.
            if DELETES.contains(step) && !(*step == "LIST" && what.contains("Say([")) {
                assert!(deleted.is_err(), "{what}");
            }
        }
        assert!(start.elapsed() < 4 * DEADLINE + BUSY, "{what}");
        if *step == "COPY" {
            assert_eq!(
                server.log().count("\\Deleted"),
                0,
                "{what}: nobody has a copy"
            );
        }
    });
}

#[test]
fn a_server_may_count_as_it_likes() {
    // Far too many, none, and others than those that were asked for.
    for (step, text) in [
        (
            "SELECT",
            "* 4294967295 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK done\r\n",
        ),
        ("SELECT", "* 2 EXISTS\r\nTAG OK done\r\n"),
        (
            "SELECT",
            "* 2 EXISTS\r\n* OK [UIDVALIDITY 99999999999] x\r\nTAG OK done\r\n",
        ),
        ("(UID FLAGS)", "TAG OK done\r\n"),
        (
            "(UID FLAGS)",
            "* 1 FETCH (UID 0 FLAGS ())\r\n* 2 FETCH (UID 4294967295 FLAGS ())\r\n* 1 EXPUNGE\r\n* 9 EXPUNGE\r\nTAG OK done\r\n",
        ),
        (
            "NOOP",
            "* 0 EXPUNGE\r\n* 0 EXISTS\r\n* 5 EXISTS\r\nTAG OK done\r\n",
        ),
    ] {
        let server = Server::start(Manners {
            instead: vec![(step, say(text))],
            ..Manners::default()
        });
        let mut session = Session::default();
        let result = session.run(hurried(&server).as_ref());
        assert!(session.subjects.len() <= 2, "{step} {text}: {result:?}");
    }
}

#[test]
fn another_message_is_never_taken_for_the_one_that_was_asked_for() {
    let other = "FLAGS () INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" 4 1) BODY[HEADER] {16}\r\nSubject: other\r\n BODY[] {21}\r\nSubject: other\r\n\r\noth";
    for step in ["BODYSTRUCTURE", "BODY.PEEK[]"] {
        // With another UID, and with none.
        for uid in ["UID 99 ", ""] {
            let text = format!("* 1 FETCH ({uid}{other})\r\nTAG OK done\r\n");
            let server = Server::start(Manners {
                instead: vec![(step, say(&text))],
                ..Manners::default()
            });
            let mut session = Session::default();
            let result = session.run(hurried(&server).as_ref());
            is_refused(step, &result, &session);
            let subjects = session.subjects.iter();
            assert!(
                subjects.clone().all(|subject| subject != "other"),
                "{step} {uid}"
            );
            assert!(
                session.bodies.iter().all(|body| body != "oth"),
                "{step} {uid}"
            );
        }
    }
}

#[test]
fn a_message_that_is_described_at_too_great_a_length_keeps_nobody_from_the_others() {
    const MESSAGES: [&str; 40] = ["Subject: here\r\n\r\nx\r\n"; 40];
    let structure = |uid| match uid {
        20 => Some(format!(
            "({} \"mixed\")",
            "(\"a\" \"b\" NIL NIL NIL \"7bit\" 1)".repeat(90_000)
        )),
        21 => Some("NIL".to_owned()),
        22 => Some("()".to_owned()),
        _ => None,
    };
    let server = Server::start(Manners {
        messages: MESSAGES.to_vec(),
        structure,
        ..Manners::default()
    });
    let store = store(server.settings());
    let mut last = None;
    let mut subjects = 0;
    while let Ok(id) = store.next(last.as_ref(), &Wanted::default()) {
        let outline = store.read(&id, Part::Outline).unwrap();
        assert!(outline.bytes.starts_with(b"Subject: here"));
        subjects += 1;
        last = Some(id);
    }
    assert_eq!(subjects, MESSAGES.len());
    let log = server.log();
    assert!(log.connections < 10, "{}", log.connections);
}

#[test]
fn a_server_that_renumbers_has_no_message_of_an_old_id() {
    // On the next connection, and in the middle of one.
    let news = Act::Before(b"* OK [UIDVALIDITY 8] numbered anew\r\n".to_vec());
    let mut cases = vec![(
        vec![7, 8],
        vec![("BODY.PEEK[]", Act::SayAndClose(Vec::new()))],
    )];
    for step in ["NOOP", "BODYSTRUCTURE", "BODY.PEEK[]", "STORE"] {
        cases.push((vec![7, 8], vec![(step, news.clone())]));
    }
    for (validities, instead) in cases {
        let what = format!("{instead:?}");
        let server = Server::start(Manners {
            validities,
            instead,
            ..Manners::default()
        });
        let store = hurried(&server);
        let id = match store.next(None, &Wanted::default()) {
            Ok(id) => id,
            Err(error) => panic!("{what}: {}", error.reason()),
        };
        let mut errors: Vec<Error> = Vec::new();
        for part in [Part::Outline, Part::Whole] {
            errors.extend(store.read(&id, part).err());
        }
        errors.extend(store.mark_read(&id).err());
        let last = errors.last().unwrap();
        assert_eq!(
            last.kind(),
            Kind::InvalidMessage,
            "{what}: {}",
            last.reason()
        );
        for error in &errors {
            let expected = [Kind::InvalidMessage, Kind::Network];
            assert!(
                expected.contains(&error.kind()),
                "{what}: {}",
                error.reason()
            );
        }
        // From now on, for good.
        for part in [Part::Head, Part::Outline, Part::Text, Part::Whole] {
            let error = store.read(&id, part).unwrap_err();
            assert_eq!(
                error.kind(),
                Kind::InvalidMessage,
                "{what}: {}",
                error.reason()
            );
        }
        let error = store.next(Some(&id), &Wanted::default()).unwrap_err();
        assert_eq!(
            error.kind(),
            Kind::InvalidMessage,
            "{what}: {}",
            error.reason()
        );
        assert_eq!(server.log().count("\\Deleted"), 0);
    }
}

#[test]
fn ids_of_two_accounts_that_count_alike_are_different() {
    let manners = |subject| Manners {
        messages: vec![subject],
        ..Manners::default()
    };
    let one = Server::start(manners("Subject: one\r\n\r\nx"));
    let other = Server::start(manners("Subject: other\r\n\r\nx"));
    let of = |server: &Server, user: &str| {
        store(Settings {
            login: Some(login(user, "secret")),
            ..server.settings()
        })
    };
    let stores = [of(&one, "ada"), of(&one, "bob"), of(&other, "ada")];
    let ids = stores
        .each_ref()
        .map(|store| store.next(None, &Wanted::default()).unwrap());
    for (number, store) in stores.iter().enumerate() {
        for (owner, id) in ids.iter().enumerate() {
            assert!(id.as_str().len() <= 63);
            let read = store.read(id, Part::Whole);
            assert_eq!(read.is_ok(), number == owner);
            let next = store.next(Some(id), &Wanted::default()).unwrap_err();
            let expected = if number == owner {
                Kind::NoMessages
            } else {
                Kind::InvalidMessage
            };
            assert_eq!(next.kind(), expected);
            if number != owner {
                assert_eq!(store.delete(id).unwrap_err().kind(), Kind::InvalidMessage);
            }
        }
    }
    assert_eq!(one.log().count("STORE") + other.log().count("STORE"), 0);
}

/// Cuts a session after each of these bytes.
fn cut_after(bytes: impl Iterator<Item = usize>) {
    let cuts: Vec<_> = bytes
        .flat_map(|after| [(after, How::Close), (after, How::Reset)])
        .collect();
    each(&cuts, |&cut| {
        for cut_once in [false, true] {
            let server = Server::start(Manners {
                cut: Some(cut),
                cut_once,
                ..Manners::default()
            });
            let mut session = Session::default();
            let result = session.run(store(server.settings()).as_ref());
            let what = format!(
                "{cut:?} {cut_once}: {:?}",
                result.as_ref().err().map(Error::reason)
            );
            for subject in &session.subjects {
                assert!(["one", "two"].contains(&subject.as_str()), "{what}");
            }
            for body in &session.bodies {
                assert!(
                    ["the first\r\n", "the second\r\n"].contains(&body.as_str()),
                    "{what}"
                );
            }
            assert!(
                server.log().count("STORE") <= 2 * session.bodies.len(),
                "{what}"
            );
            match result {
                Ok(()) => assert_eq!(session.bodies.len(), 2, "{what}"),
                Err(error) => assert_eq!(error.kind(), Kind::Network, "{what}"),
            }
        }
    });
}

fn length_of_a_session() -> usize {
    let server = Server::start(Manners::default());
    Session::default()
        .run(store(server.settings()).as_ref())
        .unwrap();
    server.log().sent
}

#[test]
fn a_cut_shows_no_half_message() {
    cut_after((0..length_of_a_session()).step_by(11));
}

#[test]
#[ignore = "the long one: after every byte"]
fn a_cut_after_any_byte_shows_no_half_message() {
    cut_after(0..length_of_a_session());
}

const USER: &str = "ada";
const PASSWORD: &str = "rP7 \"w\\0rd-of-32-random-letters!";
const KINDS: [Security; 2] = [Security::StartTls, Security::Tls];

fn protected(server: &Server, security: Security, certificates: &Certificates) -> Settings {
    Settings {
        host: "localhost".to_owned(),
        security,
        login: Some(login(USER, PASSWORD)),
        certificate_name: None,
        ca_file: Some(certificates.authority.clone()),
        ..server.settings()
    }
}

fn under_tls(security: Security, certificates: &Certificates) -> Manners {
    Manners {
        offers: "IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR",
        tls: Some(showing(&certificates.good)),
        tls_at_once: security == Security::Tls,
        ..Manners::default()
    }
}

/// Neither a credential nor a folder's name has left, in the clear or otherwise.
fn nothing_was_told(log: &Log) {
    let told = ["LOGIN", "AUTHENTICATE", "SELECT"].map(|what| log.count(what));
    assert_eq!(told, [0; 3], "{:?}", log.lines);
}

#[test]
fn the_authority_of_the_ca_file_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    for security in KINDS {
        let server = Server::start(under_tls(security, &certificates));
        let store = store(protected(&server, security, &certificates));
        store.next(None, &Wanted::default()).unwrap();
        let log = server.log();
        let clear: Vec<_> = log
            .lines
            .iter()
            .filter(|line| !line.starts_with("TLS "))
            .collect();
        match security {
            Security::Tls => assert!(clear.is_empty(), "{clear:?}"),
            _ => assert_eq!(clear.len(), 2, "{clear:?}"),
        }
    }
}

#[test]
fn a_certificate_that_does_not_verify_ends_the_call_before_anything_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    for flaw in Flaw::ALL {
        let word = match flaw {
            Flaw::Expired => "expired",
            Flaw::NotYetValid => "not valid yet",
            Flaw::WrongName => "other.example.test",
            Flaw::UnknownAuthority | Flaw::SelfSigned => "ca-file",
        };
        for security in KINDS {
            let server = Server::start(Manners {
                tls: Some(showing(certificates.flawed(flaw))),
                ..under_tls(security, &certificates)
            });
            let store = store(protected(&server, security, &certificates));
            let error = store.next(None, &Wanted::default()).unwrap_err();
            let reason = error.reason();
            assert_eq!(error.kind(), Kind::Network, "{reason}");
            assert!(
                reason.contains("the certificate of localhost:") && reason.contains(word),
                "{reason}"
            );
            nothing_was_told(&server.log());
        }
    }
}

#[test]
fn a_server_without_starttls_is_told_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    let good = || under_tls(Security::StartTls, &certificates);
    let instead = |step, text: &str| Manners {
        instead: vec![(step, say(text))],
        ..good()
    };
    for manners in [
        Manners {
            offers: "IMAP4rev1 AUTH=PLAIN",
            ..good()
        },
        instead("STARTTLS", "TAG NO not now\r\n"),
        instead("STARTTLS", "TAG BAD what?\r\n"),
        instead("STARTTLS", "* BYE\r\n"),
        instead("GREETING", "* PREAUTH welcome back\r\n"),
        instead("GREETING", "* BYE too busy\r\n"),
        // Words that would be taken for the server's first ones under TLS.
        instead(
            "STARTTLS",
            "TAG OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
        ),
        instead("STARTTLS", "TAG OK go\r\ns3 OK done\r\n"),
        instead("STARTTLS", "TAG OK go\r\n*"),
        instead("STARTTLS", "TAG OK go\r\n\r\n"),
        instead("STARTTLS", "TAG OK go\r\n\x16"),
        // An offer in the clear, ahead of the question.
        instead("GREETING", "* OK hello\r\ns1 OK done\r\n"),
    ] {
        let what = format!("{:?} {:?}", manners.offers, manners.instead);
        let server = Server::start(manners);
        let store = store(Settings {
            timeout: Duration::from_secs(2),
            ..protected(&server, Security::StartTls, &certificates)
        });
        let error = store.next(None, &Wanted::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
        let log = server.log();
        nothing_was_told(&log);
        assert_eq!(log.count("TLS "), 0, "{what}: {:?}", log.lines);
    }
}

#[test]
fn a_password_is_refused_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    for echo in [
        PASSWORD.to_owned(),
        encodify::base64::STANDARD.encode(format!("\0{USER}\0{PASSWORD}")),
    ] {
        let server = Server::start(Manners {
            instead: vec![(
                "AUTHENTICATE",
                say(&format!("TAG NO [AUTHENTICATIONFAILED] {echo}\r\n")),
            )],
            ..under_tls(Security::Tls, &certificates)
        });
        let store = store(protected(&server, Security::Tls, &certificates));
        let error = store.next(None, &Wanted::default()).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed, "{}", error.reason());
        assert!(!error.reason().contains(&echo), "{}", error.reason());
    }
}
