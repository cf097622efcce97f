//! Writing a message: MAPI_DIALOG, MAPISendDocuments.
#![forbid(unsafe_code)]

use std::fs;

use serde_json::json;

use crate::code;
use crate::desk::Desk;

#[test]
fn a_message_goes_out_as_a_person_completed_it() {
    let desk = Desk::new();
    let added = desk.file("ad ded.txt", "added\n");
    let files = [desk.file("one.txt", "one\n"), desk.file("two.txt", "two\n")];
    let person = format!(
        "shown = begin()\n\
         letter = dict(identity=1, subject='Grüße', body='Anders.\\n', files=[{{'kept': 1}}, \
         {{'added': 'file://{}'}}])\n\
         propose('compose', recipients=[], **letter)\n\
         propose('compose', recipients=[to('Nobody')], **letter)\n\
         propose('compose', recipients=[to('Compilers', 'cc'), *shown['recipients']], **letter)",
        added.replace(' ', "%20")
    );
    let told = desk.does(
        &person,
        &["send", "8", "Ada Lovelace", &files[0], &files[1]],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let heard = desk.heard();
    assert_eq!(heard[0]["dialog"], "compose");
    assert_eq!(heard[0]["subject"], "From a host");
    assert_eq!(heard[0]["body"], "Its text.");
    assert_eq!(heard[0]["files"][1], json!({"name": "two.txt", "size": 4}));
    assert_eq!(
        heard[0]["identities"][0]["address"],
        "SMTP:test@example.org"
    );
    assert_eq!(heard[1]["type"], "refused");
    assert!(
        heard[2]["reason"]
            .as_str()
            .unwrap()
            .contains("nobody is found")
    );
    assert_eq!(
        (&heard[3]["type"], &heard[3]["outcome"]),
        (&json!("accepted"), &json!("sent"))
    );
    let [mail] = &desk.host.delivered()[..] else {
        unreachable!("one message was sent")
    };
    for line in [
        "From: \"Countess\" <countess@example.org>\n",
        "To: \"Ada Lovelace\" <lovelace@example.org>\n",
        "Cc: \"Grace Hopper\" <grace@example.org>,",
        "Anders.\n",
        "dHdvCg==\n",
        "YWRkZWQK\n",
    ] {
        assert!(mail.contains(line), "{line}{mail}");
    }
    assert!(!mail.contains("b25lCg=="), "one.txt was taken out: {mail}");
}

#[test]
fn what_was_sent_is_sent_even_if_the_window_is_gone_and_only_once() {
    let desk = Desk::new();
    let letter = "dict(dialog='compose', subject='s', body='b', recipients=[to('Grace Hopper')])";
    let gone = format!("begin(); say('propose', **{letter}); os._exit(1)");
    let told = desk.does(&gone, &["send", "8", ""]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let twice = format!("begin(); say('propose', **{letter}); say('propose', **{letter}); hear()");
    let told = desk.does(&twice, &["send", "8", ""]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(desk.host.delivered().len(), 2);
}

#[test]
fn documents_are_sent_as_they_were_when_the_window_opened() {
    let desk = Desk::new();
    let files = [desk.file("one.txt", "one\n"), desk.file("two.txt", "two\n")];
    let person = format!(
        "shown = begin()\n\
         os.unlink('{}')\n\
         propose('compose', subject=shown['subject'], body='', recipients=[to('Grace Hopper')], \
         files=[{{'kept': 0}}, {{'kept': 1}}])",
        files[0]
    );
    let told = desk.does(&person, &["documents", &files.join(";")]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(desk.heard()[0]["recipients"], json!([]));
    let mail = desk.host.delivered().concat();
    for line in ["Subject: one.txt, two.txt\n", "b25lCg==\n", "dHdvCg==\n"] {
        assert!(mail.contains(line), "{line}{mail}");
    }
    fs::remove_file(&files[1]).unwrap();
    let told = desk.does("begin()", &["documents", &files[1]]);
    assert_eq!(told.code, code::ATTACHMENT_OPEN_FAILURE);
}
