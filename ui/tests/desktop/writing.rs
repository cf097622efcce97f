//! Writing a message: MAPI_DIALOG.
#![forbid(unsafe_code)]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::code;
use crate::desk::{Desk, received};

#[test]
fn a_name_is_completed_and_the_message_sent() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    desk.knows("Grace Hopper", mailbox.address());
    let file = desk.file("report.txt", "one\n");
    let person = format!(
        "focused('text', 'To')\n\
         typed('grac')\n\
         find('list item', 'Grace Hopper')\n\
         key('Return')\n\
         shows('text', 'To', 'Grace Hopper <{0}>, ')\n\
         fill('alt+u', 'Subject', 'By hand')\n\
         press('Send')",
        mailbox.address()
    );
    let told = desk.does(&person, &["send", "8", "", &file]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let mail = received(&mailbox);
    for part in ["Subject: By hand\n", "To: \"Grace Hopper\" <", "b25lCg=="] {
        assert!(mail.contains(part), "{part}{mail}");
    }
}

#[test]
fn whoever_cancels_sends_nothing() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let person = "focused('text', 'Message'); key('Escape')";
    let told = desk.does(person, &["send", "8", mailbox.address()]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    // What was written is not lost by a slip.
    let person = "focused('text', 'Message'); typed('Dear'); key('Escape')\n\
        press('Keep Writing'); gone('push button', 'Keep Writing')\n\
        press('Cancel'); press('Discard')";
    let told = desk.does(person, &["send", "8", mailbox.address()]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    assert_eq!(mailbox.files().len(), 0);
}

#[test]
fn a_refusal_is_shown_and_what_is_mended_goes_out() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let person = format!(
        "focused('text', 'Message')\n\
         press('Send')\n\
         warns('reject@example.test')\n\
         fill('alt+t', 'To', '{}')\n\
         press('Send')",
        mailbox.address()
    );
    let told = desk.does(&person, &["send", "8", "reject@example.test"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert!(received(&mailbox).contains("Its text."));
}

#[test]
fn documents_go_to_whoever_is_written_into_the_window() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let files = [desk.file("one.txt", "one\n"), desk.file("two.txt", "two\n")];
    let person = format!(
        "focused('text', 'To')\n\
         find('list item', 'one.txt'); find('list item', 'two.txt')\n\
         shows('text', 'Subject', 'one.txt, two.txt')\n\
         press('Send'); warns('Say whom the message is for.')\n\
         fill('alt+t', 'To', '{}')\n\
         fill('alt+u', 'Subject', '')\n\
         press('Send'); find('label', 'Send Without a Subject?')\n\
         press('Keep Writing'); gone('push button', 'Keep Writing')\n\
         fill('alt+u', 'Subject', 'Two')\n\
         press('Send')",
        mailbox.address()
    );
    let told = desk.does(&person, &["documents", &files.join(";")]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let mail = received(&mailbox);
    for part in ["Subject: Two\n", "b25lCg==", "dHdvCg=="] {
        assert!(mail.contains(part), "{part}{mail}");
    }
}

#[test]
fn copies_go_out_in_the_name_that_was_chosen_and_without_the_file_taken_away() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let boxes = [postfix.mailbox(), postfix.mailbox(), postfix.mailbox()];
    let [to, copy, hidden] = &boxes;
    let files = [desk.file("one.txt", "one\n"), desk.file("two.txt", "two\n")];
    let person = format!(
        "focused('text', 'Message')\n\
         choose('alt+f', 'From', 'Countess <countess@example.test>')\n\
         fill('alt+c', 'Cc', '{}')\n\
         fill('alt+b', 'Bcc', '{}')\n\
         press('Remove one.txt'); gone('list item', 'one.txt')\n\
         press('Send')",
        copy.address(),
        hidden.address()
    );
    let arguments = ["send", "8", to.address(), &files[0], &files[1]];
    let told = desk.does(&person, &arguments);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    for mailbox in &boxes {
        let mail = received(mailbox);
        for part in ["From: \"Countess\" <countess@", copy.address(), "dHdvCg=="] {
            assert!(mail.contains(part), "{part}{mail}");
        }
        let (head, _) = mail.split_once("\n\n").unwrap();
        let its_own = |line: &&str| !line.contains("for <") && !line.starts_with("X-Original-To:");
        let head: Vec<_> = head.lines().filter(its_own).collect();
        let told = head.iter().any(|line| line.contains(hidden.address()));
        assert!(!told || mailbox.address() == hidden.address(), "{mail}");
        assert!(!mail.contains("b25lCg=="), "one.txt was taken out: {mail}");
    }
}

#[test]
fn names_that_mean_nobody_or_several_are_marked_and_told() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    desk.knows("Ada Lovelace", "ada@example.test");
    desk.knows("Ralph Lovelace", mailbox.address());
    let person = format!(
        "several = 'Several people are found by the name “Lovelace”.'\n\
         nobody = 'Nobody is found by the name “Nobody Here”.'\n\
         focused('text', 'Message'); says(several)\n\
         press('Send'); warns('may mean')\n\
         go('alt+t', 'text', 'To'); key('End'); typed('Nobody Here'); key('Tab')\n\
         says(nobody)\n\
         until('the field says so', lambda: several in find('text', 'To').get_description())\n\
         fill('alt+t', 'To', 'lovelace')\n\
         find('list item', 'Ralph Lovelace'); key('Down', 'Return')\n\
         shows('text', 'To', 'Ralph Lovelace <{}>, ')\n\
         until('all is well', lambda: not find('text', 'To').get_description())\n\
         press('Send')",
        mailbox.address()
    );
    let told = desk.does(&person, &["send", "8", "Lovelace"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert!(received(&mailbox).contains("To: \"Ralph Lovelace\" <"));
}

#[test]
fn whoever_cancels_while_it_is_being_sent_is_heard_at_once() {
    let Some(desk) = Desk::new() else { return };
    // Takes connections, and says nothing for as long as anybody would wait.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.configure(&desk.profile(silent.local_addr().unwrap().port()));
    let person = "focused('text', 'Message'); press('Send'); says('Sending…'); press('Cancel')";
    let begun = Instant::now();
    let told = desk.does(person, &["send", "8", "grace@example.org"]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    assert!(begun.elapsed() < Duration::from_secs(45));
}
