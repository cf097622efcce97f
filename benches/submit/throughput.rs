//! How many messages of 10 KiB a second go into an outbox, and out of it, one connection at a time.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use simplemapi::config::{Security, Server};
use simplemapi::deadline::Deadline;
use simplemapi::outbox::{Outbox, Selection, Way};
use simplemapi::providers::transport::Smtp;
use test_servers::{Door, Postfix, Sink};

use crate::mail::{mail, mailbox};

const MESSAGES: usize = 1600;
const THREADS: [usize; 3] = [1, 4, 16];
const LONG: Duration = Duration::from_secs(900);

/// Measures in this folder, which has to be on a disk for the figures to mean something.
pub(crate) fn measure(folder: &Path, body: &str) {
    println!("\n| | messages a second |\n|---|---:|");
    let postfix = Postfix::start();
    let to = postfix.mailbox();
    for threads in THREADS {
        let path = folder.join(format!("outbox-{threads}"));
        let rate = submitting(&path, threads, to.address(), body);
        println!("| into the outbox, by {threads} threads | {rate:.0} |");
    }
    let sink = Sink::start();
    for (what, outbox, port) in [
        ("out of it, to smtp-sink", "outbox-1", sink.port()),
        (
            "out of it, to Postfix",
            "outbox-4",
            postfix.port(Door::Plain),
        ),
    ] {
        let rate = delivering(&folder.join(outbox), port);
        println!("| {what} | {rate:.0} |");
    }
    let begin = Instant::now();
    let path = folder.join("outbox-16");
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| delivering(&path, sink.port()));
        }
    });
    let rate = MESSAGES as f64 / begin.elapsed().as_secs_f64();
    println!("| out of it, to smtp-sink, by 4 at once | {rate:.0} |");
}

fn submitting(path: &Path, threads: usize, to: &str, body: &str) -> f64 {
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let outbox = Outbox::open(path).expect("an outbox");
                for _ in 0..MESSAGES / threads {
                    let (envelope, message) = mail(&[to], body);
                    outbox.submit(&envelope, &message).expect("it is kept");
                }
            });
        }
    });
    MESSAGES as f64 / begin.elapsed().as_secs_f64()
}

/// Delivers until nothing is left.
fn delivering(path: &Path, port: u16) -> f64 {
    let transport = Smtp::new(Server {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        certificate_name: None,
        login: None,
        ca_file: None,
        timeout: LONG,
        deadline: LONG,
    });
    let way = Way {
        sender: &mailbox("ada@example.test"),
        transport: &transport,
        deadline: &|| Deadline::after(LONG),
        store: None,
        keep_sent: None,
        go_on: &|| true,
    };
    let outbox = Outbox::open(path).expect("an outbox");
    let begin = Instant::now();
    while !outbox.is_empty() {
        let summary = outbox.deliver(Selection::All, &way, &mut |_| {});
        let summary = summary.expect("the outbox is read");
        assert!(summary.halted.is_none(), "{summary:?}");
    }
    MESSAGES as f64 / begin.elapsed().as_secs_f64()
}
