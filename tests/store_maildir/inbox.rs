//! A Maildir that belongs to one test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use simplemapi::config::{Deletion, StoreConfig, StoreKind};
use simplemapi::error::{Kind, Result};
use simplemapi::mime::{Composed, compose};
use simplemapi::model::{Draft, MessageId};
use simplemapi::providers::store::{self, Part, Store, Wanted};

use crate::mail;

pub(crate) struct Inbox {
    home: tempfile::TempDir,
}

impl Inbox {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        let inbox = Self::absent();
        for folder in ["", "tmp", "new", "cur"] {
            fs::create_dir(inbox.path().join(folder)).unwrap();
        }
        inbox
    }

    /// Not there at all.
    pub(crate) fn absent() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// With these files, such as `new/1.host`, each of which says its own name.
    pub(crate) fn with(files: &[&str]) -> Self {
        let inbox = Self::empty();
        for file in files {
            inbox.put(file, "");
        }
        inbox
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join("Mail")
    }

    /// Writes a message with these further header fields.
    pub(crate) fn put(&self, file: &str, fields: &str) {
        let text = format!("Subject: {file}\n{fields}\nbody of {file}\n");
        fs::write(self.path().join(file), text).unwrap();
    }

    pub(crate) fn store(&self) -> Box<dyn Store> {
        open(&self.path(), Deletion::Trash)
    }

    pub(crate) fn store_without_trash(&self) -> Box<dyn Store> {
        open(&self.path(), Deletion::Permanent)
    }

    /// The names in one of its folders.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// What Python's mailbox module says of it.
    pub(crate) fn python(&self, arguments: &[&str]) -> Value {
        python(&self.path(), arguments)
    }
}

pub(crate) fn open(path: &Path, deletion: Deletion) -> Box<dyn Store> {
    let kind = StoreKind::Maildir { path: path.into() };
    store::open(&StoreConfig {
        kind,
        deletion,
        keep_sent: true,
    })
    .unwrap()
}

/// Runs `tests/oracle/maildir.py` and reads the JSON that it prints.
pub(crate) fn python(path: &Path, arguments: &[&str]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/maildir.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(path)
        .args(arguments)
        .output()
        .expect("python3 runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn all() -> Wanted {
    Wanted::default()
}

pub(crate) fn unread() -> Wanted {
    Wanted {
        unread_only: true,
        ..Wanted::default()
    }
}

pub(crate) fn of_class(prefix: &str) -> Wanted {
    Wanted {
        class_prefix: prefix.to_owned(),
        ..Wanted::default()
    }
}

/// All ids that there are, in order.
pub(crate) fn ids(store: &dyn Store, wanted: &Wanted) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = Vec::new();
    loop {
        match store.next(ids.last(), wanted) {
            Ok(id) => ids.push(id),
            Err(error) => {
                assert_eq!(error.kind(), Kind::NoMessages, "{}", error.reason());
                return ids;
            }
        }
        assert!(ids.len() < 1_000_000, "it has no end");
    }
}

pub(crate) fn subject(store: &dyn Store, id: &MessageId) -> String {
    let head = store.read(id, Part::Head).unwrap().bytes;
    let head = String::from_utf8(head).unwrap();
    let subject = head
        .lines()
        .find_map(|line| line.strip_prefix("Subject: "))
        .unwrap();
    subject.to_owned()
}

/// The subjects of all messages, in order.
pub(crate) fn subjects(store: &dyn Store, wanted: &Wanted) -> Vec<String> {
    let ids = ids(store, wanted);
    ids.iter().map(|id| subject(store, id)).collect()
}

pub(crate) fn note(subject: &str) -> Composed {
    compose(draft(subject)).unwrap()
}

pub(crate) fn draft(subject: &str) -> Draft {
    Draft {
        subject: subject.to_owned(),
        ..mail::draft(&["bob@example.org"], "text\n")
    }
}

pub(crate) fn kind<T: std::fmt::Debug>(result: Result<T>) -> Kind {
    result.unwrap_err().kind()
}
