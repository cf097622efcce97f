//! TLS and logins: what is protected, whom the password is told, and whom not.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/certificates.rs"]
mod certificates;
#[path = "support/mail.rs"]
mod mail;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::sync::Arc;
use std::time::Duration;

use certificates::showing;
use encodify::base64::STANDARD;
use mail::{bytes, mail, soon, with_files};
use rustls::ServerConfig;
use simplemapi::config::{Login, Mechanism, Secret, SecretSource, Security, Smtp as Settings};
use simplemapi::error::{Error, Kind};
use simplemapi::providers::transport::{Smtp, Transport};
use smtp_server::{Act, Cut, How, Log, Manners, Server, Side, say};

use tempfile::TempDir;
use test_servers::{Certificates, Flaw};

const USER: &str = "ada";
const PASSWORD: &str = "rP7 \"w\\0rd-of-32-random-letters!";
const PLAIN: &[&str] = &["PIPELINING", "CHUNKING", "STARTTLS", "AUTH PLAIN"];
const KINDS: [Security; 2] = [Security::StartTls, Security::Tls];

/// An authority and what it signed, for as long as the folder is there.
fn certificates() -> (TempDir, Certificates) {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    (folder, certificates)
}

fn manners(security: Security, tls: &Arc<ServerConfig>) -> Manners {
    Manners {
        offers: PLAIN.to_vec(),
        tls: Some(Arc::clone(tls)),
        tls_at_once: security == Security::Tls,
        account: Some((USER, PASSWORD)),
        ..Manners::default()
    }
}

fn settings(server: &Server, security: Security, certificates: &Certificates) -> Settings {
    Settings {
        security,
        login: Some(login(PASSWORD, None)),
        certificate_name: None,
        ca_file: Some(certificates.authority.clone()),
        ..server.settings()
    }
}

fn login(password: &str, mechanism: Option<Mechanism>) -> Login {
    Login {
        user: USER.to_owned(),
        password: SecretSource::Given(Secret::new(password.to_owned())),
        mechanism,
    }
}

fn send(settings: Settings) -> Result<(), Error> {
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    Smtp::new(settings).send(&envelope, message, soon())
}

/// No credential and no envelope has left, in the clear or otherwise.
fn nothing_was_told(log: &Log) {
    assert_eq!(
        log.count("AUTH") + log.count("MAIL") + log.count("(proof)"),
        0,
        "{:?}",
        log.lines
    );
    assert_eq!(log.messages.len(), 0);
}

fn keeps_the_secret(error: &Error) {
    let reason = error.reason();
    let encoded = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    for secret in [PASSWORD, &STANDARD.encode(PASSWORD), &encoded] {
        assert!(!reason.contains(secret), "{reason}");
    }
}

#[test]
fn a_message_goes_out_protected_and_logged_in() {
    let (_folder, certificates) = certificates();
    let tls = showing(&certificates.good);
    for security in KINDS {
        for host in ["localhost", "127.0.0.1"] {
            let server = Server::start(manners(security, &tls));
            let mut settings = settings(&server, security, &certificates);
            settings.host = host.to_owned();
            send(settings).unwrap();
            let log = server.log();
            assert_eq!(log.messages.len(), 1);
            let clear: Vec<&String> = log
                .lines
                .iter()
                .filter(|line| !line.starts_with("TLS "))
                .collect();
            match security {
                Security::Tls => assert!(clear.is_empty(), "{clear:?}"),
                _ => assert!(clear.len() == 2 && clear[1] == "STARTTLS", "{clear:?}"),
            }
            assert_eq!(log.count("AUTH PLAIN"), 1);
        }
    }
}

#[test]
fn a_kept_connection_under_tls_is_used_again_in_one_round_trip() {
    let (_folder, certificates) = certificates();
    let tls = showing(&certificates.good);
    for security in KINDS {
        let server = Server::start(manners(security, &tls));
        let transport = Smtp::new(settings(&server, security, &certificates));
        let mut flights = Vec::new();
        for _ in 0..4 {
            let (envelope, message) = mail(&["bob@example.org"], "hello");
            transport.send(&envelope, message, soon()).unwrap();
            flights.push(server.log().flights);
        }
        let log = server.log();
        assert_eq!((log.messages.len(), log.connections), (4, 1));
        assert!(
            flights.windows(2).all(|pair| pair[1] == pair[0] + 1),
            "{flights:?}"
        );
    }
}

#[test]
fn a_large_message_arrives_whole_under_tls() {
    let (_folder, certificates) = certificates();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.bin");
    std::fs::write(&path, vec![0xa5; 2_000_003]).unwrap();
    for offers in [PLAIN, &["STARTTLS", "AUTH PLAIN"]] {
        let mut manners = manners(Security::StartTls, &showing(&certificates.good));
        manners.offers = offers.to_vec();
        let server = Server::start(manners);
        let (envelope, message) = with_files(&["bob@example.org"], ".\r\n..", &[&path]);
        let expected = bytes(&message);
        Smtp::new(settings(&server, Security::StartTls, &certificates))
            .send(&envelope, message, soon())
            .unwrap();
        assert!(server.log().messages[0].bytes == expected);
    }
}

/// What a reason has to say of a flaw.
fn word_for(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Expired => "expired",
        Flaw::NotYetValid => "not valid yet",
        Flaw::WrongName => "other.example.test",
        Flaw::UnknownAuthority | Flaw::SelfSigned => "ca-file",
    }
}

#[test]
fn a_certificate_that_does_not_verify_ends_the_call_before_anything_is_told() {
    let (_folder, certificates) = certificates();
    let mut bad: Vec<_> = Flaw::ALL
        .map(|flaw| (certificates.flawed(flaw).clone(), word_for(flaw)))
        .into();
    // Somebody who calls himself what the authority is called.
    let (_other_folder, namesake) = self::certificates();
    bad.push((namesake.good, "ca-file"));
    for (identity, word) in bad {
        let tls = showing(&identity);
        for security in KINDS {
            let server = Server::start(manners(security, &tls));
            let error = send(settings(&server, security, &certificates)).unwrap_err();
            assert_eq!(error.kind(), Kind::Network, "{}", error.reason());
            let reason = error.reason();
            assert!(reason.contains("the certificate of 127.0.0.1:"), "{reason}");
            assert!(reason.contains(word), "{reason}");
            nothing_was_told(&server.log());
        }
    }
}

#[test]
fn a_server_without_starttls_is_told_nothing() {
    let (_folder, certificates) = certificates();
    let tls = showing(&certificates.good);
    let stripped = Manners {
        offers: vec!["PIPELINING", "AUTH PLAIN"],
        ..manners(Security::StartTls, &tls)
    };
    let helo_only = Manners {
        instead: vec![("EHLO", say("502 no\r\n"))],
        ..stripped.clone()
    };
    let refusing = |reply: &str| Manners {
        instead: vec![("STARTTLS", say(reply))],
        ..manners(Security::StartTls, &tls)
    };
    for manners in [
        stripped,
        helo_only,
        refusing("454 4.7.0 not now\r\n"),
        refusing("500 what?\r\n"),
        refusing("250 sure\r\n"),
        refusing("421 bye\r\n"),
    ] {
        let server = Server::start(manners);
        let error = send(settings(&server, Security::StartTls, &certificates)).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{}", error.reason());
        assert!(error.reason().contains("STARTTLS"), "{}", error.reason());
        nothing_was_told(&server.log());
    }
}

#[test]
fn words_put_behind_the_answer_to_starttls_end_the_session() {
    let (_folder, certificates) = certificates();
    let tls = showing(&certificates.good);
    for injected in [
        "220 go\r\n250-x\r\n250 AUTH PLAIN\r\n",
        "220 go\r\n250 ok\r\n",
        "220 go\r\n2",
        "220 go\r\n\r\n",
        "220 go\r\n\x16",
    ] {
        let mut manners = manners(Security::StartTls, &tls);
        manners.instead = vec![("STARTTLS", say(injected))];
        let server = Server::start(manners);
        let error = send(settings(&server, Security::StartTls, &certificates)).unwrap_err();
        assert_eq!(error.kind(), Kind::Network, "{}", error.reason());
        let log = server.log();
        nothing_was_told(&log);
        assert_eq!(log.count("TLS"), 0, "{:?}", log.lines);
    }
}

#[test]
fn what_was_offered_in_the_clear_counts_for_nothing() {
    // The server offers AUTH only before TLS, as somebody on the way would.
    let (_folder, certificates) = certificates();
    let mut manners = manners(Security::StartTls, &showing(&certificates.good));
    manners.offers_under_tls = Some(vec!["PIPELINING"]);
    let server = Server::start(manners);
    let error = send(settings(&server, Security::StartTls, &certificates)).unwrap_err();
    assert_eq!(error.kind(), Kind::LoginFailed, "{}", error.reason());
    nothing_was_told(&server.log());
}

#[test]
fn each_mechanism_logs_in_and_the_best_is_chosen() {
    for (offers, mechanism, expected) in [
        (&["AUTH LOGIN PLAIN XOAUTH2"][..], None, "AUTH PLAIN"),
        (&["AUTH XOAUTH2 LOGIN"], None, "AUTH LOGIN"),
        (&["AUTH XOAUTH2"], None, "AUTH XOAUTH2"),
        (&["AUTH=PLAIN"], None, "AUTH PLAIN"),
        (
            &["AUTH PLAIN LOGIN XOAUTH2"],
            Some(Mechanism::Login),
            "AUTH LOGIN",
        ),
        (
            &["AUTH PLAIN LOGIN XOAUTH2"],
            Some(Mechanism::XOauth2),
            "AUTH XOAUTH2",
        ),
    ] {
        for password in [PASSWORD, "tö\"k\\en"] {
            let server = Server::start(Manners {
                offers: offers.to_vec(),
                account: Some((USER, password)),
                ..Manners::default()
            });
            let mut settings = server.settings();
            settings.login = Some(login(password, mechanism));
            send(settings).unwrap();
            let log = server.log();
            assert_eq!(
                (log.count(expected), log.messages.len()),
                (1, 1),
                "{:?}",
                log.lines
            );
        }
    }
}

#[test]
fn a_long_token_waits_for_its_prompt() {
    let token: &'static str = Box::leak("t0ken".repeat(400).into_boxed_str());
    for (offers, bare) in [
        ("AUTH XOAUTH2", "AUTH XOAUTH2"),
        ("AUTH PLAIN", "AUTH PLAIN"),
    ] {
        let server = Server::start(Manners {
            offers: vec![offers],
            account: Some((USER, token)),
            ..Manners::default()
        });
        let mut settings = server.settings();
        settings.login = Some(login(token, None));
        send(settings).unwrap();
        assert!(server.log().lines.iter().any(|line| line == bare));
    }
}

#[test]
fn a_wrong_password_is_a_failed_login_and_stays_secret() {
    for (offers, mechanism) in [
        ("AUTH PLAIN", Mechanism::Plain),
        ("AUTH LOGIN", Mechanism::Login),
        ("AUTH XOAUTH2", Mechanism::XOauth2),
    ] {
        let server = Server::start(Manners {
            offers: vec![offers],
            account: Some((USER, "another")),
            ..Manners::default()
        });
        let mut settings = server.settings();
        settings.login = Some(login(PASSWORD, Some(mechanism)));
        let error = send(settings).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        assert!(error.reason().contains("535 5.7.8"), "{}", error.reason());
        assert!(error.reason().contains(USER));
        keeps_the_secret(&error);
        assert_eq!(server.log().count("MAIL"), 0);
    }
}

#[test]
fn how_a_login_is_refused_decides_what_it_means() {
    for (reply, kind) in [
        ("535 5.7.8 no\r\n", Kind::LoginFailed),
        ("534 5.7.9 too weak\r\n", Kind::LoginFailed),
        ("538 5.7.11 encryption required\r\n", Kind::LoginFailed),
        ("504 5.5.4 what?\r\n", Kind::LoginFailed),
        ("454 4.7.0 later\r\n", Kind::Network),
        ("421 4.3.2 bye\r\n", Kind::Network),
        ("250 sure\r\n", Kind::Network),
    ] {
        let server = Server::start(Manners {
            offers: vec!["AUTH PLAIN"],
            instead: vec![("AUTH ", say(reply))],
            ..Manners::default()
        });
        let mut settings = server.settings();
        settings.login = Some(login(PASSWORD, None));
        let error = send(settings).unwrap_err();
        assert_eq!(error.kind(), kind, "{}", error.reason());
        assert!(
            error.reason().contains(reply.trim_end()),
            "{}",
            error.reason()
        );
        assert_eq!(server.log().count("MAIL"), 0);
    }
}

#[test]
fn a_server_that_repeats_the_password_is_not_quoted() {
    let encoded = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    for echo in [PASSWORD.to_owned(), STANDARD.encode(PASSWORD), encoded] {
        let server = Server::start(Manners {
            offers: vec!["AUTH PLAIN"],
            instead: vec![("AUTH ", say(&format!("535 5.7.8 {echo} is wrong\r\n")))],
            ..Manners::default()
        });
        let mut settings = server.settings();
        settings.login = Some(login(PASSWORD, None));
        let error = send(settings).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        assert!(error.reason().contains("535"), "{}", error.reason());
        keeps_the_secret(&error);
    }
}

#[test]
fn prompts_without_end_or_sense_are_refused() {
    for prompt in [
        "334 \r\n",
        "334 VXNlcm5hbWU6\r\n",
        "334 RmF2b3VyaXRlIGNvbG91cj8=\r\n",
        "334 ****\r\n",
    ] {
        for (offers, mechanism) in [
            ("AUTH PLAIN", Mechanism::Plain),
            ("AUTH LOGIN", Mechanism::Login),
        ] {
            let server = Server::start(Manners {
                offers: vec![offers],
                // The answer to a prompt is no command, and what is no command gets a prompt too.
                instead: vec![("AUTH ", say(prompt)), ("?", say(prompt))],
                ..Manners::default()
            });
            let mut settings = server.settings();
            settings.login = Some(login(PASSWORD, Some(mechanism)));
            let error = send(settings).unwrap_err();
            assert!(
                matches!(error.kind(), Kind::LoginFailed | Kind::Network),
                "{}",
                error.reason()
            );
            keeps_the_secret(&error);
            assert_eq!(server.log().count("MAIL"), 0);
        }
    }
}

#[test]
fn a_server_that_takes_no_password_is_not_given_one() {
    for offers in [vec![], vec!["AUTH CRAM-MD5 GSSAPI"], vec!["AUTH"]] {
        let server = Server::start(Manners {
            offers,
            ..Manners::default()
        });
        let mut settings = server.settings();
        settings.login = Some(login(PASSWORD, None));
        let error = send(settings).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        nothing_was_told(&server.log());
    }
}

#[test]
fn a_password_travels_in_the_clear_only_within_this_machine() {
    // 192.0.2.0/24 is nobody's (RFC 5737): a connection would take its time to fail.
    let settings = Settings {
        host: "192.0.2.1".to_owned(),
        port: 25,
        security: Security::None,
        login: Some(login(PASSWORD, None)),
        certificate_name: None,
        ca_file: None,
        timeout: Duration::from_secs(60),
        deadline: Duration::from_secs(60),
    };
    let start = std::time::Instant::now();
    let error = send(settings).unwrap_err();
    assert_eq!(error.kind(), Kind::LoginFailed);
    assert!(error.reason().contains("starttls"), "{}", error.reason());
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_ca_file_that_is_none_is_named() {
    let (_folder, certificates) = certificates();
    let server = Server::start(Manners {
        tls_at_once: true,
        tls: Some(showing(&certificates.good)),
        ..Manners::default()
    });
    let folder = tempfile::tempdir().unwrap();
    let (empty, missing) = (
        folder.path().join("empty.pem"),
        folder.path().join("missing.pem"),
    );
    std::fs::write(&empty, "not a certificate").unwrap();
    for path in [empty, missing] {
        let settings = Settings {
            security: Security::Tls,
            certificate_name: None,
            ca_file: Some(path.clone()),
            ..server.settings()
        };
        let error = send(settings).unwrap_err();
        assert_eq!(error.kind(), Kind::Network);
        assert!(
            error.reason().contains(path.to_str().unwrap()),
            "{}",
            error.reason()
        );
    }
}

#[test]
fn a_server_that_does_not_speak_tls_is_told_apart() {
    let (_folder, certificates) = certificates();
    for act in [
        say("220 test ESMTP\r\n"),
        Act::Say(vec![0x16; 50]),
        Act::SayAndClose(""),
    ] {
        let server = Server::start(Manners {
            instead: vec![("CONNECT", act)],
            ..Manners::default()
        });
        let error = send(settings(&server, Security::Tls, &certificates)).unwrap_err();
        assert_eq!(error.kind(), Kind::Network);
        assert!(
            error.reason().contains("no TLS with 127.0.0.1:"),
            "{}",
            error.reason()
        );
    }
}

#[test]
fn a_cut_anywhere_under_tls_loses_nothing_and_lies_about_nothing() {
    let (_folder, certificates) = certificates();
    let tls = showing(&certificates.good);
    for how in [How::Close, How::Reset] {
        for side in [Side::Sent, Side::Received] {
            for after in (0..2200).step_by(61) {
                let mut manners = manners(Security::Tls, &tls);
                manners.cut = Some(Cut { after, side, how });
                let server = Server::start(manners);
                let result = send(settings(&server, Security::Tls, &certificates));
                let taken = server.log().messages.len();
                match result {
                    Ok(()) => assert_eq!(taken, 1, "{side:?} {after}"),
                    Err(error) if error.reason().contains("may have been delivered") => {}
                    Err(error) => assert_eq!(taken, 0, "{side:?} {after}: {}", error.reason()),
                }
            }
        }
    }
}

#[test]
fn a_check_tells_of_tls_and_the_login() {
    let (_folder, certificates) = certificates();
    let server = Server::start(manners(Security::StartTls, &showing(&certificates.good)));
    let mut told = Vec::new();
    Smtp::new(settings(&server, Security::StartTls, &certificates))
        .check(soon(), &mut |step| told.push(step.to_owned()))
        .unwrap();
    let told = told.join("\n");
    assert!(told.contains("TLS 1.3"), "{told}");
    assert!(told.contains("logged in as ada with AUTH PLAIN"), "{told}");
    assert!(!told.contains(PASSWORD));
}
