//! Servers that are slow, broken or malicious: every question comes back in time and in bounded memory.

use std::thread;
use std::time::{Duration, Instant};

use simplemapi::config::Security;
use simplemapi::deadline::Deadline;
use simplemapi::error::{Error, Kind};
use simplemapi::providers::address_book::{AddressBook, Found, LdapBook, Query};

use crate::ber::{
    BIND_RESPONSE, DONE, EXTENDED_RESPONSE, entry, message, notice_of_disconnection, reference,
    value, verdict,
};
use crate::office::{admin, assert_refused};
use crate::scripted::{Script, Scripted, Talk};

const SHORT: Duration = Duration::from_millis(800);
const PATIENT: Duration = Duration::from_secs(60);
const ADA: [(&str, &[&str]); 2] = [("cn", &["Ada"]), ("mail", &["ada@example.org"])];

/// Asks for Ada, on a stack on which nothing can recurse, and sees that the answer comes in time.
fn ask(book: LdapBook, patience: Duration) -> Result<Found, Error> {
    let query = Query::new("ada").unwrap();
    let asking = thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(move || {
            let begin = Instant::now();
            let answer = book.find(&query, Deadline::after(patience));
            (answer, begin.elapsed())
        });
    let (answer, took) = asking.unwrap().join().unwrap();
    assert!(
        took < patience + Duration::from_secs(10),
        "it took {took:?}"
    );
    answer
}

/// What comes of a server that does this to somebody with that much patience, for each answer and for
/// all.
fn failure(script: Script, timeout: Duration, deadline: Duration, why: &str) -> Scripted {
    let server = Scripted::start(script);
    let mut settings = server.settings();
    settings.server.timeout = timeout;
    settings.server.deadline = deadline;
    assert_refused(ask(LdapBook::new(settings), deadline), Kind::Network, why);
    server
}

/// The same to somebody who has all the time in the world.
fn network_failure(script: Script, why: &str) -> Scripted {
    failure(script, PATIENT, PATIENT, why)
}

#[test]
fn silence_and_drops_of_an_answer_end_with_the_timeout() {
    failure(
        |_, talk| talk.wait(),
        SHORT,
        PATIENT,
        "no answer within 1 seconds",
    );
    failure(
        |_, talk| {
            talk.hear();
            for byte in entry(1, &"x".repeat(10_000), &ADA) {
                if !talk.say(&[byte]) {
                    return;
                }
                thread::sleep(Duration::from_millis(50));
            }
        },
        SHORT,
        PATIENT,
        "no answer within 1 seconds",
    );
}

#[test]
fn an_answer_that_never_ends_ends_with_the_deadline() {
    failure(
        |_, talk| {
            talk.hear();
            // Each message is in time, and none is the last.
            while talk.say(&reference(1)) {
                thread::sleep(Duration::from_millis(50));
            }
        },
        PATIENT,
        SHORT,
        "deadline",
    );
}

#[test]
fn a_length_is_believed_only_as_far_as_an_answer_may_go() {
    for script in [
        (|_, talk: &mut Talk| {
            talk.hear();
            talk.say(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]);
            talk.wait();
        }) as Script,
        |_, talk| {
            talk.hear();
            talk.say(&[0x30, 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            talk.say(&[0x30, 0x80, 2, 1, 1]);
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            talk.say(b"220 mail.example.org ESMTP\r\n");
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            // Within the message, an entry that is longer than it.
            talk.say(&value(0x30, &[2, 1, 1, 0x64, 0x84, 0x7f, 0xff, 0xff, 0xff]));
            talk.wait();
        },
    ] {
        network_failure(script, "not LDAP");
    }
}

#[test]
fn depth_costs_neither_stack_nor_time() {
    for script in [
        (|_, talk: &mut Talk| {
            talk.hear();
            talk.say(&message(1, 0x64, &[0x30, 0x80].repeat(200_000)));
            talk.wait();
        }) as Script,
        |_, talk| {
            talk.hear();
            talk.say(&message(1, 0x73, &[0x30, 0x80].repeat(200_000)));
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            let mut deep = vec![0x30, 0];
            for _ in 0..400 {
                deep = value(0x30, &deep);
            }
            talk.say(&message(1, 0x64, &deep));
            talk.wait();
        },
    ] {
        network_failure(script, "not LDAP");
    }
}

#[test]
fn no_server_says_more_than_it_was_asked_for() {
    /// More than any answer may have, and less than would harm.
    const MOST: usize = 24 << 20;
    for script in [
        (|_, talk: &mut Talk| {
            talk.hear();
            talk.flood(&entry(1, "cn=x", &ADA));
        }) as Script,
        |_, talk| {
            talk.hear();
            talk.flood(&reference(1));
        },
        |_, talk| {
            talk.hear();
            let long = "x".repeat(4000);
            let values: Vec<&str> = vec![&long; 400];
            talk.flood(&entry(1, "cn=x", &[("cn", &values)]));
        },
    ] {
        let server = network_failure(script, "says more than it was asked for");
        assert!(server.log().said < MOST, "{} bytes", server.log().said);
    }
}

#[test]
fn what_answers_another_question_answers_none() {
    for script in [
        (|_, talk: &mut Talk| {
            talk.hear();
            talk.say(&verdict(77, DONE, 0, ""));
            talk.wait();
        }) as Script,
        |_, talk| {
            talk.hear();
            talk.say(&entry(77, "cn=x", &ADA));
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            talk.say(&verdict(1, DONE, 0, ""));
            talk.say(&verdict(1, DONE, 0, ""));
            talk.wait();
        },
        |_, talk| {
            talk.hear();
            talk.say(&verdict(1, BIND_RESPONSE, 0, ""));
            talk.wait();
        },
    ] {
        network_failure(script, "that it was not asked");
    }
    network_failure(
        |_, talk| {
            talk.hear();
            talk.say(&notice_of_disconnection());
            talk.wait();
        },
        "going down",
    );
}

#[test]
fn half_an_answer_is_none() {
    // Two searches are asked at once, with the ids 1 and 2.
    fn answer() -> Vec<u8> {
        let ends = [verdict(1, DONE, 0, ""), verdict(2, DONE, 4, "")];
        [entry(1, "cn=x", &ADA), ends.concat()].concat()
    }
    let server = Scripted::start(|number, talk| {
        talk.hear();
        talk.say(&answer()[..number]);
    });
    let settings = server.settings();
    for _ in 0..answer().len() {
        let refused = ask(LdapBook::new(settings.clone()), PATIENT);
        assert_refused(refused, Kind::Network, "closed the connection");
    }
    let found = ask(LdapBook::new(settings), PATIENT).unwrap();
    assert_eq!((found.matches.len(), found.more), (1, true));
}

#[test]
fn a_refusal_is_told_in_the_servers_words() {
    for (script, kind, why) in [
        (
            (|_, talk: &mut Talk| {
                for id in talk.hear() {
                    talk.say(&verdict(
                        id,
                        DONE,
                        1,
                        "000004DC: a bind must be completed\0",
                    ));
                }
                talk.wait();
            }) as Script,
            Kind::LoginFailed,
            "bind-dn and a password: operationsError, 000004DC: a bind must be completed",
        ),
        (
            |_, talk| {
                for id in talk.hear() {
                    talk.say(&verdict(id, DONE, 3, ""));
                }
                talk.wait();
            },
            Kind::Network,
            "timeLimitExceeded",
        ),
        (
            |_, talk| {
                for id in talk.hear() {
                    talk.say(&verdict(id, DONE, 11, "too\r\nmuch"));
                }
                talk.wait();
            },
            Kind::Failure,
            "adminLimitExceeded, too  much",
        ),
    ] {
        let server = Scripted::start(script);
        assert_refused(ask(LdapBook::new(server.settings()), PATIENT), kind, why);
    }
}

#[test]
fn nothing_is_told_to_a_server_that_does_not_begin_tls() {
    const PASSWORD: &str = "pass-of-32-random-letters-or-so!";
    for (script, why) in [
        (
            (|_, talk: &mut Talk| {
                talk.hear();
                talk.say(&verdict(1, EXTENDED_RESPONSE, 2, "unsupported"));
                talk.wait();
            }) as Script,
            "refused StartTLS, so nothing was sent",
        ),
        (
            |_, talk| {
                talk.hear();
                // What would be the answer to the bind, before TLS has begun.
                let yes = verdict(1, EXTENDED_RESPONSE, 0, "");
                talk.say(&[yes, verdict(2, BIND_RESPONSE, 0, "")].concat());
                talk.wait();
            },
            "tampered",
        ),
        (
            |_, talk| {
                talk.hear();
                let yes = verdict(1, EXTENDED_RESPONSE, 0, "");
                talk.say(&[&yes[..], &[0x30, 0x84]].concat());
                talk.wait();
            },
            "tampered",
        ),
        (
            |_, talk| {
                talk.hear();
                talk.say(&verdict(2, EXTENDED_RESPONSE, 0, ""));
                talk.wait();
            },
            "that it was not asked",
        ),
        (
            |_, talk| {
                talk.hear();
                talk.say(&verdict(1, EXTENDED_RESPONSE, 0, ""));
                talk.hear();
                talk.say(&verdict(2, BIND_RESPONSE, 0, ""));
                talk.wait();
            },
            "no TLS with",
        ),
    ] {
        let server = Scripted::start(script);
        let mut settings = server.settings();
        settings.server.security = Security::StartTls;
        settings.server.login = admin(PASSWORD);
        let refused = ask(LdapBook::new(settings), PATIENT);
        assert_refused(refused, Kind::Network, why);
        let heard = server.log().heard;
        let told = heard
            .windows(PASSWORD.len())
            .any(|bytes| bytes == PASSWORD.as_bytes());
        assert!(!told);
    }
}

#[test]
fn a_range_of_members_that_never_ends_ends() {
    let server = Scripted::start(|_, talk| {
        for number in 0u32.. {
            let ids = talk.hear();
            let Some(&id) = ids.first() else { return };
            let description = format!("member;range={number}-{number}");
            let name = format!("cn={number}");
            let list: [(&str, &[&str]); 2] =
                [("objectClass", &["group"]), (&description, &[&name])];
            talk.say(&entry(id, "cn=list", &list));
            talk.say(&verdict(id, DONE, 0, ""));
        }
    });
    let book = LdapBook::new(server.settings());
    let deadline = Deadline::after(PATIENT);
    let refused = book.members("ldap:cn=list", 50, deadline);
    assert_refused(refused, Kind::TooManyRecipients, "more than 50 members");
}

#[test]
fn members_that_come_in_several_goes_are_all_told() {
    let server = Scripted::start(|_, talk| {
        let list = |talk: &mut Talk, description: &str, name: &str| {
            let id = talk.hear()[0];
            let list: [(&str, &[&str]); 3] = [
                ("objectClass", &["group"]),
                ("member", &[]),
                (description, &[name]),
            ];
            talk.say(&entry(id, "cn=list", &list));
            talk.say(&verdict(id, DONE, 0, ""));
        };
        list(talk, "member;range=0-0", "cn=0");
        list(talk, "member;range=1-1", "cn=1");
        list(talk, "member;range=2-*", "cn=2");
        for id in talk.hear() {
            let address = format!("{id}@example.org");
            talk.say(&entry(id, "cn=x", &[("mail", &[&address])]));
            talk.say(&verdict(id, DONE, 0, ""));
        }
        talk.wait();
    });
    let book = LdapBook::new(server.settings());
    let members = book.members("ldap:cn=list", 50, Deadline::after(PATIENT));
    assert_eq!(members.unwrap().unwrap().len(), 3);
}
