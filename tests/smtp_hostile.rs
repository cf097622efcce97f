//! Servers that are slow, broken or malicious: every call comes back in time, tells the truth, and
//! nobody gets half a message.
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

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mail::mail;
use simplemapi::deadline::Deadline;
use simplemapi::error::{Error, Kind};
use simplemapi::providers::transport::{Smtp, Transport};
use smtp_server::{Act, Cut, How, Log, Manners, Server, Side, say};

const EVERYTHING: &[&str] = &[
    "PIPELINING",
    "CHUNKING",
    "8BITMIME",
    "SMTPUTF8",
    "SIZE 100000000",
];
const OFFERS: [&[&str]; 3] = [&[], &["PIPELINING"], EVERYTHING];
/// What a server is asked, in this order, and what it says to a whole message.
const STEPS: [&str; 6] = ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"];

const TIMEOUT: Duration = Duration::from_secs(1);
const DEADLINE: Duration = Duration::from_secs(2);
/// What a call may take beyond its deadline when the machine has other things to do.
const BUSY: Duration = Duration::from_secs(5);

fn transport(server: &Server) -> Smtp {
    let mut settings = server.settings();
    settings.timeout = TIMEOUT;
    settings.deadline = DEADLINE;
    Smtp::new(settings)
}

fn send(transport: &Smtp) -> Result<(), Error> {
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    let start = Instant::now();
    let result = transport.send(&envelope, message, Deadline::after(DEADLINE));
    let took = start.elapsed();
    assert!(took < DEADLINE + BUSY, "it took {took:?}");
    result
}

/// Whoever is told that nobody got the message can send it again; whoever is told that it was sent
/// need not.
fn tells_the_truth(result: &Result<(), Error>, log: &Log, what: &str) {
    match result {
        Ok(()) => assert_eq!(log.messages.len(), 1, "{what}: sent, and nobody has it"),
        Err(error) if error.reason().contains("may have been delivered") => {}
        Err(error) => assert_eq!(
            log.messages.len(),
            0,
            "{what}: {} but it was",
            error.reason()
        ),
    }
}

/// Runs the cases on a few threads at once, for most of them only wait.
fn each<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    run(case);
                }
            });
        }
    });
}

/// Each step of each kind of server, done as told instead of as usual.
fn at_each_step(acts: &[(&str, Act)], check: impl Fn(&str, &Result<(), Error>, &Log) + Sync) {
    let mut cases = Vec::new();
    for offers in OFFERS {
        for step in STEPS {
            // With CHUNKING there is no DATA to answer.
            for act in acts
                .iter()
                .filter(|_| !(step == "DATA" && offers == EVERYTHING))
            {
                cases.push((offers, step, act));
            }
        }
    }
    each(&cases, |(offers, step, (name, act))| {
        let server = Server::start(Manners {
            offers: offers.to_vec(),
            instead: vec![(step, act.clone())],
            ..Manners::default()
        });
        let result = send(&transport(&server));
        let what = format!("{name} at {step} with {offers:?}");
        let log = server.log();
        tells_the_truth(&result, &log, &what);
        check(&what, &result, &log);
    });
}

#[test]
fn silence_and_drips_end_with_the_time_that_they_may_take() {
    let acts = [
        ("silence", Act::Hang),
        (
            "a dripping line",
            Act::Drip(
                b"250-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                Duration::from_millis(40),
            ),
        ),
        (
            "dripping lines",
            Act::Drip(
                b"250-\r\n250-\r\n250-\r\n250-\r\n250-\r\n250-\r\n250-\r\n",
                Duration::from_millis(40),
            ),
        ),
    ];
    at_each_step(&acts, |what, result, _| {
        let error = result.as_ref().unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
    });
}

#[test]
fn floods_are_cut_off() {
    let acts = [
        ("an endless line", Act::Flood(&[b'2'; 65536])),
        ("endless lines", Act::Flood(b"250-on and on\r\n")),
        (
            "an endless greeting",
            Act::Flood(b"220-welcome to\r\n220-this place\r\n"),
        ),
    ];
    at_each_step(&acts, |what, result, log| {
        let error = result.as_ref().unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
        // What the kernels' buffers hold, and no more: nobody reads on.
        assert!(log.sent < 20_000_000, "{what}: {}", log.sent);
    });
}

#[test]
fn nonsense_is_told_apart_from_an_answer() {
    let many = b"250-x\r\n".repeat(100_000);
    let acts = [
        ("no reply at all", say("hello there\r\n")),
        ("an empty line", say("\r\n")),
        ("blanks", say("   \r\n")),
        ("a code too high", say("999 what\r\n")),
        ("a code too low", say("150 what\r\n")),
        ("two codes", say("250-one\r\n354 two\r\n")),
        (
            "letters for digits",
            Act::Say(b"\xb2\xb5\xb0 ok\r\n".to_vec()),
        ),
        ("too many lines", Act::Say(many)),
        ("a code of another question", say("334 \r\n")),
    ];
    at_each_step(&acts, |what, result, _| {
        // "334" is what DATA asks for in spirit: any 3yz says to go on.
        if !(what.contains("another question") && what.contains("DATA")) {
            let error = result.as_ref().unwrap_err();
            assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
        }
    });
}

#[test]
fn words_may_be_anything() {
    let acts = [
        (
            "words that are no UTF-8",
            Act::Say(b"550 n\xe4\xe4 \x1b[31m\x00\r\n".to_vec()),
        ),
        ("no words", say("550\r\n")),
        (
            "very long words",
            Act::Say([b"550 ", [b'x'; 4000].as_slice(), b"\r\n"].concat()),
        ),
    ];
    at_each_step(&acts, |what, result, _| {
        // EHLO may be refused: then it is HELO.
        if !what.contains("EHLO") {
            let reason = result.as_ref().unwrap_err().reason();
            assert!(
                reason.contains("550") && reason.len() < 700,
                "{what}: {reason}"
            );
            assert!(!reason.chars().any(char::is_control), "{what}: {reason}");
        }
    });
}

#[test]
fn a_421_is_understood_at_each_step() {
    let acts = [
        ("421", Act::SayAndClose("421 4.3.2 shutting down\r\n")),
        ("421 and no more", say("421 4.3.2 shutting down\r\n")),
    ];
    at_each_step(&acts, |what, result, log| {
        let error = result.as_ref().unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
        assert!(
            error.reason().contains("421 4.3.2 shutting down"),
            "{what}: {}",
            error.reason()
        );
        assert_eq!(log.connections, 1, "{what}");
    });
}

#[test]
fn an_answer_ahead_of_its_question_is_none() {
    let acts = [
        ("two replies", say("250 one\r\n250 two\r\n")),
        ("a reply and a half", say("250 one\r\n25")),
    ];
    at_each_step(&acts, |what, result, _| {
        // After the last answer nothing is asked any more; the connection is not used again.
        // Where everything was asked at once, two answers are answers, and one is missing no more.
        let harmless = what.contains("END") || what.contains("PIPELINING");
        assert!(harmless || result.is_err(), "{what}");
    });
    for said in ["354 go on\r\n250 taken\r\n", "354 go on\r\n250"] {
        for offers in [&[][..], &["PIPELINING"]] {
            let server = Server::start(Manners {
                offers: offers.to_vec(),
                instead: vec![("DATA", say(said))],
                ..Manners::default()
            });
            let error = send(&transport(&server)).unwrap_err();
            assert!(
                error.reason().contains("without being asked"),
                "{}",
                error.reason()
            );
            assert_eq!(server.log().messages.len(), 0);
        }
    }
}

#[test]
fn a_connection_with_words_left_over_is_not_used_again() {
    let server = Server::start(Manners {
        offers: EVERYTHING.to_vec(),
        instead: vec![("END", say("250 taken\r\n250 and more\r\n"))],
        ..Manners::default()
    });
    let transport = transport(&server);
    send(&transport).unwrap();
    send(&transport).unwrap();
    let log = server.log();
    assert_eq!((log.messages.len(), log.connections), (2, 2));
}

/// The bytes that a whole send costs each side, up to the answer to the message.
fn traffic(offers: &[&'static str]) -> (usize, usize) {
    let server = Server::start(Manners {
        offers: offers.to_vec(),
        ..Manners::default()
    });
    let transport = transport(&server);
    send(&transport).unwrap();
    // The server counts what it has sent a moment after we have read it.
    thread::sleep(Duration::from_millis(100));
    let log = server.log();
    (log.sent, log.received)
}

#[test]
fn a_cut_after_any_byte_loses_nothing_and_lies_about_nothing() {
    for offers in OFFERS {
        let (sent, received) = traffic(offers);
        let mut cuts = Vec::new();
        for how in [How::Close, How::Reset] {
            cuts.extend((0..sent).map(|after| Cut {
                after,
                side: Side::Sent,
                how,
            }));
            cuts.extend((0..received).map(|after| Cut {
                after,
                side: Side::Received,
                how,
            }));
        }
        each(&cuts, |&cut| {
            let manners = Manners {
                offers: offers.to_vec(),
                cut: Some(cut),
                ..Manners::default()
            };
            let server = Server::start(manners);
            let result = send(&transport(&server));
            let what = format!("{cut:?} with {offers:?}");
            tells_the_truth(&result, &server.log(), &what);
            let error = result.expect_err(&what);
            assert_eq!(error.kind(), Kind::Network, "{what}: {}", error.reason());
        });
    }
}

#[test]
fn a_stall_after_any_byte_ends_with_the_deadline() {
    for offers in OFFERS {
        let (sent, received) = traffic(offers);
        let sides = [(Side::Sent, sent), (Side::Received, received)];
        let cuts: Vec<Cut> = sides
            .into_iter()
            .flat_map(|(side, total)| {
                (0..total).step_by(23).map(move |after| Cut {
                    after,
                    side,
                    how: How::Stall,
                })
            })
            .collect();
        each(&cuts, |&cut| {
            let manners = Manners {
                offers: offers.to_vec(),
                cut: Some(cut),
                ..Manners::default()
            };
            let server = Server::start(manners);
            let result = send(&transport(&server));
            let what = format!("{cut:?} with {offers:?}");
            tells_the_truth(&result, &server.log(), &what);
            assert_eq!(result.expect_err(&what).kind(), Kind::Network);
        });
    }
}

#[test]
fn a_kept_connection_cut_after_any_byte_neither_loses_nor_doubles_a_message() {
    for offers in OFFERS {
        let (sent, received) = traffic(offers);
        let mut cuts = Vec::new();
        for how in [How::Close, How::Reset] {
            cuts.extend((sent..sent + 80).map(|after| Cut {
                after,
                side: Side::Sent,
                how,
            }));
            cuts.extend((received..received + 500).step_by(7).map(|after| Cut {
                after,
                side: Side::Received,
                how,
            }));
        }
        each(&cuts, |&cut| {
            let server = Server::start(Manners {
                offers: offers.to_vec(),
                cut: Some(cut),
                cut_once: true,
                ..Manners::default()
            });
            let transport = transport(&server);
            let what = format!("{cut:?} with {offers:?}");
            assert!(send(&transport).is_ok(), "{what}");
            let result = send(&transport);
            let taken = server.log().messages.len();
            match result {
                Ok(()) => assert_eq!(taken, 2, "{what}"),
                Err(error) if error.reason().contains("may have been delivered") => {
                    assert!(taken <= 2, "{what}");
                }
                Err(error) => assert_eq!(taken, 1, "{what}: {}", error.reason()),
            }
        });
    }
}
