//! No control character in any field makes a header, a recipient or a message.
#![forbid(unsafe_code)]

use serde_json::Value;
use simplemapi::model::header_text;
use test_servers::Door;

use crate::program::{Program, said};
use crate::{oracle, profile};

const CHARACTERS: usize = 80;
const FIELDS: usize = 9;
const MAPI_E_INVALID_RECIPS: &str = "25";

#[test]
fn a_control_character_in_a_field_makes_no_header_no_recipient_and_no_message() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let (mailbox, spy) = (postfix.mailbox(), postfix.mailbox());
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes.txt");
    std::fs::write(&notes, "notes\n").unwrap();

    let program = Program::build("inject.c", &[]);
    let output = program.run(
        &profile::plain(postfix, Door::Plain),
        &[mailbox.address(), spy.address(), notes.to_str().unwrap()],
    );
    assert!(output.status.success(), "{}", said(&output));
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), CHARACTERS * FIELDS);
    for answer in answers.lines() {
        // An address has no place for such a character; everywhere else it is made harmless.
        let field = answer.split(' ').next();
        let expected = match field {
            Some("address") => MAPI_E_INVALID_RECIPS,
            _ => "0",
        };
        assert_eq!(answer.split(' ').nth(2), Some(expected), "{answer}");
    }

    let expected = CHARACTERS * (FIELDS - 1);
    mailbox.wait_for(expected);
    postfix.settle();
    assert_eq!(mailbox.files().len(), expected);
    assert!(spy.files().is_empty());
    assert!(postfix.catch_all().files().is_empty());
    for message in oracle::read(&mailbox.files()) {
        assert_harmless(&message, mailbox.address(), spy.address());
    }
}

fn assert_harmless(message: &Value, address: &str, spy: &str) {
    let subject = message["subject"].as_str().unwrap();
    let (character, rest) = subject.split_once(' ').unwrap();
    let field = if rest.starts_with("before") {
        "subject"
    } else {
        rest
    };
    // What was put into the field, as a header has to show it.
    let shown = header_text(&injected(character, spy));

    let mut fields: Vec<&str> = array(&message["fields"]);
    // Postfix's own.
    let trace = ["Return-Path", "X-Original-To", "Delivered-To", "Received"];
    fields.retain(|name| !trace.contains(name));
    let mut wanted = vec![
        "Date",
        "From",
        "Message-ID",
        "To",
        "Subject",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    match field {
        "type" => wanted.push("X-MAPI-Message-Class"),
        "conversation" => wanted.push("X-MAPI-Conversation-ID"),
        _ => (),
    }
    fields.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(fields, wanted, "{subject}");

    let person = &message["to"][0];
    assert_eq!(message["to"].as_array().unwrap().len(), 1, "{subject}");
    assert_eq!(person[1], address, "{subject}");
    assert_eq!(message["from"].as_array().unwrap().len(), 1, "{subject}");
    assert_eq!(message["from"][0][1], "ada@example.test", "{subject}");
    assert!(message["cc"].is_null());
    let parts = message["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 2, "{subject}");

    let name = parts[1]["filename"].as_str().unwrap();
    let (value, expected) = match field {
        "subject" => (rest, shown.as_str()),
        "type" => (message["class"].as_str().unwrap(), shown.as_str()),
        "conversation" => (message["conversation"].as_str().unwrap(), shown.as_str()),
        "name" => (person[0].as_str().unwrap(), shown.as_str()),
        _ => ("", ""),
    };
    assert_eq!(value, expected, "{subject}");
    assert_eq!(name, header_text(name), "{subject}");
    if field == "text" {
        let text = oracle::text(&parts[0]);
        assert!(text.starts_with("before"), "{subject}: {text:?}");
    }
}

/// What inject.c makes of a character that it names so.
fn injected(character: &str, spy: &str) -> String {
    let character = match character.strip_prefix("U+") {
        // A C string ends here.
        Some("0000") => return "before".to_owned(),
        Some(number) => char::from_u32(u32::from_str_radix(number, 16).unwrap())
            .unwrap()
            .to_string(),
        None => "\r\n".to_owned(),
    };
    format!("before{character}Bcc: {spy}{character}{character}after")
}

fn array(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap();
    values.iter().map(|value| value.as_str().unwrap()).collect()
}
