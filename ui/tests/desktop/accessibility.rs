//! Every window without a mouse, and for somebody who does not see it.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::desk::Desk;

/// Somebody with two identities, people to choose from, and a profile that lacks its password.
fn desk() -> Option<Desk> {
    let desk = Desk::new()?;
    desk.knows("Grace Hopper", "grace@example.org");
    desk.knows("Ada Lovelace", "lovelace@example.org");
    desk.knows("Ralph Lovelace", "ralph@example.org");
    desk.knows_list("Compilers", &["Grace Hopper", "Ralph Lovelace"]);
    desk.configure(&desk.profile(25));
    Some(desk)
}

#[test]
fn everything_has_a_name_of_its_own_and_tab_leads_there() {
    let Some(desk) = desk() else { return };
    let file = desk.file("one.txt", "one\n");
    let searches =
        "focused('entry', 'Search people'); typed('lovelace'); find('list item', 'Ada Lovelace')";
    for (arguments, begin) in [
        (
            &["send", "8", "Lovelace", &file][..],
            "focused('text', 'Message'); says('Several people')",
        ),
        (&["address", "3", ""], searches),
        (&["address", "0", ""], searches),
        (&["details", "Grace Hopper"], "says('grace@example.org')"),
        (&["details", "Compilers"], "says('2 members')"),
        (
            &["resolve", "Lovelace"],
            "focused('list item', 'Ada Lovelace')",
        ),
        (&["logon", "1", "nowhere"], "find('combo box', 'Profile')"),
        (
            &["logon", "0x20000", "nowhere"],
            "find('push button', 'Log On')",
        ),
    ] {
        desk.does(&format!("{begin}; walk(); leave()"), arguments);
    }
}

#[test]
fn so_it_is_where_an_account_is_added() {
    let Some(desk) = Desk::new() else { return };
    let person = "find('push button', 'Continue'); walk()\n\
        fill('alt+n', 'Your name', 'Ada')\n\
        fill('alt+e', 'E-mail address', 'ada@example.test')\n\
        fill('alt+p', 'Password', 'secret', role='password text'); key('Return')\n\
        find('push button', 'Try and Save')\n\
        box = find('check box', 'Read mail too')\n\
        box.get_state_set().contains(Atspi.StateType.CHECKED) or go('alt+r', 'check box', 'Read mail too')\n\
        find('spin button', 'IMAP port'); walk(); leave()";
    let mut command = desk.command(&["logon", "1"]);
    // Where nothing is found.
    command.env("SIMPLEMAPI_AUTOCONFIG", "http://127.0.0.1:9/");
    desk.meets(person, command.spawn().unwrap());
}

#[test]
fn passing_through_a_list_changes_nothing() {
    let Some(desk) = desk() else { return };
    let person = "focused('list item', 'Ada Lovelace')\n\
        tab_to('push button', 'Choose'); key('Return')";
    let told = desk.does(person, &["resolve", "Lovelace"]);
    assert_eq!(told.lines, ["1 Ada Lovelace SMTP:lovelace@example.org"]);
}

/// What can be reached by a letter at the same time, by its text in the catalogue.
const TOGETHER: [&[&str]; 7] = [
    &[
        "cancel",
        "send",
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "unfinished-open",
        "unfinished-discard",
    ],
    &["cancel", "ok", "to", "cc", "bcc"],
    &["close"],
    &["cancel", "choose"],
    &["cancel", "log-on", "profile", "password", "add-account"],
    &["cancel", "continue", "your-name", "address", "password"],
    &[
        "cancel",
        "try-and-save",
        "your-name",
        "address",
        "password",
        "outgoing-host",
        "outgoing-port",
        "outgoing-security",
        "outgoing-user",
        "has-incoming",
        "incoming-host",
        "incoming-port",
        "incoming-security",
        "incoming-user",
    ],
];

#[test]
fn no_letter_leads_to_two_places_in_any_language() {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut languages = 0;
    for language in fs::read_dir(locales).unwrap() {
        let catalogue = fs::read_to_string(language.unwrap().path().join("main.ftl")).unwrap();
        let texts: HashMap<_, _> = catalogue
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .collect();
        languages += 1;
        for ids in TOGETHER {
            let mut taken = HashMap::new();
            for id in ids {
                let text = texts[id];
                let (_, behind) = text
                    .split_once('_')
                    .unwrap_or_else(|| unreachable!("{id} has no key"));
                let letter = behind.chars().next().unwrap().to_lowercase().to_string();
                if let Some(other) = taken.insert(letter, id) {
                    unreachable!("the same key leads to {id} and {other}: {text}");
                }
            }
        }
    }
    assert!(languages > 1);
}
