//! What holds for every message, however wild its texts, read back by mail-parser.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::Write;

use mail_parser::{Addr, MessageParser, MimeHeaders};
use proptest::prelude::*;
use simplemapi::mime::compose;
use simplemapi::model::{Address, Draft, Mailbox, OpenAttachment, RecipientClass, header_text};

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

/// The bytes of a draft, which keep every promise that was made about them.
fn bytes(draft: Draft) -> Vec<u8> {
    let message = compose(draft).unwrap();
    let mut bytes = Vec::new();
    message.copy_to(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, message.size());
    assert_eq!(!bytes.is_ascii(), message.is_eight_bit());
    for line in bytes
        .strip_suffix(b"\r\n")
        .unwrap()
        .split(|byte| *byte == b'\n')
    {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998 && !line.contains(&b'\r') && !line.contains(&0));
    }
    bytes
}

/// The lines at the head of a message.
fn head(message: &[u8]) -> impl Iterator<Item = &str> {
    let head = message
        .split(|byte| *byte == b'\n')
        .take_while(|line| *line != b"\r");
    head.map(|line| std::str::from_utf8(line).unwrap().trim_end_matches('\r'))
}

/// The names of the fields, as they stand there.
fn fields(message: &[u8]) -> Vec<&str> {
    head(message)
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_once(": ").unwrap().0)
        .collect()
}

fn longest_line(message: &[u8]) -> usize {
    head(message).map(str::len).max().unwrap()
}

fn name_of(address: &Addr<'_>) -> String {
    address.name().unwrap_or_default().trim_end().to_owned()
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
    fn wild_texts_come_back_and_make_no_headers(
        subject in ".{0,120}",
        from in ".{0,60}",
        to in ".{0,120}",
        body in "(.|\\r|\\n|\\r\\n){0,300}",
        class in "(IPM\\.[ -~]{0,20}|.{0,40})",
        conversation in ".{0,120}",
        file in ".{0,120}",
        content in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let message = bytes(Draft {
            from: mailbox(&from, "ada@example.org"),
            recipients: vec![
                (RecipientClass::To, mailbox(&to, "to@example.net")),
                (RecipientClass::Bcc, mailbox(&to, "hidden@example.net")),
            ],
            unresolved: Vec::new(),
            subject: subject.clone(),
            body: body.clone(),
            class: class.clone(),
            conversation_id: conversation.clone(),
            receipt_requested: false,
            attachments: vec![attached(&file, &content)],
        });
        let mut expected = vec!["Date", "From", "Message-ID", "To", "Subject"];
        expected.extend((!class.is_empty()).then_some("X-MAPI-Message-Class"));
        expected.extend((!conversation.is_empty()).then_some("X-MAPI-Conversation-ID"));
        expected.extend(["MIME-Version", "Content-Type"]);
        let found = fields(&message);
        prop_assert_eq!(&found[..expected.len()], &expected[..]);
        prop_assert!(found.len() <= expected.len() + 2, "{:?}", found);
        prop_assert!(!String::from_utf8_lossy(&message).contains("hidden@"));
        prop_assert!(longest_line(&message) <= 90);

        let read = MessageParser::new().parse(&message).unwrap();
        prop_assert_eq!(read.subject().unwrap_or_default(), header_text(&subject));
        let sender = read.from().unwrap().first().unwrap();
        prop_assert_eq!(name_of(sender), header_text(&from));
        prop_assert_eq!(sender.address(), Some("ada@example.org"));
        let recipients: Vec<_> = read.to().unwrap().iter().collect();
        prop_assert_eq!(recipients.len(), 1);
        prop_assert_eq!(name_of(recipients[0]), header_text(&to));
    }

    #[test]
    fn wild_files_come_back_under_their_names(
        names in prop::collection::vec("[^\\pC]{1,100}(\\.pdf|\\.txt|\\.eml|\\.html)?", 1..4),
        content in "[ -~]{0,300}",
    ) {
        let message = bytes(Draft {
            from: mailbox("", "ada@example.org"),
            recipients: Vec::new(),
            unresolved: Vec::new(),
            subject: String::new(),
            body: "text".to_owned(),
            class: String::new(),
            conversation_id: String::new(),
            receipt_requested: false,
            attachments: names.iter().map(|name| attached(name, content.as_bytes())).collect(),
        });
        let read = MessageParser::new().parse(&message).unwrap();
        let files: Vec<_> = read.attachments().collect();
        prop_assert_eq!(files.len(), names.len());
        for (file, name) in files.iter().zip(&names) {
            prop_assert_eq!(file.attachment_name().unwrap_or_default(), header_text(name));
            prop_assert_eq!(file.contents(), content.as_bytes());
        }
    }
}

#[test]
fn words_without_an_end_are_folded() {
    for word in [
        "x".repeat(100_000),
        "ü".repeat(100_000),
        "日".repeat(100_000),
        "=?".repeat(50_000),
    ] {
        let message = bytes(Draft {
            from: mailbox(&word, "ada@example.org"),
            recipients: vec![(RecipientClass::To, mailbox(&word, "to@example.net"))],
            unresolved: Vec::new(),
            subject: word.clone(),
            body: word.clone(),
            class: word.clone(),
            conversation_id: word.clone(),
            receipt_requested: true,
            attachments: Vec::new(),
        });
        assert!(longest_line(&message) <= 78);
        let read = MessageParser::new().parse(&message).unwrap();
        assert_eq!(read.subject().unwrap(), word);
        assert_eq!(name_of(read.to().unwrap().first().unwrap()), word);
    }
}

#[test]
fn ten_thousand_recipients_fit_in_one_folded_field() {
    let recipients = (0..10_000)
        .map(|number| {
            let name = format!("Nümber, {number}");
            (
                RecipientClass::To,
                mailbox(&name, &format!("r{number}@example.net")),
            )
        })
        .collect();
    let message = bytes(Draft {
        from: mailbox("", "ada@example.org"),
        recipients,
        unresolved: Vec::new(),
        subject: String::new(),
        body: String::new(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: Vec::new(),
    });
    assert!(longest_line(&message) <= 78);
    let read = MessageParser::new().parse(&message).unwrap();
    let people: Vec<_> = read.to().unwrap().iter().collect();
    assert_eq!(people.len(), 10_000);
    assert_eq!(people[9_999].name(), Some("Nümber, 9999"));
    assert_eq!(people[9_999].address(), Some("r9999@example.net"));
}
