//! Messages to send.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use simplemapi::deadline::Deadline;
use simplemapi::mime::{Composed, compose};
use simplemapi::model::{Address, Draft, Envelope, Mailbox, OpenAttachment, RecipientClass};

/// A message of this text to these addresses.
pub(crate) fn mail(recipients: &[&str], body: &str) -> (Envelope, Composed) {
    with_files(recipients, body, &[])
}

/// The same with these files.
pub(crate) fn with_files(recipients: &[&str], body: &str, files: &[&Path]) -> (Envelope, Composed) {
    let draft = Draft {
        attachments: files.iter().map(|path| attachment(path)).collect(),
        ..draft(recipients, body)
    };
    (draft.envelope(), compose(draft).unwrap())
}

/// The same before it is composed.
pub(crate) fn draft(recipients: &[&str], body: &str) -> Draft {
    Draft {
        from: mailbox("ada@example.org"),
        recipients: recipients
            .iter()
            .map(|to| (RecipientClass::To, mailbox(to)))
            .collect(),
        unresolved: Vec::new(),
        subject: "a test".to_owned(),
        body: body.to_owned(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: Vec::new(),
    }
}

/// Somebody without a display name.
pub(crate) fn mailbox(address: &str) -> Mailbox {
    Mailbox {
        name: String::new(),
        address: Address::new(address).unwrap(),
    }
}

fn attachment(path: &Path) -> OpenAttachment {
    let file = File::open(path).unwrap();
    OpenAttachment {
        size: file.metadata().unwrap().len(),
        name: path.file_name().unwrap().to_str().unwrap().to_owned(),
        path: path.to_owned(),
        file,
    }
}

/// The bytes of a message.
pub(crate) fn bytes(message: &Composed) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.copy_to(&mut bytes).unwrap();
    bytes
}

/// Time enough.
pub(crate) fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(60))
}
