//! The first use on a machine without an account: MAPI_LOGON_UI.
#![forbid(unsafe_code)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use test_servers::{Door, Imap, Site};

use crate::code;
use crate::desk::{Desk, UI, received};

/// Carol, who has an account on real servers and nothing on this machine.
#[test]
fn an_account_is_found_by_its_address_tried_kept_and_sends() {
    let (Some(postfix), Some(imap)) = (test_servers::postfix(), test_servers::imap()) else {
        return;
    };
    let Some(mut desk) = Desk::new() else { return };
    desk.desktop.bus.unlock_keyring();
    install(&desk);
    let site = Site::of(postfix, imap);
    let authorities = [postfix.certificates(), imap.certificates()]
        .map(|certificates| fs::read_to_string(&certificates.authority).unwrap());
    fs::write(desk.path("authorities.pem"), authorities.concat()).unwrap();
    let host = |arguments: &[&str]| {
        let mut command = desk.command(arguments);
        command
            .env("SIMPLEMAPI_AUTOCONFIG", &site.url)
            .env("SSL_CERT_FILE", desk.path("authorities.pem"));
        command.spawn().unwrap()
    };

    let person = format!(
        "fill('alt+n', 'Your name', 'Carol')\n\
         fill('alt+e', 'E-mail address', 'carol@example.test')\n\
         fill('alt+p', 'Password', 'wrong', role='password text')\n\
         key('Return')\n\
         says('127.0.0.1')\n\
         press('Try and Save')\n\
         says('Sending does not work')\n\
         fill('alt+p', 'Password', '{}', role='password text')\n\
         press('Try and Save')",
        Imap::PASSWORD
    );
    let told = desk.meets(&person, host(&["logon", "1"]));
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let written = fs::read_to_string(desk.host.config()).unwrap();
    let port = format!("port = {}", postfix.port(Door::Submission));
    for part in ["name = \"Carol\"", "keyring = true", &port, "imap"] {
        assert!(written.contains(part), "{part}\n{written}");
    }
    assert!(!written.contains(Imap::PASSWORD), "{written}");

    // From now on nobody is asked.
    let mailbox = postfix.mailbox();
    let sent = desk.ended(host(&["send", "0", mailbox.address()]));
    assert_eq!(sent.code, code::SUCCESS, "{sent:?}");
    assert!(received(&mailbox).contains("carol@example.test"));
}

#[test]
fn whoever_adds_no_account_is_not_logged_on() {
    let Some(desk) = Desk::new() else { return };
    let told = desk.does("find('text', 'Your name'); key('Escape')", &["logon", "1"]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    assert!(!desk.host.config().exists());
}

/// A link to an address, where nothing is configured. The mail program that would get it is this one.
#[test]
fn whoever_follows_a_link_adds_an_account_first() {
    let Some(desk) = Desk::new() else { return };
    let program = Path::new(UI).with_file_name("simplemapi-compose");
    let mut command = desk.command_of(&program, &["mailto:grace@example.org"]);
    let person = "find('text', 'Your name'); key('Escape')";
    let ended = desk.watches(person, command.spawn().unwrap());
    assert_eq!(ended.status.code(), Some(4), "{}", ended.output);
    assert!(!desk.host.config().exists());
}

/// Puts the library into a tree of its own, with what asks the keyring beside it.
fn install(desk: &Desk) {
    let link = desk.path("libsimplemapi.so.0");
    let library = fs::canonicalize(&link).unwrap();
    let keyring = library
        .ancestors()
        .nth(2)
        .unwrap()
        .join("simplemapi-keyring");
    for (file, place) in [
        (&library, "tree/lib/libsimplemapi.so.0"),
        (&keyring, "tree/libexec/simplemapi/simplemapi-keyring"),
    ] {
        // By another process: a program that anybody has open for writing cannot be run.
        let copied = Command::new("install")
            .args(["-D", "--mode=755"])
            .arg(file)
            .arg(desk.path(place))
            .status();
        assert!(copied.unwrap().success());
    }
    fs::remove_file(&link).unwrap();
    symlink(desk.path("tree/lib/libsimplemapi.so.0"), link).unwrap();
}
