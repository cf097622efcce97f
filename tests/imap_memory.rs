//! However talkative an IMAP server, little memory is used.
//!
//! One test, for the memory is that of the whole process.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where it fails, and says what it measured"
)]

#[path = "support/imap_server.rs"]
mod imap_server;
#[path = "support/memory.rs"]
mod memory;

use std::time::Duration;

use imap_server::{Act, Manners, Server};
use memory::peak_of;
use simplemapi::config::{Deletion, Server as Settings, StoreConfig, StoreKind};
use simplemapi::providers::store::{self, Part, Store, Wanted};

const LIMIT: u64 = 16 << 20;

fn store(server: &Server, deadline: Duration) -> Box<dyn Store> {
    let settings = Settings {
        deadline,
        ..server.settings()
    };
    store::open(&StoreConfig {
        kind: StoreKind::Imap(settings),
        deletion: Deletion::Permanent,
        keep_sent: true,
    })
    .unwrap()
}

/// Looks for a message, and reads it in every way but the last.
fn session(store: &dyn Store) {
    let Ok(id) = store.next(None, &Wanted::default()) else {
        return;
    };
    for part in [Part::Head, Part::Outline, Part::Text] {
        let _ = store.read(&id, part);
    }
}

/// Where nothing is optimized, a server says less.
const MUCH: u32 = if cfg!(debug_assertions) { 1 } else { 8 };

/// As long as a description of the parts of a message may be.
const LONGEST: u32 = 2 << 20;

const FETCH: &str = "* 1 FETCH (UID 1 FLAGS () INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" BODY[HEADER] \"A: b\" BODYSTRUCTURE (";
const DONE: &str = " \"mixed\"))\r\nTAG OK done\r\n";

fn listed(uid: u32) -> String {
    format!("* {uid} FETCH (UID {uid} FLAGS (\\Recent))\r\n")
}

fn part(_: u32) -> String {
    "(\"a\" \"b\" (\"name\" \"c\") NIL NIL \"7bit\" 1)".to_owned()
}

fn multiparts(_: u32) -> String {
    "(((\"a\" \"b\" NIL NIL NIL \"\" 1)\"x\")\"y\")".to_owned()
}

fn name(_: u32) -> String {
    "\"name\" \"\" ".to_owned()
}

fn offers(number: u32) -> String {
    format!("* CAPABILITY X{number} Y{number}\r\n")
}

fn classes(uid: u32) -> String {
    format!("* 1 FETCH (UID {uid} BODY[] {{9}}\r\nX: {uid:06})\r\n")
}

/// What a server says instead of the usual, and to which commands.
fn cases() -> Vec<(String, Vec<(&'static str, Act)>)> {
    const SELECTED: &str = "* 1048576 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK done\r\n";
    let flood = |first: &str, then: &[u8]| Act::Flood(first.as_bytes().to_vec(), then.to_vec());
    let select = || ("SELECT", Act::Say(SELECTED.as_bytes().to_vec()));
    let done = "TAG OK done\r\n";
    let mut cases = vec![
        (
            "news",
            vec![("SELECT", flood("", &b"* SEARCH 1 2 3 4\r\n".repeat(1000)))],
        ),
        (
            "offers",
            vec![("CAPABILITY", Act::Many("", 100_000 * MUCH, offers, done))],
        ),
        ("a million that are not there", vec![select()]),
        (
            "a million messages",
            vec![
                select(),
                ("(UID FLAGS)", Act::Many("", (1 << 17) * MUCH, listed, done)),
            ],
        ),
        (
            "more messages",
            vec![("(UID FLAGS)", Act::Many("", 20_000 * MUCH, listed, done))],
        ),
        (
            "classes",
            vec![("HEADER.FIELDS", Act::Many("", 20_000 * MUCH, classes, done))],
        ),
        (
            "parts",
            vec![("BODYSTRUCTURE", Act::Many(FETCH, LONGEST / 45, part, DONE))],
        ),
        (
            "multiparts",
            vec![(
                "BODYSTRUCTURE",
                Act::Many(FETCH, LONGEST / 45, multiparts, DONE),
            )],
        ),
        (
            "parameters",
            vec![(
                "BODYSTRUCTURE",
                Act::Many(
                    "* 1 FETCH (UID 1 BODYSTRUCTURE (\"a\" \"b\" (",
                    LONGEST / 11,
                    name,
                    ")))\r\nTAG OK\r\n",
                ),
            )],
        ),
        (
            "lists",
            vec![(
                "BODYSTRUCTURE",
                flood("* 1 FETCH (UID 1 BODYSTRUCTURE ", &[b'('; 65536]),
            )],
        ),
        (
            "literals",
            vec![(
                "BODYSTRUCTURE",
                flood("* 1 FETCH (", &b"BODY[1] {1}\r\nx ".repeat(5000)),
            )],
        ),
        (
            "empty literals",
            vec![(
                "BODYSTRUCTURE",
                flood("* 1 FETCH (", &b"{0}\r\n".repeat(5000)),
            )],
        ),
        (
            "the same again",
            vec![(
                "BODYSTRUCTURE",
                flood(
                    "",
                    &b"* 1 FETCH (UID 1 FLAGS () INTERNALDATE NIL BODY[HEADER] {5}\r\nA: b\n)\r\n"
                        .repeat(500),
                ),
            )],
        ),
    ];
    for step in [
        "GREETING",
        "CAPABILITY",
        "SELECT",
        "HEADER.FIELDS",
        "BODY.PEEK[HEADER]",
    ] {
        cases.push(("a line", vec![(step, flood("* OK ", &[b'x'; 65536]))]));
        let literal = flood("* 1 FETCH (UID 1 BODY[] {4294967295}\r\n", &[b'x'; 65536]);
        cases.push(("a literal", vec![(step, literal)]));
    }
    let named = cases.into_iter();
    named
        .map(|(name, instead)| {
            (
                format!("{name} at {}", instead.last().map_or("", |step| step.0)),
                instead,
            )
        })
        .collect()
}

#[test]
fn a_talkative_server_takes_little_memory() {
    for (name, instead) in cases() {
        // What has an end is heard out.
        let ends = instead.iter().any(|(_, act)| matches!(act, Act::Many(..)));
        let deadline = Duration::from_secs(if ends { 120 } else { 2 });
        let server = Server::start(Manners {
            instead,
            ..Manners::default()
        });
        let peak = peak_of(|| session(store(&server, deadline).as_ref()));
        println!("{:>6} KiB for {name}", peak >> 10);
        assert!(peak < LIMIT, "{} KiB for {name}", peak >> 10);
    }
}
