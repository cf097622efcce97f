//! Logging on: MAPI_LOGON_UI, MAPI_PASSWORD_UI.
#![forbid(unsafe_code)]

use serde_json::json;

use crate::code;
use crate::desk::Desk;

const LOGON_UI: &str = "1";
const PASSWORD_UI: &str = "0x20000";

/// Two profiles, of which none is the default, and one that lacks its password.
fn desk() -> Desk {
    let desk = Desk::without_profile();
    let locked = "[profile.locked]\naddress = \"me@example.org\"\n\
        transport = { kind = \"smtp\", host = \"localhost\", user = \"me\" }\n";
    desk.configure(&(desk.profile("open", "") + locked));
    desk
}

#[test]
fn a_person_chooses_a_profile_or_gives_its_password() {
    let desk = desk();
    let told = desk.does(
        "begin(); propose('logon', profile='nowhere'); propose('logon', profile='locked')\n\
         propose('logon', profile='locked', password='secret')",
        &["logon", LOGON_UI],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let heard = desk.heard();
    assert_eq!(heard[0]["dialog"], "logon");
    assert_eq!(heard[0]["profiles"], json!(["locked", "open"]));
    assert_eq!(
        (&heard[0]["profile"], &heard[0]["profile-is-fixed"]),
        (&json!(""), &json!(false))
    );
    assert!(
        heard[0]["reason"]
            .as_str()
            .unwrap()
            .contains("no default-profile")
    );
    assert!(heard[1]["reason"].as_str().unwrap().contains("no profile"));
    assert!(heard[2]["reason"].as_str().unwrap().contains("no password"));

    // Where only the password may be asked for, the profile stays.
    let told = desk.does(
        "begin(); propose('logon', profile='open', password='secret')",
        &["logon", PASSWORD_UI, "locked"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let shown = &desk.heard()[0];
    assert_eq!(
        (&shown["profile"], &shown["profile-is-fixed"]),
        (&json!("locked"), &json!(true))
    );
}

#[test]
fn nobody_is_asked_who_need_not_or_must_not_be() {
    let desk = desk();
    let told = desk.does("raise SystemExit(9)", &["logon", LOGON_UI, "open"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let told = desk.does("raise SystemExit(9)", &["logon", "0", "locked"]);
    assert_eq!(told.code, code::LOGIN_FAILURE);
    let told = desk.does("begin(); say('cancel')", &["logon", LOGON_UI, "locked"]);
    assert_eq!(told.code, code::USER_ABORT);
    for nobody in ["say('unavailable', reason='no screen')", ""] {
        let told = desk.does(nobody, &["logon", LOGON_UI, "locked"]);
        let expected = if nobody.is_empty() {
            code::FAILURE
        } else {
            code::LOGIN_FAILURE
        };
        assert_eq!(told.code, expected, "{told:?}");
    }
}

#[test]
fn a_call_without_a_handle_has_a_profile_chosen_too() {
    let desk = desk();
    let told = desk.does(
        "begin(); propose('logon', profile='open')",
        &["send", LOGON_UI, "Grace Hopper"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(desk.host.delivered().len(), 1);
    let told = desk.does(
        "begin(); say('cancel')",
        &["send", LOGON_UI, "grace@example.org"],
    );
    assert_eq!(told.code, code::USER_ABORT, "{told:?}");
    let told = desk.does("begin()", &["send", "0", "grace@example.org"]);
    assert_eq!(told.code, code::LOGIN_FAILURE, "{told:?}");
    assert!(desk.heard().is_empty());
    assert_eq!(desk.host.delivered().len(), 1);
}
