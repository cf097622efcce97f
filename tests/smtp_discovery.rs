//! `host = "srv:example.org"`: relays that DNS names, and name servers that lie.
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
#[path = "support/name_server.rs"]
mod name_server;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::time::{Duration, Instant};

use certificates::showing;
use mail::mail;
use name_server::{Manner, NameServer, Record};
use simplemapi::config::{Discovery, Security};
use simplemapi::deadline::Deadline;
use simplemapi::error::{Error, Kind};
use simplemapi::providers::transport::{Discovered, Transport};
use smtp_server::{Manners, Server};
use test_servers::Certificates;

const CLEAR: &str = "_submission._tcp.example.localhost";
/// More than anything here takes, on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// The relays of a domain, as this name server has them.
fn relays(names: &NameServer, domain: &str, security: &[Security], of: &Server) -> Discovered {
    let mut settings = of.settings();
    settings.host = domain.to_owned();
    settings.deadline = LONG;
    let discovery = Discovery {
        security: security.to_vec(),
        nameserver: Some(names.address()),
    };
    Discovered::new(settings, discovery)
}

fn send(relays: &Discovered, limit: Duration) -> Result<(), Error> {
    let (envelope, message) = mail(&["bob@example.org"], "hello");
    relays.send(&envelope, message, Deadline::after(limit))
}

#[test]
fn the_servers_that_dns_names_are_tried_by_priority() {
    // What is closed after each message ends with its server.
    let manners = || Manners {
        messages_a_connection: Some(1),
        ..Manners::default()
    };
    let [first, second] = [(); 2].map(|()| Server::start(manners()));
    let names = NameServer::start(
        Manner::Honest,
        &[
            (
                CLEAR,
                Record::Server(20, 9, second.port(), "b.example.localhost"),
            ),
            (
                CLEAR,
                Record::Server(10, 1, first.port(), "a.example.localhost"),
            ),
        ],
    );
    let relays = relays(&names, "example.localhost", &[Security::None], &first);
    for _ in 0..3 {
        send(&relays, LONG).unwrap();
    }
    assert_eq!(
        (first.log().messages.len(), second.log().messages.len()),
        (3, 0)
    );
    drop(first);
    send(&relays, LONG).unwrap();
    assert_eq!(second.log().messages.len(), 1);
    assert_eq!(names.asked(), 1, "what is known is not asked again");

    let mut steps = Vec::new();
    relays
        .check(Deadline::after(LONG), &mut |step| {
            steps.push(step.to_owned())
        })
        .unwrap();
    let steps = steps.join("\n");
    assert!(steps.contains("(priority 10, weight 1)\n"), "{steps}");
    assert!(
        steps.contains("not this one: cannot connect to a.example.localhost"),
        "{steps}"
    );
    assert!(
        steps.contains("connected to b.example.localhost"),
        "{steps}"
    );
}

#[test]
fn an_alias_is_followed_and_a_long_answer_is_fetched_by_tcp() {
    let server = Server::start(Manners::default());
    let records = [
        (CLEAR, Record::Alias("_submission._tcp.mail.localhost")),
        (
            "_submission._tcp.mail.localhost",
            Record::Server(0, 0, server.port(), "mail.localhost"),
        ),
    ];
    for manner in [Manner::Honest, Manner::Wordy, Manner::Impersonated] {
        let names = NameServer::start(manner, &records);
        let relays = relays(&names, "example.localhost", &[Security::None], &server);
        send(&relays, LONG).unwrap_or_else(|error| panic!("{manner:?}: {}", error.reason()));
    }
    assert_eq!(server.log().messages.len(), 3);
}

#[test]
fn a_name_server_that_says_nothing_of_use_holds_up_nobody_beyond_the_deadline() {
    let server = Server::start(Manners::default());
    let records = [(
        CLEAR,
        Record::Server(0, 0, server.port(), "a.example.localhost"),
    )];
    for manner in [
        Manner::Silent,
        Manner::Failing,
        Manner::WordyAndSilent,
        Manner::Circular,
        Manner::Boasting,
        Manner::Flooding,
    ] {
        let names = NameServer::start(manner, &records);
        let relays = relays(&names, "example.localhost", &[Security::None], &server);
        let begin = Instant::now();
        let error = send(&relays, Duration::from_millis(500)).unwrap_err();
        assert!(
            begin.elapsed() < LONG / 2,
            "{manner:?}: {:?}",
            begin.elapsed()
        );
        assert_eq!(error.kind(), Kind::Network, "{manner:?}");
        assert!(error.is_passing() && error.is_at_the_server(), "{manner:?}");
        assert!(error.reason().contains(CLEAR), "{}", error.reason());
    }
    assert_eq!(server.log().connections, 0);
}

#[test]
fn a_domain_without_servers_is_told_from_one_that_has_none_on_purpose() {
    let server = Server::start(Manners::default());
    let usual = [Security::Tls, Security::StartTls];
    let names = NameServer::start(Manner::Honest, &[]);
    let error = send(&relays(&names, "example.localhost", &usual, &server), LONG).unwrap_err();
    assert!(
        error.is_passing(),
        "a network may have name servers of its own"
    );
    let reason = error.reason();
    assert!(
        reason.contains("no _submissions._tcp.example.localhost and no _submission"),
        "{reason}"
    );

    let names = NameServer::start(Manner::Honest, &[("", Record::Server(0, 0, 0, "."))]);
    let error = send(&relays(&names, "example.localhost", &usual, &server), LONG).unwrap_err();
    assert!(!error.is_passing());
    let reason = error.reason();
    assert!(
        reason.contains("says in DNS that it has no server"),
        "{reason}"
    );
}

#[test]
fn tls_from_the_first_byte_is_preferred_and_a_foreign_host_has_to_speak_for_the_domain() {
    let folder = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(folder.path());
    let start = |tls_at_once| {
        Server::start(Manners {
            offers: vec!["STARTTLS"],
            tls: Some(showing(&certificates.good)),
            tls_at_once,
            messages_a_connection: Some(1),
            ..Manners::default()
        })
    };
    let (tls, starttls) = (start(true), start(false));
    let relays = |names: &NameServer, domain: &str| {
        let mut settings = starttls.settings();
        settings.host = domain.to_owned();
        settings.ca_file = Some(certificates.authority.clone());
        let discovery = Discovery {
            security: vec![Security::Tls, Security::StartTls],
            nameserver: Some(names.address()),
        };
        Discovered::new(settings, discovery)
    };
    let record = |server: &Server| Record::Server(0, 0, server.port(), "localhost");
    let names = NameServer::start(
        Manner::Honest,
        &[
            ("_submission._tcp.localhost", record(&starttls)),
            ("_submissions._tcp.localhost", record(&tls)),
        ],
    );
    let known = relays(&names, "localhost");
    send(&known, LONG).unwrap();
    assert_eq!(
        (tls.log().messages.len(), starttls.log().connections),
        (1, 0)
    );
    drop(tls);
    send(&known, LONG).unwrap();
    assert_eq!(starttls.log().messages.len(), 1);

    let foreign = ("_submission._tcp.example.test", record(&starttls));
    let names = NameServer::start(Manner::Honest, &[foreign]);
    let error = send(&relays(&names, "example.test"), LONG).unwrap_err();
    let reason = error.reason();
    assert!(
        reason.contains("it is not for example.test but for"),
        "{reason}"
    );
    assert!(!error.is_passing());
    assert_eq!(starttls.log().messages.len(), 1);
}
