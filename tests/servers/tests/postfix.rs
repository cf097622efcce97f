//! The servers do what the tests rely on.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "the helpers are part of the tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use test_servers::{Door, Flaw, Mailbox, Postfix};

/// Speaks SMTP line by line: each answer has to begin as the script says.
fn talk(port: u16, script: &[(&str, &str)]) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut answer = || {
        let mut line = String::new();
        loop {
            line.clear();
            answers.read_line(&mut line).unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    };
    assert!(answer().starts_with("220 "));
    for (say, expect) in script {
        stream.write_all(format!("{say}\r\n").as_bytes()).unwrap();
        let got = answer();
        assert!(got.starts_with(expect), "{say}: {got}");
    }
    // A server that finds its client gone may drop what it still has to do.
    stream.write_all(b"QUIT\r\n").unwrap();
    answers.read_to_end(&mut Vec::new()).unwrap();
}

fn deliver(postfix: &Postfix, mailbox: &Mailbox, body: &str) {
    let to = format!("RCPT TO:<{}>", mailbox.address());
    let script = [
        ("EHLO test", "250"),
        ("MAIL FROM:<bob@example.test>", "250"),
        (&to, "250"),
        ("DATA", "354"),
        (&format!("Subject: hello\r\n\r\n{body}\r\n."), "250"),
    ];
    talk(postfix.port(Door::Plain), &script);
}

#[test]
fn mail_arrives_in_the_mailbox_it_is_for_and_nowhere_else() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let (mine, other) = (postfix.mailbox(), postfix.mailbox());
    deliver(postfix, &mine, "one line");
    let messages = mine.wait_for(1);
    assert!(messages[0].ends_with(b"\n\none line\n"));
    postfix.settle();
    assert_eq!(mine.files().len(), 1);
    assert!(other.files().is_empty());
}

#[test]
fn a_bare_line_feed_smuggles_mail_through_the_plain_door_only() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    // What the smuggling tests look for has to be possible in the first place.
    let (first, second) = (postfix.mailbox(), postfix.mailbox());
    let smuggle = format!(
        "text\n.\r\nMAIL FROM:<bob@example.test>\r\nRCPT TO:<{}>\r\nDATA\r\nSubject: hidden\r\n\r\nhidden",
        second.address()
    );
    deliver(postfix, &first, &smuggle);
    assert_eq!(second.wait_for(1).len(), 1);
}

#[test]
fn the_refused_recipients_are_refused() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let script = [
        ("EHLO test", "250"),
        ("MAIL FROM:<bob@example.test>", "250"),
        ("RCPT TO:<reject@example.test>", "550"),
        ("RCPT TO:<defer@example.test>", "451"),
        ("RCPT TO:<full@example.test>", "452"),
    ];
    talk(postfix.port(Door::Plain), &script);
}

#[test]
fn submission_takes_nothing_in_clear() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    for door in [Door::Submission, Door::Flawed(Flaw::Expired)] {
        let script = [
            ("EHLO test", "250"),
            ("MAIL FROM:<bob@example.test>", "530"),
            ("AUTH PLAIN AGFsaWNlAHNlY3JldA==", "5"),
        ];
        talk(postfix.port(door), &script);
    }
}
