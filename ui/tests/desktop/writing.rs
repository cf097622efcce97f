//! Writing a message: MAPI_DIALOG.
#![forbid(unsafe_code)]

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
         says('reject@example.test')\n\
         fill('alt+t', 'To', '{}')\n\
         press('Send')",
        mailbox.address()
    );
    let told = desk.does(&person, &["send", "8", "reject@example.test"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert!(received(&mailbox).contains("Its text."));
}
