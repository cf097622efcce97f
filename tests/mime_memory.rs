//! How much memory a large attachment takes. Alone in its file, because the peak it reads is that
//! of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io;

use simplemapi::mime::{Sink, compose};
use simplemapi::model::{Address, Draft, Mailbox, OpenAttachment};

const MEGABYTE: u64 = 1 << 20;

#[derive(Default)]
struct Counter(u64);

impl Sink for Counter {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0 += bytes.len() as u64;
        Ok(())
    }
}

/// The most memory this process ever had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

#[test]
fn a_large_file_takes_no_more_memory_than_a_small_one() {
    let size = 32 * MEGABYTE;
    let file = tempfile::tempfile().unwrap();
    file.set_len(size).unwrap();
    let ada = Mailbox {
        name: String::new(),
        address: Address::new("ada@example.org").unwrap(),
    };
    let before = peak();
    let message = compose(Draft {
        from: ada,
        recipients: Vec::new(),
        unresolved: Vec::new(),
        subject: String::new(),
        body: "text".to_owned(),
        class: String::new(),
        conversation_id: String::new(),
        receipt_requested: false,
        attachments: vec![OpenAttachment {
            file,
            size,
            name: "huge.bin".to_owned(),
            path: "huge.bin".into(),
        }],
    })
    .unwrap();
    let mut sink = Counter::default();
    message.copy_to(&mut sink).unwrap();
    assert_eq!(sink.0, message.size());
    assert!(sink.0 > size);
    let growth = peak() - before;
    assert!(growth < 2 * MEGABYTE, "{growth} bytes more than before");
}
