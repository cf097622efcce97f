//! Other programs at work in the same Maildir.

use std::collections::HashMap;
use std::fs;
use std::time::{Duration, Instant};

use simplemapi::config::TransportConfig;
use simplemapi::error::Kind;
use simplemapi::providers::store::{Flags, Part};
use simplemapi::providers::transport;

use crate::inbox::{Inbox, all, ids, note, python, subject, subjects, unread};
use crate::mail;

#[test]
fn python_and_we_see_the_same_messages_and_flags() {
    let inbox = Inbox::empty();
    let added = inbox.python(&["add", "5"]);
    let key = |number: usize| added[number].as_str().unwrap();
    let store = inbox.store();
    let expected: Vec<_> = (0..5).map(|number| format!("number {number}")).collect();
    assert_eq!(subjects(store.as_ref(), &all()), expected);
    inbox.python(&["set", key(1), "S"]);
    inbox.python(&["set", key(3), "FR"]);
    inbox.python(&["remove", key(4)]);
    assert_eq!(
        subjects(store.as_ref(), &unread()),
        ["number 0", "number 2", "number 3"]
    );
    let found = ids(store.as_ref(), &all());
    assert_eq!(found.len(), 4);
    store.mark_read(&found[0]).unwrap();
    store.mark_read(&found[3]).unwrap();
    store.delete(&found[2]).unwrap();
    let list = inbox.python(&["list"]);
    let told: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            (
                message["subject"].as_str().unwrap(),
                message["flags"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("number 0", "S"), ("number 1", "S"), ("number 3", "FRS")]
    );
}

#[test]
fn what_our_transport_delivers_our_store_reads() {
    let inbox = Inbox::absent();
    let delivery = transport::open(&TransportConfig::Maildir { path: inbox.path() });
    let store = inbox.store();
    for text in ["one", "two", "three"] {
        let (envelope, message) = mail::mail(&["bob@example.org"], text);
        delivery.send(&envelope, message, mail::soon()).unwrap();
    }
    let found = ids(store.as_ref(), &unread());
    let bodies: Vec<_> = found
        .iter()
        .map(|id| {
            let bytes = store.read(id, Part::Whole).unwrap().bytes;
            let text = String::from_utf8(bytes).unwrap();
            text.split_once("\n\n").unwrap().1.to_owned()
        })
        .collect();
    assert_eq!(bodies, ["one\n", "two\n", "three\n"]);
}

#[test]
fn nothing_is_lost_or_mistaken_while_another_program_renames_everything() {
    let inbox = Inbox::empty();
    inbox.python(&["add", "40"]);
    let store = inbox.store();
    let names: HashMap<_, _> = ids(store.as_ref(), &all())
        .into_iter()
        .map(|id| (id.clone(), subject(store.as_ref(), &id)))
        .collect();
    assert_eq!(names.len(), 40);
    let order = ids(store.as_ref(), &all());
    let path = inbox.path();
    std::thread::scope(|scope| {
        let churning = scope.spawn(|| python(&path, &["churn", "3"]));
        let mut rounds = 0;
        while !churning.is_finished() {
            let late = inbox.store();
            for store in [&store, &late] {
                let found = ids(store.as_ref(), &all());
                let missing: Vec<_> = order.iter().filter(|id| !found.contains(id)).collect();
                assert!(missing.is_empty(), "{missing:?} in round {rounds}");
                assert_eq!(found, order);
                for id in &order {
                    assert_eq!(subject(store.as_ref(), id), names[id]);
                }
            }
            rounds += 1;
        }
        let changes = churning.join().unwrap().as_u64().unwrap();
        println!("{changes} changes by another program during {rounds} rounds");
        assert!(changes > 100 && rounds > 2, "{changes} {rounds}");
    });
}

#[test]
fn our_own_changes_and_those_of_another_program_go_together() {
    let inbox = Inbox::empty();
    inbox.python(&["add", "30"]);
    let store = inbox.store();
    let order = ids(store.as_ref(), &all());
    let path = inbox.path();
    std::thread::scope(|scope| {
        let churning = scope.spawn(|| python(&path, &["churn", "1.5"]));
        for (number, id) in order.iter().enumerate() {
            match number % 3 {
                0 => store.delete(id).unwrap(),
                1 => store.mark_read(id).unwrap(),
                _ => store
                    .replace(id, &note(&format!("replaced {number}")))
                    .map(drop)
                    .unwrap(),
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        churning.join().unwrap();
    });
    let left: Vec<_> = order
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 3 != 0)
        .collect();
    assert_eq!(ids(inbox.store().as_ref(), &all()).len(), left.len());
    for (number, id) in left {
        let expected = match number % 3 {
            1 => format!("number {number}"),
            _ => format!("replaced {number}"),
        };
        assert_eq!(subject(store.as_ref(), id), expected);
    }
    assert_eq!(inbox.names(".Trash/cur").len(), 10);
}

#[test]
fn threads_share_a_store() {
    let inbox = Inbox::empty();
    let store = inbox.store();
    let flags = Flags {
        unread: true,
        sent: false,
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..25 {
                    let id = store.save(&note("x"), flags).unwrap();
                    store.mark_read(&id).unwrap();
                    assert_eq!(subject(store.as_ref(), &id), "x");
                    let _ = store.next(Some(&id), &all());
                }
            });
        }
    });
    assert_eq!(ids(store.as_ref(), &all()).len(), 100);
    std::thread::scope(|scope| {
        let deleted: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut deleted = 0;
                    while let Ok(id) = store.next(None, &all()) {
                        match store.delete(&id) {
                            Ok(()) => deleted += 1,
                            Err(error) => assert_eq!(error.kind(), Kind::InvalidMessage),
                        }
                    }
                    deleted
                })
            })
            .collect();
        let deleted = deleted.into_iter().map(|thread| thread.join().unwrap());
        assert_eq!(deleted.sum::<usize>(), 100);
    });
    assert_eq!(inbox.names(".Trash/cur").len(), 100);
}

#[test]
fn a_maildir_that_is_replaced_by_another_is_noticed() {
    let inbox = Inbox::with(&["new/1.a"]);
    let store = inbox.store();
    assert_eq!(subjects(store.as_ref(), &all()), ["new/1.a"]);
    fs::rename(inbox.path(), inbox.path().join("../old")).unwrap();
    for folder in ["", "tmp", "new", "cur"] {
        fs::create_dir(inbox.path().join(folder)).unwrap();
    }
    inbox.put("new/2.b", "");
    let begin = Instant::now();
    while subjects(store.as_ref(), &all()) != ["new/2.b"] {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "it is not noticed"
        );
    }
}
