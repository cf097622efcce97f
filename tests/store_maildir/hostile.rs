//! Things in a Maildir that are no messages.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode};
use simplemapi::error::Kind;
use simplemapi::model::MessageId;
use simplemapi::providers::store::Part;

use crate::inbox::{Inbox, all, ids, kind, note, subject, subjects};

/// The id that a file of this name would have.
fn id_of(name: &str) -> MessageId {
    let other = Inbox::with(&[&format!("new/{name}")]);
    other.store().next(None, &all()).unwrap()
}

#[test]
fn nothing_but_files_is_found_and_nothing_else_is_opened() {
    let inbox = Inbox::with(&["new/1.a", "cur/9.z:2,"]);
    let secret = inbox.path().join("../secret");
    fs::write(&secret, "Subject: secret\n\n").unwrap();
    let path = |name: &str| inbox.path().join(name);
    symlink(&secret, path("new/2.link")).unwrap();
    symlink(path("new/1.a"), path("cur/3.inner:2,S")).unwrap();
    symlink("/dev/zero", path("new/4.endless")).unwrap();
    symlink("5.loop", path("new/5.loop")).unwrap();
    rustix::fs::mknodat(CWD, path("new/6.fifo"), FileType::Fifo, Mode::RWXU, 0).unwrap();
    fs::create_dir(path("cur/7.folder:2,")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(path("new/8.socket")).unwrap();
    let begin = Instant::now();
    let store = inbox.store();
    assert_eq!(subjects(store.as_ref(), &all()), ["new/1.a", "cur/9.z:2,"]);
    for name in [
        "2.link",
        "3.inner",
        "4.endless",
        "5.loop",
        "6.fifo",
        "7.folder",
        "8.socket",
    ] {
        let id = id_of(name);
        for part in [Part::Head, Part::Whole] {
            assert_eq!(kind(store.read(&id, part)), Kind::InvalidMessage, "{name}");
        }
        assert_eq!(kind(store.mark_read(&id)), Kind::InvalidMessage, "{name}");
        assert_eq!(
            kind(store.replace(&id, &note("x"))),
            Kind::InvalidMessage,
            "{name}"
        );
        assert_eq!(kind(store.delete(&id)), Kind::InvalidMessage, "{name}");
    }
    assert!(begin.elapsed() < Duration::from_secs(20), "it waited");
    assert_eq!(inbox.names("new").len(), 6);
    assert_eq!(inbox.names("cur").len(), 3);
    assert_eq!(fs::read(secret).unwrap(), b"Subject: secret\n\n");
}

#[test]
fn a_message_that_turns_into_a_link_or_a_pipe_is_not_followed() {
    let inbox = Inbox::with(&["new/1.a", "new/2.b"]);
    fs::write(inbox.path().join("../secret"), "Subject: secret\n\n").unwrap();
    let store = inbox.store();
    let found = ids(store.as_ref(), &all());
    fs::remove_file(inbox.path().join("new/1.a")).unwrap();
    symlink("../../secret", inbox.path().join("new/1.a")).unwrap();
    fs::remove_file(inbox.path().join("new/2.b")).unwrap();
    rustix::fs::mknodat(
        CWD,
        inbox.path().join("new/2.b"),
        FileType::Fifo,
        Mode::RWXU,
        0,
    )
    .unwrap();
    for id in &found {
        assert_eq!(kind(store.read(id, Part::Whole)), Kind::InvalidMessage);
        assert_eq!(kind(store.replace(id, &note("x"))), Kind::InvalidMessage);
        assert_eq!(kind(store.delete(id)), Kind::InvalidMessage);
    }
    assert_eq!(kind(store.next(None, &all())), Kind::NoMessages);
    assert_eq!(inbox.names("new"), ["1.a", "2.b"]);
}

#[test]
fn folders_that_are_links_are_not_followed() {
    for linked in ["new", "cur", "tmp", ".Sent", ".Trash"] {
        let inbox = Inbox::with(&["cur/1.a:2,S"]);
        let elsewhere = tempfile::tempdir().unwrap();
        for folder in ["tmp", "new", "cur"] {
            fs::create_dir(elsewhere.path().join(folder)).unwrap();
        }
        let path = inbox.path().join(linked);
        let _ = fs::rename(&path, inbox.path().join("moved"));
        symlink(elsewhere.path(), &path).unwrap();
        let store = inbox.store();
        match linked {
            ".Sent" => assert!(store.keep_sent(&note("x")).is_err()),
            ".Trash" => {
                let id = store.next(None, &all()).unwrap();
                assert!(store.delete(&id).is_err());
                assert_eq!(store.next(None, &all()).unwrap(), id);
            }
            "tmp" => assert!(store.save(&note("x"), Default::default()).is_err()),
            _ => {
                assert_ne!(kind(store.next(None, &all())), Kind::NoMessages);
                assert!(store.save(&note("x"), Default::default()).is_err());
            }
        }
        let files = fs::read_dir(elsewhere.path()).unwrap().count();
        let inner = fs::read_dir(elsewhere.path().join("cur")).unwrap().count();
        assert_eq!((files, inner), (3, 0), "{linked}");
    }
}

#[test]
fn odd_names_do_no_harm() {
    let inbox = Inbox::with(&[
        "new/1.a\nb",
        "new/2.\u{1b}[2J",
        "new/.hidden",
        "new/3.a b",
        "new/4.%s%n$(id)`id`;*?",
        "cur/5.:2,:2,S",
        "cur/99999999999999999999999.x:2,S",
    ]);
    let long = format!("new/6.{}", "x".repeat(253));
    inbox.put(&long, "");
    let undecodable: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"7.\xff\xfe");
    fs::write(
        inbox.path().join("new").join(undecodable),
        "Subject: bytes\n\n",
    )
    .unwrap();
    let store = inbox.store();
    assert_eq!(
        subjects(store.as_ref(), &all()),
        [
            "new/3.a b",
            "new/4.%s%n$(id)`id`;*?",
            "cur/5.:2,:2,S",
            &long,
            "bytes",
            "cur/99999999999999999999999.x:2,S",
        ]
    );
    for id in ids(store.as_ref(), &all()) {
        // A name of the most bytes has no room for flags: that is an error, and no loss.
        let marked = store.mark_read(&id);
        assert_eq!(marked.is_err(), subject(store.as_ref(), &id) == long);
    }
    assert_eq!(ids(store.as_ref(), &all()).len(), 6);
}

#[test]
fn a_message_that_may_not_be_read_is_skipped_until_it_may() {
    let inbox = Inbox::with(&["new/1.a", "new/2.b", "new/3.c"]);
    let locked = inbox.path().join("new/2.b");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&locked).is_ok() {
        // Nothing is unreadable to root.
        return;
    }
    let store = inbox.store();
    assert_eq!(subjects(store.as_ref(), &all()), ["new/1.a", "new/3.c"]);
    let error = store.read(&id_of("2.b"), Part::Whole).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidMessage);
    assert!(
        error.reason().contains("Permission denied"),
        "{}",
        error.reason()
    );
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(
        subjects(store.as_ref(), &all()),
        ["new/1.a", "new/2.b", "new/3.c"]
    );
}

#[test]
fn files_that_are_hardly_messages_are_notes() {
    let inbox = Inbox::empty();
    let texts: [&[u8]; 5] = [b"", b"\n", b"no head at all", b"\0\0\0", &[b'x'; 3 << 20]];
    for (number, text) in texts.iter().enumerate() {
        fs::write(inbox.path().join(format!("new/{number}.a")), text).unwrap();
    }
    let store = inbox.store();
    let found = ids(store.as_ref(), &all());
    assert_eq!(found.len(), texts.len());
    for (id, text) in found.iter().zip(texts) {
        assert_eq!(store.read(id, Part::Whole).unwrap().bytes, text);
        let head = store.read(id, Part::Head).unwrap().bytes;
        assert!(head.len() <= 1 << 20);
    }
}

#[test]
fn a_maildir_that_is_none_is_named() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("Mail");
    fs::write(&path, "a file").unwrap();
    let store = crate::inbox::open(&path, Default::default());
    let error = store.next(None, &all()).unwrap_err();
    assert_eq!(error.kind(), Kind::Failure);
    let expected = format!(
        "cannot read the Maildir {}: Not a directory",
        path.display()
    );
    assert!(error.reason().starts_with(&expected), "{}", error.reason());
}
