//! Many threads that send through one outbox, while others deliver: each message arrives, and once.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]
#![allow(
    clippy::print_stderr,
    reason = "figures, for whoever wants to see them"
)]

#[path = "support/mail.rs"]
mod mail;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mail::{mail, mailbox};
use simplemapi::config::{Security, Server};
use simplemapi::deadline::Deadline;
use simplemapi::outbox::{Outbox, Selection, Way};
use simplemapi::providers::transport::Smtp;
use test_servers::Sink;

const LONG: Duration = Duration::from_secs(300);

fn settings(sink: &Sink) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port: sink.port(),
        security: Security::None,
        certificate_name: None,
        login: None,
        ca_file: None,
        timeout: LONG,
        deadline: LONG,
    }
}

/// Delivers until told that nothing more comes, and nothing is left.
fn deliver(path: &Path, sink: &Sink, senders_left: &AtomicUsize) {
    let way = Way {
        sender: &mailbox("ada@example.org"),
        transport: &Smtp::new(settings(sink)),
        deadline: &|| Deadline::after(LONG),
        store: None,
        keep_sent: None,
        go_on: &|| true,
    };
    let outbox = Outbox::open(path).unwrap();
    loop {
        let is_over = senders_left.load(Ordering::SeqCst) == 0;
        let summary = outbox.deliver(Selection::All, &way, &mut |_| {}).unwrap();
        assert_eq!((summary.parked, summary.waiting), (0, 0), "{summary:?}");
        if is_over && outbox.is_empty() {
            return;
        }
    }
}

fn crowd(threads: usize, sends: usize) {
    let Some(sink) = test_servers::sink() else {
        return;
    };
    // About order among many, and not about the disk: in memory where that can be had.
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    };
    let path = folder.path().join("outbox");
    let sent = Mutex::new(BTreeSet::new());
    let senders_left = AtomicUsize::new(threads);
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let outbox = Outbox::open(&path).unwrap();
                for _ in 0..sends {
                    let (envelope, message) = mail(&["bob@example.org"], "A text.\n");
                    outbox.submit(&envelope, &message).unwrap();
                    sent.lock().unwrap().insert(message.message_id().to_owned());
                }
                senders_left.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for _ in 0..2 {
            scope.spawn(|| deliver(&path, &sink, &senders_left));
        }
    });
    let took = begin.elapsed();
    let messages = sink.messages();
    let arrived: BTreeSet<String> = messages.iter().map(|message| id(message)).collect();
    let sent = sent.into_inner().unwrap();
    assert_eq!(sent.len(), threads * sends, "ids are given twice");
    assert!(
        arrived == sent,
        "{} of {} arrived",
        arrived.len(),
        sent.len()
    );
    assert_eq!(messages.len(), sent.len(), "some arrived twice");
    assert!(Outbox::open(&path).unwrap().is_bare());
    eprintln!("{} messages by {threads} threads in {took:?}", sent.len());
}

fn id(message: &str) -> String {
    let mut lines = message.lines();
    let field = lines
        .find_map(|line| line.strip_prefix("Message-ID: <"))
        .unwrap();
    field.trim_end_matches(['>', '\r']).to_owned()
}

#[test]
fn many_threads_send_and_some_deliver_and_each_message_arrives_once() {
    crowd(16, 100);
}

#[test]
#[ignore = "64,000 messages: some minutes"]
fn a_crowd_of_threads_sends_and_some_deliver_and_each_message_arrives_once() {
    crowd(64, 1000);
}
