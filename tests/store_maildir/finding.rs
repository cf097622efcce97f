//! What `next` finds, and in which order.

use std::fs;
use std::time::{Duration, SystemTime};

use simplemapi::error::Kind;
use simplemapi::model::MessageId;
use simplemapi::providers::store::Wanted;

use crate::inbox::{Inbox, all, ids, kind, of_class, subject, subjects, unread};

#[test]
fn messages_come_in_the_order_of_reception_whatever_their_names_and_flags() {
    let inbox = Inbox::with(&[
        "cur/1000.M30P1Q1.a:2,S",
        "new/1000.M5P9Q1.z",
        "cur/999.M999999P1Q1.z:2,",
        "new/1000.M30P1Q10.a",
        "new/1000.M30P1Q9.a",
        "new/10000.M1P1Q1.a",
        "cur/1000.V801I99M7.b:2,RS",
    ]);
    assert_eq!(
        subjects(inbox.store().as_ref(), &all()),
        [
            "cur/999.M999999P1Q1.z:2,",
            "new/1000.M5P9Q1.z",
            "cur/1000.V801I99M7.b:2,RS",
            "cur/1000.M30P1Q1.a:2,S",
            "new/1000.M30P1Q9.a",
            "new/1000.M30P1Q10.a",
            "new/10000.M1P1Q1.a",
        ]
    );
}

#[test]
fn a_name_without_a_time_is_as_old_as_its_file() {
    let inbox = Inbox::with(&[
        "cur/saved by hand:2,S",
        "new/2000.M1.host",
        "new/4000.M1.host",
    ]);
    let file = fs::File::options()
        .append(true)
        .open(inbox.path().join("cur/saved by hand:2,S"))
        .unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(3000))
        .unwrap();
    assert_eq!(
        subjects(inbox.store().as_ref(), &all()),
        [
            "new/2000.M1.host",
            "cur/saved by hand:2,S",
            "new/4000.M1.host"
        ]
    );
}

#[test]
fn an_empty_and_a_missing_maildir_have_no_messages() {
    for inbox in [Inbox::empty(), Inbox::absent()] {
        let store = inbox.store();
        assert_eq!(kind(store.next(None, &all())), Kind::NoMessages);
        let nobody: MessageId = "0".repeat(40).parse().unwrap();
        assert_eq!(
            kind(store.next(Some(&nobody), &all())),
            Kind::InvalidMessage
        );
    }
}

#[test]
fn classes_are_found_by_their_beginning() {
    let inbox = Inbox::with(&["new/1.plain"]);
    inbox.put("new/2.note", "X-MAPI-Message-Class: IPM.Note.Approval\n");
    inbox.put("new/3.board", "X-MAPI-Message-Class: IPM.Board\n");
    inbox.put("new/4.report", "X-MAPI-Message-Class: Report.IPM.Note.DR\n");
    let store = inbox.store();
    let found = |prefix: &str| subjects(store.as_ref(), &of_class(prefix));
    for interpersonal in ["", "IPM", "IPM.", "ipm"] {
        assert_eq!(
            found(interpersonal),
            ["new/1.plain", "new/2.note", "new/3.board"]
        );
    }
    assert_eq!(found("ipm.note"), ["new/1.plain", "new/2.note"]);
    assert_eq!(found("IPM.NOTE."), ["new/2.note"]);
    assert_eq!(found("IPM.Board"), ["new/3.board"]);
    assert_eq!(found("Report"), ["new/4.report"]);
    assert!(found("IPM.Boardroom").is_empty());
    assert!(found("IPM.*").is_empty());
}

#[test]
fn what_was_read_is_not_unread() {
    let inbox = Inbox::with(&[
        "cur/1.a:2,S",
        "cur/2.b:2,FR",
        "new/3.c",
        "cur/4.d:2,FRS",
        "cur/5.e",
    ]);
    let store = inbox.store();
    let names = ["cur/2.b:2,FR", "new/3.c", "cur/5.e"];
    assert_eq!(subjects(store.as_ref(), &unread()), names);
    for id in ids(store.as_ref(), &unread()) {
        store.mark_read(&id).unwrap();
    }
    assert_eq!(kind(store.next(None, &unread())), Kind::NoMessages);
    assert_eq!(
        inbox.names("cur"),
        ["1.a:2,S", "2.b:2,FRS", "3.c:2,S", "4.d:2,FRS", "5.e:2,S"]
    );
}

#[test]
fn a_seed_need_not_be_wanted_itself() {
    let inbox = Inbox::with(&["cur/1.a:2,S", "new/2.b", "cur/3.c:2,S", "new/4.d"]);
    let store = inbox.store();
    let everything = ids(store.as_ref(), &all());
    let next = store.next(Some(&everything[2]), &unread()).unwrap();
    assert_eq!(next, everything[3]);
    let wanted = Wanted {
        class_prefix: "IPM.Other".to_owned(),
        unread_only: true,
    };
    assert_eq!(
        kind(store.next(Some(&everything[0]), &wanted)),
        Kind::NoMessages
    );
}

#[test]
fn a_program_may_delete_what_it_finds_and_go_on_from_there() {
    let inbox = Inbox::with(&["new/1.a", "new/2.b", "new/3.c", "new/4.d"]);
    let store = inbox.store();
    let mut seed = None;
    let mut found = Vec::new();
    while let Ok(id) = store.next(seed.as_ref(), &all()) {
        found.push(subject(store.as_ref(), &id));
        store.delete(&id).unwrap();
        assert_eq!(kind(store.delete(&id)), Kind::InvalidMessage);
        seed = Some(id);
    }
    assert_eq!(found, ["new/1.a", "new/2.b", "new/3.c", "new/4.d"]);
    assert!(inbox.names("new").is_empty());
    // A message that arrives is after all that were.
    inbox.put("new/5.e", "");
    let next = store.next(seed.as_ref(), &all()).unwrap();
    assert_eq!(subject(store.as_ref(), &next), "new/5.e");
}

#[test]
fn a_seed_that_others_deleted_leads_on_too() {
    let inbox = Inbox::with(&["new/1.a", "new/2.b", "new/3.c"]);
    let store = inbox.store();
    let everything = ids(store.as_ref(), &all());
    for gone in ["new/1.a", "new/2.b"] {
        fs::remove_file(inbox.path().join(gone)).unwrap();
    }
    for seed in &everything[..2] {
        assert_eq!(store.next(Some(seed), &all()).unwrap(), everything[2]);
    }
    assert_eq!(store.next(None, &all()).unwrap(), everything[2]);
    // To a store that never saw it, it is nothing.
    let later = inbox.store();
    assert_eq!(
        kind(later.next(Some(&everything[0]), &all())),
        Kind::InvalidMessage
    );
}

#[test]
fn new_mail_appears_at_the_end_at_once() {
    let inbox = Inbox::with(&["new/1.a"]);
    let store = inbox.store();
    let mut seed = store.next(None, &all()).unwrap();
    for number in 2..200 {
        assert_eq!(kind(store.next(Some(&seed), &all())), Kind::NoMessages);
        inbox.put(&format!("new/{number}.a"), "");
        seed = store.next(Some(&seed), &all()).unwrap();
        assert_eq!(subject(store.as_ref(), &seed), format!("new/{number}.a"));
    }
}

#[test]
fn mail_that_others_put_back_is_found_soon() {
    let inbox = Inbox::with(&["new/5.e"]);
    let store = inbox.store();
    let last = store.next(None, &all()).unwrap();
    inbox.put("cur/1.a:2,S", "");
    let begin = std::time::Instant::now();
    while store.next(None, &all()).unwrap() == last {
        assert!(begin.elapsed() < Duration::from_secs(60), "it is not found");
    }
}

#[test]
fn what_another_program_marked_as_deleted_is_deleted() {
    let inbox = Inbox::with(&["cur/1.a:2,ST", "cur/2.b:2,S"]);
    assert_eq!(subjects(inbox.store().as_ref(), &all()), ["cur/2.b:2,S"]);
}
