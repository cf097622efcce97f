//! Three real relays, of which one is killed every few seconds while the outbox is delivered: every
//! message arrives, and at most one a kill arrives twice.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
#![allow(
    clippy::print_stderr,
    reason = "figures, for whoever wants to see them"
)]

#[path = "support/mail.rs"]
mod mail;

use std::collections::{BTreeSet, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mail::{mail, mailbox};
use simplemapi::config::{Security, Server};
use simplemapi::deadline::Deadline;
use simplemapi::outbox::{Outbox, Selection, Way};
use simplemapi::providers::transport::Relays;
use test_servers::{Door, Mailbox, Postfix};

const LONG: Duration = Duration::from_secs(300);

fn relays(postfixes: &[Postfix]) -> Relays {
    let ports: Vec<u16> = postfixes.iter().map(|one| one.port(Door::Plain)).collect();
    let first = Server {
        host: "127.0.0.1".to_owned(),
        port: ports[0],
        security: Security::None,
        certificate_name: None,
        login: None,
        ca_file: None,
        timeout: LONG,
        deadline: LONG,
    };
    let others: Vec<_> = ports[1..]
        .iter()
        .map(|port| (first.host.clone(), *port))
        .collect();
    Relays::new(&first, &others, None)
}

/// Message-ID and queue id of each message that arrived. What a relay itself delivers twice, because it was
/// killed, has the same queue id.
fn copies(mailboxes: &[Mailbox], number: usize) -> HashSet<(usize, String, String)> {
    let messages = mailboxes[number].messages();
    let messages = messages.iter().map(|bytes| String::from_utf8_lossy(bytes));
    messages
        .map(|message| {
            let after = |mark: &str, end: &[char]| {
                let (_, rest) = message.split_once(mark).unwrap();
                rest.split(end).next().unwrap().to_owned()
            };
            let queue_id = after(" id ", &['\n', ' ', ';']);
            (number, after("\nMessage-ID: <", &['>']), queue_id)
        })
        .collect()
}

fn run(messages: usize, between_kills: Duration) {
    let Some(postfixes) = test_servers::postfixes::<3>() else {
        return;
    };
    let mailboxes = postfixes.each_ref().map(Postfix::mailbox);
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&folder.path().join("outbox")).unwrap();
    let mut sent = BTreeSet::new();
    for _ in 0..messages {
        // The domain is the same for all: each keeps what it takes.
        let (envelope, message) = mail(&[mailboxes[0].address()], "A text.\n");
        outbox.submit(&envelope, &message).unwrap();
        sent.insert(message.message_id().to_owned());
    }
    let (is_over, kills) = (AtomicBool::new(false), AtomicUsize::new(0));
    let begin = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            for postfix in postfixes.iter().cycle() {
                let wait = Instant::now();
                while wait.elapsed() < between_kills {
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    thread::sleep(Duration::from_millis(10));
                }
                postfix.kill();
                kills.fetch_add(1, Ordering::SeqCst);
                postfix.revive();
            }
        });
        let way = Way {
            sender: &mailbox("ada@example.org"),
            transport: &relays(&postfixes),
            deadline: &|| Deadline::after(LONG),
            store: None,
            keep_sent: None,
            go_on: &|| true,
        };
        let mut delivered = Ok(());
        while !outbox.is_empty() && delivered.is_ok() {
            delivered = outbox
                .deliver(Selection::All, &way, &mut |_| {})
                .map(|summary| {
                    assert_eq!(summary.parked, 0, "{summary:?}");
                });
        }
        is_over.store(true, Ordering::SeqCst);
        delivered.unwrap();
    });
    let took = begin.elapsed();
    let kills = kills.into_inner();
    let begin = Instant::now();
    let arrived = loop {
        let arrived: Vec<_> = (0..3)
            .flat_map(|number| copies(&mailboxes, number))
            .collect();
        let ids: BTreeSet<_> = arrived.iter().map(|(_, id, _)| id.clone()).collect();
        if ids == sent {
            break arrived;
        }
        let known = (ids.len(), sent.len(), kills);
        assert!(begin.elapsed() < LONG, "arrived, sent and kills: {known:?}");
        postfixes.iter().for_each(Postfix::flush);
        thread::sleep(Duration::from_millis(300));
    };
    let twice = arrived.len() - sent.len();
    assert!(kills > 0, "it was over before anybody was killed");
    assert!(
        twice <= kills,
        "{twice} copies too many after {kills} kills"
    );
    eprintln!("{messages} messages in {took:?}: {kills} kills, {twice} arrived twice");
}

#[test]
fn of_three_real_relays_one_is_killed_again_and_again_and_every_message_arrives() {
    run(300, Duration::from_millis(100));
}

#[test]
#[ignore = "10,000 messages: some minutes"]
fn of_three_real_relays_one_is_killed_every_few_seconds_and_ten_thousand_messages_arrive() {
    run(10_000, Duration::from_secs(3));
}
