//! No text and no file can end its message early and go on with commands of its own.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use test_servers::{Door, Mailbox};

use crate::program::{Program, said};
use crate::{oracle, profile};

/// What may stand before and after a dot: 36 pairs.
const LINE_ENDS: [&str; 6] = ["", "\r", "\n", "\r\n", "\n\r", "\0"];

/// From one dot to the next. Odd, so that over as many blocks of a power of two the dots meet the
/// edges of those blocks at every offset there is.
const PERIOD: usize = 13;
const LARGEST_BLOCK: usize = 64 << 10;

#[test]
fn no_dot_ends_a_message_on_a_server_that_takes_a_line_feed_for_a_line_end() {
    stays_one_message(Door::Dots);
}

#[test]
fn no_dot_ends_a_message_on_a_server_that_insists_on_crlf() {
    stays_one_message(Door::StrictDots);
}

#[test]
fn no_dot_ends_a_message_that_goes_in_chunks() {
    stays_one_message(Door::Plain);
}

fn stays_one_message(door: Door) {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let program = Program::build("smuggle.c", &[]);
    let folder = tempfile::tempdir().unwrap();
    let spy = postfix.mailbox();
    let sent: Vec<(PathBuf, Mailbox)> = LINE_ENDS
        .iter()
        .flat_map(|before| LINE_ENDS.map(|after| format!("{before}.{after}")))
        .enumerate()
        .map(|(number, dot)| {
            let path = folder.path().join(number.to_string());
            fs::write(&path, smuggler(&dot, &spy)).unwrap();
            (path, postfix.mailbox())
        })
        .collect();
    let arguments: Vec<&str> = sent
        .iter()
        .flat_map(|(path, mailbox)| [path.to_str().unwrap(), mailbox.address()])
        .collect();
    let output = program.run(&profile::plain(postfix, door), &arguments);
    assert!(output.status.success(), "{}", said(&output));

    for (_, mailbox) in &sent {
        mailbox.wait_for(3);
    }
    postfix.settle();
    assert!(spy.files().is_empty(), "mail was smuggled to the spy");
    let files: Vec<PathBuf> = sent
        .iter()
        .flat_map(|(_, mailbox)| mailbox.files())
        .collect();
    assert_eq!(files.len(), 3 * sent.len(), "{}", postfix.log());
    for (copies, (path, _)) in oracle::read(&files).chunks(3).zip(&sent) {
        let given = fs::read_to_string(path).unwrap();
        assert_arrived_whole(copies, &given);
    }
    assert!(postfix.catch_all().files().is_empty());
}

/// A text that tries it at its beginning, across every edge of a buffer, in its middle and at its
/// end.
fn smuggler(dot: &str, spy: &Mailbox) -> String {
    let commands = format!(
        "{dot}MAIL FROM:<eve@example.test>\r\nRCPT TO:<{}>\r\nDATA\r\nSubject: hidden\r\n\r\nhidden{dot}",
        spy.address()
    );
    let letters = "x".repeat(PERIOD - dot.len());
    // PERIOD whole blocks wherever the first of them begins.
    let dots = format!("{dot}{letters}").repeat(LARGEST_BLOCK / PERIOD * (PERIOD + 1));
    // As a saved mail it needs a header, or it would be a file like any other.
    format!("Subject: saved\r\n\r\n{commands}{dots}{commands}two lines\r\nof text{commands}")
}

/// The messages that a text travelled in are the text, the file and the mail that they were.
fn assert_arrived_whole(messages: &[Value], given: &str) {
    let mut subjects: Vec<_> = messages.iter().map(|message| &message["subject"]).collect();
    subjects.sort_by_key(|subject| subject.as_str());
    assert_eq!(subjects, ["file", "mail", "text"]);
    for message in messages {
        let parts = message["parts"].as_array().unwrap();
        if message["subject"] == "text" {
            // To C, a NUL ends the text.
            let given = given.split('\0').next().unwrap();
            assert_eq!(parts.len(), 1);
            assert!(lines(&oracle::text(&parts[0])) == lines(given));
        } else {
            assert_eq!(parts.len(), 2);
            let content = oracle::content(&parts[1]);
            if parts[1]["type"] == "message/rfc822" {
                assert!(lines(std::str::from_utf8(&content).unwrap()) == lines(given));
            } else {
                assert!(content == given.as_bytes());
            }
        }
    }
}

/// The text with one kind of line end, and one at its end: in mail, a lone CR or LF is one as well.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    format!("{}\n", text.trim_end_matches('\n'))
}
