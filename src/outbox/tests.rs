//! The outbox over a transport that does as it is told.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::{Arc, Barrier, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Refused};
use crate::mime::{Composed, compose};
use crate::model::{Address, Draft, Envelope, Mailbox, RecipientClass};
use crate::providers::transport::Transport;

type Answer = Box<dyn Fn(&Envelope) -> Result<()> + Send + Sync>;

/// Keeps what it is handed, as far as its answer is yes.
struct Fake {
    answer: Answer,
    taken: Mutex<Vec<(Vec<String>, Vec<u8>)>>,
    asked: Mutex<usize>,
}

impl Fake {
    fn new(answer: impl Fn(&Envelope) -> Result<()> + Send + Sync + 'static) -> Self {
        Self {
            answer: Box::new(answer),
            taken: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    fn willing() -> Self {
        Self::new(|_| Ok(()))
    }

    fn failing(error: fn() -> Error) -> Self {
        Self::new(move |_| Err(error()))
    }

    fn taken(&self) -> Vec<(Vec<String>, Vec<u8>)> {
        self.taken.lock().unwrap().clone()
    }
}

impl Transport for Fake {
    fn send(&self, envelope: &Envelope, message: Composed, _: Deadline) -> Result<()> {
        *self.asked.lock().unwrap() += 1;
        (self.answer)(envelope)?;
        let to = envelope.recipients.iter().map(ToString::to_string);
        self.taken
            .lock()
            .unwrap()
            .push((to.collect(), bytes(&message)));
        Ok(())
    }

    fn check(&self, _: Deadline, _: &mut dyn FnMut(&str)) -> Result<()> {
        Ok(())
    }
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("state/outbox")
    }

    fn outbox(&self) -> Outbox {
        Outbox::open(&self.path()).unwrap()
    }

    fn submit(&self, to: &[&str]) -> Name {
        let (envelope, message) = mail(to);
        self.outbox().submit(&envelope, &message).unwrap()
    }

    /// A run, and what it told.
    fn run(&self, selection: Selection<'_>, transport: &dyn Transport) -> (Summary, Vec<String>) {
        let sender = mailbox("ada@example.org");
        let way = Way {
            sender: &sender,
            transport,
            deadline: &|| Deadline::after(Duration::from_secs(60)),
            store: None,
            keep_sent: None,
            go_on: &|| true,
        };
        let mut told = Vec::new();
        let outbox = self.outbox();
        let summary = outbox
            .deliver(selection, &way, &mut |event| {
                told.push(format!("{event:?}"))
            })
            .unwrap();
        (summary, told)
    }

    fn names(&self, room: &str) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.path().join(room))
            .map(|entries| {
                entries
                    .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                    .collect()
            })
            .unwrap_or_default();
        names.sort();
        names
    }

    fn is_bare(&self) -> bool {
        ["tmp", "queue", "state", "trying", "parked"]
            .iter()
            .all(|room| self.names(room).is_empty())
    }

    fn reports(&self) -> Vec<String> {
        let folder = self.path().join("reports/new");
        let names = self.names("reports/new");
        names
            .iter()
            .map(|name| fs::read_to_string(folder.join(name)).unwrap())
            .collect()
    }

    fn state(&self, name: &Name) -> State {
        State::read(&self.outbox().folder, name).unwrap()
    }

    fn note(&self, name: &Name, change: impl FnOnce(&mut State)) {
        let mut state = self.state(name);
        change(&mut state);
        state.write(&self.outbox().folder, name).unwrap();
    }
}

fn mailbox(address: &str) -> Mailbox {
    Mailbox {
        name: String::new(),
        address: Address::new(address).unwrap(),
    }
}

fn mail(to: &[&str]) -> (Envelope, Composed) {
    let draft = Draft {
        from: mailbox("ada@example.org"),
        recipients: to
            .iter()
            .map(|to| (RecipientClass::Bcc, mailbox(to)))
            .collect(),
        unresolved: Vec::new(),
        subject: "a test".to_owned(),
        body: "A text.\n.\nAnd more.\n".to_owned(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: Vec::new(),
    };
    (draft.envelope(), compose(draft).unwrap())
}

fn bytes(message: &Composed) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.copy_to(&mut bytes).unwrap();
    bytes
}

fn refusing(list: &'static [(&str, &str)]) -> impl Fn(&Envelope) -> Result<()> {
    move |envelope: &Envelope| {
        let refused: Vec<_> = list
            .iter()
            .filter(|(address, _)| envelope.recipients.iter().any(|to| to.as_ref() == *address))
            .map(|(address, answer)| Refused {
                recipient: (*address).to_owned(),
                answer: (*answer).to_owned(),
                passing: answer.starts_with('4'),
            })
            .collect();
        match refused.is_empty() {
            true => Ok(()),
            false => Err(Error::new(Kind::InvalidRecipients, "refused some").refusing(refused)),
        }
    }
}

fn down() -> Error {
    Error::new(Kind::Network, "cannot connect to relay.test:25").at_the_server()
}

#[test]
fn what_is_delivered_is_what_was_put_in_and_nothing_is_left() {
    let place = Place::new();
    let (envelope, message) = mail(&["bob@example.org", "carol@example.org"]);
    let outbox = place.outbox();
    outbox.submit(&envelope, &message).unwrap();
    assert_eq!(place.names("queue").len(), 1);
    let transport = Fake::willing();
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.sent, summary.waiting, summary.parked), (1, 0, 0));
    let everyone = ["bob@example.org", "carol@example.org"].map(str::to_owned);
    assert_eq!(transport.taken(), [(everyone.into(), bytes(&message))]);
    assert!(place.is_bare());
}

#[test]
fn the_kept_copy_has_its_bcc_field_and_the_message_has_not() {
    let place = Place::new();
    let (envelope, message) = mail(&["bob@example.org"]);
    let outbox = place.outbox();
    outbox.submit(&envelope, &message).unwrap();
    let (entries, _) = outbox.entries(Stage::Queued).unwrap();
    let stored = outbox.message(&entries[0]).unwrap();
    assert_eq!(bytes(&stored), bytes(&message));
    assert_eq!(stored.message_id(), message.message_id());
    let copy = bytes(&stored.kept_copy());
    assert_eq!(copy, bytes(&message.kept_copy()));
    assert!(copy.starts_with(b"Bcc: "));
}

#[test]
fn an_outbox_is_private_whatever_the_umask_is() {
    let place = Place::new();
    place.submit(&["bob@example.org"]);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for folder in ["", "tmp", "queue", "state", "trying", "parked"] {
        assert_eq!(mode(place.path().join(folder)), 0o700, "{folder}");
    }
    let message = &place.names("queue")[0];
    assert_eq!(mode(place.path().join("queue").join(message)), 0o600);
    assert_eq!(mode(place.path().join("format")), 0o600);
}

#[test]
fn a_folder_of_somebody_else_is_not_used() {
    let place = Place::new();
    let refused = |place: &Place| Outbox::open(&place.path()).unwrap_err();
    place.outbox();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o750)).unwrap();
    let error = refused(&place);
    assert_eq!(error.kind(), Kind::AccessDenied);
    assert!(error.reason().contains("chmod 700"), "{}", error.reason());
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o700)).unwrap();

    fs::write(place.path().join("format"), "simplemapi outbox 2\n").unwrap();
    assert!(refused(&place).reason().contains("simplemapi outbox 2"));
    fs::write(place.path().join("format"), "simplemapi out").unwrap();
    place.outbox();
    let format = fs::read_to_string(place.path().join("format")).unwrap();
    assert_eq!(
        format, "simplemapi outbox 1\n",
        "whoever wrote it was killed"
    );

    let other = Place::new();
    fs::create_dir_all(other.path()).unwrap();
    fs::set_permissions(other.path(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::write(other.path().join("novel.txt"), "Call me Ishmael.").unwrap();
    assert!(refused(&other).reason().contains("files of something else"));
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
}

#[test]
fn files_that_are_none_of_ours_are_left_alone_and_told_of() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org"]);
    let queue = place.path().join("queue");
    fs::write(queue.join("README"), "hello").unwrap();
    symlink("/etc/passwd", queue.join("1795380000-123456-89abcdef")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        queue.join("1795380000-123456-89abcdee"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR,
        0,
    )
    .unwrap();
    let (summary, told) = place.run(Selection::All, &Fake::willing());
    assert_eq!((summary.sent, told.len()), (1, 4), "{told:?}");
    assert_eq!(place.names("queue").len(), 3);
    assert!(!place.names("queue").contains(&name.to_string()));
}

#[test]
fn a_server_that_is_down_puts_everything_off_and_is_left_alone_for_a_while() {
    let place = Place::new();
    for _ in 0..3 {
        place.submit(&["bob@example.org"]);
    }
    let transport = Fake::failing(down);
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.sent, summary.waiting), (0, 3));
    assert!(summary.halted.unwrap().reason().contains("relay.test"));
    assert_eq!(*transport.asked.lock().unwrap(), 1, "one try tells for all");
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.waiting, summary.halted.is_none()), (3, true));
    assert_eq!(*transport.asked.lock().unwrap(), 1, "it is left alone");
    let wait = summary.next.unwrap() - now();
    assert!((1..=60).contains(&wait), "{wait}");
    assert!(place.outbox().pause().unwrap().1.contains("relay.test"));
    let (summary, _) = place.run(Selection::All, &Fake::willing());
    assert_eq!(summary.sent, 3);
    assert_eq!(place.outbox().pause(), None);
    assert!(place.is_bare());
}

#[test]
fn a_failure_that_nobody_explains_is_tried_again_and_counts() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org"]);
    let transport = Fake::failing(|| {
        Error::new(Kind::Failure, "sendmail ended with exit code 1").unexplained()
    });
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.waiting, summary.parked), (1, 0));
    assert!(summary.halted.is_none());
    assert_eq!(place.state(&name).attempts, 1);
    let (summary, _) = place.run(Selection::All, &Fake::willing());
    assert_eq!(summary.sent, 1);
}

#[test]
fn recipients_are_settled_one_by_one_and_nobody_gets_it_twice() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org", "busy@example.org", "gone@example.org"]);
    let transport = Fake::new(refusing(&[
        ("busy@example.org", "451 4.2.1 busy"),
        ("gone@example.org", "550 5.1.1 no such user"),
    ]));
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.sent, summary.waiting), (0, 1));
    assert_eq!(transport.taken().len(), 1);
    assert_eq!(transport.taken()[0].0, ["bob@example.org"]);
    let state = place.state(&name);
    assert_eq!(state.done, ["bob@example.org"]);
    assert_eq!(state.failed.len(), 1);
    assert_eq!(state.attempts, 1);
    let wait = state.next - now();
    assert!((230..=360).contains(&wait), "{wait}");

    // Who does not get it was told at once.
    let reports = place.reports();
    assert_eq!(reports.len(), 1);
    for part in [
        "To: <ada@example.org>",
        "Content-Type: multipart/report",
        "report-type=\"delivery-status\"",
        "Final-Recipient: rfc822; gone@example.org\nAction: failed\nStatus: 5.1.1\n",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user",
        "Subject: a test",
    ] {
        assert!(reports[0].contains(part), "{part}: {}", reports[0]);
    }
    assert!(!reports[0].contains("busy@example.org"));

    // Nothing happens before its time; then only who still waits is asked for.
    let transport = Fake::willing();
    assert_eq!(place.run(Selection::Due, &transport).0.waiting, 1);
    assert!(transport.taken().is_empty());
    place.note(&name, |state| state.next = 0);
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!(summary.parked, 1, "for the sake of who did not get it");
    assert_eq!(transport.taken()[0].0, ["busy@example.org"]);
    assert_eq!(place.reports().len(), 1, "nobody is told twice");

    // A retry goes to the one who failed, and to nobody else.
    let outbox = place.outbox();
    let entry = outbox.find(name.as_ref()).unwrap();
    assert_eq!(entry.stage, Stage::Parked);
    outbox.retry(&entry).unwrap();
    let transport = Fake::willing();
    assert_eq!(place.run(Selection::Due, &transport).0.sent, 1);
    assert_eq!(transport.taken()[0].0, ["gone@example.org"]);
    assert!(place.is_bare());
}

#[test]
fn a_message_that_is_refused_for_good_is_parked_and_the_rest_flows_on() {
    let place = Place::new();
    let name = place.submit(&["bad@example.org"]);
    place.submit(&["bob@example.org"]);
    let transport = Fake::new(|envelope| {
        if envelope.recipients[0].as_ref() == "bad@example.org" {
            Err(Error::new(Kind::Failure, "554 5.7.1 spam"))
        } else {
            Ok(())
        }
    });
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.sent, summary.parked), (1, 1));
    assert_eq!(place.names("parked"), [name.to_string()]);
    assert_eq!(place.reports().len(), 1);
    let outbox = place.outbox();
    let entry = outbox.find(name.as_ref()).unwrap();
    assert_eq!(entry.state.parked.as_deref(), Some("554 5.7.1 spam"));
    outbox.cancel(&entry).unwrap();
    assert!(place.is_bare());
    assert_eq!(outbox.find("").unwrap_err().kind(), Kind::InvalidMessage);
}

#[test]
fn after_five_days_one_more_failure_is_the_last() {
    let place = Place::new();
    let (envelope, message) = mail(&["bob@example.org"]);
    let old = |name: &str| {
        // As if it had been put in five days ago.
        let fresh = place.outbox().submit(&envelope, &message).unwrap();
        let queue = place.path().join("queue");
        let file = fs::OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(queue.join(fresh.as_ref()))
            .unwrap();
        spooled::write(&file, now() - 5 * 86_400, &envelope, &message).unwrap();
        fs::rename(queue.join(fresh.as_ref()), queue.join(name)).unwrap();
    };
    let (first, second) = (
        format!("{:010}-000000-00000001", now() - 6 * 86_400),
        format!("{:010}-000000-00000002", now() - 5 * 86_400),
    );
    old(&first);
    let (summary, _) = place.run(Selection::Due, &Fake::willing());
    assert_eq!(summary.sent, 1, "it is never given up untried");
    old(&first);
    old(&second);
    place.submit(&["bob@example.org"]);
    let transport = Fake::failing(down);
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.parked, summary.waiting), (2, 1));
    assert_eq!(place.names("parked"), [first, second]);
    let reports = place.reports();
    assert_eq!(reports.len(), 2);
    assert!(reports[0].contains("five days"), "{}", reports[0]);
    assert!(reports[0].contains("Status: 5.0.0"), "{}", reports[0]);
}

#[test]
fn what_brought_its_deliverer_down_three_times_is_not_tried_again() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org"]);
    let trying = place.path().join("trying").join(name.as_ref());
    fs::write(&trying, "..").unwrap();
    assert_eq!(place.run(Selection::Due, &Fake::failing(down)).0.waiting, 1);
    assert!(!trying.exists(), "it was tried and lived");
    fs::write(&trying, "...").unwrap();
    let transport = Fake::willing();
    let (summary, told) = place.run(Selection::All, &transport);
    assert_eq!(summary.parked, 1, "{told:?}");
    assert!(transport.taken().is_empty());
    assert!(place.names("trying").is_empty());
}

#[test]
fn a_message_that_is_not_whole_is_never_sent() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org"]);
    let path = place.path().join("queue").join(name.as_ref());
    let whole = fs::read(&path).unwrap();
    let transport = Fake::willing();
    let mut damages: Vec<Vec<u8>> = (0..whole.len())
        .step_by(7)
        .map(|cut| whole[..cut].to_vec())
        .collect();
    for at in (0..whole.len()).step_by(5) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        damages.push(changed);
    }
    damages.push([whole.as_slice(), b"x"].concat());
    for damaged in damages {
        fs::write(&path, &damaged).unwrap();
        let (summary, told) = place.run(Selection::All, &transport);
        assert_eq!(summary.parked, 1, "{told:?}");
        assert!(transport.taken().is_empty(), "{told:?}");
        fs::rename(place.path().join("parked").join(name.as_ref()), &path).unwrap();
        let _ = fs::remove_file(place.path().join("state").join(name.as_ref()));
    }
    fs::write(&path, &whole).unwrap();
    assert_eq!(place.run(Selection::All, &transport).0.sent, 1);
}

#[test]
fn what_a_killed_process_left_behind_is_gone_after_the_next_run() {
    let place = Place::new();
    let name = place.submit(&["bob@example.org"]);
    let put =
        |room: &str, name: &str| fs::write(place.path().join(room).join(name), "half").unwrap();
    put("tmp", "1795380000-123456-89abcdef");
    put("state", "1795380000-123456-89abcdef");
    put("trying", "1795380000-123456-89abcdef");
    // Somebody who was killed between noting that it is parked and moving it.
    place.note(&name, |state| {
        state.parked = Some("for good".to_owned());
        state.failed.push(Failure {
            recipient: "bob@example.org".to_owned(),
            reason: "550 no".to_owned(),
            told: false,
        });
    });
    let transport = Fake::willing();
    let (summary, _) = place.run(Selection::Due, &transport);
    assert_eq!((summary.parked, transport.taken().len()), (1, 0));
    assert!(place.names("tmp").is_empty() && place.names("trying").is_empty());
    assert_eq!(place.names("state"), [name.to_string()]);
    assert_eq!(place.reports().len(), 1);
    // And one who was killed before the sender was told.
    place.note(&name, |state| state.failed[0].told = false);
    place.run(Selection::Due, &transport);
    assert_eq!(place.reports().len(), 2);
    place.run(Selection::Due, &transport);
    assert_eq!(place.reports().len(), 2);
}

#[test]
fn somebody_elses_message_is_left_to_him() {
    let place = Place::new();
    place.submit(&["bob@example.org"]);
    let (inside, go_on) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (its_inside, its_go_on) = (Arc::clone(&inside), Arc::clone(&go_on));
    let slow = Fake::new(move |_| {
        its_inside.wait();
        its_go_on.wait();
        Ok(())
    });
    std::thread::scope(|scope| {
        scope.spawn(|| place.run(Selection::Due, &slow));
        inside.wait();
        let quick = Fake::willing();
        let (summary, _) = place.run(Selection::All, &quick);
        assert_eq!((summary.busy, quick.taken().len()), (1, 0));
        let outbox = place.outbox();
        let entry = outbox.find("").unwrap();
        assert_eq!(
            outbox.cancel(&entry).unwrap_err().kind(),
            Kind::AccessDenied
        );
        go_on.wait();
    });
    assert!(place.is_bare());
}

#[test]
fn many_submit_and_deliver_at_once_and_each_message_arrives_once() {
    const THREADS: usize = 8;
    const EACH: usize = 12;
    let place = Place::new();
    let transport = Fake::willing();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..EACH {
                    place.submit(&["bob@example.org"]);
                }
            });
            scope.spawn(|| {
                for _ in 0..4 {
                    place.run(Selection::Due, &transport);
                }
            });
        }
    });
    place.run(Selection::Due, &transport);
    let taken = transport.taken();
    let different: std::collections::HashSet<_> = taken.iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(
        (taken.len(), different.len()),
        (THREADS * EACH, THREADS * EACH)
    );
    assert!(place.is_bare());
}
