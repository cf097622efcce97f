//! Writing a message: MAPI_DIALOG, MAPISendDocuments.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::code;
use crate::desk::Desk;
use crate::host::names;

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

#[test]
fn whoever_cancels_while_it_is_being_sent_is_not_kept_waiting_and_nothing_waits_for_them() {
    let desk = Desk::new();
    // Takes connections, and says nothing for as long as anybody would wait.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let transport = format!(
        "[profile.test]\naddress = \"ada@example.org\"\n[profile.test.transport]\nkind = \"smtp\"\n\
         host = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
        silent.local_addr().unwrap().port()
    );
    desk.configure(&transport);
    let begun = Instant::now();
    let told = desk.does(
        "begin(); say('propose', dialog='compose', subject='s', body='b', \
         recipients=[to('grace@example.org')]); time.sleep(1); say('find', text='gra'); say('cancel')",
        &["send", "8", ""],
    );
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(names(&desk.host.outbox_path()), [""; 0]);
}

#[test]
fn whoever_cancels_once_the_server_has_everything_is_not_told_that_nothing_was_sent() {
    let desk = Desk::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    desk.configure(&format!(
        "[profile.test]\naddress = \"ada@example.org\"\n[profile.test.transport]\nkind = \"smtp\"\n\
         host = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n",
        server.local_addr().unwrap().port()
    ));
    let has_it = desk.host.path("has it");
    let told_by = has_it.clone();
    std::thread::spawn(move || {
        let (mut stream, _) = server.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut say = |words: &[u8]| stream.write_all(words).unwrap();
        say(b"220 slow\r\n");
        while let Some(Ok(line)) = lines.next() {
            match line.as_str() {
                "DATA" => say(b"354 go on\r\n"),
                "." => fs::write(&told_by, "").unwrap(),
                _ if line.starts_with("EHLO") || line.contains(":<") => say(b"250 fine\r\n"),
                _ => {}
            }
        }
    });
    let person = format!(
        "begin(); say('propose', dialog='compose', subject='s', body='b', \
         recipients=[to('grace@example.org')])\n\
         while not os.path.exists({has_it:?}): time.sleep(0.05)\n\
         say('cancel')"
    );
    let told = desk.does(&person, &["send", "8", ""]);
    assert_eq!(told.code, code::NETWORK_FAILURE, "{told:?}");
    assert!(
        told.reason.contains("it may have been delivered"),
        "{told:?}"
    );
}
