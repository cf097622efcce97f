//! What was given arrives as it was given, in every form of text and by every password.
#![forbid(unsafe_code)]

use std::fs;

use serde_json::json;
use test_servers::{Account, Mailbox, Postfix};

use crate::oracle;
use crate::profile;
use crate::program::{Program, said};

const SUBJECT: &str = "Grüße aus Zürich – 日本語, and 😀";
const TEXT: &str = "Zeile eins\n.\n..\nFrom here on: ἀλφάβητο, кириллица, 日本語 😀\n\nlast line\n";
const NAMES: [&str; 3] = ["Zoë Ångström", "O'Hara, \"Mo\"", "Geheimer Empfänger"];

#[test]
fn text_in_the_locales_code_page_arrives_as_it_was_given() {
    arrives("IN_THE_CODE_PAGE");
}

#[test]
fn text_in_utf8_arrives_as_it_was_given() {
    arrives("IN_UTF8");
}

#[test]
fn text_in_utf16_arrives_as_it_was_given() {
    arrives("IN_UTF16");
}

#[test]
fn text_in_wchar_t_arrives_as_it_was_given() {
    arrives("IN_WCHAR");
}

fn arrives(form: &str) {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let program = Program::build("send.c", &[form]);
    let [alice, bob] = postfix.accounts();
    for (account, mechanism) in [
        (alice, "plain"),
        (alice, "login"),
        (bob, "plain"),
        (bob, "login"),
    ] {
        send_and_read(postfix, &program, account, mechanism);
    }
}

fn send_and_read(postfix: &Postfix, program: &Program, account: Account, mechanism: &str) {
    let folder = tempfile::tempdir().unwrap();
    let every_byte: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let files = [
        ("notes.txt", b"line one\nline two\n".to_vec()),
        ("Übersicht – 日本語 (1).bin", every_byte),
        ("empty.dat", Vec::new()),
    ];
    let paths = files.each_ref().map(|(name, bytes)| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let boxes: [Mailbox; 3] = std::array::from_fn(|_| postfix.mailbox());

    let mut arguments = vec![SUBJECT, TEXT];
    for (name, mailbox) in NAMES.into_iter().zip(&boxes) {
        arguments.extend([name, mailbox.address()]);
    }
    arguments.extend(paths.iter().map(String::as_str));
    let profile = profile::submission(postfix, account, mechanism);
    let output = program.run(&profile, &arguments);
    assert!(output.status.success(), "{}", said(&output));

    let [to, cc, bcc] = boxes;
    let mut copies = Vec::new();
    for mailbox in [&to, &cc, &bcc] {
        assert_eq!(mailbox.wait_for(1).len(), 1);
        copies.extend(mailbox.files());
    }
    for message in oracle::read(&copies) {
        assert_eq!(message["subject"], SUBJECT);
        assert_eq!(
            message["from"],
            json!([["Ada Lovelace", "ada@example.test"]])
        );
        assert_eq!(message["to"], json!([[NAMES[0], to.address()]]));
        assert_eq!(message["cc"], json!([[NAMES[1], cc.address()]]));
        let parts = message["parts"].as_array().unwrap();
        assert_eq!(parts.len(), 1 + files.len());
        assert_eq!(oracle::text(&parts[0]), TEXT);
        for (part, (name, bytes)) in parts.iter().skip(1).zip(&files) {
            assert_eq!(part["disposition"], "attachment");
            assert_eq!(part["filename"], *name);
            assert_eq!(&oracle::content(part), bytes, "{name}");
        }
    }
    for copy in &copies {
        let secret = if copy.starts_with(bcc.maildir()) {
            NAMES[2].to_owned()
        } else {
            bcc.address().to_owned()
        };
        assert_is_silent_about(&fs::read(copy).unwrap(), &secret);
    }
    let method = format!(
        "sasl_method={}, sasl_username={}",
        mechanism.to_uppercase(),
        account.user
    );
    assert!(postfix.log().contains(&method), "{}", postfix.log());
}

/// The blind copy itself names its recipient, in the trace fields that the server adds on delivery;
/// nothing else may.
fn assert_is_silent_about(message: &[u8], secret: &str) {
    let message = String::from_utf8_lossy(message).to_lowercase();
    assert!(!message.contains("\nbcc:"), "{message}");
    assert!(!message.contains(&secret.to_lowercase()), "{message}");
}
