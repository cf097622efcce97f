//! What others write, as we read it.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use simplemapi::mime::{parse, parse_header, parse_outline, write_content};
use simplemapi::model::{Received, ReceivedFile};

fn read(message: &str) -> Received {
    parse(message.as_bytes().to_vec()).unwrap()
}

fn names(received: &Received) -> Vec<&str> {
    received
        .attachments
        .iter()
        .map(|file| file.name.as_str())
        .collect()
}

fn content(file: &ReceivedFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_content(file, &mut bytes).unwrap();
    bytes
}

/// A multipart of this kind with these parts, each given with its fields.
fn multipart(kind: &str, parts: &[&str]) -> String {
    // Nested ones need boundaries of their own.
    let boundary = format!("={}=", parts.iter().map(|part| part.len()).sum::<usize>());
    let mut text = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n\n");
    for part in parts {
        text += &format!("--{boundary}\n{part}\n");
    }
    text + &format!("--{boundary}--\n")
}

const PLAIN: &str = "Content-Type: text/plain\n\nplain";
const PAGE: &str = "Content-Type: text/html\n\n<p>page</p>";
const PICTURE: &str =
    "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-ID: <x>\n\niVBORw==";

#[test]
fn of_two_versions_the_plain_one_is_shown_and_neither_is_a_file() {
    let received = read(&multipart("alternative", &[PLAIN, PAGE]));
    assert_eq!(received.body, "plain");
    assert!(received.attachments.is_empty());
    let received = read(&multipart("alternative", &[PAGE, PLAIN]));
    assert_eq!(received.body, "plain");
}

#[test]
fn a_blank_plain_version_gives_way_to_the_page() {
    let blank = "Content-Type: text/plain\n\n \n";
    let received = read(&multipart("alternative", &[blank, PAGE]));
    assert_eq!(received.body, "page\r\n");
    assert!(received.attachments.is_empty());
}

#[test]
fn a_page_alone_is_shown_as_text() {
    assert_eq!(read(PAGE).body, "page\r\n");
    assert_eq!(read(&multipart("mixed", &[PAGE])).body, "page\r\n");
}

#[test]
fn the_pictures_of_a_page_are_files_and_the_page_is_not() {
    let related = multipart("related", &[PAGE, PICTURE]);
    for message in [
        related.clone(),
        multipart("alternative", &[PLAIN, &related]),
        multipart(
            "related",
            &[&multipart("alternative", &[PLAIN, PAGE]), PICTURE],
        ),
    ] {
        let received = read(&message);
        assert_eq!(names(&received), ["attachment.png"], "{message}");
        assert_eq!(content(&received.attachments[0]), b"\x89PNG");
    }
}

#[test]
fn a_text_that_is_attached_is_a_file() {
    for part in [
        "Content-Disposition: attachment\n\nnotes",
        "Content-Disposition: attachment; filename=notes.txt\n\nnotes",
        "Content-Type: text/plain; name=notes.txt\n\nnotes",
        "Content-Type: text/html; name=notes.txt\nContent-Disposition: inline\n\nnotes",
    ] {
        let received = read(&multipart("mixed", &[PLAIN, part]));
        assert_eq!(received.body, "plain", "{part}");
        assert_eq!(received.attachments.len(), 1, "{part}");
        assert_eq!(content(&received.attachments[0]), b"notes");
    }
    let alone = read("Content-Disposition: attachment; filename=a.txt\n\nnotes");
    assert_eq!((alone.body.as_str(), names(&alone)), ("", vec!["a.txt"]));
}

#[test]
fn texts_around_a_picture_are_shown_together() {
    let received = read(&multipart("mixed", &[PLAIN, PICTURE, PLAIN]));
    assert_eq!(received.body, "plain\r\nplain");
    assert_eq!(names(&received), ["attachment.png"]);
}

#[test]
fn a_file_in_one_of_two_versions_is_not_lost() {
    let notes = "Content-Type: text/plain; name=notes.txt\n\nnotes";
    let calendar = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR";
    let rich = multipart("mixed", &[PAGE, notes]);
    let received = read(&multipart("alternative", &[PLAIN, &rich, calendar]));
    assert_eq!(received.body, "plain");
    assert_eq!(names(&received), ["notes.txt", "attachment.ics"]);
}

#[test]
fn a_message_inside_is_a_file_named_by_its_subject() {
    let inner = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= 1/2\n\ninner";
    let nested = format!("Content-Type: message/rfc822\n\n{inner}");
    let encoded = format!(
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{}",
        encodify::base64::STANDARD.encode(inner)
    );
    let received = read(&multipart("mixed", &[PLAIN, &nested, &encoded]));
    assert_eq!(received.body, "plain");
    assert_eq!(names(&received), ["Grüße 1_2.eml"; 2]);
    for file in &received.attachments {
        assert_eq!(content(file), inner.as_bytes());
    }
    let digest = read(&multipart("digest", &["\nSubject: one\n\na", "\n\nb"]));
    assert_eq!(names(&digest), ["one.eml", "attachment.eml"]);
}

#[test]
fn no_body_and_no_header_are_no_reason_to_fail() {
    for message in ["", "\n", "Subject: x", "Subject: x\n", "Subject: x\n\n"] {
        let received = read(message);
        assert_eq!(received.body, "", "{message:?}");
        assert!(received.attachments.is_empty());
    }
    assert_eq!(
        read("no header at all\nreally").body,
        "no header at all\r\nreally"
    );
    assert_eq!(read("\nbody").body, "body");
}

#[test]
fn line_ends_become_crlf_and_nul_is_replaced() {
    let received = read("Subject: a\0b\n\none\ntwo\r\nthree\rfour\0five");
    assert_eq!(received.body, "one\r\ntwo\r\nthree\r\nfour\u{fffd}five");
    assert_eq!(received.subject, "a b");
}

#[test]
fn an_outline_has_all_but_the_text_and_a_header_no_files() {
    let message = format!("Subject: s\n{}", multipart("mixed", &[PLAIN, PICTURE]));
    let outline = parse_outline(message.clone().into_bytes()).unwrap();
    assert_eq!((outline.subject.as_str(), outline.body.as_str()), ("s", ""));
    assert_eq!(names(&outline), ["attachment.png"]);
    let header = parse_header(message.as_bytes()).unwrap();
    assert_eq!(header.subject, "s");
    assert!(header.attachments.is_empty());
}
