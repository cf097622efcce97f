//! Choosing people: MAPIAddress, MAPIDetails, MAPIResolveName.
#![forbid(unsafe_code)]

use serde_json::json;

use crate::code;
use crate::desk::Desk;

#[test]
fn a_person_chooses_recipients_by_name_address_and_list() {
    let desk = Desk::new();
    let told = desk.does(
        "begin(); propose('address', recipients=[to('Ralph Lovelace', 'bcc'), to('Compilers'), \
         to('b@b.test; Cee <c@b.test>', 'cc'), to('Grace Hopper')])",
        &["address", "3", "", "1", "ada lovelace"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(
        told.lines,
        [
            "1 Compilers MAPIPDL:Compilers",
            "1 Grace Hopper SMTP:grace@example.org",
            "2 b@b.test SMTP:b@b.test",
            "2 Cee SMTP:c@b.test",
            "3 Ralph Lovelace SMTP:ralph@example.org",
        ]
    );
    let shown = &desk.heard()[0];
    assert_eq!(shown["dialog"], "address");
    assert_eq!(
        (&shown["caption"], &shown["parent"]),
        (&json!("Who?"), &json!(7))
    );
    let classes: Vec<_> = shown["fields"].as_array().unwrap().iter().collect();
    assert_eq!(classes.len(), 3);
    assert_eq!(classes[1], &json!({"class": "cc", "label": ""}));
    let ada = &shown["recipients"][0];
    assert_eq!(ada["name"], "Ada Lovelace");
    assert_eq!(ada["address"], "SMTP:lovelace@example.org");
    assert_eq!(desk.heard()[1]["type"], "accepted");
}

#[test]
fn who_cannot_be_found_is_told_and_the_window_stays() {
    let desk = Desk::new();
    let told = desk.does(
        "begin()\n\
         say('find', text='lov'); people = hear()['people']\n\
         propose('address', recipients=[to('Nobody')])\n\
         propose('address', recipients=[to('Lovelace')])\n\
         propose('compose', subject='', body='', recipients=[])\n\
         propose('address', recipients=[{'class': 'cc', **people[0]}])",
        &["address", "1", "Owner"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(told.lines, ["2 Ada Lovelace SMTP:lovelace@example.org"]);
    let heard = desk.heard();
    assert_eq!(
        heard[0]["fields"],
        json!([{"class": "to", "label": "Owner"}])
    );
    assert_eq!(heard[1]["people"].as_array().unwrap().len(), 2);
    assert_eq!(heard[1]["more"], false);
    for (at, reason) in [
        (2, "nobody is found"),
        (3, "may mean"),
        (4, "not the dialog"),
    ] {
        assert_eq!(heard[at]["type"], "refused");
        assert!(
            heard[at]["reason"].as_str().unwrap().contains(reason),
            "{heard:?}"
        );
    }
}

#[test]
fn nobody_may_be_chosen_and_a_book_may_only_be_looked_at() {
    let desk = Desk::new();
    let told = desk.does("begin(); propose('address')", &["address", "2", ""]);
    assert_eq!((told.code, told.lines.len()), (code::SUCCESS, 0));
    let told = desk.does(
        "begin(); propose('address', recipients=[to('Grace Hopper')])",
        &[
            "address",
            "0",
            "",
            "3",
            "Grace Hopper",
            "1",
            "Ralph Lovelace",
        ],
    );
    assert_eq!(told.code, code::SUCCESS);
    assert_eq!(
        told.lines,
        [
            "1 Ralph Lovelace SMTP:ralph@example.org",
            "3 Grace Hopper SMTP:grace@example.org"
        ]
    );
    assert_eq!(desk.heard()[0]["fields"], json!([]));
}

#[test]
fn only_a_person_cancels() {
    let desk = Desk::new();
    for arguments in [
        &["address", "3", ""][..],
        &["details", "Grace Hopper"],
        &["resolve", "Lovelace"],
        &["send", "8", "Grace Hopper"],
        &["documents", ""],
    ] {
        let told = desk.does("begin(); say('cancel')", arguments);
        assert_eq!(told.code, code::USER_ABORT, "{arguments:?} {told:?}");
    }
    assert_eq!(desk.host.delivered().len(), 0);
    let told = desk.does("begin()", &["address", "5", ""]);
    assert_eq!(told.code, code::INVALID_EDITFIELDS);
    assert!(desk.heard().is_empty(), "nothing is shown for a wrong call");
}

#[test]
fn an_entry_is_shown_with_all_that_is_known() {
    let desk = Desk::new();
    let told = desk.does("begin(); propose('details')", &["details", "Grace Hopper"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let shown = &desk.heard()[0];
    assert_eq!(shown["person"]["name"], "Grace Hopper");
    assert_eq!(shown["person"]["address"], "SMTP:grace@example.org");
    assert_eq!(shown["read-only"], true);
    desk.does("begin(); propose('details')", &["details", "Compilers"]);
    let shown = &desk.heard()[0];
    assert_eq!(shown["person"]["address"], "MAPIPDL:Compilers");
    let members = shown["members"].as_array().unwrap();
    assert_eq!(members[1]["address"], "SMTP:ralph@example.org");
}

#[test]
fn a_person_says_who_of_several_is_meant() {
    let desk = Desk::new();
    let told = desk.does(
        "people = begin()['people']\n\
         propose('resolve', person=to('Ralph Lovelace'))\n\
         propose('resolve', person=people[1])",
        &["resolve", "Lovelace"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(told.lines, ["1 Ralph Lovelace SMTP:ralph@example.org"]);
    let heard = desk.heard();
    assert_eq!(
        (&heard[0]["text"], &heard[0]["more"]),
        (&json!("Lovelace"), &json!(false))
    );
    assert_eq!(heard[1]["type"], "refused", "only those who were told");
    // Nobody is asked where there is nothing to choose.
    for (name, expected) in [
        ("Grace Hopper", code::SUCCESS),
        ("a@b.test; c@d.test", code::AMBIGUOUS),
    ] {
        let told = desk.does("raise SystemExit(9)", &["resolve", name]);
        assert_eq!(told.code, expected, "{told:?}");
    }
}
