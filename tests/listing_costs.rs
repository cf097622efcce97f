//! What listing a Maildir asks of the system, counted and not timed: names alone for the first call,
//! and the same for every message however many there are.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where it fails"
)]

#[path = "../benches/listing/inbox.rs"]
mod inbox;
#[path = "../benches/listing/traced.rs"]
mod traced;

use inbox::Inbox;
use traced::Traced;

/// Far more than is read of a header at once.
const BODY: usize = 100_000;
/// How much is read of a header at once.
const HEAD: usize = 4096;

fn listed(count: usize, only_first: bool) -> Option<Traced> {
    let program = std::env::current_exe().unwrap();
    let library = program.with_file_name("libsimplemapi.so");
    let traced = Traced::listing(&Inbox::new(&library, count, BODY), only_first);
    if traced.is_none() {
        test_servers::skip("strace is not installed");
    }
    traced
}

#[test]
fn the_first_call_opens_one_message_and_reads_no_body() {
    for count in [30, 300] {
        let Some(first) = listed(count, true) else {
            return;
        };
        assert_eq!((first.opened, first.reads), (1, 1), "{first:?}");
        assert!(first.bytes <= HEAD, "{first:?}");
    }
}

#[test]
fn every_message_costs_the_same_however_many_there_are() {
    let (Some(few), Some(some), Some(many)) =
        (listed(50, false), listed(150, false), listed(450, false))
    else {
        return;
    };
    // Of messages beyond the first fifty, and beyond the first hundred and fifty.
    let each = |one: usize, other: usize, messages: usize| (other - one) as f64 / messages as f64;
    let (early, late) = (
        each(few.calls, some.calls, 100),
        each(some.calls, many.calls, 300),
    );
    assert!(late < early * 1.1, "{early} calls a message, then {late}");
    // Once for its class, once for what the envelope shows.
    assert_eq!(many.opened, 2 * 450, "{many:?}");
    // And of both only the head, for these messages have no parts.
    assert!(many.bytes <= 2 * HEAD * 450, "{many:?}");
    println!("{late} calls a message");
}
