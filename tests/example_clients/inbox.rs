//! A mail client lists, reads, answers and deletes what a real server has delivered.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use test_servers::{Mailbox, Postfix};

use crate::client::Client;
use crate::desk::Desk;
use crate::stored;

/// Ada and Ben, who write each other through a real server.
struct Pair {
    ada: Desk,
    ben: Desk,
    mailboxes: [Mailbox; 2],
}

impl Pair {
    fn at(postfix: &Postfix) -> Self {
        let mailboxes = [postfix.mailbox(), postfix.mailbox()];
        let desk =
            |mailbox: &Mailbox| Desk::served_by(postfix, mailbox.address(), mailbox.maildir());
        Self {
            ada: desk(&mailboxes[0]),
            ben: desk(&mailboxes[1]),
            mailboxes,
        }
    }

    /// Ada sends Ben files, one a message, and they have arrived in this order.
    fn ada_sends(&self, files: &[(&str, &str)]) {
        let send = Client::build("send.c");
        for (sent, (name, text)) in files.iter().enumerate() {
            let file = self.ada.file(name, text);
            send.prints(&self.ada, &[self.mailboxes[1].address(), &file]);
            self.mailboxes[1].wait_for(sent + 1);
        }
    }
}

#[test]
fn a_mail_client_lists_reads_answers_and_deletes() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let pair = Pair::at(postfix);
    pair.ada_sends(&[("first.txt", "one\n"), ("second.txt", "two\n")]);
    let (inbox, ben) = (Client::build("inbox.c"), &pair.ben);
    let ada = pair.mailboxes[0].address();

    let list = inbox.prints(ben, &["list"]);
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 3, "{list}");
    assert!(lines[0].starts_with("  1 * 20"), "{list}");
    assert!(lines[1].starts_with("  2 * 20"), "{list}");
    assert!(lines[1].ends_with(": Sent by a C program"), "{list}");
    assert_eq!(lines[2], "2 messages");
    assert_eq!(
        inbox.prints(ben, &["list"]),
        list,
        "a list leaves all unread"
    );

    let text = inbox.prints(ben, &["read", "1"]);
    assert!(
        text.contains("the file you asked for is attached."),
        "{text}"
    );
    assert!(text.contains("/first.txt\n"), "{text}");
    let list = inbox.prints(ben, &["list"]);
    assert!(list.starts_with("  1   20"), "{list}");
    let kept = stored::inbox(ben.maildir());
    assert_eq!(stored::each(&kept, "flags"), ["S", ""]);

    inbox.prints(ben, &["reply", "2", "Thank you."]);
    pair.mailboxes[0].wait_for(1);
    let answers = stored::inbox(pair.ada.maildir());
    assert_eq!(answers[0]["subject"], "Re: Sent by a C program");
    assert_eq!(
        answers[0]["text"],
        "Thank you.\n\n> Hello,\n> \n> the file you asked for is attached.\n"
    );
    assert!(answers[0]["to"].as_str().unwrap().contains(ada));
    let sent = stored::folder(ben.maildir(), "Sent");
    assert_eq!(stored::each(&sent, "subject"), ["Re: Sent by a C program"]);

    inbox.prints(ben, &["delete", "1"]);
    let kept = stored::inbox(ben.maildir());
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["files"][0], "second.txt");
    let trash = stored::folder(ben.maildir(), "Trash");
    assert_eq!(trash[0]["files"][0], "first.txt");
    assert!(inbox.prints(ben, &["list"]).ends_with("\n1 messages\n"));
    assert!(inbox.complains(ben, &["read", "2"]).contains("from 1 to 1"));
}

#[test]
fn attachments_lie_in_files_until_they_were_looked_at() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let pair = Pair::at(postfix);
    pair.ada_sends(&[("märz.txt", "sales went up\n")]);
    let inbox = Client::build("inbox.c");

    let mut reading = inbox
        .at(&pair.ben, &["read", "1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(reading.stdout.take().unwrap());
    let path = loop {
        let mut line = String::new();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "no file is named");
        if let Some(path) = line.trim_end().strip_prefix("File: ") {
            break path.to_owned();
        }
    };
    // Its question is printed when all is there.
    let mut question = [0; 24];
    output.read_exact(&mut question).unwrap();
    assert!(path.ends_with("/märz.txt"), "{path}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "sales went up\n");
    reading.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(reading.wait().unwrap().success());
    assert!(!fs::exists(&path).unwrap());
    let left = fs::read_dir(pair.ben.temporary()).unwrap().count();
    assert_eq!(left, 0, "nothing is left among the temporary files");
}

#[test]
fn commands_from_the_keyboard_keep_their_numbers_until_the_next_list() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let pair = Pair::at(postfix);
    pair.ada_sends(&[("1.txt", "1"), ("2.txt", "2"), ("3.txt", "3")]);
    let inbox = Client::build("inbox.c");

    let mut typing = inbox
        .at(&pair.ben, &[])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let keys = "delete 2\n\ndelete 2\nreply 3 And thank you\nlist\nquit\n";
    typing
        .stdin
        .take()
        .unwrap()
        .write_all(keys.as_bytes())
        .unwrap();
    let output = typing.wait_with_output().unwrap();
    let (text, complaint) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert!(output.status.success(), "{text}{complaint}");
    assert!(text.contains("3 messages\n> deleted\n"), "{text}");
    assert!(text.ends_with("2 messages\n> "), "{text}");
    assert!(
        complaint.contains("cannot delete the message: "),
        "{complaint}"
    );
    let kept = stored::inbox(pair.ben.maildir());
    let files: Vec<_> = kept.iter().map(|message| &message["files"][0]).collect();
    assert_eq!(files, ["1.txt", "3.txt"]);
    pair.mailboxes[0].wait_for(1);
    let answer = &stored::inbox(pair.ada.maildir())[0]["text"];
    assert!(
        answer
            .as_str()
            .unwrap()
            .starts_with("And thank you\n\n> Hello,\n")
    );
}

#[test]
fn a_mail_client_is_clean_under_valgrind() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    let desk = Desk::between("ada@example.org", &maildir, &maildir);
    let file = desk.file("notes.txt", "notes\n");
    let send = Client::build("send.c");
    send.prints(&desk, &["ada@example.org", &file]);
    let inbox = Client::build("inbox.c").under(&[
        "valgrind",
        "--quiet",
        "--error-exitcode=99",
        "--leak-check=full",
        "--show-leak-kinds=definite",
        "--errors-for-leak-kinds=definite",
    ]);
    let mut typing = inbox
        .at(&desk, &[])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let keys = "list\nread 1\n\nreply 1 Yes\ndelete 1\nlist\n";
    typing
        .stdin
        .take()
        .unwrap()
        .write_all(keys.as_bytes())
        .unwrap();
    assert_eq!(typing.wait().unwrap().code(), Some(0));
    let kept = stored::inbox(&maildir);
    assert_eq!(stored::each(&kept, "subject"), ["Re: Sent by a C program"]);
}

#[test]
fn what_a_stranger_writes_does_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    for room in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(room)).unwrap();
    }
    let message = b"From: \"=?utf-8?q?=1B]0;x=07Mallory?=\" <m@example.org>\n\
        Subject: =?utf-8?q?=1B[2J=C2=9B2Jred?=\nContent-Type: text/plain; charset=utf-8\n\n\
        \x1b[31m text \xc2\x9b31m\x07\n";
    fs::write(maildir.join("new/1700000000.M1P1Q1.host"), message).unwrap();
    let desk = Desk::between("ada@example.org", &maildir, &maildir);
    let inbox = Client::build("inbox.c");
    let shown = inbox.prints(&desk, &["list"]) + &inbox.prints(&desk, &["read", "1"]);
    assert!(
        shown.contains("red") && shown.contains(" text "),
        "{shown:?}"
    );
    let commands = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(!shown.contains(commands), "{shown:?}");
}
