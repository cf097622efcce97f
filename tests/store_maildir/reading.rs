//! What `read` gives, and by which ids.

use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use simplemapi::error::Kind;
use simplemapi::model::MessageId;
use simplemapi::providers::store::{Flags, Part, Store};

use crate::inbox::{Inbox, all, ids, kind};

fn whole(store: &dyn Store, id: &MessageId) -> Vec<u8> {
    store.read(id, Part::Whole).unwrap().bytes
}

#[test]
fn a_message_is_read_as_it_lies_there_and_stays_unread() {
    let inbox = Inbox::empty();
    let text = b"Subject: \xfc\r\nX: y\r\n\r\nbody\0\xff\nwithout end";
    fs::write(inbox.path().join("new/1700000000.M250000.host"), text).unwrap();
    let store = inbox.store();
    let id = store.next(None, &all()).unwrap();
    for _ in 0..2 {
        let message = store.read(&id, Part::Whole).unwrap();
        assert_eq!(message.bytes, text);
        let unread = Flags {
            unread: true,
            sent: false,
        };
        assert_eq!(message.flags, unread);
        let received = UNIX_EPOCH + Duration::from_millis(1_700_000_000_250);
        assert_eq!(message.received, received);
    }
    let head = store.read(&id, Part::Head).unwrap();
    assert_eq!(head.bytes, b"Subject: \xfc\r\nX: y\r\n\r\n");
    assert_eq!(inbox.names("new"), ["1700000000.M250000.host"]);
    store.mark_read(&id).unwrap();
    store.mark_read(&id).unwrap();
    assert!(!store.read(&id, Part::Head).unwrap().flags.unread);
    assert_eq!(inbox.names("cur"), ["1700000000.M250000.host:2,S"]);
}

#[test]
fn the_head_is_read_without_the_body() {
    let inbox = Inbox::with(&["cur/1.a:2,"]);
    // Larger than may be read at all, and larger than this machine's memory.
    fs::File::options()
        .append(true)
        .open(inbox.path().join("cur/1.a:2,"))
        .unwrap()
        .set_len(1 << 42)
        .unwrap();
    let store = inbox.store();
    let id = store.next(None, &all()).unwrap();
    let head = store.read(&id, Part::Head).unwrap();
    assert_eq!(head.bytes, b"Subject: cur/1.a:2,\n\n");
    let error = store.read(&id, Part::Whole).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidMessage);
    assert!(
        error.reason().contains("4398046511104 bytes"),
        "{}",
        error.reason()
    );
}

#[test]
fn an_id_is_the_same_in_every_process_and_after_every_change_of_flags() {
    let inbox = Inbox::with(&["new/1.a", "cur/2.b,S=40,W=43:2,FS"]);
    let store = inbox.store();
    let before = ids(store.as_ref(), &all());
    assert_eq!(
        before[0].as_str(),
        "7291411fc225eabd9511427006a5ef3c8d1cedcc"
    );
    store.mark_read(&before[0]).unwrap();
    let python = |key: &str, flags: &str| inbox.python(&["set", key, flags]);
    python("2.b,S=40,W=43", "RT");
    assert_eq!(ids(store.as_ref(), &all()), before[..1]);
    python("2.b,S=40,W=43", "R");
    assert_eq!(ids(store.as_ref(), &all()), before);
    // What a server does when it has counted the bytes.
    fs::rename(
        inbox.path().join("cur/2.b,S=40,W=43:2,R"),
        inbox.path().join("cur/2.b,S=41:2,R"),
    )
    .unwrap();
    for store in [store, inbox.store()] {
        assert_eq!(ids(store.as_ref(), &all()), before);
        assert_eq!(
            whole(store.as_ref(), &before[1]),
            b"Subject: cur/2.b,S=40,W=43:2,FS\n\nbody of cur/2.b,S=40,W=43:2,FS\n"
        );
    }
    for id in before {
        assert!(id.as_str().len() <= 63);
        assert!(id.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    }
}

#[test]
fn ids_that_are_none_lead_nowhere() {
    let inbox = Inbox::with(&["new/1.a"]);
    fs::create_dir_all(inbox.path().join(".Other/new")).unwrap();
    inbox.put(".Other/new/2.b", "");
    fs::write(inbox.path().join("../secret"), "Subject: secret\n\n").unwrap();
    let store = inbox.store();
    let real = store.next(None, &all()).unwrap();
    let elsewhere = Inbox::with(&["new/2.b"])
        .store()
        .next(None, &all())
        .unwrap();
    let forged = [
        "../../secret",
        "../secret",
        "1.a",
        "new/1.a",
        "*",
        "?",
        "%2e%2e%2fsecret",
        "1.*",
        elsewhere.as_str(),
        &real.as_str()[..39],
        &format!("{real}0"),
        &real
            .as_str()
            .to_uppercase()
            .replace(|c: char| c.is_ascii_digit(), "A"),
        &"x".repeat(63),
    ]
    .map(|text| text.parse::<MessageId>().unwrap());
    for id in &forged {
        assert_eq!(
            kind(store.read(id, Part::Whole)),
            Kind::InvalidMessage,
            "{id}"
        );
        assert_eq!(
            kind(store.next(Some(id), &all())),
            Kind::InvalidMessage,
            "{id}"
        );
        assert_eq!(kind(store.mark_read(id)), Kind::InvalidMessage, "{id}");
        assert_eq!(kind(store.delete(id)), Kind::InvalidMessage, "{id}");
        let note = crate::inbox::note("replaced");
        assert_eq!(kind(store.replace(id, &note)), Kind::InvalidMessage, "{id}");
    }
    assert_eq!(inbox.names("new"), ["1.a"]);
    assert_eq!(inbox.names(".Other/new"), ["2.b"]);
    assert!(inbox.names("tmp").is_empty());
}

#[test]
fn of_two_files_for_one_message_one_is_found() {
    let inbox = Inbox::with(&["new/1.a", "cur/1.a:2,S", "cur/2.b:2,", "cur/2.b:2,S"]);
    let store = inbox.store();
    let found = ids(store.as_ref(), &all());
    assert_eq!(found.len(), 2);
    for id in &found {
        assert!(!store.read(id, Part::Whole).unwrap().flags.unread);
    }
}

#[test]
fn the_outline_of_a_message_without_parts_is_its_head() {
    let inbox = Inbox::empty();
    let attached = "Content-Disposition: attachment; filename=x.txt\n\nx";
    for (number, (text, read)) in [
        ("\nbody", "\n"),
        (
            "Content-Type: text/html\n\nbody",
            "Content-Type: text/html\n\n",
        ),
        (attached, attached.strip_suffix('x').unwrap()),
        // What is in it has the name.
        ("Content-Type: message/rfc822\n\nSubject: y\n\n", "all"),
        (
            "Content-Type: multipart/mixed; boundary=x\n\n--x\n\nx\n",
            "all",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        fs::write(inbox.path().join(format!("new/{number}.x")), text).unwrap();
        let store = inbox.store();
        let id = ids(store.as_ref(), &all()).pop().unwrap();
        let outline = store.read(&id, Part::Outline).unwrap();
        let expected = if read == "all" { text } else { read };
        assert_eq!(outline.bytes, expected.as_bytes());
        let files = |bytes: Vec<u8>| {
            let message = simplemapi::mime::parse_outline(bytes).unwrap();
            let files = message.attachments.into_iter().map(|file| file.name);
            files.collect::<Vec<_>>()
        };
        assert_eq!(files(outline.bytes), files(text.as_bytes().to_vec()));
    }
}
