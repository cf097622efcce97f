//! What we write, read back by Python's e-mail package: exactly what was given, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where it fails"
)]

use std::fs::File;
use std::io::Write;
use std::process::Command;

use encodify::base64;
use serde_json::Value;
use simplemapi::mime::{Composed, compose};
use simplemapi::model::{Address, Draft, Mailbox, OpenAttachment, RecipientClass, header_text};

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox {
        name: name.to_owned(),
        address: Address::new(address).unwrap(),
    }
}

fn draft() -> Draft {
    Draft {
        from: mailbox("Ada Lovelace", "ada@example.org"),
        recipients: vec![(RecipientClass::To, mailbox("Bob", "bob@example.net"))],
        unresolved: Vec::new(),
        subject: "Hello".to_owned(),
        body: "Hello\n".to_owned(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: Vec::new(),
    }
}

fn attached(name: &str, bytes: &[u8]) -> OpenAttachment {
    let mut file: File = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    OpenAttachment {
        file,
        size: bytes.len() as u64,
        name: name.to_owned(),
        path: name.into(),
    }
}

fn bytes(message: &Composed) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.copy_to(&mut bytes).unwrap();
    assert_eq!(bytes.len() as u64, message.size());
    assert_fit_for_a_server(&bytes);
    bytes
}

/// The promise to every transport.
fn assert_fit_for_a_server(message: &[u8]) {
    let text = message.strip_suffix(b"\r\n").expect("the last line ends");
    for line in text.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= 998, "a line has {} bytes", line.len());
        assert!(!line.contains(&b'\r') && !line.contains(&0));
    }
    let lines = text.split(|byte| *byte == b'\n').count() - 1;
    let pairs = text.windows(2).filter(|pair| pair == b"\r\n").count();
    assert_eq!(lines, pairs, "a line feed stands alone");
}

/// What Python reads in each of these messages.
fn read_all(messages: &[Vec<u8>]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/read_message.py");
    let mut reader = Command::new("python3");
    reader.arg(script);
    for (number, message) in messages.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        std::fs::write(&path, message).unwrap();
        reader.arg(path);
    }
    let output = reader.output().expect("python3 runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    let read: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read.len(), messages.len());
    for message in &read {
        for defect in message["defects"].as_array().unwrap() {
            // Encoded words in a name, for readers from before RFC 2231, are the one thing that we
            // write knowing that it is not allowed.
            assert_eq!(defect, "Content-Type: InvalidHeaderDefect", "{message}");
        }
    }
    read
}

fn read(message: &Composed) -> Value {
    read_all(&[bytes(message)]).remove(0)
}

/// Python leaves the line ends of base64 as they are, and turns those of other text into its own.
fn shown(part: &Value) -> String {
    part["text"].as_str().unwrap().replace("\r\n", "\n")
}

fn content(part: &Value) -> Vec<u8> {
    base64::STANDARD
        .decode(part["base64"].as_str().unwrap())
        .unwrap()
}

const SCRIPTS: [&str; 6] = [
    "Grüße aus Köln: 100 % Äpfel?",
    "日本語の件名、とても長い件名です。折り返しが必要になるまで続きます。もう少し。",
    "مرحبا بالعالم",
    "Ünïcödé 😀👩‍👩‍👧 emoji",
    "a _ = ? <b> \"c\" \\ d, e; f: g (h) @ i",
    "=?utf-8?q?=0D=0ABcc:_spy=40example.test?=",
];

#[test]
fn every_script_comes_back_in_every_text() {
    let messages: Vec<_> = SCRIPTS
        .iter()
        .map(|text| {
            bytes(
                &compose(Draft {
                    from: mailbox(text, "ada@example.org"),
                    recipients: vec![
                        (RecipientClass::To, mailbox(text, "to@example.net")),
                        (RecipientClass::Cc, mailbox(text, "cc@example.net")),
                    ],
                    unresolved: Vec::new(),
                    subject: (*text).to_owned(),
                    body: format!("{text}\n\n  {text} \nend"),
                    class: (*text).to_owned(),
                    conversation_id: (*text).to_owned(),
                    ..draft()
                })
                .unwrap(),
            )
        })
        .collect();
    for (read, text) in read_all(&messages).iter().zip(SCRIPTS) {
        assert_eq!(read["subject"], text);
        assert_eq!(read["class"], text);
        assert_eq!(read["conversation"], text);
        for (field, address) in [
            ("from", "ada@example.org"),
            ("to", "to@example.net"),
            ("cc", "cc@example.net"),
        ] {
            assert_eq!(read[field].as_array().unwrap().len(), 1);
            let name = read[field][0][0].as_str().unwrap();
            // Python before 3.13 keeps the blank between two encoded words of a name, against RFC
            // 2047 6.2; the other reader, in tests/mime_properties.rs, does not.
            assert_eq!(name.replace(' ', ""), text.replace(' ', ""), "{field}");
            assert_eq!(read[field][0][1], address);
        }
        assert_eq!(read["parts"][0]["type"], "text/plain");
        assert_eq!(read["parts"][0]["charset"], "utf-8");
        assert_eq!(
            shown(&read["parts"][0]),
            format!("{text}\n\n  {text} \nend\n")
        );
    }
}

#[test]
fn the_headers_are_the_expected_ones_and_bcc_is_in_none() {
    let message = compose(Draft {
        recipients: vec![
            (
                RecipientClass::To,
                mailbox("bob@example.net", "bob@example.net"),
            ),
            (RecipientClass::Bcc, mailbox("Eve", "eve@example.net")),
            (RecipientClass::Cc, mailbox("", "carol@example.net")),
        ],
        class: "IPM.Note".to_owned(),
        conversation_id: "7".to_owned(),
        receipt_requested: true,
        ..draft()
    })
    .unwrap();
    let raw = String::from_utf8(bytes(&message)).unwrap();
    assert!(!raw.contains("eve@") && !raw.contains("Eve") && !raw.contains("Bcc"));
    assert!(raw.contains("To: <bob@example.net>\r\n"), "{raw}");
    let read = read(&message);
    assert_eq!(
        read["fields"],
        serde_json::json!([
            "Date",
            "From",
            "Message-ID",
            "To",
            "Cc",
            "Subject",
            "X-MAPI-Message-Class",
            "X-MAPI-Conversation-ID",
            "Disposition-Notification-To",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding"
        ])
    );
    assert_eq!(read["receipt-to"], "\"Ada Lovelace\" <ada@example.org>");
    assert_eq!(read["message-id"], format!("<{}>", message.message_id()));
    assert!(message.message_id().ends_with("@example.org"));
    assert!(read["date"].as_str().unwrap().starts_with("20"));
}

#[test]
fn with_nobody_to_show_the_recipients_are_undisclosed() {
    let message = compose(Draft {
        recipients: vec![(RecipientClass::Bcc, mailbox("", "eve@example.net"))],
        ..draft()
    })
    .unwrap();
    let raw = String::from_utf8(bytes(&message)).unwrap();
    assert!(
        raw.contains("\r\nTo: undisclosed-recipients:;\r\n"),
        "{raw}"
    );
    assert!(!raw.contains("eve@"));
    assert_eq!(read(&message)["to"], serde_json::json!([]));
}

#[test]
fn an_address_beyond_ascii_stands_as_it_is_and_makes_eight_bits() {
    let message = compose(Draft {
        recipients: vec![(RecipientClass::To, mailbox("", "jörg@bücher.example"))],
        ..draft()
    })
    .unwrap()
    .into_seven_bit();
    assert!(message.is_eight_bit());
    let raw = String::from_utf8(bytes(&message)).unwrap();
    assert!(
        raw.contains("\r\nTo: <jörg@xn--bcher-kva.example>\r\n"),
        "{raw}"
    );
}

#[test]
fn no_two_messages_share_an_id_or_a_boundary() {
    let ids: std::collections::HashSet<_> = (0..100)
        .map(|_| compose(draft()).unwrap().message_id().to_owned())
        .collect();
    assert_eq!(ids.len(), 100);
}

#[test]
fn attachments_come_back_byte_for_byte_under_their_names() {
    let everything: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let long = format!("{} Übersicht über alles.pdf", "sehr ".repeat(40));
    let files: [(&str, &str, &[u8]); 9] = [
        ("report.pdf", "application/pdf", b"%PDF"),
        (
            "Jahresabschluß, 2024 – 日本.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            &everything,
        ),
        ("report.pdf", "application/pdf", b"another of that name"),
        (&long, "application/pdf", b""),
        (
            "=?utf-8?q?evil=2Eexe?=.txt",
            "text/plain",
            b"lone\n.\nFrom\r\r\n\0",
        ),
        (
            "a \"q\" \\ b; c=d 'e'.tar.gz",
            "application/gzip",
            b"\x1f\x8b",
        ),
        ("no extension", "application/octet-stream", b"?"),
        (
            "page.mht",
            "application/octet-stream",
            b"From: <Saved by a browser>\r\n\r\n",
        ),
        (
            "😀.unknown-kind",
            "application/octet-stream",
            b"\r\n--=_\r\n",
        ),
    ];
    let message = compose(Draft {
        attachments: files
            .iter()
            .map(|(name, _, bytes)| attached(name, bytes))
            .collect(),
        ..draft()
    })
    .unwrap();
    assert!(!message.is_eight_bit());
    let read = read(&message);
    let parts = read["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 1 + files.len());
    assert_eq!(parts[0]["text"], "Hello\n");
    for (part, (name, kind, bytes)) in parts[1..].iter().zip(files) {
        assert_eq!(part["filename"], name);
        assert_eq!(part["name"], name, "for readers from before RFC 2231");
        assert_eq!(part["type"], kind);
        assert_eq!(part["encoding"], "base64");
        assert_eq!(part["disposition"], "attachment");
        assert!(content(part) == bytes, "{name}");
    }
}

#[test]
fn a_saved_mail_is_attached_as_the_message_it_is() {
    let saved = "Subject: saved\nFrom: x@example.org\n\n.\nFrom here\ntext";
    let sent = saved.replace('\n', "\r\n").into_bytes();
    let message = compose(Draft {
        attachments: vec![attached("Saved.EML", saved.as_bytes())],
        ..draft()
    })
    .unwrap();
    assert!(!message.is_eight_bit());
    let read = read(&message);
    let part = &read["parts"][1];
    assert_eq!(part["type"], "message/rfc822");
    assert_eq!(part["encoding"], "7bit");
    assert_eq!(part["filename"], "Saved.EML");
    assert_eq!(content(part), sent);
}

#[test]
fn a_saved_mail_of_eight_bits_becomes_a_file_for_a_server_of_seven() {
    let saved = "Subject: saved\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n";
    let message = compose(Draft {
        attachments: vec![
            attached("eight.eml", saved.as_bytes()),
            attached("seven.eml", b"Subject: x\n\ny\n"),
        ],
        ..draft()
    })
    .unwrap();
    assert!(message.is_eight_bit());
    let eight = bytes(&message);
    let id = message.message_id().to_owned();
    let message = message.into_seven_bit();
    assert!(!message.is_eight_bit());
    let seven = bytes(&message);
    assert!(seven.is_ascii());
    let [eight, seven] = &read_all(&[eight, seven])[..] else {
        panic!("two messages were read")
    };
    assert_eq!(message.message_id(), id);
    assert_eq!(eight["message-id"], seven["message-id"]);
    assert_eq!(eight["date"], seven["date"]);
    assert_eq!(eight["parts"][1]["type"], "message/rfc822");
    assert_eq!(eight["parts"][1]["encoding"], "8bit");
    assert_eq!(seven["parts"][1]["type"], "application/octet-stream");
    assert_eq!(seven["parts"][1]["filename"], "eight.eml");
    assert_eq!(content(&seven["parts"][1]), saved.as_bytes());
    assert_eq!(eight["parts"][2], seven["parts"][2]);
}

#[test]
fn a_file_that_only_calls_itself_a_mail_travels_as_a_file() {
    let long = format!("A: b\n\n{}\n", "x".repeat(999));
    for bytes in [
        &b""[..],
        b"not a mail",
        b"A: b\0\n",
        b"A: b\rc\n",
        long.as_bytes(),
    ] {
        let message = compose(Draft {
            attachments: vec![attached("old.eml", bytes)],
            ..draft()
        })
        .unwrap();
        let read = read(&message);
        assert_eq!(read["parts"][1]["type"], "application/octet-stream");
        assert_eq!(content(&read["parts"][1]), bytes);
    }
}

#[test]
fn an_empty_text_is_a_text() {
    let empty = || Draft {
        body: String::new(),
        unresolved: Vec::new(),
        subject: String::new(),
        ..draft()
    };
    let alone = read(&compose(empty()).unwrap());
    assert_eq!(alone["type"], "text/plain");
    assert_eq!(alone["subject"], "");
    assert_eq!(alone["parts"][0]["text"], "");
    let with_file = read(
        &compose(Draft {
            attachments: vec![attached("a.bin", b"x")],
            ..empty()
        })
        .unwrap(),
    );
    assert_eq!(with_file["parts"][0]["text"], "");
    assert_eq!(content(&with_file["parts"][1]), b"x");
}

#[test]
fn a_single_page_of_html_without_a_text_becomes_the_text() {
    let page = "<html>\n.\n<p>Grüße</p>\0</html>".as_bytes();
    let draft = |body: &str, bytes: &[u8]| {
        compose(Draft {
            body: body.to_owned(),
            attachments: vec![attached("Page.HTM", bytes)],
            ..draft()
        })
        .unwrap()
    };
    let body = read(&draft(" \r\n", page));
    assert_eq!(body["type"], "text/html");
    assert_eq!(body["parts"][0]["charset"], "utf-8");
    assert_eq!(content(&body["parts"][0]), page);
    let latin = read(&draft("", b"<p>Gr\xfc\xdfe</p>"));
    assert_eq!(latin["type"], "text/html");
    assert_eq!(latin["parts"][0]["charset"], Value::Null);
    assert_eq!(read(&draft("text", page))["type"], "multipart/mixed");
}

#[test]
fn a_line_of_a_million_letters_comes_back() {
    let body = format!("{}\nend\n", "x".repeat(1_000_000));
    let message = compose(Draft {
        body: body.clone(),
        ..draft()
    })
    .unwrap();
    assert_eq!(shown(&read(&message)["parts"][0]), body);
}

/// A lone dot between line ends of every kind, and the commands that it would let out.
fn smuggling_texts() -> impl Iterator<Item = String> {
    let ends = ["", "\r", "\n", "\r\n", "\n\r", "\0"];
    ends.into_iter().flat_map(move |before| {
        ends.into_iter().map(move |after| {
            format!(
                "{before}.{after}MAIL FROM:<spy@example.test>\r\nRCPT TO:<carol@example.test>\r\nDATA\r\n"
            )
        })
    })
}

#[test]
fn a_body_cannot_end_the_message_and_comes_back_whole() {
    // At the start, in the middle, at the end, and around the ends of usual buffers.
    let places = [0, 1, 300, 4094, 16_382, 65_534];
    let texts: Vec<String> = smuggling_texts()
        .flat_map(|text| {
            places.map(|at| {
                format!(
                    "{}{text}",
                    "0123456789\n".repeat(at / 11 + 1).get(..at).unwrap()
                )
            })
        })
        .collect();
    assert_eq!(texts.len(), 36 * places.len());
    let messages: Vec<_> = texts
        .iter()
        .map(|text| {
            let message = bytes(
                &compose(Draft {
                    body: text.clone(),
                    ..draft()
                })
                .unwrap(),
            );
            let lone_dot = message
                .split(|byte| *byte == b'\n')
                .any(|line| line.starts_with(b"."));
            assert!(!lone_dot, "{text:?}");
            message
        })
        .collect();
    for (read, text) in read_all(&messages).iter().zip(&texts) {
        let unified = text
            .replace('\0', "")
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        assert_eq!(shown(&read["parts"][0]), unified);
        assert_eq!(read["fields"].as_array().unwrap().len(), 8);
    }
}

#[test]
fn no_control_character_in_any_text_makes_a_header_or_a_part() {
    let controls: Vec<char> = (0..0x20)
        .chain(0x7f..0xa0)
        .chain([0x2028, 0x2029, 0x200e, 0x200f, 0x061c])
        .chain(0x202a..=0x202e)
        .chain(0x2066..=0x2069)
        .filter_map(char::from_u32)
        .collect();
    assert!(controls.len() >= 79);
    let hostile = |c: char| format!("a{c}Bcc: spy@example.test{c}{c}X: \"y\" <b@c.test>,{c}d");
    let messages: Vec<_> = controls
        .iter()
        .map(|&c| {
            let text = hostile(c);
            let message = bytes(
                &compose(Draft {
                    from: mailbox(&text, "ada@example.org"),
                    recipients: vec![
                        (RecipientClass::To, mailbox(&text, "to@example.net")),
                        (RecipientClass::Cc, mailbox(&text, "cc@example.net")),
                    ],
                    unresolved: Vec::new(),
                    subject: text.clone(),
                    body: text.clone(),
                    class: text.clone(),
                    conversation_id: text.clone(),
                    receipt_requested: true,
                    attachments: vec![attached(&text, b"x")],
                })
                .unwrap(),
            );
            let raw = message.iter().filter(|byte| byte.is_ascii_control());
            assert!(
                raw.clone()
                    .all(|byte| matches!(byte, b'\r' | b'\n' | b'\t'))
            );
            message
        })
        .collect();
    for (read, c) in read_all(&messages).iter().zip(controls) {
        let text = header_text(&hostile(c));
        assert_eq!(
            read["fields"].as_array().unwrap().len(),
            12,
            "{c:?}: {}",
            read["fields"]
        );
        for field in ["subject", "class", "conversation"] {
            assert_eq!(read[field], text, "{field} {c:?}");
        }
        for (field, address) in [
            ("from", "ada@example.org"),
            ("to", "to@example.net"),
            ("cc", "cc@example.net"),
        ] {
            assert_eq!(read[field], serde_json::json!([[text, address]]), "{c:?}");
        }
        assert_eq!(read["parts"].as_array().unwrap().len(), 2, "{c:?}");
        assert_eq!(read["parts"][1]["filename"], text, "{c:?}");
    }
}

#[test]
fn blind_copies_stand_in_the_copy_at_home_and_never_in_what_travels() {
    let mut files = vec![vec![], vec![attached("a.txt", b"attached")]];
    let saved_mail = "Subject: inner\r\n\r\n\u{fc}ber\r\n".as_bytes();
    files.push(vec![attached("inner.eml", saved_mail)]);
    for attachments in files {
        let mut draft = draft();
        draft.attachments = attachments;
        for number in 0..30 {
            let hidden = mailbox("Gr\u{fc}n, \"Bob\"", &format!("hidden{number}@example.net"));
            draft.recipients.push((RecipientClass::Bcc, hidden));
        }
        let message = compose(draft).unwrap();
        let kept = message.kept_copy();
        let (travels, stays) = (bytes(&message), bytes(&kept));
        let seven = bytes(&message.into_seven_bit());
        for sent in [&travels, &seven] {
            let text = String::from_utf8_lossy(sent).to_lowercase();
            // Without its colon it may stand in a boundary.
            assert!(!text.contains("bcc:") && !text.contains("hidden"), "{text}");
        }
        let field = stays.len() - travels.len();
        assert!(stays.starts_with(b"Bcc: "));
        assert_eq!(stays[field..], travels, "nothing else differs");
        let [read] = read_all(&[stays]).try_into().unwrap();
        assert_eq!(read["defects"], serde_json::json!([]));
        let bcc = read["bcc"].as_array().unwrap();
        assert_eq!(bcc.len(), 30);
        assert_eq!(
            bcc[7],
            serde_json::json!(["Gr\u{fc}n, \"Bob\"", "hidden7@example.net"])
        );
    }
}

#[test]
fn without_blind_copies_the_copy_at_home_is_the_message() {
    let message = compose(draft()).unwrap();
    assert_eq!(bytes(&message.kept_copy()), bytes(&message));
    assert_eq!(message.kept_copy().message_id(), message.message_id());
}
