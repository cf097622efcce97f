//! What is written: new messages, other bytes for old ones, copies of what was sent, and the Trash.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime};

use simplemapi::error::Kind;
use simplemapi::mime::compose;
use simplemapi::model::{OpenAttachment, RecipientClass};
use simplemapi::providers::store::{Flags, Part};

use crate::inbox::{Inbox, all, draft, ids, kind, note, of_class, subject, subjects};
use crate::mail::{bytes, mailbox};

const UNREAD: Flags = Flags {
    unread: true,
    sent: false,
};

#[test]
fn a_saved_message_is_found_under_the_id_that_saving_gave() {
    let inbox = Inbox::absent();
    let store = inbox.store();
    let message = note("saved");
    let id = store.save(&message, UNREAD).unwrap();
    assert_eq!(ids(store.as_ref(), &all()), std::slice::from_ref(&id));
    let another = inbox.store();
    let read = another.read(&id, Part::Whole).unwrap();
    let expected = String::from_utf8(bytes(&message))
        .unwrap()
        .replace("\r\n", "\n");
    assert_eq!(String::from_utf8(read.bytes).unwrap(), expected);
    assert_eq!(read.flags, UNREAD);
    assert!(read.received.elapsed().unwrap() < Duration::from_secs(60));
    assert_eq!(inbox.names("new").len(), 1);
    assert!(inbox.names("tmp").is_empty());
    for folder in ["", "tmp", "new", "cur"] {
        let mode = fs::metadata(inbox.path().join(folder))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o700, "{folder}");
    }
    let file = inbox.path().join("new").join(&inbox.names("new")[0]);
    assert_eq!(
        fs::metadata(file).unwrap().permissions().mode() & 0o7777,
        0o600
    );
}

#[test]
fn flags_are_kept_with_a_saved_message() {
    let inbox = Inbox::empty();
    let store = inbox.store();
    let mut saved = Vec::new();
    for unread in [false, true] {
        for sent in [false, true] {
            let flags = Flags { unread, sent };
            saved.push((store.save(&note("x"), flags).unwrap(), flags));
        }
    }
    let another = inbox.store();
    for (id, flags) in saved {
        assert_eq!(another.read(&id, Part::Head).unwrap().flags, flags);
        another.mark_read(&id).unwrap();
        let read = another.read(&id, Part::Head).unwrap().flags;
        assert_eq!((read.unread, read.sent), (false, flags.sent));
    }
    for message in inbox.python(&["list"]).as_array().unwrap() {
        assert_eq!(
            (&message["folder"], &message["flags"]),
            (&"cur".into(), &"S".into())
        );
    }
}

#[test]
fn saved_messages_come_in_the_order_of_saving() {
    let inbox = Inbox::empty();
    let (one, two) = (inbox.store(), inbox.store());
    let mut saved = Vec::new();
    for number in 0..50 {
        let store = if number % 3 == 0 { &one } else { &two };
        let flags = Flags {
            unread: number % 2 == 0,
            sent: false,
        };
        saved.push(store.save(&note(&number.to_string()), flags).unwrap());
    }
    for store in [one, two, inbox.store()] {
        assert_eq!(ids(store.as_ref(), &all()), saved);
    }
}

#[test]
fn python_reads_what_was_saved_with_its_blind_copies() {
    let inbox = Inbox::empty();
    let mut draft = draft("Gr\u{fc}\u{df}e");
    draft.class = "IPM.Note.Approval".to_owned();
    draft
        .recipients
        .push((RecipientClass::Bcc, mailbox("hidden@example.org")));
    let message = compose(draft).unwrap();
    inbox.store().save(&message.kept_copy(), UNREAD).unwrap();
    let list = inbox.python(&["list"]);
    let [saved] = list.as_array().unwrap().as_slice() else {
        panic!("{list}")
    };
    assert_eq!(saved["folder"], "new");
    assert_eq!(saved["bcc"], "<hidden@example.org>");
    assert_eq!(saved["class"], "IPM.Note.Approval");
    assert_eq!(saved["body"], "text\n");
    let store = inbox.store();
    assert_eq!(ids(store.as_ref(), &of_class("ipm.note.approval")).len(), 1);
}

#[test]
fn a_copy_of_what_was_sent_lies_in_the_sent_folder() {
    let inbox = Inbox::absent();
    let store = inbox.store();
    store.keep_sent(&note("sent")).unwrap();
    store.keep_sent(&note("sent too")).unwrap();
    assert_eq!(kind(store.next(None, &all())), Kind::NoMessages);
    let folders = inbox.python(&["folders"]);
    let sent = folders["Sent"].as_array().unwrap();
    let subjects: Vec<_> = sent.iter().map(|message| &message["subject"]).collect();
    assert_eq!(subjects, ["sent", "sent too"]);
    for message in sent {
        assert_eq!(
            (&message["folder"], &message["flags"]),
            (&"cur".into(), &"S".into())
        );
    }
    assert!(inbox.path().join(".Sent/maildirfolder").is_file());
}

#[test]
fn a_replaced_message_keeps_its_id_its_place_and_its_flags() {
    let inbox = Inbox::with(&[
        "new/1.a",
        "cur/2.b,S=31,W=33:2,FS",
        "new/3.c",
        "cur/mine:2,",
    ]);
    let mine = inbox.path().join("cur/mine:2,");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(5);
    let file = fs::File::options().append(true).open(&mine).unwrap();
    file.set_modified(long_ago).unwrap();
    let store = inbox.store();
    let before = ids(store.as_ref(), &all());
    for (number, id) in before.iter().enumerate() {
        let flags = store.read(id, Part::Head).unwrap().flags;
        let received = store.read(id, Part::Head).unwrap().received;
        for round in 1..3 {
            let text = format!("{number}, round {round}");
            store.replace(id, &note(&text)).unwrap();
            for store in [&store, &inbox.store()] {
                assert_eq!(subject(store.as_ref(), id), text);
                let read = store.read(id, Part::Whole).unwrap();
                assert_eq!((read.flags, read.received), (flags, received));
                assert_eq!(ids(store.as_ref(), &all()), before);
            }
        }
    }
    assert_eq!(inbox.names("new"), ["1.a,rev=2", "3.c,rev=2"]);
    assert_eq!(inbox.names("cur"), ["2.b,rev=2:2,FS", "mine,rev=2:2,"]);
    assert!(inbox.names("tmp").is_empty());
}

#[test]
fn a_replaced_message_is_found_by_its_new_class() {
    let inbox = Inbox::with(&["new/1.a"]);
    let store = inbox.store();
    let [id] = ids(store.as_ref(), &of_class("IPM.Note"))
        .try_into()
        .unwrap();
    let mut draft = draft("other");
    draft.class = "IPM.Board".to_owned();
    store.replace(&id, &compose(draft).unwrap()).unwrap();
    assert!(ids(store.as_ref(), &of_class("IPM.Note")).is_empty());
    assert_eq!(ids(store.as_ref(), &of_class("IPM.Board")), [id]);
}

#[test]
fn half_a_message_is_never_saved_and_replaces_nothing() {
    let inbox = Inbox::with(&["new/1.a"]);
    let store = inbox.store();
    let id = store.next(None, &all()).unwrap();
    let message = compose_with_shrinking_attachment(&inbox);
    assert_eq!(
        kind(store.save(&message, UNREAD)),
        Kind::AttachmentUnreadable
    );
    assert_eq!(
        kind(store.replace(&id, &message)),
        Kind::AttachmentUnreadable
    );
    assert_eq!(kind(store.keep_sent(&message)), Kind::AttachmentUnreadable);
    assert_eq!(subjects(store.as_ref(), &all()), ["new/1.a"]);
    assert_eq!(inbox.names("new"), ["1.a"]);
    for folder in ["tmp", "cur", ".Sent/tmp", ".Sent/cur", ".Sent/new"] {
        assert!(inbox.names(folder).is_empty(), "{folder}");
    }
}

fn compose_with_shrinking_attachment(inbox: &Inbox) -> simplemapi::mime::Composed {
    let path = inbox.path().join("../shrinking");
    fs::write(&path, vec![b'x'; 300_000]).unwrap();
    let file = fs::File::open(&path).unwrap();
    fs::write(&path, b"short").unwrap();
    let mut draft = draft("x");
    draft.attachments.push(OpenAttachment {
        file,
        size: 300_000,
        name: "shrinking".to_owned(),
        path,
    });
    compose(draft).unwrap()
}

#[test]
fn deleted_messages_lie_in_the_trash_as_unread_as_they_were() {
    let inbox = Inbox::with(&["new/1.a", "cur/2.b,S=31:2,FS"]);
    let store = inbox.store();
    for id in ids(store.as_ref(), &all()) {
        store.delete(&id).unwrap();
        assert_eq!(kind(store.read(&id, Part::Head)), Kind::InvalidMessage);
        assert_eq!(
            kind(inbox.store().read(&id, Part::Head)),
            Kind::InvalidMessage
        );
    }
    assert_eq!(inbox.names(".Trash/cur"), ["1.a:2,", "2.b,S=31:2,FS"]);
    let trash = &inbox.python(&["folders"])["Trash"];
    assert_eq!(trash[0]["subject"], "new/1.a");
    assert_eq!(trash[1]["subject"], "cur/2.b,S=31:2,FS");
    assert!(inbox.python(&["list"]).as_array().unwrap().is_empty());
}

#[test]
fn the_trash_takes_two_messages_of_one_name() {
    let inbox = Inbox::with(&["new/1.a"]);
    let store = inbox.store();
    let id = store.next(None, &all()).unwrap();
    store.delete(&id).unwrap();
    inbox.put("new/1.a", "X-Again: yes\n");
    store.delete(&id).unwrap();
    assert_eq!(inbox.names(".Trash/cur").len(), 2);
}

#[test]
fn what_is_deleted_permanently_is_gone() {
    let inbox = Inbox::with(&["new/1.a", "cur/2.b:2,S"]);
    let store = inbox.store_without_trash();
    for id in ids(store.as_ref(), &all()) {
        store.delete(&id).unwrap();
    }
    assert!(inbox.names("new").is_empty() && inbox.names("cur").is_empty());
    assert!(!inbox.path().join(".Trash").exists());
}

#[test]
fn what_cannot_be_put_into_the_trash_stays() {
    let inbox = Inbox::with(&["new/1.a"]);
    fs::write(inbox.path().join(".Trash"), "a file").unwrap();
    let store = inbox.store();
    let id = store.next(None, &all()).unwrap();
    let error = store.delete(&id).unwrap_err();
    assert_eq!(error.kind(), Kind::Failure);
    assert!(
        error.reason().contains("Not a directory"),
        "{}",
        error.reason()
    );
    assert_eq!(subject(store.as_ref(), &id), "new/1.a");
}

#[test]
fn an_unwritable_maildir_can_be_read_and_says_why_it_is_not_written_to() {
    let inbox = Inbox::with(&["new/1.a", "cur/2.b:2,S"]);
    // Root may write anywhere, but no one may make a file in /proc.
    if fs::metadata(inbox.path()).unwrap().uid() == 0 {
        let store = crate::inbox::open("/proc/nobody".as_ref(), Default::default());
        assert!(
            store
                .save(&note("x"), UNREAD)
                .unwrap_err()
                .reason()
                .starts_with("cannot write to the Maildir /proc/nobody: ")
        );
        return;
    }
    for folder in ["new", "cur", "tmp", ""] {
        let only_read = fs::Permissions::from_mode(0o500);
        fs::set_permissions(inbox.path().join(folder), only_read).unwrap();
    }
    let store = inbox.store();
    assert_eq!(subjects(store.as_ref(), &all()), ["new/1.a", "cur/2.b:2,S"]);
    let id = store.next(None, &all()).unwrap();
    assert_eq!(kind(store.mark_read(&id)), Kind::AccessDenied);
    assert_eq!(kind(store.delete(&id)), Kind::AccessDenied);
    assert_eq!(kind(store.save(&note("x"), UNREAD)), Kind::AccessDenied);
    assert_eq!(subject(store.as_ref(), &id), "new/1.a");
    for folder in ["", "new", "cur", "tmp"] {
        let mine = fs::Permissions::from_mode(0o700);
        fs::set_permissions(inbox.path().join(folder), mine).unwrap();
    }
}
