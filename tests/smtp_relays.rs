//! Several relays for one profile: whichever breaks off, the next one takes the message, unless the
//! first may have it.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/mail.rs"]
mod mail;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::time::Duration;

use mail::{mail, soon};
use simplemapi::error::{Error, Kind};
use simplemapi::providers::transport::{Relays, Transport};
use smtp_server::{Act, Cut, How, Log, Manners, Server, Side, say};

const EVERYTHING: &[&str] = &["PIPELINING", "CHUNKING", "8BITMIME"];
const OFFERS: [&[&str]; 3] = [&[], &["PIPELINING"], EVERYTHING];

fn relays(servers: &[&Server]) -> Relays {
    let mut settings = servers.iter().map(|server| server.settings());
    let mut first = settings.next().unwrap();
    // Only a server that stalls is waited for as long.
    first.timeout = Duration::from_secs(5);
    first.deadline = Duration::from_secs(120);
    let others: Vec<_> = settings.map(|other| (other.host, other.port)).collect();
    Relays::new(&first, &others, None)
}

/// What becomes of a message when the first relay is like this and the second well, and what both saw.
fn sent_by_way_of(first: Manners, recipients: &[&str]) -> (Result<(), Error>, Log, Log) {
    // What is cut off in the middle has to be more than the kernel takes: the rest is not yet sent.
    let lines = if first.cut.is_some() { 11_000 } else { 5 };
    let well = Manners {
        offers: first.offers.clone(),
        forgets: true,
        ..Manners::default()
    };
    let (first, second) = (Server::start(first), Server::start(well));
    let (envelope, message) = mail(
        recipients,
        &format!("{}\n", "text ".repeat(150)).repeat(lines),
    );
    let deadline = simplemapi::deadline::Deadline::after(Duration::from_secs(120));
    let result = relays(&[&first, &second]).send(&envelope, message, deadline);
    (result, first.log(), second.log())
}

/// The ways in which a relay can break off so that it surely does not have the message.
fn breaking_off(recipients: usize) -> Vec<(String, Manners)> {
    let mut cases = Vec::new();
    for offers in OFFERS {
        let manners = Manners {
            offers: offers.to_vec(),
            ..Manners::default()
        };
        // With CHUNKING there is no DATA, and to a single recipient all is said before any answer.
        let at_once = offers == EVERYTHING && recipients == 1;
        for step in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"] {
            if step == "DATA" && offers == EVERYTHING {
                continue;
            }
            let mut acts = vec![Act::SayAndClose("421 4.3.2 closing\r\n")];
            if step != "RCPT" {
                acts.push(say("451 4.3.0 later\r\n"));
            }
            // Silence after the end of the message says nothing of who has it.
            if step != "END" && !(at_once && matches!(step, "MAIL" | "RCPT")) {
                acts.push(Act::SayAndClose(""));
                if offers.is_empty() {
                    acts.push(Act::Hang);
                }
            }
            for (number, act) in acts.into_iter().enumerate() {
                let what = format!("{offers:?}, {recipients}: act {number} at {step}");
                let instead = vec![(step, act)];
                cases.push((
                    what,
                    Manners {
                        instead,
                        ..manners.clone()
                    },
                ));
            }
        }
        // Large, so once is enough.
        let cuts: &[How] = if recipients == 1 {
            &[How::Close, How::Reset]
        } else {
            &[]
        };
        for &how in cuts {
            let what = format!("{offers:?}, {recipients}: {how:?} in the middle");
            let cut = Some(Cut {
                after: 3000,
                side: Side::Received,
                how,
            });
            cases.push((
                what,
                Manners {
                    cut,
                    ..manners.clone()
                },
            ));
        }
    }
    cases
}

#[test]
fn a_relay_that_breaks_off_before_the_end_of_a_message_is_passed_over_in_the_same_call() {
    for recipients in [
        &["bob@example.org"][..],
        &["bob@example.org", "carol@example.org"],
    ] {
        let cases = breaking_off(recipients.len());
        std::thread::scope(|scope| {
            for cases in cases.chunks(4) {
                scope.spawn(move || {
                    for (what, manners) in cases {
                        let (result, first, second) = sent_by_way_of(manners.clone(), recipients);
                        assert!(result.is_ok(), "{what}: {}", result.unwrap_err().reason());
                        assert_eq!(
                            (first.messages.len(), second.messages.len()),
                            (0, 1),
                            "{what}"
                        );
                    }
                });
            }
        });
    }
}

#[test]
fn a_relay_whose_last_answer_was_lost_may_have_the_message_and_nobody_else_gets_it() {
    for offers in OFFERS {
        let manners = Manners {
            offers: offers.to_vec(),
            instead: vec![("END", Act::SayAndClose("25"))],
            ..Manners::default()
        };
        let (result, first, second) = sent_by_way_of(manners, &["bob@example.org"]);
        let error = result.unwrap_err();
        assert!(error.is_passing() && !error.is_untaken());
        let reason = error.reason();
        assert!(reason.contains("may have been delivered"), "{reason}");
        assert_eq!((first.messages.len(), second.connections), (1, 0));
    }
}

#[test]
fn a_recipient_who_is_put_off_and_a_plain_no_are_not_the_relays_fault() {
    for (step, reply) in [
        ("RCPT", "451 4.2.1 mailbox busy\r\n"),
        ("RCPT", "550 5.1.1 no such user\r\n"),
        ("MAIL", "550 5.7.1 not from you\r\n"),
        ("END", "554 5.6.0 not like this\r\n"),
    ] {
        let manners = Manners {
            instead: vec![(step, say(reply))],
            ..Manners::default()
        };
        let (result, _, second) = sent_by_way_of(manners, &["bob@example.org"]);
        let reason = result.unwrap_err().reason();
        assert!(reason.contains(reply.trim()), "{reason}");
        assert_eq!(second.connections, 0, "{reply}");
    }
}

#[test]
fn when_one_relay_was_ready_for_the_message_its_failure_is_not_every_messages() {
    let later = Server::start(Manners {
        instead: vec![("END", say("451 4.3.0 not this one\r\n"))],
        ..Manners::default()
    });
    let down = Server::start(Manners::default());
    let (envelope, message) = mail(&["bob@example.org"], "x");
    let relays = relays(&[&down, &later]);
    drop(down);
    let error = relays.send(&envelope, message, soon()).unwrap_err();
    assert!(error.is_passing() && !error.is_at_the_server());
    let reason = error.reason();
    assert!(
        reason.contains("cannot connect") && reason.contains("not this one"),
        "{reason}"
    );
}

#[test]
fn of_three_relays_two_may_die_and_every_message_arrives() {
    let manners = Manners {
        messages_a_connection: Some(1),
        ..Manners::default()
    };
    let mut servers: Vec<_> = (0..3).map(|_| Server::start(manners.clone())).collect();
    let first = servers[0].settings();
    let others = [1, 2].map(|at: usize| servers[at].settings());
    let others = others.map(|other| (other.host, other.port));
    let relays = Relays::new(&first, &others, None);
    let send = || {
        let (envelope, message) = mail(&["bob@example.org"], "x");
        relays.send(&envelope, message, soon())
    };
    while !servers.is_empty() {
        for _ in 0..5 {
            send().unwrap();
        }
        let server = servers.remove(0);
        let log = server.log_when(|log| log.messages.len() == 5);
        assert_eq!(log.messages.len(), 5);
    }
    let error = send().unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(error.is_passing() && error.is_at_the_server());
    assert_eq!(error.reason().matches("cannot connect").count(), 3);
}
