//! Connections that are kept for the next question.

use simplemapi::error::Kind;
use simplemapi::providers::address_book::{AddressBook, LdapBook, Query};

use crate::ber::{DONE, entry, notice_of_disconnection, verdict};
use crate::office::{assert_refused, found, soon};
use crate::scripted::{Script, Scripted, Talk};

/// Finds Ada, in answer to all that is asked at once.
fn answer(talk: &mut Talk) -> bool {
    answer_and_say(talk, &[])
}

/// The same, and more in the same breath.
fn answer_and_say(talk: &mut Talk, more: &[u8]) -> bool {
    let ids = talk.hear();
    let mut bytes = Vec::new();
    for id in &ids {
        let attributes: [(&str, &[&str]); 2] = [("cn", &["Ada"]), ("mail", &["ada@example.org"])];
        bytes.extend(entry(*id, "uid=ada,dc=example,dc=org", &attributes));
        bytes.extend(verdict(*id, DONE, 0, ""));
    }
    bytes.extend(more);
    talk.say(&bytes);
    !ids.is_empty()
}

fn asked_three_times(script: Script) -> usize {
    let server = Scripted::start(script);
    let book = LdapBook::new(server.settings());
    for _ in 0..3 {
        assert_eq!(found(&book, "ada"), ["ada@example.org"]);
    }
    server.log().connections
}

#[test]
fn a_connection_is_used_again() {
    assert_eq!(asked_three_times(|_, talk| while answer(talk) {}), 1);
}

#[test]
fn one_that_the_server_has_closed_is_made_again() {
    let closes_after_each = |_, talk: &mut Talk| {
        answer(talk);
    };
    assert_eq!(asked_three_times(closes_after_each), 3);
    let closes_when_asked = |_, talk: &mut Talk| {
        answer(talk);
        talk.hear();
    };
    assert_eq!(asked_three_times(closes_when_asked), 3);
    let says_that_it_goes = |_, talk: &mut Talk| {
        answer(talk);
        talk.say(&notice_of_disconnection());
        talk.wait();
    };
    assert_eq!(asked_three_times(says_that_it_goes), 3);
}

#[test]
fn what_was_said_while_nobody_asked_answers_nothing() {
    let answers_ahead = |_, talk: &mut Talk| {
        let ahead = [3, 4].map(|id| verdict(id, DONE, 0, ""));
        answer_and_say(talk, &ahead.concat());
        talk.wait();
    };
    assert_eq!(asked_three_times(answers_ahead), 3);
}

#[test]
fn a_new_connection_that_is_closed_is_not_tried_again() {
    let server = Scripted::start(|_, talk| {
        talk.hear();
    });
    let book = LdapBook::new(server.settings());
    let refused = book.find(&Query::new("ada").unwrap(), soon());
    assert_refused(refused, Kind::Network, "closed the connection");
    assert_eq!(server.log().connections, 1);
}
