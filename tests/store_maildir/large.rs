//! A hundred thousand messages: what the first call costs, and what every later one does.

use std::time::{Duration, Instant};

use simplemapi::error::Kind;
use simplemapi::model::MessageId;
use simplemapi::providers::store::{Part, Store};

use crate::inbox::{Inbox, all};

/// Goes through all messages and gives the time of the first call and of the rest.
fn walk(store: &dyn Store, mut each: impl FnMut(&MessageId)) -> (usize, Duration, Duration) {
    let begin = Instant::now();
    let mut seed = store.next(None, &all()).unwrap();
    let first = begin.elapsed();
    let mut count = 1;
    loop {
        each(&seed);
        match store.next(Some(&seed), &all()) {
            Ok(next) => seed = next,
            Err(error) => {
                assert_eq!(error.kind(), Kind::NoMessages);
                return (count, first, begin.elapsed().saturating_sub(first));
            }
        }
        count += 1;
    }
}

fn measure(count: usize) -> Duration {
    let inbox = Inbox::empty();
    inbox.python(&["fill", &count.to_string()]);
    let python = inbox.python(&["time"]);
    assert_eq!(python["count"], count);
    let python = Duration::from_secs_f64(python["seconds"].as_f64().unwrap());

    let store = inbox.store();
    let (listed, first, rest) = walk(store.as_ref(), |id| {
        store.read(id, Part::Head).unwrap();
    });
    assert_eq!(listed, count);
    let each = rest / u32::try_from(count).unwrap();
    let ratio = (first + rest).as_secs_f64() / python.as_secs_f64();
    println!(
        "{count} messages: first call {first:?}, then {each:?} a message with its head; in all \
         {ratio:.2} of the time of Python's mailbox ({python:?})"
    );

    let (_, _, marking) = walk(store.as_ref(), |id| store.mark_read(id).unwrap());
    println!(
        "  marking each as read: {:?} a message",
        marking / u32::try_from(count).unwrap()
    );
    let begin = Instant::now();
    let mut deleted = 0;
    while let Ok(id) = store.next(None, &all()) {
        store.delete(&id).unwrap();
        deleted += 1;
    }
    assert_eq!(deleted, count);
    let deleting = begin.elapsed() / u32::try_from(count).unwrap();
    println!("  deleting whatever is first: {deleting:?} a message");
    each.max(deleting)
}

#[test]
fn a_later_call_costs_the_same_in_a_large_maildir() {
    let (small, large) = (measure(500), measure(10_000));
    // Twenty times the messages: were a call to look at all of them, it would take as much longer.
    assert!(large < small * 8, "{small:?} {large:?}");
}

#[test]
#[ignore = "a hundred thousand files take a while to make"]
fn a_hundred_thousand_messages() {
    measure(100_000);
}
