//! The receiving end: a mailbox that belongs to one test.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// An address of the server and the Maildir in which its mail arrives.
#[derive(Debug, Clone)]
pub struct Mailbox {
    address: String,
    maildir: PathBuf,
}

impl Mailbox {
    pub(crate) fn new(address: String, maildir: PathBuf) -> Self {
        Self { address, maildir }
    }

    /// Where to send.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The Maildir's folder; it appears with the first message.
    pub fn maildir(&self) -> &Path {
        &self.maildir
    }

    /// The files of the messages that have arrived, oldest first.
    pub fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.maildir.join("new")) else {
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    /// The messages that have arrived, as stored: LF line ends, the server's trace fields on top.
    pub fn messages(&self) -> Vec<Vec<u8>> {
        let read = |path: &PathBuf| fs::read(path).expect("a delivered message");
        self.files().iter().map(read).collect()
    }

    /// The messages, once there are at least this many.
    ///
    /// # Panics
    /// When they do not arrive within half a minute.
    pub fn wait_for(&self, count: usize) -> Vec<Vec<u8>> {
        let begin = Instant::now();
        while self.files().len() < count {
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "{} of {count} messages for {} arrived in half a minute",
                self.files().len(),
                self.address
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        self.messages()
    }
}
