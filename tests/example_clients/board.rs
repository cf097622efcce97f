//! A bulletin board and a mail client share a mailbox, and each sees its own.
#![forbid(unsafe_code)]

use std::fs;

use crate::client::Client;
use crate::desk::Desk;
use crate::stored;

#[test]
fn posts_are_listed_shown_and_removed_and_are_no_mail() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    let desk = Desk::between("ada@example.org", &maildir, &maildir);
    let (board, inbox) = (Client::build("board.c"), Client::build("inbox.c"));
    assert_eq!(board.prints(&desk, &["list"]), "", "an empty board");

    let letter = desk.file("letter.txt", "a letter\n");
    Client::build("send.c").prints(&desk, &["ada@example.org", &letter]);
    for (subject, text) in [("Lost", "A glove, grey."), ("Grüße", "Bis März!\nAda")] {
        assert_eq!(board.prints(&desk, &["post", subject, text]), "posted\n");
    }

    let list = board.prints(&desk, &["list"]);
    let lines: Vec<_> = list.lines().collect();
    assert_eq!(lines.len(), 2, "{list}");
    assert!(
        lines[0].starts_with("1 20") && lines[0].ends_with(" Lost"),
        "{list}"
    );
    assert!(
        lines[1].starts_with("2 20") && lines[1].ends_with(" Grüße"),
        "{list}"
    );
    let mail = inbox.prints(&desk, &["list"]);
    assert!(
        mail.contains(": Sent by a C program\n1 messages\n"),
        "{mail}"
    );

    let shown = board.prints(&desk, &["show", "2"]).replace('\r', "");
    assert!(shown.starts_with("Grüße\nada, 20"), "{shown}");
    assert!(shown.contains("\n\nBis März!\nAda"), "{shown}");

    let kept = stored::inbox(&maildir);
    let posts: Vec<_> = kept
        .iter()
        .filter(|message| message["class"] == "IPM.Post.Board")
        .map(|message| message["flags"].as_str().unwrap())
        .collect();
    assert_eq!(posts, ["", "S"], "what was shown counts as read");

    assert_eq!(board.prints(&desk, &["remove", "1"]), "removed\n");
    let list = board.prints(&desk, &["list"]);
    assert!(
        list.starts_with("1 20") && list.ends_with(" Grüße\n"),
        "{list}"
    );
    let complaint = board.complains(&desk, &["show", "2"]);
    assert!(
        complaint.starts_with("board: cannot find the post: "),
        "{complaint}"
    );
    let kept = stored::inbox(&maildir);
    assert_eq!(kept.len(), 2);
    assert!(!stored::each(&kept, "subject").contains(&"Lost"));
}

#[test]
fn what_a_stranger_posts_by_mail_does_not_command_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let maildir = folder.path().join("Maildir");
    for room in ["new", "cur", "tmp"] {
        fs::create_dir_all(maildir.join(room)).unwrap();
    }
    let message = b"From: \"=?utf-8?q?=1B]0;x=07Mallory?=\" <m@example.org>\n\
        Subject: =?utf-8?q?=1B[2J=C2=9B2Jred?=\nX-MAPI-Message-Class: IPM.Post.Board\n\
        Content-Type: text/plain; charset=utf-8\n\n\x1b[31m text \xc2\x9b31m\x07\n";
    fs::write(maildir.join("new/1700000000.M1P1Q1.host"), message).unwrap();
    let desk = Desk::between("ada@example.org", &maildir, &maildir);
    let board = Client::build("board.c");
    let shown = board.prints(&desk, &["list"]) + &board.prints(&desk, &["show", "1"]);
    assert!(
        shown.contains("red") && shown.contains(" text "),
        "{shown:?}"
    );
    let commands = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(!shown.contains(commands), "{shown:?}");
}
