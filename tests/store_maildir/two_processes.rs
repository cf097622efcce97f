//! Two processes that take messages from one Maildir.

use std::path::Path;

use crate::inbox::{Inbox, open};
use crate::taking::{assert_each_once, by_two_processes, take_all};

/// Tells the child which Maildir is meant.
const PATH: &str = "STORE_MAILDIR_TEST_PATH";

/// How many messages the two fight over.
const COUNT: usize = 1000;

#[test]
#[ignore = "run by another test, as a process of its own"]
fn worker() {
    if let Some(path) = std::env::var_os(PATH) {
        take_all(open(Path::new(&path), Default::default()).as_ref());
    }
}

#[test]
fn two_processes_that_read_and_delete_lose_nothing_and_double_nothing() {
    let files: Vec<_> = (0..COUNT)
        .map(|number| format!("new/{number}.M1.host"))
        .collect();
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    let inbox = Inbox::with(&files);
    let path = inbox.path().display().to_string();
    let taken = by_two_processes("two_processes::worker", &[(PATH, path)]);
    assert_each_once(&taken, COUNT);
    assert_eq!(inbox.names(".Trash/cur").len(), COUNT);
    assert!(inbox.names("new").is_empty() && inbox.names("cur").is_empty());
}
