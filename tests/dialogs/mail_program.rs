//! Where nothing is configured, the person's own mail program gets the message.
#![forbid(unsafe_code)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use crate::code;
use crate::desk::Desk;

#[test]
fn a_message_goes_to_the_mail_program_with_copies_of_its_files() {
    let desk = Desk::without_profile();
    let file = desk.file("one.txt", "one\n");
    for arguments in [
        &["send", "8", "Somebody", &file][..],
        &["send", "12", "Somebody", &file],
        &["documents", &file],
    ] {
        let told = desk.does(
            "shown = begin(); propose('hand-over', program='Thunderbird')",
            arguments,
        );
        assert_eq!(told.code, code::SUCCESS, "{told:?}");
        let heard = desk.heard();
        assert_eq!(heard[0]["dialog"], "hand-over");
        if arguments[0] == "send" {
            assert_eq!(heard[0]["recipients"][0]["name"], "Somebody");
            assert_eq!(heard[0]["subject"], "From a host");
        } else {
            assert_eq!(heard[0]["subject"], "one.txt");
        }
        assert_eq!(
            heard[1]["outcome"],
            "handed over to Thunderbird: whether it is sent is up to the person"
        );
        let copy = &heard[0]["files"][0];
        assert_eq!(
            (&copy["name"], &copy["size"]),
            (&json!("one.txt"), &json!(4))
        );
        let path = copy["path"].as_str().unwrap();
        assert!(path.ends_with("/files/0/one.txt"), "{path}");
        assert_eq!(fs::read_to_string(path).unwrap(), "one\n");
        let mode = fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(desk.kept("handed-over").len(), 3);
}

#[test]
fn without_a_mail_program_nothing_stays_and_the_person_may_log_on() {
    let desk = Desk::without_profile();
    let file = desk.file("one.txt", "one\n");
    let profile = desk.profile("added", "");
    let config = desk.host.config();
    let person = format!(
        "shown = begin(); dialog = shown['dialog']\n\
         if dialog == 'hand-over': say('unavailable', reason='no mail program')\n\
         elif dialog == 'logon':\n    \
             open({config:?}, 'w').write({profile:?})\n    \
             propose('logon', profile='added')\n\
         else: propose('compose', subject='s', body='', recipients=[to('Grace Hopper')])"
    );
    let told = desk.does(&person, &["send", "8", "Somebody", &file]);
    assert_eq!(told.code, code::LOGIN_FAILURE, "{told:?}");
    assert!(told.reason.contains("no mail program"), "{told:?}");
    assert!(told.reason.contains("no configuration"), "{told:?}");
    assert!(desk.kept("handed-over").is_empty());

    let dialogs = |desk: &Desk| -> Vec<Value> {
        let heard = desk.heard();
        let dialogs = heard.iter().map(|one| one["dialog"].clone());
        dialogs.filter(|dialog| !dialog.is_null()).collect()
    };
    let told = desk.does(&person, &["documents", &file]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(dialogs(&desk), ["hand-over", "logon", "compose"]);
    fs::remove_file(desk.host.config()).unwrap();
    // Whoever may be asked for an account is.
    let told = desk.does(&person, &["send", "9", "Somebody", &file]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(dialogs(&desk), ["logon", "compose"]);
    assert_eq!(desk.host.delivered().len(), 2);
}

#[test]
fn a_configuration_that_is_wrong_is_mended_and_not_passed_over() {
    let desk = Desk::without_profile();
    for wrong in ["[profile", "", "[profile.x]\naddress = 7\n"] {
        desk.configure(wrong);
        let told = desk.does("begin()", &["send", "8", "Somebody"]);
        assert_eq!(told.code, code::LOGIN_FAILURE, "{told:?}");
        assert!(desk.heard().is_empty());
    }
    desk.configure(&(desk.profile("one", "") + &desk.profile("two", "")));
    let told = desk.does("begin()", &["send", "8", "Somebody"]);
    assert_eq!(told.code, code::LOGIN_FAILURE, "{told:?}");
    assert!(desk.heard().is_empty());
}

#[test]
fn a_person_who_cancels_has_handed_nothing_over() {
    let desk = Desk::without_profile();
    let file = desk.file("one.txt", "one\n");
    let told = desk.does("begin(); say('cancel')", &["documents", &file]);
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    assert!(desk.kept("handed-over").is_empty());
}

#[test]
fn files_that_do_not_fit_on_the_disk_are_not_handed_over_and_leave_nothing() {
    let desk = Desk::without_profile();
    let files = [
        desk.file("a.txt", "a"),
        desk.file("b.txt", &"x".repeat(20_000)),
    ]
    .join(";");
    let person = "begin(); propose('hand-over', program='Thunderbird')";
    let told = desk.does_on_a_full_disk(person, &["documents", &files]);
    assert_eq!(told.code, code::DISK_FULL, "{told:?}");
    assert!(desk.kept("handed-over").is_empty());
    assert!(desk.heard().is_empty());
}
