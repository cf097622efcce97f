//! What is in a Maildir, in the eyes of Python's `mailbox`.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::client::said;

/// The messages of the Inbox, oldest first.
pub(crate) fn inbox(maildir: &Path) -> Vec<Value> {
    folder(maildir, "")
}

/// The messages of one of its folders, such as `Sent`.
pub(crate) fn folder(maildir: &Path, name: &str) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/read_maildir.py");
    let output = Command::new("python3")
        .args([Path::new(script), maildir, Path::new(name)])
        .output()
        .expect("python3: install the Debian package of that name");
    assert!(output.status.success(), "{}", said(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// One field of each.
pub(crate) fn each<'a>(messages: &'a [Value], field: &str) -> Vec<&'a str> {
    messages
        .iter()
        .map(|message| message[field].as_str().unwrap_or_default())
        .collect()
}
