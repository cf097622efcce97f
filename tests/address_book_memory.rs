//! However talkative a directory server is, little memory is used.
//!
//! One test, for the memory is that of the whole process.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "a test stops where it fails, and uses a part of what other tests share"
)]

#[path = "address_book_ldap/ber.rs"]
mod ber;
#[path = "support/memory.rs"]
mod memory;
#[path = "address_book_ldap/scripted.rs"]
mod scripted;

use std::time::Duration;

use ber::{DONE, entry, reference, verdict};
use memory::peak_of;
use scripted::{Script, Scripted, Talk};
use simplemapi::deadline::Deadline;
use simplemapi::providers::address_book::{AddressBook, LdapBook, Query};

const LIMIT: u64 = 16 << 20;

/// Says the same for as long as somebody listens.
fn flood(talk: &mut Talk, bytes: &[u8]) {
    talk.hear();
    talk.flood(bytes);
}

/// An entry of many members, each with a name of this length.
fn list(id: u8, description: &str, count: usize, length: usize) -> Vec<u8> {
    let name = "x".repeat(length);
    let names: Vec<&str> = vec![&name; count];
    entry(
        id,
        "cn=list",
        &[("objectClass", &["group"]), (description, &names)],
    )
}

#[test]
fn a_talkative_server_takes_little_memory() {
    let finding: [Script; 4] = [
        |_, talk| flood(talk, &reference(1)),
        |_, talk| {
            let person = entry(
                1,
                &"x".repeat(2000),
                &[("cn", &["ada"]), ("mail", &["a@b.test"])],
            );
            flood(talk, &person);
        },
        |_, talk| flood(talk, &list(1, "cn", 15_000, 1)),
        |_, talk| flood(talk, &[0x30, 0x84, 0x00, 0x1f, 0xff, 0xff]),
    ];
    for script in finding {
        let server = Scripted::start(script);
        let mut settings = server.settings();
        settings.results = 10_000;
        let book = LdapBook::new(settings);
        let query = Query::new("ada").unwrap();
        let peak = peak_of(|| {
            let deadline = Deadline::after(Duration::from_secs(60));
            book.find(&query, deadline).unwrap_err();
        });
        assert!(peak < LIMIT, "{} KiB", peak >> 10);
    }
    let listing: [Script; 2] = [
        |_, talk| {
            for number in 0.. {
                let Some(&id) = talk.hear().first() else {
                    return;
                };
                let description = format!("member;range={number}-{number}");
                talk.say(&list(id, &description, 200, 4000));
                talk.say(&verdict(id, DONE, 0, ""));
            }
        },
        |_, talk| {
            let Some(&id) = talk.hear().first() else {
                return;
            };
            let names: Vec<_> = (0..50).map(|number| format!("cn={number}")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let group: [(&str, &[&str]); 2] = [("objectClass", &["group"]), ("member", &names)];
            talk.say(&entry(id, "cn=list", &group));
            talk.say(&verdict(id, DONE, 0, ""));
            for id in talk.hear() {
                talk.say(&list(id, "cn", 15_000, 1));
            }
        },
    ];
    for script in listing {
        let server = Scripted::start(script);
        let book = LdapBook::new(server.settings());
        let peak = peak_of(|| {
            let deadline = Deadline::after(Duration::from_secs(60));
            book.members("ldap:cn=list", 10_000, deadline).unwrap_err();
        });
        assert!(peak < LIMIT, "{} KiB", peak >> 10);
    }
}
