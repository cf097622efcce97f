//! How much of a message is fetched for what is asked, and that it says the same as all of it.

use std::fs;

use simplemapi::config::{Deletion, Security, Server};
use simplemapi::error::Kind;
use simplemapi::mime::{parse, parse_outline, parse_remote};
use simplemapi::model::{MessageId, Received};
use simplemapi::providers::store::{Part, Store, Wanted};

use crate::account::{Account, list, open};
use crate::proxy::Proxy;

/// The mailbox of the account through a proxy.
fn through(proxy: &Proxy, account: &Account) -> Box<dyn Store> {
    let settings = Server {
        security: Security::None,
        port: proxy.port,
        ..account.settings()
    };
    open(settings, Deletion::Trash)
}

/// Reads as the call does that asks for this.
fn received(store: &dyn Store, id: &MessageId, part: Part) -> Received {
    let stored = store.read(id, part).unwrap();
    match (stored.outline, part) {
        (Some(outline), _) => parse_remote(stored.bytes, &outline).unwrap(),
        (None, Part::Outline) => parse_outline(stored.bytes).unwrap(),
        (None, _) => parse(stored.bytes).unwrap(),
    }
}

fn files(received: &Received) -> Vec<&str> {
    let files = received.attachments.iter();
    files.map(|file| file.name.as_str()).collect()
}

fn multipart(parts: &[&str]) -> String {
    let mut text =
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b;1\"\n\n".to_owned();
    for part in parts {
        text.push_str(&format!("--b;1\n{part}\n"));
    }
    text.push_str("--b;1--\n");
    text
}

/// Heads and bodies of messages of every kind.
fn every_kind() -> Vec<String> {
    let text = "Content-Type: text/plain; charset=utf-8\n\ntext";
    let file = "Content-Type: application/pdf; name=\"a b.pdf\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"a b.pdf\"\n\nAAAA";
    let deep = |depth: usize| {
        let mut message = String::new();
        for level in 0..depth {
            message.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
            ));
        }
        message.push_str("Content-Type: image/png; name=deep.png\n\nx\n");
        message
    };
    vec![
        "\nplain".to_owned(),
        "Content-Type: text/html\n\n<p>page</p>".to_owned(),
        "Content-Type: text/plain; name=only.txt\n\ntext".to_owned(),
        "Content-Type: application/pdf; name=\"only.pdf\"\n\nx".to_owned(),
        "Content-Type: nonsense\n\ntext".to_owned(),
        "Content-Type: message/rfc822\n\nSubject: =?utf-8?q?inn=C3=A9r?=\n\ntext".to_owned(),
        multipart(&[]),
        multipart(&[text]),
        multipart(&[text, file]),
        multipart(&[text, file, text]),
        multipart(&[file, text, file]),
        multipart(&[text, "Content-Type: text/plain; name=second.txt\n\nsecond"]),
        multipart(&["Content-Type: text/plain; name=first.txt\n\nfirst", text]),
        multipart(&[text, "Content-Disposition: attachment\n\nx"]),
        multipart(&[text, "Content-Type: application/octet-stream\n\nx", "Content-Type: text/calendar\n\nx"]),
        multipart(&[text, "Content-Type: a/b; name*=utf-8''%e2%82%ac.txt\n\nx"]),
        multipart(&[text, "Content-Type: a/b; name*0*=utf-8''%e2%82; name*1*=%ac.t; name*2=xt\n\nx"]),
        multipart(&[text, "Content-Type: a/b; name=\"=?utf-8?q?=E2=82=AC?=.txt\"\n\nx"]),
        multipart(&[text, "Content-Type: a/b; name=\"a \\\"q\\\" \\\\ b.txt\"\n\nx"]),
        multipart(&[text, "Content-Type: a/b; name=\"gr\u{fc}n.txt\"\n\nx"]),
        multipart(&[text, &format!("Content-Type: a/b; name=\"{}.txt\"\n\nx", "n".repeat(3000))]),
        multipart(&[text, "Content-Type: message/rfc822\n\nSubject: inner \"one\"\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i\nContent-Type: a/b; name=not.me\n\nx\n--i--\n"]),
        multipart(&[text, "Content-Type: message/rfc822\n\n\nno header"]),
        multipart(&[text, "Content-Type: message/delivery-status\n\nReporting-MTA: x\n"]),
        multipart(&["Content-Type: multipart/alternative; boundary=x\n\n--x\n\nplain\n--x\nContent-Type: text/html\n\n<p>page\n--x--\n", file]),
        multipart(&["Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<img>\n--x\nContent-Type: image/png; name=p.png\nContent-ID: <1>\n\nx\n--x\nContent-Type: text/html\n\n<p>frame\n--x--\n"]),
        "Content-Type: multipart/digest; boundary=d\n\n--d\n\nSubject: one\n\nx\n--d\n\nSubject: two\n\nx\n--d--\n".to_owned(),
        "Content-Type: multipart/mixed; boundary=never\n\nno part".to_owned(),
        "Content-Type: multipart/mixed\n\nno boundary".to_owned(),
        deep(40),
    ]
}

#[test]
fn an_envelope_and_a_text_say_the_same_as_the_whole_message() {
    let Some(account) = Account::of("kinds") else {
        return;
    };
    let store = account.store();
    assert!(store.next(None, &Wanted::default()).is_err());
    let kinds = every_kind();
    for (number, kind) in kinds.iter().enumerate() {
        account.put(
            number,
            &format!("Subject: s{number}\nFrom: a@example.org\nTo: b@example.org\n{kind}"),
        );
        // Large enough that its text is fetched alone.
        let padding = "x-long-header: x\n".repeat(5000);
        account.put(
            1000 + number,
            &format!("{padding}Subject: s{number}\n{kind}"),
        );
    }
    let ids = list(store.as_ref(), &Wanted::default()).unwrap();
    assert_eq!(ids.len(), 2 * kinds.len());
    for (number, id) in ids.iter().enumerate() {
        let kind = &kinds[number % kinds.len()];
        let whole = received(store.as_ref(), id, Part::Whole);
        for part in [Part::Outline, Part::Text] {
            let less = received(store.as_ref(), id, part);
            assert_eq!(files(&less), files(&whole), "{part:?} {kind}");
            assert_eq!(less.subject, whole.subject, "{kind}");
            let body = if part == Part::Text {
                whole.body.as_str()
            } else {
                ""
            };
            assert_eq!(less.body, body, "{part:?} {kind}");
        }
    }
}

#[test]
fn an_envelope_costs_no_byte_of_a_body_and_leaves_the_message_unread() {
    let Some(account) = Account::of("envelope") else {
        return;
    };
    let proxy = Proxy::before(account.imap.port());
    let store = through(&proxy, &account);
    assert!(store.next(None, &Wanted::default()).is_err());
    let file = format!(
        "Content-Type: application/pdf; name=large.pdf\nContent-Transfer-Encoding: base64\n\n{}",
        "QUJD\n".repeat(200_000)
    );
    for number in 0..3 {
        let message = multipart(&["Content-Type: text/plain\n\nthe text", &file]);
        account.put(number, &format!("Subject: {number}\n{message}"));
    }
    let id = store.next(None, &Wanted::default()).unwrap();
    proxy.passed();
    let envelope = received(store.as_ref(), &id, Part::Outline);
    let passed = proxy.passed();
    assert_eq!(files(&envelope), ["large.pdf"]);
    assert!(passed.answered < 2000, "{} bytes", passed.answered);
    let text = received(store.as_ref(), &id, Part::Text);
    let passed = proxy.passed();
    assert_eq!(
        (text.body.as_str(), files(&text)),
        ("the text", vec!["large.pdf"])
    );
    assert!(passed.answered < 70_000, "{} bytes", passed.answered);
    let whole = received(store.as_ref(), &id, Part::Whole);
    assert_eq!(whole.attachments[0].encoded().len(), 6 * 200_000);
    assert!(proxy.passed().answered > 1_000_000);
    let flags = store.read(&id, Part::Head).unwrap().flags;
    assert!(flags.unread);
    let unread = Wanted {
        unread_only: true,
        ..Wanted::default()
    };
    assert_eq!(list(account.store().as_ref(), &unread).unwrap().len(), 3);
    assert!(
        fs::read_dir(account.path().join("cur"))
            .unwrap()
            .all(|entry| { !entry.unwrap().file_name().to_str().unwrap().ends_with('S') })
    );
}

#[test]
fn a_listing_asks_for_many_messages_at_once() {
    const COUNT: usize = 1000;
    let Some(account) = Account::of("ahead") else {
        return;
    };
    let proxy = Proxy::before(account.imap.port());
    let store = through(&proxy, &account);
    assert!(store.next(None, &Wanted::default()).is_err());
    for number in 0..COUNT {
        account.put(
            number,
            &format!("Subject: s{number}\n\n{}", "body\n".repeat(800)),
        );
    }
    proxy.passed();
    let mut last = None;
    let mut subjects = Vec::new();
    while let Ok(id) = store.next(last.as_ref(), &Wanted::default()) {
        subjects.push(received(store.as_ref(), &id, Part::Outline).subject);
        last = Some(id);
    }
    let passed = proxy.passed();
    let expected: Vec<_> = (0..COUNT).map(|number| format!("s{number}")).collect();
    assert_eq!(subjects, expected);
    let asked = passed.commands("BODYSTRUCTURE").len();
    println!(
        "{COUNT} messages: {} commands, {asked} of them for envelopes, {} bytes a message",
        passed.said.lines().count(),
        passed.answered / COUNT
    );
    assert!(asked <= 16, "{asked} questions");
    assert!(passed.commands("FETCH").len() <= 20);
    assert_eq!(passed.commands("BODY[").len(), 0, "everything is peeked at");
    assert_eq!(passed.commands("BODY.PEEK[]").len(), 0);
}

#[test]
fn what_was_fetched_ahead_is_not_shown_when_it_is_gone() {
    let Some(account) = Account::of("ahead-gone") else {
        return;
    };
    let store = account.store();
    assert!(store.next(None, &Wanted::default()).is_err());
    for number in 0..20 {
        account.put(number, &format!("Subject: s{number}\n\nbody"));
    }
    let ids = list(store.as_ref(), &Wanted::default()).unwrap();
    for id in &ids[..5] {
        let before = ids.iter().take_while(|before| *before != id).last();
        assert_eq!(store.next(before, &Wanted::default()).unwrap(), *id);
        store.read(id, Part::Outline).unwrap();
    }
    // The next ones are at hand by now.
    store.delete(&ids[5]).unwrap();
    store.mark_read(&ids[6]).unwrap();
    assert_eq!(
        store.read(&ids[5], Part::Outline).unwrap_err().kind(),
        Kind::InvalidMessage
    );
    assert!(!store.read(&ids[6], Part::Outline).unwrap().flags.unread);
}
