//! The scenarios of a store, on a real server.

use std::time::{Duration, Instant, SystemTime};

use simplemapi::config::{Mechanism, Security, Server};
use simplemapi::error::{Kind, Result};
use simplemapi::mime::Composed;
use simplemapi::model::MessageId;
use simplemapi::providers::store::{Flags, Part, Store, Wanted};

use crate::account::{Account, list, login, note, of_class, open};
use simplemapi::config::Deletion;

const UNREAD: Flags = Flags {
    unread: true,
    sent: false,
};

fn kind<T: std::fmt::Debug>(result: Result<T>) -> Kind {
    result.unwrap_err().kind()
}

fn body(store: &dyn Store, id: &MessageId) -> String {
    String::from_utf8(store.read(id, Part::Whole).unwrap().bytes).unwrap()
}

fn any() -> Wanted {
    Wanted::default()
}

fn of(class_prefix: &str) -> Wanted {
    Wanted {
        class_prefix: class_prefix.to_owned(),
        unread_only: false,
    }
}

fn unread() -> Wanted {
    Wanted {
        unread_only: true,
        ..any()
    }
}

fn text(message: &Composed) -> String {
    String::from_utf8(crate::mail::bytes(message)).unwrap()
}

#[test]
fn every_way_in_leads_to_the_same_inbox() {
    let Some(account) = Account::of("doors") else {
        return;
    };
    let id = account.store().save(&note("hello"), UNREAD).unwrap();
    let text = body(account.store().as_ref(), &id);
    for (security, port, mechanism) in [
        (Security::Tls, account.imap.tls_port(), None),
        (Security::StartTls, account.imap.port(), None),
        (
            Security::StartTls,
            account.imap.port(),
            Some(Mechanism::Login),
        ),
        (Security::None, account.imap.port(), Some(Mechanism::Plain)),
    ] {
        let mut settings = Server {
            security,
            port,
            ..account.settings()
        };
        if let Some(login) = &mut settings.login {
            login.mechanism = mechanism;
        }
        let store = open(settings, Deletion::Trash);
        let found = list(store.as_ref(), &any()).unwrap();
        assert_eq!(found.len(), 1, "{security:?}");
        // Behind a port that is not IMAP's own may be anybody's server.
        let is_same = port == account.imap.tls_port();
        assert_eq!(found[0] == id, is_same, "{security:?}");
        assert_eq!(body(store.as_ref(), &found[0]), text);
    }
}

#[test]
fn a_wrong_password_is_refused_and_not_repeated() {
    let Some(account) = Account::of("wrong") else {
        return;
    };
    let settings = Server {
        login: Some(login("wrong", "not-the-password")),
        ..account.settings()
    };
    let error = open(settings, Deletion::Trash)
        .next(None, &any())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::LoginFailed);
    assert!(
        !error.reason().contains("not-the-password"),
        "{}",
        error.reason()
    );
}

#[test]
fn a_name_that_the_certificate_is_not_for_is_refused() {
    let Some(account) = Account::of("name") else {
        return;
    };
    let settings = Server {
        certificate_name: None,
        ca_file: None,
        ..account.settings()
    };
    let error = open(settings, Deletion::Trash)
        .next(None, &any())
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Network);
}

#[test]
fn what_was_saved_is_found_and_read_byte_for_byte() {
    let Some(account) = Account::of("saved") else {
        return;
    };
    let store = account.store();
    assert_eq!(kind(store.next(None, &any())), Kind::NoMessages);
    let message = note("gr\u{fc}\u{df}e\r\n.\r\nend");
    let id = store.save(&message, UNREAD).unwrap();
    assert_eq!(body(store.as_ref(), &id), text(&message));
    assert_eq!(store.next(None, &any()).unwrap(), id);
    let whole = store.read(&id, Part::Whole).unwrap();
    assert_eq!(whole.flags, UNREAD);
    assert!(whole.received.elapsed().unwrap() < Duration::from_secs(60));
    let head = store.read(&id, Part::Head).unwrap().bytes;
    assert!(head.ends_with(b"\r\n\r\n") && whole.bytes.starts_with(&head));
    assert!(head.len() < whole.bytes.len());
    assert_eq!(
        account.store().next(None, &any()).unwrap(),
        id,
        "the id stays"
    );
}

#[test]
fn reading_leaves_a_message_unread_until_it_is_marked() {
    let Some(account) = Account::of("unread") else {
        return;
    };
    let store = account.store();
    let id = store.save(&note("x"), UNREAD).unwrap();
    for part in [Part::Head, Part::Whole] {
        assert!(store.read(&id, part).unwrap().flags.unread);
    }
    assert_eq!(account.store().next(None, &unread()).unwrap(), id);
    store.mark_read(&id).unwrap();
    store.mark_read(&id).unwrap();
    assert!(!store.read(&id, Part::Head).unwrap().flags.unread);
    for store in [account.store(), store] {
        assert_eq!(kind(store.next(None, &unread())), Kind::NoMessages);
    }
}

#[test]
fn that_a_message_was_sent_is_kept() {
    let Some(account) = Account::of("sent-flag") else {
        return;
    };
    let flags = Flags {
        unread: false,
        sent: true,
    };
    let id = account.store().save(&note("x"), flags).unwrap();
    assert_eq!(account.store().read(&id, Part::Head).unwrap().flags, flags);
}

#[test]
fn a_class_is_found_by_how_it_begins() {
    let Some(account) = Account::of("classes") else {
        return;
    };
    let store = account.store();
    let plain = store.save(&note("x"), UNREAD).unwrap();
    let approval = store.save(&of_class("x", "IPM.Approval"), UNREAD).unwrap();
    let report = store
        .save(&of_class("x", "Report.IPM.Note"), UNREAD)
        .unwrap();
    for store in [store, account.store()] {
        let found = |prefix| list(store.as_ref(), &of(prefix)).unwrap();
        assert_eq!(found(""), [plain.clone(), approval.clone()]);
        assert_eq!(found("ipm.APP"), std::slice::from_ref(&approval));
        assert_eq!(found("Report"), std::slice::from_ref(&report));
        assert_eq!(found("X"), []);
    }
}

#[test]
fn a_program_goes_on_from_what_it_has_deleted() {
    let Some(account) = Account::of("loop") else {
        return;
    };
    let store = account.store();
    let ids: Vec<_> = (0..7)
        .map(|n| store.save(&note(&n.to_string()), UNREAD).unwrap())
        .collect();
    let mut seen = Vec::new();
    let mut last = None;
    while let Ok(id) = store.next(last.as_ref(), &any()) {
        store.delete(&id).unwrap();
        assert_eq!(kind(store.read(&id, Part::Head)), Kind::InvalidMessage);
        assert_eq!(kind(store.delete(&id)), Kind::InvalidMessage);
        assert_eq!(kind(store.mark_read(&id)), Kind::InvalidMessage);
        seen.push(id.clone());
        last = Some(id);
    }
    assert_eq!(seen, ids);
    assert_eq!(account.trash().len(), 7, "the trash of this server");
}

#[test]
fn without_a_trash_it_is_gone() {
    let Some(account) = Account::of("gone") else {
        return;
    };
    let store = account.store_without_trash();
    let id = store.save(&note("x"), UNREAD).unwrap();
    store.delete(&id).unwrap();
    assert_eq!(kind(account.store().next(None, &any())), Kind::NoMessages);
    assert_eq!(account.trash(), [""; 0]);
    assert_eq!(account.names("cur"), [""; 0]);
}

#[test]
fn an_id_that_was_never_given_out_is_refused() {
    let Some(account) = Account::of("ids") else {
        return;
    };
    let store = account.store();
    let id = store.save(&note("x"), UNREAD).unwrap();
    let mut pieces = id.as_str()[1..].split('.');
    let mut number = || pieces.next().unwrap().parse::<u32>().unwrap();
    let (validity, uid) = (number(), number());
    let whose = pieces.next().unwrap();
    for text in [
        format!("i{}.{uid}.{whose}", validity + 1),
        format!("i{validity}.{}.{whose}", uid + 1),
        format!("i{validity}.0.{whose}"),
        format!("i{validity}.4294967295.{whose}"),
        format!("i{validity}.{uid}"),
        format!("i{validity}.{uid}.00000000000000000000"),
        "../../etc/passwd".to_owned(),
        "m0000".to_owned(),
    ] {
        let id: MessageId = text.parse().unwrap();
        assert_eq!(
            kind(store.read(&id, Part::Whole)),
            Kind::InvalidMessage,
            "{id}"
        );
        assert_eq!(
            kind(store.next(Some(&id), &any())),
            Kind::InvalidMessage,
            "{id}"
        );
        assert_eq!(kind(store.delete(&id)), Kind::InvalidMessage, "{id}");
        assert_eq!(kind(store.mark_read(&id)), Kind::InvalidMessage, "{id}");
        assert_eq!(
            kind(store.replace(&id, &note("y"))),
            Kind::InvalidMessage,
            "{id}"
        );
    }
    assert_eq!(
        list(store.as_ref(), &any()).unwrap(),
        [id],
        "nothing was touched"
    );
}

#[test]
fn a_server_that_renumbers_makes_old_ids_mean_nothing() {
    let Some(account) = Account::of("renumbered") else {
        return;
    };
    let id = account.store().save(&note("x"), UNREAD).unwrap();
    for entry in std::fs::read_dir(account.path()).unwrap() {
        let path = entry.unwrap().path();
        if path
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with("dovecot")
        {
            std::fs::remove_file(path).unwrap();
        }
    }
    // A new UIDVALIDITY is made of the time.
    std::thread::sleep(Duration::from_millis(1100));
    let store = account.store();
    let new = store.next(None, &any()).unwrap();
    assert_ne!(new, id);
    assert_eq!(kind(store.read(&id, Part::Whole)), Kind::InvalidMessage);
}

#[test]
fn a_replaced_message_keeps_its_flags_and_its_time() {
    let Some(account) = Account::of("replaced") else {
        return;
    };
    let store = account.store();
    store.save(&note("first"), UNREAD).unwrap();
    account.deliver(1, "");
    let ids = list(store.as_ref(), &any()).unwrap();
    store.mark_read(&ids[1]).unwrap();
    let before = store.read(&ids[1], Part::Head).unwrap();
    let message = note("instead");
    let new = store.replace(&ids[1], &message).unwrap();
    let after = store.read(&new, Part::Whole).unwrap();
    assert_eq!(after.bytes, text(&message).as_bytes());
    assert_eq!(
        (after.flags, after.received),
        (before.flags, before.received)
    );
    assert!(after.received < SystemTime::now() - Duration::from_secs(1000));
    assert_eq!(kind(store.read(&ids[1], Part::Head)), Kind::InvalidMessage);
    assert_eq!(list(store.as_ref(), &any()).unwrap(), [ids[0].clone(), new]);
}

#[test]
fn what_was_sent_is_kept_in_a_folder_that_is_made_for_it() {
    let Some(account) = Account::of("sent") else {
        return;
    };
    let store = account.store();
    store.keep_sent(&note("one")).unwrap();
    store.keep_sent(&note("two")).unwrap();
    let names = account.names(".Sent/cur");
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.ends_with('S')), "{names:?}");
    assert_eq!(kind(store.next(None, &any())), Kind::NoMessages);
}

#[test]
fn what_others_deliver_and_delete_is_noticed() {
    let Some(account) = Account::of("others") else {
        return;
    };
    let (store, other) = (account.store(), account.store_without_trash());
    let first = store.save(&note("x"), UNREAD).unwrap();
    assert_eq!(list(store.as_ref(), &any()).unwrap().len(), 1);
    account.deliver(1, "X-MAPI-Message-Class: IPM.Late\n");
    let ids = list(store.as_ref(), &any()).unwrap();
    assert_eq!(ids.len(), 2);
    assert_eq!(
        list(store.as_ref(), &of("IPM.Late")).unwrap(),
        [ids[1].clone()]
    );
    other.delete(&first).unwrap();
    assert_eq!(kind(store.read(&first, Part::Whole)), Kind::InvalidMessage);
    assert_eq!(kind(store.delete(&first)), Kind::InvalidMessage);
    assert_eq!(store.next(Some(&first), &any()).unwrap(), ids[1]);
}

#[test]
fn of_many_that_delete_at_once_one_succeeds() {
    for (user, deletion) in [
        ("race", Deletion::Trash),
        ("race-for-good", Deletion::Permanent),
    ] {
        let Some(account) = Account::of(user) else {
            return;
        };
        let ids: Vec<_> = {
            let store = account.store();
            (0..40)
                .map(|n| store.save(&note(&n.to_string()), UNREAD).unwrap())
                .collect()
        };
        let deleted: Vec<Vec<usize>> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..3)
                .map(|_| {
                    let store = open(account.settings(), deletion);
                    let ids = &ids;
                    scope.spawn(move || {
                        let succeeds = |id: &MessageId| match store.delete(id) {
                            Ok(()) => true,
                            Err(error) => {
                                let reason = error.reason();
                                assert_eq!(error.kind(), Kind::InvalidMessage, "{reason}");
                                false
                            }
                        };
                        let numbers = 0..ids.len();
                        numbers.filter(|number| succeeds(&ids[*number])).collect()
                    })
                })
                .collect();
            let workers = workers.into_iter();
            workers.map(|worker| worker.join().unwrap()).collect()
        });
        let mut all = deleted.concat();
        all.sort_unstable();
        assert_eq!(
            all,
            (0..ids.len()).collect::<Vec<_>>(),
            "{user}: {deleted:?}"
        );
        assert_eq!(kind(account.store().next(None, &any())), Kind::NoMessages);
        if deletion == Deletion::Trash {
            assert_eq!(account.trash().len(), ids.len());
        }
    }
}

#[test]
fn a_connection_that_was_closed_is_made_again() {
    let Some(account) = Account::of("idle") else {
        return;
    };
    let store = account.store();
    let id = store.save(&note("x"), UNREAD).unwrap();
    account.kick();
    assert_eq!(store.next(None, &any()).unwrap(), id);
    account.kick();
    store.save(&note("y"), UNREAD).unwrap();
    account.kick();
    assert_eq!(list(store.as_ref(), &any()).unwrap().len(), 2);
}

#[test]
fn listing_a_thousand_messages_asks_a_few_times() {
    let Some(account) = Account::of("thousand") else {
        return;
    };
    let store = account.store();
    assert_eq!(kind(store.next(None, &any())), Kind::NoMessages);
    for number in 0..3000 {
        account.deliver(number, "");
    }
    let begin = Instant::now();
    let first = list(account.store().as_ref(), &any()).unwrap();
    let cold = begin.elapsed();
    let begin = Instant::now();
    let again = list(account.store().as_ref(), &any()).unwrap();
    let warm = begin.elapsed();
    println!("3000 messages: {cold:?} at first, {warm:?} again");
    assert_eq!(first.len(), 3000);
    assert_eq!(first, again);
}
