//! Logging on: MAPI_LOGON_UI, MAPI_PASSWORD_UI.
#![forbid(unsafe_code)]

use crate::code;
use crate::desk::Desk;

const LOGON_UI: &str = "1";
const PASSWORD_UI: &str = "0x20000";

/// Profiles of which none is the default: one that lacks its password, and one that has one.
fn desk() -> Option<Desk> {
    let desk = Desk::new()?;
    let profile = |name: &str, more: &str| {
        format!(
            "[profile.{name}]\naddress = \"{name}@example.org\"\n\
             transport = {{ kind = \"smtp\", host = \"localhost\", user = \"me\"{more} }}\n"
        )
    };
    desk.configure(&(profile("first", "") + &profile("second", ", password = \"secret\"")));
    Some(desk)
}

#[test]
fn a_profile_is_chosen_and_its_password_typed() {
    let Some(desk) = desk() else { return };
    let person = "says('no default-profile'); focused('password text', 'Password')\n\
        press('Log On'); warns('no password')\n\
        focused('password text', 'Password'); typed('anything'); key('Return')";
    let told = desk.does(person, &["logon", LOGON_UI]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let person = "find('push button', 'Add an Account…')\n\
        choose('alt+r', 'Profile', 'second')\n\
        fill('alt+p', 'Password', 'wrong', 'password text'); key('Return'); warns('not the one')\n\
        fill('alt+p', 'Password', 'secret', 'password text'); key('Return')";
    let told = desk.does(person, &["logon", LOGON_UI]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
}

#[test]
fn only_the_password_of_a_fixed_profile_is_asked_for_until_it_is_right() {
    let Some(desk) = desk() else { return };
    let person = "says('The password of the profile “second” is wanted.')\n\
        assert not seen('combo box', 'Profile') and not seen('push button', 'Add an Account…')\n\
        focused('password text', 'Password'); typed('wrong'); key('Return')\n\
        warns('not the one'); focused('password text', 'Password')\n\
        key('ctrl+a'); typed('secret'); press('Log On')";
    let told = desk.does(person, &["logon", PASSWORD_UI, "second", "forgotten"]);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
}
