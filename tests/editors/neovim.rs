//! `plugins/neovim`.
#![forbid(unsafe_code)]

use test_servers::Mailbox;

use crate::desk::{Desk, ON_SCREEN, has, in_project, received, said};

/// Edits `März.txt` without saving, obeys, and leaves; what was shown.
fn edit(desk: &Desk, commands: &[String]) -> String {
    let mut neovim = desk.editor("nvim");
    neovim
        .args(["--headless", "-u", "NONE", "-i", "NONE", "--cmd"])
        .arg(format!(
            "set runtimepath^={}",
            in_project("plugins/neovim").display()
        ))
        .args(["-c", "runtime plugin/mapi.lua"])
        .args(["-c", "call setline(1, ['Grüße,', 'nicht gespeichert'])"]);
    for command in commands {
        neovim.args(["-c", command]);
    }
    let output = neovim.args(["-c", "qall!", "März.txt"]).output().unwrap();
    let shown = said(&output);
    assert!(output.status.success(), "{shown}");
    shown
}

#[test]
fn neovim_sends_what_is_on_the_screen() {
    let (Some(postfix), true) = (test_servers::postfix(), has("nvim")) else {
        return;
    };
    let desk = Desk::new(postfix);
    let mailbox: Mailbox = postfix.mailbox();
    let to = mailbox.address();
    let shown = edit(
        &desk,
        &[
            format!("Mapi attach {to} subject=1\\ März"),
            format!("Mapi send cc:{to} subject=2 file=figures.txt"),
            format!("2Mapi send bcc:{to} subject=3"),
        ],
    );
    assert!(shown.contains("sent \"1 März\""), "{shown}");

    let messages = received(&mailbox, 3);
    let file = &messages[0]["parts"][1];
    assert_eq!(messages[0]["subject"], "1 März");
    assert_eq!(messages[0]["to"][0][1], to);
    assert_eq!(file["filename"], "März.txt");
    assert_eq!(file["base64"], ON_SCREEN, "Grüße, nicht gespeichert");
    let parts = &messages[1]["parts"];
    assert_eq!(messages[1]["cc"][0][1], to);
    assert_eq!(parts[0]["text"], "Grüße,\nnicht gespeichert\n");
    assert_eq!(parts[1]["filename"], "figures.txt");
    assert_eq!(messages[2]["parts"][0]["text"], "nicht gespeichert\n");
    desk.is_tidy();
}

#[test]
fn neovim_shows_why_nothing_was_sent() {
    let (Some(postfix), true) = (test_servers::postfix(), has("nvim")) else {
        return;
    };
    let desk = Desk::new(postfix);
    let shown = edit(
        &desk,
        &[
            "Mapi send reject@example.test".to_owned(),
            "Mapi attach".to_owned(),
        ],
    );
    assert!(
        shown.contains("not sent: ") && shown.contains("no such user"),
        "{shown}"
    );
    assert!(shown.contains("who is it for?"), "{shown}");
    let shown = edit(
        &desk,
        &[
            "lua require('mapi').library = 'libnowhere.so.0'".to_owned(),
            "Mapi send ada@example.test".to_owned(),
        ],
    );
    assert!(shown.contains("cannot load libnowhere.so.0"), "{shown}");
    desk.is_tidy();
}

#[test]
fn neovim_says_when_a_message_waits_for_its_server() {
    let (Some(postfix), true) = (test_servers::postfix(), has("nvim")) else {
        return;
    };
    let desk = Desk::new(postfix);
    desk.has_lost_its_server();
    let shown = edit(&desk, &["Mapi send ada@example.test subject=1".to_owned()]);
    assert!(shown.contains("queued as "), "{shown}");
    assert!(!shown.contains("sent \"1\""), "{shown}");
}

#[test]
fn neovim_completes_names_from_the_address_book_and_sends_to_them() {
    let (Some(postfix), true) = (test_servers::postfix(), has("nvim")) else {
        return;
    };
    let desk = Desk::new(postfix);
    let mailbox = postfix.mailbox();
    desk.knows("Grace Hopper", mailbox.address());
    let shown = edit(
        &desk,
        &[
            "echo getcompletion('Mapi send cc:hop', 'cmdline')".to_owned(),
            "echo getcompletion('Mapi send nobody', 'cmdline')".to_owned(),
            "execute 'Mapi send' getcompletion('Mapi send cc:hop', 'cmdline')[0] 'subject=1'"
                .to_owned(),
            "Mapi send Grace\\ Hopper subject=2".to_owned(),
        ],
    );
    let completed = format!("['cc:Grace\\ Hopper\\ <{}>']", mailbox.address());
    assert!(
        shown.contains(&completed) && shown.contains("[]"),
        "{shown}"
    );
    let messages = received(&mailbox, 2);
    assert_eq!(messages[0]["cc"][0][0], "Grace Hopper");
    assert_eq!(messages[1]["to"][0][1], mailbox.address());
}
