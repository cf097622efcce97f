//! Two processes that take messages from one Inbox: what each does, and that together they lose none
//! and get none twice.

use std::process::{Child, Command, Stdio};

use simplemapi::error::{Kind, Result};
use simplemapi::providers::store::{Part, Store, Wanted};

/// Tells the child whether to go on from the message before, or to begin anew each time.
const GOES_ON: &str = "TAKING_TEST_GOES_ON";

/// Reads whatever is first, marks it as read, deletes it, and says what it got, until nothing is left.
pub(crate) fn take_all(store: &dyn Store) {
    let goes_on = std::env::var_os(GOES_ON).is_some_and(|value| value == "yes");
    let mut seed = None;
    loop {
        let id = match store.next(seed.as_ref(), &Wanted::default()) {
            Ok(id) => id,
            Err(error) => {
                assert_eq!(error.kind(), Kind::NoMessages, "{}", error.reason());
                break;
            }
        };
        let read = store.read(&id, Part::Whole);
        let marked = unless_gone(store.mark_read(&id));
        if unless_gone(store.delete(&id)) {
            assert!(marked, "{id} was gone and came back");
            let text = String::from_utf8(read.unwrap().bytes).unwrap();
            let subject = text.lines().find(|line| line.starts_with("Subject: "));
            println!("took {} {id}", subject.unwrap());
        }
        seed = goes_on.then_some(id);
    }
    println!("done");
}

/// Whether it was done; it may only have failed because the other was quicker.
fn unless_gone(outcome: Result<()>) -> bool {
    match outcome {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.kind(), Kind::InvalidMessage, "{}", error.reason());
            false
        }
    }
}

/// Has two processes do that, one of each kind. `worker` is the ignored test that calls [`take_all`],
/// and learns from these variables which Inbox is meant. Returns what they took, in order.
pub(crate) fn by_two_processes(worker: &str, variables: &[(&str, String)]) -> Vec<String> {
    let start = |goes_on: &str| -> Child {
        Command::new(std::env::current_exe().unwrap())
            .args([worker, "--exact", "--ignored", "--nocapture"])
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .env(GOES_ON, goes_on)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let workers = [start("yes"), start("no")];
    let mut taken = Vec::new();
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("done"), "{text}");
        let own = text.lines().filter_map(|line| line.split_once("took "));
        let own: Vec<_> = own.map(|(_, what)| what.to_owned()).collect();
        println!("one process took {}", own.len());
        taken.extend(own);
    }
    taken.sort();
    taken
}

/// That each of so many was taken, and by one process.
pub(crate) fn assert_each_once(taken: &[String], count: usize) {
    let mut once = taken.to_vec();
    once.dedup();
    assert_eq!((taken.len(), once.len()), (count, count));
}
