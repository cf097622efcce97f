//! Python's e-mail package, which knows nothing of us.
#![forbid(unsafe_code)]

use std::path::PathBuf;
use std::process::Command;

use encodify::base64;
use serde_json::Value;

use crate::program::said;

/// What it finds in these messages.
pub(crate) fn read(files: &[PathBuf]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/read_message.py");
    let output = Command::new("python3")
        .arg(script)
        .args(files)
        .output()
        .expect("python3: install the Debian package of that name");
    assert!(output.status.success(), "{}", said(&output));
    let messages: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(messages.len(), files.len());
    for (message, file) in messages.iter().zip(files) {
        for defect in message["defects"].as_array().unwrap() {
            // The encoded word in a part's name, for readers from before RFC 2231, is the one thing
            // it has to forgive.
            let file = file.display();
            assert_eq!(defect, "Content-Type: InvalidHeaderDefect", "{file}");
        }
    }
    messages
}

/// The bytes of a part.
pub(crate) fn content(part: &Value) -> Vec<u8> {
    let text = part["base64"].as_str().unwrap();
    base64::STANDARD.decode(text).unwrap()
}

/// The text of a part with the line ends of this system: in mail they are CRLF.
pub(crate) fn text(part: &Value) -> String {
    part["text"].as_str().unwrap().replace("\r\n", "\n")
}
