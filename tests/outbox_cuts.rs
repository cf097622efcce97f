//! A connection that is cut while the outbox delivers: no message is lost, and whoever gets one twice
//! gets the same one.
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

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/mail.rs"]
mod mail;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use certificates::showing;
use mail::{mail, mailbox};
use simplemapi::config::{Security, Smtp as Settings};
use simplemapi::deadline::Deadline;
use simplemapi::outbox::{Outbox, Selection, Summary, Way};
use simplemapi::providers::transport::Smtp;
use smtp_server::{Cut, How, Manners, Server, Side};
use test_servers::Certificates;

const OFFERS: [&[&str]; 3] = [&[], &["PIPELINING"], &["PIPELINING", "CHUNKING"]];

/// Delivers what waits, over a connection of its own.
fn deliver(outbox: &Outbox, settings: Settings) -> Summary {
    let way = Way {
        sender: &mailbox("ada@example.org"),
        transport: &Smtp::new(settings),
        deadline: &|| Deadline::after(Duration::from_secs(120)),
        store: None,
        keep_sent: None,
        go_on: &|| true,
    };
    outbox.deliver(Selection::All, &way, &mut |_| {}).unwrap()
}

/// A message through a server that cuts the first connection there. Whether it came twice.
fn cut(
    manners: &Manners,
    cut: Option<Cut>,
    settings: &dyn Fn(&Server) -> Settings,
) -> (bool, Server) {
    let folder = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(&folder.path().join("outbox")).unwrap();
    let (envelope, message) = mail(&["bob@example.org"], "A text.\n.\n");
    outbox.submit(&envelope, &message).unwrap();
    let server = Server::start(Manners {
        cut,
        cut_once: true,
        ..manners.clone()
    });
    let first = deliver(&outbox, settings(&server));
    let taken = server.log().messages.len();
    assert_eq!(first.parked, 0, "{cut:?}");
    assert_eq!(outbox.is_empty(), first.sent == 1, "{cut:?}");
    assert!(taken <= 1 && first.sent <= taken, "{cut:?}: {first:?}");
    if first.sent == 0 {
        let second = deliver(&outbox, settings(&server));
        assert_eq!(second.sent, 1, "{cut:?}: {second:?}");
    }
    assert!(outbox.is_bare(), "{cut:?}");
    let messages = server.log().messages;
    assert_eq!(messages.len(), 1 + taken - first.sent, "{cut:?}");
    assert!(messages.iter().all(|one| *one == messages[0]), "{cut:?}");
    (messages.len() == 2, server)
}

/// Cuts both ways, at every so many bytes. How often a message came twice.
fn sweep(
    manners: &Manners,
    stride: usize,
    settings: &(dyn Fn(&Server) -> Settings + Sync),
) -> usize {
    let (_, whole) = cut(manners, None, settings);
    let log = whole.log();
    let mut cuts = Vec::new();
    for (side, bytes) in [(Side::Sent, log.sent), (Side::Received, log.received)] {
        for how in [How::Close, How::Reset] {
            // The end is where it matters: of the message, and of the answer to it, before the goodbye.
            let all = (0..=bytes).filter(|after| after % stride == 0 || after + 24 > bytes);
            cuts.extend(all.map(|after| Cut { after, side, how }));
        }
    }
    let (next, twice) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(at) = cuts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (came_twice, _) = cut(manners, Some(*at), settings);
                    twice.fetch_add(usize::from(came_twice), Ordering::Relaxed);
                }
            });
        }
    });
    eprintln!("{} cuts, {twice:?} messages came twice", cuts.len());
    twice.into_inner()
}

fn in_the_clear(stride: usize) {
    for offers in OFFERS {
        let manners = Manners {
            offers: offers.to_vec(),
            ..Manners::default()
        };
        let twice = sweep(&manners, stride, &|server| Settings {
            timeout: Duration::from_secs(60),
            ..server.settings()
        });
        assert!(twice > 0, "no cut was between the last byte and its answer");
    }
}

#[test]
fn wherever_a_connection_is_cut_the_message_arrives() {
    in_the_clear(97);
}

#[test]
#[ignore = "every byte, in the clear and in TLS: some minutes"]
fn at_whichever_byte_a_connection_is_cut_the_message_arrives() {
    in_the_clear(1);
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    let manners = Manners {
        offers: vec!["PIPELINING", "CHUNKING"],
        tls: Some(showing(&certificates.good)),
        tls_at_once: true,
        ..Manners::default()
    };
    sweep(&manners, 1, &|server| Settings {
        timeout: Duration::from_secs(60),
        security: Security::Tls,
        ca_file: Some(certificates.authority.clone()),
        ..server.settings()
    });
}
