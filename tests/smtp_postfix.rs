//! The engine against a real Postfix: it offers PIPELINING and CHUNKING, and is believed.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/mail.rs"]
mod mail;

use std::time::Duration;

use mail::{bytes, mail, soon, with_files};
use simplemapi::config::{Login, Mechanism, Secret, SecretSource, Security, Smtp as Settings};
use simplemapi::error::Kind;
use simplemapi::providers::transport::{Smtp, Transport};
use test_servers::{Account, Door, Flaw, Postfix};

fn settings(postfix: &Postfix, door: Door, security: Security, login: Option<Login>) -> Settings {
    Settings {
        host: "localhost".to_owned(),
        port: postfix.port(door),
        security,
        login,
        certificate_name: None,
        ca_file: Some(postfix.certificates().authority.clone()),
        timeout: Duration::from_secs(10),
        deadline: Duration::from_secs(20),
    }
}

fn login(account: Account, mechanism: Mechanism) -> Login {
    Login {
        user: account.user.to_owned(),
        password: SecretSource::Given(Secret::new(account.password.to_owned())),
        mechanism: Some(mechanism),
    }
}

/// What arrived, with the line ends it was sent with and without the server's trace fields.
fn without_trace(stored: &[u8], sent: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(stored)
        .replace('\n', "\r\n")
        .into_bytes();
    let missing = text.len().saturating_sub(sent.len());
    text[missing..].to_vec()
}

#[test]
fn every_door_and_mechanism_delivers_exactly_what_was_sent() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.bin");
    std::fs::write(&path, vec![0x2e; 700_001]).unwrap();
    let [alice, bob] = postfix.accounts();
    for (door, security, login) in [
        (Door::Plain, Security::None, None),
        (
            Door::Submission,
            Security::StartTls,
            Some(login(alice, Mechanism::Plain)),
        ),
        (
            Door::Submission,
            Security::StartTls,
            Some(login(bob, Mechanism::Login)),
        ),
        (Door::Tls, Security::Tls, Some(login(bob, Mechanism::Plain))),
    ] {
        let transport = Smtp::new(settings(postfix, door, security, login));
        let (one, other) = (postfix.mailbox(), postfix.mailbox());
        // On one connection: at once, in steps, and at once again.
        for (recipients, body, files) in [
            (&[one.address()][..], ".\r\n..\r\nGrüße\r\n.\r\n", &[][..]),
            (&[one.address(), other.address()], "to both", &[]),
            (&[one.address()], "see there", &[path.as_path()]),
        ] {
            let already = one.messages().len();
            let (envelope, message) = with_files(recipients, body, files);
            let sent = bytes(&message);
            transport.send(&envelope, message, soon()).unwrap();
            let arrived = one
                .wait_for(already + 1)
                .into_iter()
                .find(|stored| without_trace(stored, &sent) == sent);
            assert!(arrived.is_some(), "{body:?} through {door:?}");
        }
        assert_eq!(other.wait_for(1).len(), 1);
    }
}

#[test]
fn a_wrong_password_is_refused_with_its_words() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    for mechanism in [Mechanism::Plain, Mechanism::Login] {
        let account = Account {
            password: "not-the-password",
            ..postfix.accounts()[0]
        };
        let login = Some(login(account, mechanism));
        let transport = Smtp::new(settings(
            postfix,
            Door::Submission,
            Security::StartTls,
            login,
        ));
        let (envelope, message) = mail(&["alice@example.test"], "hello");
        let error = transport.send(&envelope, message, soon()).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        assert!(error.reason().contains("535 5.7.8"), "{}", error.reason());
        assert!(!error.reason().contains("not-the-password"));
    }
}

#[test]
fn refused_recipients_keep_the_message_from_everybody() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let transport = Smtp::new(settings(postfix, Door::Plain, Security::None, None));
    let witness = postfix.mailbox();
    for (refused, kind, word) in [
        (
            &["reject@example.test"][..],
            Kind::InvalidRecipients,
            "reject@example.test: 550",
        ),
        (
            &["defer@example.test"],
            Kind::Network,
            "defer@example.test: 451",
        ),
        (
            &["full@example.test"],
            Kind::Network,
            "full@example.test: 452",
        ),
        (
            &["defer@example.test", "reject@example.test"],
            Kind::InvalidRecipients,
            "reject@example.test: 550",
        ),
        (&["drop421@example.test"], Kind::Network, "421"),
    ] {
        for with_witness in [false, true] {
            let mut recipients = refused.to_vec();
            if with_witness {
                recipients.insert(0, witness.address());
            }
            let (envelope, message) = mail(&recipients, "nobody may read this");
            let error = transport.send(&envelope, message, soon()).unwrap_err();
            assert_eq!(error.kind(), kind, "{}", error.reason());
            assert!(error.reason().contains(word), "{}", error.reason());
            assert!(
                !error.reason().contains(witness.address()),
                "{}",
                error.reason()
            );
        }
    }
    let (envelope, message) = mail(&[witness.address()], "this may be read");
    transport.send(&envelope, message, soon()).unwrap();
    postfix.settle();
    assert_eq!(witness.messages().len(), 1);
}

#[test]
fn a_message_over_the_servers_limit_is_refused_before_it_is_sent() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.bin");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(2 << 20)
        .unwrap();
    let transport = Smtp::new(settings(postfix, Door::SizeLimited, Security::None, None));
    let (envelope, message) = with_files(&["alice@example.test"], "large", &[&path]);
    let error = transport.send(&envelope, message, soon()).unwrap_err();
    assert_eq!(error.kind(), Kind::AttachmentTooLarge, "{}", error.reason());
}

#[test]
fn a_bad_certificate_is_refused_before_the_password_is_told() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    // What a good one has shown at another port of the same host counts for nothing.
    let (envelope, message) = mail(&[postfix.mailbox().address()], "hello");
    let good = settings(postfix, Door::Submission, Security::StartTls, None);
    let login_there = Some(login(postfix.accounts()[0], Mechanism::Plain));
    Smtp::new(Settings {
        login: login_there,
        ..good
    })
    .send(&envelope, message, soon())
    .unwrap();
    for flaw in Flaw::ALL {
        let login = Some(login(postfix.accounts()[0], Mechanism::Plain));
        let transport = Smtp::new(settings(
            postfix,
            Door::Flawed(flaw),
            Security::StartTls,
            login,
        ));
        let (envelope, message) = mail(&["alice@example.test"], "hello");
        let error = transport.send(&envelope, message, soon()).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{flaw:?}");
        assert!(
            error.reason().contains("the certificate of localhost:"),
            "{}",
            error.reason()
        );
    }
}

#[test]
fn no_text_ends_a_message_early_and_begins_another() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let ends = ["", "\r", "\n", "\r\n", "\n\r", "\0"];
    for door in [Door::Plain, Door::Dots, Door::StrictDots] {
        let transport = Smtp::new(settings(postfix, door, Security::None, None));
        let (victim, witness) = (postfix.mailbox(), postfix.mailbox());
        let mut sent = 0;
        for before in ends {
            for after in ends {
                let smuggled = format!(
                    "text{before}.{after}MAIL FROM:<eve@example.test>\r\nRCPT TO:<{}>\r\nDATA\r\n\
                     Subject: smuggled\r\n\r\nsmuggled\r\n.\r\n",
                    victim.address()
                );
                let path = folder.path().join("nested.eml");
                let nested = format!("From: a@example.test\r\nSubject: nested\r\n\r\n{smuggled}");
                std::fs::write(&path, nested).unwrap();
                for files in [&[][..], &[path.as_path()]] {
                    let (envelope, message) = with_files(&[witness.address()], &smuggled, files);
                    transport.send(&envelope, message, soon()).unwrap();
                    sent += 1;
                }
            }
        }
        postfix.settle();
        assert_eq!(witness.messages().len(), sent, "{door:?}");
        assert_eq!(victim.messages().len(), 0, "{door:?}");
    }
}
