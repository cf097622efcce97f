//! However large the file and however talkative the server, little memory is used.
//!
//! One test, for the memory is that of the whole process.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

#[path = "support/mail.rs"]
mod mail;
#[path = "support/memory.rs"]
mod memory;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::fs::File;
use std::time::Duration;

use mail::{mail, with_files};
use memory::peak_of;
use simplemapi::deadline::Deadline;
use simplemapi::providers::transport::{Smtp, Transport};
use smtp_server::{Act, Manners, Server};

const LIMIT: u64 = 16 << 20;

#[test]
fn neither_a_large_file_nor_a_talkative_server_takes_much_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.bin");
    let file = File::create(&path).unwrap();
    // Many times what may be used; the lines of DATA take our server longer.
    for (offers, size) in [
        (vec!["PIPELINING", "CHUNKING"], 12 * LIMIT),
        (vec!["PIPELINING"], 3 * LIMIT),
    ] {
        file.set_len(size).unwrap();
        let server = Server::start(Manners {
            offers: offers.clone(),
            forgets: true,
            ..Manners::default()
        });
        let (envelope, message) = with_files(&["bob@example.org"], "see there", &[&path]);
        let peak = peak_of(|| {
            let deadline = Deadline::after(Duration::from_secs(120));
            Smtp::new(server.settings())
                .send(&envelope, message, deadline)
                .unwrap();
        });
        assert_eq!(server.log().messages.len(), 1);
        assert!(server.log().received as u64 > size);
        assert!(peak < LIMIT, "{offers:?}: {} KiB", peak >> 10);
    }
    for flood in [&[b'2'; 65536][..], b"250-on and on\r\n"] {
        let server = Server::start(Manners {
            instead: vec![("EHLO", Act::Flood(flood))],
            ..Manners::default()
        });
        let (envelope, message) = mail(&["bob@example.org"], "hello");
        let peak = peak_of(|| {
            let deadline = Deadline::after(Duration::from_secs(5));
            Smtp::new(server.settings())
                .send(&envelope, message, deadline)
                .unwrap_err();
        });
        assert!(peak < LIMIT, "{} KiB", peak >> 10);
    }
}
