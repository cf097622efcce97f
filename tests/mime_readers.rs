//! Stored messages of every odd kind, read by us and by Python's e-mail package: its own test
//! messages, and some of ours.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use encodify::base64;
use serde_json::Value;
use simplemapi::mime::{parse, write_content};
use simplemapi::model::{Correspondent, Received, ReceivedFile, RecipientClass};

/// What Python reads in each of these files.
fn read_by_python(files: &[PathBuf]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/read_stored.py");
    let output = Command::new("python3")
        .arg(script)
        .args(files)
        .output()
        .expect("python3 runs");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The messages that Python's own tests of its e-mail package read.
fn messages_of_python() -> Vec<PathBuf> {
    let find = "import os, test.test_email as t; print(os.path.dirname(t.__file__))";
    let output = Command::new("python3").args(["-c", find]).output().unwrap();
    let folder = String::from_utf8(output.stdout).unwrap();
    let Ok(entries) = Path::new(folder.trim()).join("data").read_dir() else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    files
}

/// A text without what readers differ in: the kinds and numbers of blanks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two texts are the same, up to what Python could not decode.
fn same(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (words(ours), words(theirs));
    let mut ours = ours.chars();
    let is_alike = theirs.chars().all(|their| {
        ours.next()
            .is_some_and(|our| our == their || their == '\u{fffd}')
    });
    is_alike && ours.next().is_none()
}

fn assert_people(ours: &[&Correspondent], theirs: &Value, what: &str) {
    let theirs = theirs.as_array().unwrap();
    let mut ours = ours.to_vec();
    if ours.len() > theirs.len() {
        // An empty group is nobody to Python, and to us somebody without an address.
        ours.retain(|our| !our.address.is_empty());
    }
    assert_eq!(ours.len(), theirs.len(), "{what}: {ours:?} {theirs:?}");
    for (our, their) in ours.iter().zip(theirs) {
        let (name, address) = (their[0].as_str().unwrap(), their[1].as_str().unwrap());
        // A word alone is a name to us and an address to Python; nobody could write to it.
        let is_alike = if our.address.is_empty() {
            same(&our.name, [name, address].concat().as_str())
        } else {
            same(&our.name, name) && same(&our.address, address)
        };
        assert!(is_alike, "{what}: {our:?} {their}");
    }
}

/// Whether a part is shown as text rather than listed as a file.
fn is_text(part: &Value, is_first: bool) -> bool {
    let kind = part["type"].as_str().unwrap();
    let is_alone = part["within"].as_array().unwrap().is_empty();
    part["disposition"] != "attachment"
        && (part["filename"].is_null() || is_first)
        && (matches!(kind, "text/plain" | "text/html") || is_alone && kind.starts_with("text/"))
}

fn bytes_of(part: &Value) -> Vec<u8> {
    base64::STANDARD
        .decode(part["base64"].as_str().unwrap())
        .unwrap()
}

fn content(file: &ReceivedFile) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_content(file, &mut bytes).unwrap();
    bytes
}

/// Bytes without what readers differ in: the line end after the last line belongs to the part or
/// to the boundary.
fn trimmed(bytes: &[u8]) -> Vec<u8> {
    let bytes: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| *byte != b'\r')
        .collect();
    bytes.trim_ascii_end().to_vec()
}

fn assert_same(name: &str, ours: &Received, theirs: &Value) {
    let subject = theirs["subject"].as_str().unwrap_or_default();
    assert!(
        same(&ours.subject, subject),
        "{name}: {:?} {subject:?}",
        ours.subject
    );
    if let Some(sender) = theirs["from"].as_array().and_then(|from| from.first()) {
        assert_people(&[&ours.from], &Value::Array(vec![sender.clone()]), name);
    }
    for (class, field) in [
        (RecipientClass::To, "to"),
        (RecipientClass::Cc, "cc"),
        (RecipientClass::Bcc, "bcc"),
    ] {
        let of_class: Vec<_> = ours
            .recipients
            .iter()
            .filter(|(named, _)| *named == class)
            .map(|(_, person)| person)
            .collect();
        if theirs[field] != "unreadable" {
            assert_people(&of_class, &theirs[field], name);
        }
    }
    let date = ours.date.map(|date| date.as_second());
    assert_eq!(date, theirs["date"].as_i64(), "{name}");
    let mut texts = Vec::new();
    let mut files = Vec::new();
    for part in theirs["parts"].as_array().unwrap() {
        if is_text(part, texts.is_empty()) {
            texts.push(part);
        } else {
            files.push(part);
        }
    }
    let has_plain = texts.iter().any(|part| part["type"] == "text/plain");
    let shown: Vec<_> = texts
        .iter()
        .filter(|part| part["type"] == "text/plain" || !has_plain)
        .map(|part| part["text"].as_str().unwrap())
        .collect();
    if texts.iter().all(|part| part["type"] != "text/html") {
        assert!(
            same(&ours.body, &shown.join("\n")),
            "{name}: {:?} {shown:?}",
            ours.body
        );
    }
    assert_eq!(
        ours.attachments.len(),
        files.len(),
        "{name}: {:?}",
        ours.attachments
    );
    for (our, their) in ours.attachments.iter().zip(files) {
        if let Some(filename) = their["filename"].as_str() {
            assert_eq!(our.name, filename, "{name}");
        }
        let (our, their) = (trimmed(&content(our)), trimmed(&bytes_of(their)));
        assert_eq!(
            String::from_utf8_lossy(&our),
            String::from_utf8_lossy(&their),
            "{name}"
        );
    }
}

/// Where we find more files than Python, and their names. It loses what comes after the first of
/// two nested multiparts with the same boundary, and the boundary of a multipart without parts.
const WE_READ_MORE: [(&str, &[&str]); 3] = [
    ("msg_15.txt", &["xx.gif"]),
    ("msg_39.txt", &["attachment.bin"; 6]),
    ("msg_42.txt", &["attachment.eml"]),
];

#[test]
fn pythons_own_test_messages_are_read_as_python_reads_them() {
    let files = messages_of_python();
    if files.is_empty() {
        test_servers::skip(
            "Python's test messages are not there (a package of Debian has them: see ci/packages)",
        );
        return;
    }
    assert!(files.len() >= 40, "{}", files.len());
    let theirs = read_by_python(&files);
    assert_eq!(files.len(), theirs.len());
    for (file, theirs) in files.iter().zip(&theirs) {
        let name = file.file_name().unwrap().to_str().unwrap();
        let ours = parse(std::fs::read(file).unwrap()).unwrap();
        match WE_READ_MORE.iter().find(|(odd, _)| *odd == name) {
            Some((_, expected)) => {
                let names = ours.attachments.iter().map(|file| &file.name);
                assert!(names.eq(*expected), "{name}: {:?}", ours.attachments);
            }
            None => assert_same(name, &ours, theirs),
        }
    }
}

/// Messages that mail programs really send, and should not. Each is read by both readers.
const ODD: [(&str, &[u8]); 24] = [
    ("latin-1 text", b"Content-Type: text/plain; charset=iso-8859-1\n\nGr\xfc\xdfe"),
    ("cyrillic", b"Content-Type: text/plain; charset=\"koi8-r\"\n\n\xf0\xd2\xc9\xd7\xc5\xd4"),
    ("japanese", b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B%O%m!<\x1b(B"),
    ("shift_jis", b"Content-Type: text/plain; charset=Shift_JIS\n\n\x83n\x83\x8d"),
    ("chinese", b"Content-Type: text/plain; charset=gb18030\n\n\xc4\xe3\xba\xc3"),
    ("big5", b"Content-Type: text/plain; charset=big5\nContent-Transfer-Encoding: base64\n\np0Gmbg=="),
    ("korean", b"Content-Type: text/plain; charset=euc-kr\n\n\xbe\xc8\xb3\xe7"),
    ("utf-16", b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n//5HAHIA/AA="),
    ("utf-7", b"Content-Type: text/plain; charset=utf-7\n\nHi +ZYc-!"),
    ("old pc", b"Content-Type: text/plain; charset=ibm850\n\n\x82t\x82"),
    ("invalid utf-8", b"Content-Type: text/plain; charset=utf-8\n\na\xff\xfeb"),
    ("8-bit header", b"Subject: Gr\xc3\xbc\xc3\x9fe\nFrom: J\xc3\xbcrgen <j@example.org>\n\nx"),
    ("undeclared 8-bit header", b"Subject: Gr\xfc\xdfe\n\nx"),
    ("encoded words", b"Subject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?=\n =?iso-8859-1?b?6Q==?= and\n plain\n\nx"),
    ("folded with tabs", b"Subject: one\n\ttwo\n   three\nTo: a@example.org,\n\tb@example.org\n\nx"),
    ("two subjects", b"Subject: one\nSubject: two\nTo: a@example.org\nTo: b@example.org\n\nx"),
    ("a broken line in the header", b"Subject: one\nthis is no field\nTo: a@example.org\n\nx"),
    ("no empty line", b"Subject: one\nTo: a@example.org"),
    ("mbox", b"From ada Mon Jan  1 00:00:00 2024\nSubject: one\n\nx"),
    ("a multipart that never ends", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png\n\ntwo"),
    ("an inner multipart that never ends", b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n--b\nContent-Type: image/png\n\ntwo\n--b--\nrest"),
    ("names in pieces", b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment;\n filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=.pdf\n\nx\n--b--"),
    ("a name in encoded words", b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf;\n name=\"=?iso-8859-1?q?Gr=FC=DFe=2Epdf?=\"\n\nx\n--b--"),
    ("a bounce", b"Content-Type: multipart/report; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n\n--b\nContent-Type: message/rfc822\n\nSubject: it\n\nthe text\n--b--"),
];

/// Boundaries that mail programs really write, and some that no one should.
const BOUNDARIES: [(&str, &[u8]); 14] = [
    ("a boundary that begins another", b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\none\n--bb\nContent-Type: image/png\n\ntwo\n--bb--\n--b\nContent-Type: image/gif\n\nthree\n--b--\n"),
    ("a boundary that another begins", b"Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: image/png\n\ntwo\n--b--\n--bb\nContent-Type: image/gif\n\nthree\n--bb--\n"),
    ("a boundary with more behind it", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bx\ntwo\n--b x\nthree\n--b--\n"),
    ("a boundary that is indented or quoted", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n --b\n> --b\ntwo\n--b--\n"),
    ("a boundary with blanks behind it", b"Content-Type: multipart/mixed; boundary=b\n\n--b \t \n\none\n--b  \nContent-Type: image/png\n\ntwo\n--b-- \t\n"),
    ("a boundary after the last one", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\nrest\n--b\nContent-Type: image/png\n\ntwo\n--b--\n"),
    ("a boundary that comes at once again", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\none\n--b--\n"),
    ("no boundary", b"Content-Type: multipart/mixed\n\n--b\n\none\n--b--\n"),
    ("a boundary that never comes", b"Content-Type: multipart/mixed; boundary=b\n\none\n--c\ntwo\n"),
    ("seventy dashes", b"Content-Type: multipart/mixed; boundary=----------------------------------------------------------------------\n\n------------------------------------------------------------------------\n\none\n------------------------------------------------------------------------\nContent-Type: image/png\n\ntwo\n--------------------------------------------------------------------------\n"),
    ("a boundary of odd letters", b"Content-Type: multipart/mixed; boundary=\"(.*)+[a-z]?\\\"'\"\n\n--(.*)+[a-z]?\"'\n\none\n--(.*)+[a-z]?\"'--\n"),
    ("two boundaries", b"Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n\none\n--c\ntwo\n--b--\n"),
    ("two types", b"Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n\n--b\n\none\n--b\nContent-Type: image/png\n\ntwo\n--b--\n"),
    ("carriage returns before line feeds here and there", b"Content-Type: multipart/mixed; boundary=b\r\n\n--b\r\n\none\r\n--b\nContent-Type: image/png\r\n\r\ntwo\n--b--\r\n"),
];

/// That each message is read by us as by Python.
fn assert_all_same(messages: &[(&str, &[u8])]) {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = (0..messages.len())
        .map(|number| folder.path().join(number.to_string()))
        .collect();
    for (file, (_, message)) in files.iter().zip(messages) {
        std::fs::write(file, message).unwrap();
    }
    let theirs = read_by_python(&files);
    assert_eq!(theirs.len(), messages.len());
    for ((name, message), theirs) in messages.iter().zip(&theirs) {
        assert_same(name, &parse(message.to_vec()).unwrap(), theirs);
    }
}

#[test]
fn odd_messages_are_read_as_python_reads_them() {
    assert_all_same(&ODD);
}

#[test]
fn odd_boundaries_are_read_as_python_reads_them() {
    assert_all_same(&BOUNDARIES);
}
