//! What is sent by us is read by us as it was given.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::io::Write;

use proptest::prelude::*;
use simplemapi::mime::{compose, parse, parse_header, write_content};
use simplemapi::model::{
    Address, Draft, Mailbox, OpenAttachment, Received, RecipientClass, header_text,
};

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox {
        name: name.to_owned(),
        address: Address::new(address).unwrap(),
    }
}

fn attached(name: &str, bytes: &[u8]) -> OpenAttachment {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    OpenAttachment {
        file,
        size: bytes.len() as u64,
        name: name.to_owned(),
        path: name.into(),
    }
}

fn draft() -> Draft {
    Draft {
        from: mailbox("Ada", "ada@example.org"),
        recipients: Vec::new(),
        unresolved: Vec::new(),
        subject: String::new(),
        body: String::new(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: Vec::new(),
    }
}

/// A draft as it comes back, in a store that keeps CRLF and in one that keeps plain line feeds.
fn returned(draft: Draft) -> [Received; 2] {
    let mut bytes = Vec::new();
    compose(draft).unwrap().copy_to(&mut bytes).unwrap();
    let local: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect();
    assert_eq!(
        parse_header(&bytes).unwrap().subject,
        parse_header(&local).unwrap().subject
    );
    [parse(bytes).unwrap(), parse(local).unwrap()]
}

/// A text as mail keeps it: lines that end in CRLF, and no NUL.
fn kept(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\0', "");
    let end = if text.is_empty() || text.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    (text + end).replace('\n', "\r\n")
}

/// No file of seeds: a failure prints what it needs to be repeated.
fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn wild_texts_come_back(
        subject in ".{0,120}",
        from in ".{0,60}",
        names in prop::collection::vec(".{0,60}", 0..5),
        body in "(.|\\r|\\n|\\r\\n|\\u{0}){0,300}",
        class in "(IPM\\.[ -~]{0,20}|.{0,40})",
        conversation_id in ".{0,120}",
        receipt_requested in any::<bool>(),
    ) {
        let classes = [RecipientClass::To, RecipientClass::Cc].into_iter().cycle();
        let mut recipients: Vec<_> = classes
            .zip(&names)
            .enumerate()
            .map(|(number, (class, name))| (class, mailbox(name, &format!("r{number}@example.net"))))
            .collect();
        for received in returned(Draft {
            from: mailbox(&from, "ada@example.org"),
            recipients: recipients.clone(),
            subject: subject.clone(),
            body: body.clone(),
            class: class.clone(),
            conversation_id: conversation_id.clone(),
            receipt_requested,
            ..draft()
        }) {
            prop_assert_eq!(received.subject, header_text(&subject));
            prop_assert_eq!(received.class, header_text(&class));
            prop_assert_eq!(received.conversation_id, header_text(&conversation_id));
            prop_assert_eq!(received.receipt_requested, receipt_requested);
            prop_assert_eq!(received.from.name, header_text(&from));
            prop_assert_eq!(received.from.address, "ada@example.org");
            prop_assert!(received.date.is_some());
            prop_assert_eq!(received.body, kept(&body));
            prop_assert!(received.attachments.is_empty());
            recipients.sort_by_key(|(class, _)| *class == RecipientClass::Cc);
            prop_assert_eq!(received.recipients.len(), recipients.len());
            for ((class, person), (sent, mailbox)) in received.recipients.iter().zip(&recipients) {
                prop_assert_eq!(class, sent);
                prop_assert_eq!(&person.name, &header_text(&mailbox.name));
                prop_assert_eq!(&person.address, &mailbox.address.to_string());
            }
        }
    }

    #[test]
    fn wild_files_come_back(
        names in prop::collection::vec("[^\\pC/\\\\]{0,60}[a-zA-Z0-9](\\.pdf|\\.txt|\\.html)?", 1..4),
        content in prop::collection::vec(any::<u8>(), 0..3000),
        body in "[a-z]{1,20}",
    ) {
        for received in returned(Draft {
            body: body.clone(),
            attachments: names.iter().map(|name| attached(name, &content)).collect(),
            ..draft()
        }) {
            prop_assert_eq!(received.body, kept(&body));
            prop_assert_eq!(received.attachments.len(), names.len());
            for (file, name) in received.attachments.iter().zip(&names) {
                prop_assert_eq!(&file.name, &header_text(name));
                let mut bytes = Vec::new();
                write_content(file, &mut bytes).unwrap();
                prop_assert!(bytes == content);
            }
        }
    }

    #[test]
    fn wild_bytes_are_read_somehow(
        message in "([ -~]{0,20}|Content-Type: |text/html|multipart/(mixed|alternative|related); boundary=b|--b(--)?|\\r?\\n|=\\?utf-8\\?[qb]\\?|[<>()\"\\\\;:,@=*']|From: |To: |Date: |é|\\u{0}){0,60}",
    ) {
        let received = parse(message.into_bytes()).unwrap();
        prop_assert!(!received.body.contains('\0'));
        for file in &received.attachments {
            prop_assert!(!file.name.is_empty());
            write_content(file, &mut std::io::sink()).unwrap();
        }
    }

    #[test]
    fn bytes_of_any_kind_are_read_somehow(message in prop::collection::vec(any::<u8>(), 0..500)) {
        prop_assert!(parse(message).is_ok());
    }
}
