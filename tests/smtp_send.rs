//! Messages by SMTP, to a server of the tests' own that offers more or less and refuses this or
//! that.
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

use mail::{bytes, mail, soon, with_files};
use mail_parser::MessageParser;
use simplemapi::error::Kind;
use simplemapi::providers::transport::{Smtp, Transport};
use smtp_server::{Act, Manners, Server, say};

const EVERYTHING: &[&str] = &[
    "PIPELINING",
    "CHUNKING",
    "8BITMIME",
    "SMTPUTF8",
    "SIZE 100000000",
];
const OFFERS: [&[&str]; 4] = [&[], &["PIPELINING"], &["CHUNKING"], EVERYTHING];

fn offering(offers: &[&'static str]) -> Manners {
    Manners {
        offers: offers.to_vec(),
        ..Manners::default()
    }
}

fn refusing(offers: &[&'static str], command: &'static str, reply: &str) -> Manners {
    Manners {
        instead: vec![(command, say(reply))],
        ..offering(offers)
    }
}

#[test]
fn whatever_a_server_offers_it_gets_the_same_message() {
    for offers in OFFERS {
        for recipients in [
            &["bob@example.org"][..],
            &["bob@example.org", "carol@example.org"],
        ] {
            let server = Server::start(offering(offers));
            let (envelope, message) = mail(recipients, ".\r\n..\r\nGrüße\r\n.");
            let expected = bytes(&message);
            Smtp::new(server.settings())
                .send(&envelope, message, soon())
                .unwrap();
            let log = server.log();
            assert_eq!(log.messages.len(), 1, "{offers:?}");
            assert_eq!(log.messages[0].bytes, expected, "{offers:?}");
            assert_eq!(log.messages[0].sender, "ada@example.org");
            assert_eq!(log.messages[0].recipients, recipients);
        }
    }
}

#[test]
fn a_large_file_arrives_whole_and_its_lines_of_dots_too() {
    let folder = tempfile::tempdir().unwrap();
    let (binary, dots) = (
        folder.path().join("data.bin"),
        folder.path().join("dots.eml"),
    );
    let noise: Vec<u8> = (0..1_000_003_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    std::fs::write(&binary, noise).unwrap();
    let mut nested = String::from("From: a@b.test\r\nSubject: dots\r\n\r\n");
    for width in 0..3000 {
        nested.push_str(&".".repeat(width % 90));
        nested.push_str("\r\n.\r\n");
    }
    std::fs::write(&dots, nested).unwrap();
    for offers in OFFERS {
        let server = Server::start(offering(offers));
        let (envelope, message) = with_files(
            &["bob@example.org"],
            "see there",
            &[&binary, &dots, &binary],
        );
        let expected = bytes(&message);
        Smtp::new(server.settings())
            .send(&envelope, message, soon())
            .unwrap();
        let log = server.log();
        assert_eq!(log.messages.len(), 1);
        assert!(log.messages[0].bytes == expected, "{offers:?}");
    }
}

#[test]
fn files_go_as_they_are_to_a_server_that_takes_them_so_and_only_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    // What a mail server takes for an end, half a line end, no line end, and all bytes there are.
    let all: Vec<u8> = (0..400_000_u32).map(|n| ((n * 7) >> 3) as u8).collect();
    let wild = [b"\r\n.\r\nQUIT\r\n\n\r\0--=_".as_slice(), &all].concat();
    let files = [file("wild.bin", &wild), file("empty.bin", b"")];
    let eml = file("eight.eml", "Subject: ü\r\n\r\nGrüße\r\n".as_bytes());
    let files: Vec<_> = files
        .iter()
        .chain([&eml])
        .map(|path| path.as_path())
        .collect();
    let binary = ["PIPELINING", "CHUNKING", "8BITMIME", "SIZE", "BINARYMIME"];
    for (offers, is_binary) in [
        (&binary[..], true),
        (&["CHUNKING", "BINARYMIME"], true),
        (&["PIPELINING", "8BITMIME", "BINARYMIME"], false),
        (&binary[..4], false),
    ] {
        for recipients in [
            &["bob@example.org"][..],
            &["bob@example.org", "carol@example.org"],
        ] {
            let server = Server::start(offering(offers));
            let (envelope, message) = with_files(recipients, "see there", &files);
            let encoded = bytes(&message);
            Smtp::new(server.settings())
                .send(&envelope, message, soon())
                .unwrap();
            let log = server.log();
            let said = log
                .lines
                .iter()
                .any(|line| line.contains("BODY=BINARYMIME"));
            assert_eq!(said, is_binary, "{offers:?}");
            let got = &log.messages[0].bytes;
            assert_eq!(got == &encoded, !is_binary, "{offers:?}");
            let read = MessageParser::default().parse(got).unwrap();
            assert!(read.attachment(0).unwrap().contents() == wild, "{offers:?}");
            assert_eq!(read.attachment(1).unwrap().contents(), b"");
            assert_eq!(read.attachments().count(), 3);
            assert_eq!(read.body_text(0).unwrap().trim_end(), "see there");
        }
    }
}

#[test]
fn a_message_on_a_kept_connection_costs_one_round_trip_where_the_server_allows_it() {
    for (offers, one, several) in [
        (EVERYTHING, 1, 2),
        (&["PIPELINING"][..], 2, 2),
        (&["CHUNKING"][..], 3, 5),
        (&[][..], 4, 6),
    ] {
        let server = Server::start(offering(offers));
        let transport = Smtp::new(server.settings());
        let mut before = 0;
        for (recipients, flights) in [
            (&["bob@example.org"][..], None),
            (&["bob@example.org"], Some(one)),
            (
                &["bob@example.org", "carol@example.org", "dave@example.org"],
                Some(several),
            ),
            (&["bob@example.org"], Some(one)),
        ] {
            let (envelope, message) = mail(recipients, "hello");
            transport.send(&envelope, message, soon()).unwrap();
            let log = server.log();
            if let Some(flights) = flights {
                assert_eq!(log.flights - before, flights, "{offers:?} {recipients:?}");
            }
            before = log.flights;
        }
        assert_eq!(server.log().connections, 1);
    }
}

#[test]
fn a_message_says_its_size_and_its_eighth_bit_only_where_that_is_offered() {
    let server = Server::start(offering(EVERYTHING));
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    let size = message.size();
    Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap();
    let expected = format!("MAIL FROM:<ada@example.org> SIZE={size}");
    assert!(
        server.log().lines.contains(&expected),
        "{:?}",
        server.log().lines
    );

    let server = Server::start(offering(&[]));
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap();
    assert!(
        server
            .log()
            .lines
            .contains(&"MAIL FROM:<ada@example.org>".to_owned())
    );
}

#[test]
fn a_server_that_knows_only_helo_is_spoken_to_as_it_likes() {
    let server = Server::start(refusing(&["PIPELINING"], "EHLO", "502 unknown\r\n"));
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap();
    let log = server.log();
    assert_eq!((log.count("HELO "), log.messages.len()), (1, 1));
}

#[test]
fn one_refused_recipient_keeps_everybody_from_getting_the_message() {
    for offers in OFFERS {
        let server = Server::start(Manners {
            instead: vec![
                ("RCPT TO:<carol@", say("550 5.1.1 no carol here\r\n")),
                ("RCPT TO:<dave@", say("451 4.2.1 dave is asleep\r\n")),
            ],
            ..offering(offers)
        });
        let transport = Smtp::new(server.settings());
        let everybody = ["bob@example.org", "carol@example.org", "dave@example.org"];
        for recipients in [&everybody[..], &everybody[1..2]] {
            let (envelope, message) = mail(recipients, "hello");
            let error = transport.send(&envelope, message, soon()).unwrap_err();
            assert_eq!(error.kind(), Kind::InvalidRecipients);
            assert!(
                error
                    .reason()
                    .contains("carol@example.org: 550 5.1.1 no carol here"),
                "{}",
                error.reason()
            );
            assert_eq!(
                error.reason().contains("dave@example.org: 451"),
                recipients.len() > 1
            );
            assert!(!error.reason().contains("bob@"));
        }
        let (envelope, message) = mail(&["bob@example.org", "dave@example.org"], "hello");
        let error = transport.send(&envelope, message, soon()).unwrap_err();
        assert_eq!(
            error.kind(),
            Kind::Network,
            "nothing is wrong with dave's address"
        );

        let (envelope, message) = mail(&["bob@example.org"], "hello");
        transport.send(&envelope, message, soon()).unwrap();
        assert_eq!(server.log().messages.len(), 1, "{offers:?}");
    }
}

#[test]
fn what_the_server_refuses_is_told_in_its_words() {
    for offers in OFFERS {
        for (command, reply, kind) in [
            ("MAIL", "550 5.7.1 not you\r\n", Kind::Failure),
            ("MAIL", "451 4.3.0 later\r\n", Kind::Network),
            (
                "MAIL",
                "530 5.7.0 authentication required\r\n",
                Kind::LoginFailed,
            ),
            ("MAIL", "552 5.3.4 too large\r\n", Kind::AttachmentTooLarge),
            (
                "RCPT",
                "452 4.5.3 too many recipients\r\n",
                Kind::TooManyRecipients,
            ),
            (
                "RCPT",
                "552 5.2.2 mailbox full\r\n",
                Kind::InvalidRecipients,
            ),
            (
                "RCPT",
                "530 5.7.0 authentication required\r\n",
                Kind::LoginFailed,
            ),
            ("END", "554 5.6.0 spam\r\n", Kind::Failure),
            ("END", "452 4.3.1 disk full\r\n", Kind::Network),
            ("END", "552 5.3.4 too large\r\n", Kind::AttachmentTooLarge),
        ] {
            let server = Server::start(refusing(offers, command, reply));
            let (envelope, message) = mail(&["bob@example.org"], "hello");
            let error = Smtp::new(server.settings())
                .send(&envelope, message, soon())
                .unwrap_err();
            assert_eq!(
                error.kind(),
                kind,
                "{offers:?} {command}: {}",
                error.reason()
            );
            assert!(
                error.reason().contains(reply.trim_end()),
                "{}",
                error.reason()
            );
            assert!(
                !error.reason().contains("may have been delivered"),
                "{}",
                error.reason()
            );
            assert_eq!(server.log().messages.len(), 0);
        }
    }
}

#[test]
fn what_the_server_has_said_it_will_refuse_is_not_sent() {
    let server = Server::start(offering(&["SIZE 100"]));
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    let error = Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::AttachmentTooLarge);
    assert_eq!(server.log().count("MAIL"), 0);

    let server = Server::start(offering(&["8BITMIME"]));
    let (envelope, message) = mail(&["bób@example.org"], "hello");
    let error = Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRecipients);
    assert!(
        error.reason().contains("bób@example.org"),
        "{}",
        error.reason()
    );
    assert_eq!(server.log().count("MAIL"), 0);
}

#[test]
fn utf8_is_asked_for_only_when_an_address_needs_it() {
    for (recipient, asked) in [("bób@example.org", true), ("bob@bücher.example", false)] {
        let server = Server::start(offering(EVERYTHING));
        let (envelope, message) = mail(&[recipient], "Grüße");
        Smtp::new(server.settings())
            .send(&envelope, message, soon())
            .unwrap();
        let mail = server
            .log()
            .lines
            .iter()
            .find(|line| line.starts_with("MAIL"))
            .unwrap()
            .clone();
        assert_eq!(mail.contains(" SMTPUTF8"), asked, "{mail}");
    }
}

#[test]
fn ten_thousand_recipients_neither_deadlock_nor_take_as_many_round_trips() {
    let addresses: Vec<String> = (0..10_000)
        .map(|n| format!("user{n}@example.org"))
        .collect();
    let recipients: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let server = Server::start(offering(EVERYTHING));
    let (envelope, message) = mail(&recipients, "hello");
    Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap();
    let log = server.log();
    assert_eq!(log.messages[0].recipients.len(), 10_000);
    // A long flight may reach the server in several pieces, each answered as it comes.
    assert!(log.flights < 300, "{}", log.flights);
}

#[test]
fn a_connection_that_the_server_closed_is_made_again_without_a_word() {
    for offers in OFFERS {
        let manners = Manners {
            messages_a_connection: Some(1),
            ..offering(offers)
        };
        let server = Server::start(manners);
        let transport = Smtp::new(server.settings());
        for _ in 0..3 {
            let (envelope, message) = mail(&["bob@example.org"], "hello");
            transport.send(&envelope, message, soon()).unwrap();
            // The server's goodbye is on its way.
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = server.log();
        assert_eq!((log.messages.len(), log.connections), (3, 3));
    }
}

#[test]
fn a_421_in_place_of_the_first_answer_is_only_the_end_of_an_old_connection() {
    for offers in OFFERS {
        let server = Server::start(Manners {
            second_message: Some("421 4.4.2 you were idle for too long\r\n"),
            ..offering(offers)
        });
        let transport = Smtp::new(server.settings());
        for _ in 0..3 {
            let (envelope, message) = mail(&["bob@example.org"], "hello");
            transport.send(&envelope, message, soon()).unwrap();
        }
        let log = server.log();
        assert_eq!((log.messages.len(), log.connections), (3, 3), "{offers:?}");
    }
    // On a new connection it is an answer like any other.
    let server = Server::start(refusing(&[], "MAIL", "421 4.3.2 shutting down\r\n"));
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    let error = Smtp::new(server.settings())
        .send(&envelope, message, soon())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert_eq!(server.log().connections, 1);
}

#[test]
fn eight_threads_send_at_once_over_one_transport() {
    let server = Server::start(offering(EVERYTHING));
    let transport = Smtp::new(server.settings());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let (envelope, message) = mail(&["bob@example.org"], "hello");
                    transport.send(&envelope, message, soon()).unwrap();
                }
            });
        }
    });
    let log = server.log();
    assert_eq!(log.messages.len(), 200);
    assert!(log.connections <= 8, "{}", log.connections);
}

#[test]
fn a_file_that_changed_meanwhile_is_never_half_a_message() {
    for offers in OFFERS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.bin");
        std::fs::write(&path, vec![7; 3_000_000]).unwrap();
        let server = Server::start(offering(offers));
        let (envelope, message) = with_files(&["bob@example.org"], "see there", &[&path]);
        std::fs::OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(2_000_000)
            .unwrap();
        let error = Smtp::new(server.settings())
            .send(&envelope, message, soon())
            .unwrap_err();
        assert_eq!(
            error.kind(),
            Kind::AttachmentUnreadable,
            "{}",
            error.reason()
        );
        // The server has noticed that the connection is gone, or that nothing more comes.
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(server.log().messages.len(), 0, "{offers:?}");
    }
}

#[test]
fn a_server_that_says_no_early_is_not_sent_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.bin");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(200_000_000)
        .unwrap();
    for (command, reply, kind) in [
        ("MAIL", "552 5.3.4 too large\r\n", Kind::AttachmentTooLarge),
        ("RCPT", "550 5.1.1 nobody\r\n", Kind::InvalidRecipients),
    ] {
        let server = Server::start(Manners {
            instead: vec![(
                command,
                Act::SayAndClose(Box::leak(reply.to_owned().into_boxed_str())),
            )],
            ..offering(&["PIPELINING", "CHUNKING"])
        });
        let (envelope, message) = with_files(&["bob@example.org"], "see there", &[&path]);
        let error = Smtp::new(server.settings())
            .send(&envelope, message, soon())
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{}", error.reason());
        assert!(server.log().received < 20_000_000);
    }
}

#[test]
fn the_end_of_a_transport_says_goodbye_and_does_not_wait() {
    let server = Server::start(Manners {
        instead: vec![("QUIT", Act::Hang)],
        ..offering(EVERYTHING)
    });
    let transport = Smtp::new(server.settings());
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    transport.send(&envelope, message, soon()).unwrap();
    let start = std::time::Instant::now();
    drop(transport);
    // Waiting for the answer would take the whole timeout.
    assert!(start.elapsed() < server.settings().timeout / 2);
    assert_eq!(
        server.log_when(|log| log.count("QUIT") == 1).count("QUIT"),
        1
    );
}

#[test]
fn a_check_tells_each_step_and_sends_nothing() {
    let server = Server::start(offering(EVERYTHING));
    let mut told = Vec::new();
    Smtp::new(server.settings())
        .check(soon(), &mut |step| told.push(step.to_owned()))
        .unwrap();
    let told = told.join("\n");
    assert!(told.contains("connected to 127.0.0.1:"), "{told}");
    assert!(told.contains("220 test ESMTP"), "{told}");
    assert!(told.contains("PIPELINING"), "{told}");
    assert_eq!(server.log().count("MAIL"), 0);
}

#[test]
fn a_port_where_nobody_listens_is_named() {
    let settings = Server::start(Manners::default()).settings();
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    let error = Smtp::new(settings.clone())
        .send(&envelope, message, soon())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
    assert!(
        error
            .reason()
            .contains(&format!("127.0.0.1:{}", settings.port)),
        "{}",
        error.reason()
    );
}
