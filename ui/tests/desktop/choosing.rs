//! Choosing people: MAPIAddress, MAPIDetails, MAPIResolveName.
#![forbid(unsafe_code)]

use crate::code;
use crate::desk::Desk;

/// Somebody with an address book, and mail that goes nowhere.
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
fn recipients_are_found_and_written_into_three_fields() {
    let Some(desk) = desk() else { return };
    let person = "find('frame', 'Who?')\n\
        focused('entry', 'Search people'); says('Type a name to look for people.')\n\
        typed('grac'); find('list item', 'Grace Hopper')\n\
        press('Cc'); shows('text', 'Cc', 'Grace Hopper <grace@example.org>, ')\n\
        key('ctrl+a'); typed('lovelace'); find('list item', 'Ralph Lovelace')\n\
        tab_to('list item', 'Ada Lovelace'); key('Down', 'Return')\n\
        shows('text', 'To', 'Ralph Lovelace <ralph@example.org>, ')\n\
        tab_to('text', 'Bcc'); typed('b@b.test, compi'); find('list item', 'Compilers'); key('Return')\n\
        shows('text', 'Bcc', 'b@b.test, Compilers, ')\n\
        press('OK')";
    let told = desk.does(person, &["address", "3", ""]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(
        told.lines,
        [
            "1 Ralph Lovelace SMTP:ralph@example.org",
            "2 Grace Hopper SMTP:grace@example.org",
            "3 b@b.test SMTP:b@b.test",
            "3 Compilers MAPIPDL:Compilers",
        ]
    );
}

#[test]
fn a_single_field_has_the_programs_label_and_a_refusal_is_told() {
    let Some(desk) = desk() else { return };
    // The letter after the ampersand is its key, as on Windows.
    let person = "find('push button', 'R&D Owner'); find('text', 'R&D Owner')\n\
        assert not seen('text', 'Cc')\n\
        tab_to('text', 'R&D Owner'); typed('Nobody Here'); key('ctrl+Return')\n\
        warns('nobody is found')\n\
        key('ctrl+a', 'BackSpace'); press('OK')";
    let told = desk.does(person, &["address", "1", "R&&D O&wner"]);
    assert_eq!((told.code, told.lines.len()), (code::SUCCESS, 0));
    let by_key = "focused('entry', 'Search people'); typed('grac'); find('list item', 'Grace Hopper')\n\
        key('alt+w'); shows('text', 'R&D Owner', 'Grace Hopper <grace@example.org>, ')\n\
        key('ctrl+Return')";
    let told = desk.does(by_key, &["address", "1", "R&&D O&wner"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(told.lines, ["1 Grace Hopper SMTP:grace@example.org"]);
}

#[test]
fn a_book_that_is_only_looked_at_has_no_fields_and_nothing_changes() {
    let Some(desk) = desk() else { return };
    for close in [
        "press('Close')",
        "key('Escape'); shows('entry', 'Search people', ''); key('Escape')",
        "key('alt+F4')",
    ] {
        let person = format!(
            "focused('entry', 'Search people'); typed('compi'); find('list item', 'Compilers')\n\
             assert not seen('text', 'To')\n{close}"
        );
        let told = desk.does(&person, &["address", "0", "", "3", "Grace Hopper"]);
        assert_eq!(told.code, code::SUCCESS, "{close} {told:?}");
        assert_eq!(told.lines, ["3 Grace Hopper SMTP:grace@example.org"]);
    }
}

#[test]
fn who_somebody_is_and_who_is_on_a_list_is_shown() {
    let Some(desk) = desk() else { return };
    let person = "says('Grace Hopper'); says('grace@example.org'); press('Close')";
    let told = desk.does(person, &["details", "Grace Hopper"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let person = "says('Distribution list'); says('2 members')\n\
        find('list item', 'Grace Hopper'); says('ralph@example.org'); key('Escape')";
    let told = desk.does(person, &["details", "Compilers"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
}

#[test]
fn one_of_several_people_is_chosen_or_none() {
    let Some(desk) = desk() else { return };
    let person = "says('by the name “Lovelace”'); focused('list item', 'Ada Lovelace')\n\
        key('Down'); focused('list item', 'Ralph Lovelace'); press('Choose')";
    let told = desk.does(person, &["resolve", "Lovelace"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(told.lines, ["1 Ralph Lovelace SMTP:ralph@example.org"]);
    let enter = "focused('list item', 'Ada Lovelace'); key('Return')";
    let told = desk.does(enter, &["resolve", "Lovelace"]);
    assert_eq!(told.lines, ["1 Ada Lovelace SMTP:lovelace@example.org"]);
}

#[test]
fn whoever_closes_a_window_cancels_the_call() {
    let Some(desk) = desk() else { return };
    for (arguments, close) in [
        (&["resolve", "Lovelace"][..], "press('Cancel')"),
        (&["resolve", "Lovelace"], "key('Escape')"),
        (&["resolve", "Lovelace"], "key('alt+F4')"),
        (&["address", "3", ""], "key('Escape')"),
        (&["logon", "1", "nowhere"], "key('Escape')"),
        (&["logon", "0x20000", "nowhere"], "press('Cancel')"),
    ] {
        let person = format!("find('push button', 'Cancel'); until('a focus', focus); {close}");
        let told = desk.does(&person, arguments);
        assert_eq!(
            told.code,
            code::USER_ABORT,
            "{arguments:?} {close} {told:?}"
        );
    }
}
