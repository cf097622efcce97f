//! What a listing does, as strace saw it.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::inbox::Inbox;

/// What was asked of the system.
#[derive(Debug, Default)]
pub(crate) struct Traced {
    /// All calls, the start of the program too.
    pub(crate) calls: usize,
    /// Files of messages, and what was read of them.
    pub(crate) opened: usize,
    pub(crate) reads: usize,
    pub(crate) bytes: usize,
}

impl Traced {
    /// Has the program list an Inbox, or make only the first call. `None` where there is no strace.
    pub(crate) fn listing(inbox: &Inbox, only_first: bool) -> Option<Self> {
        let trace = inbox.path("trace");
        let mut strace = Command::new("strace");
        // All threads, the paths behind the descriptors, no contents.
        strace.args(["-f", "-y", "-s", "0", "-o"]);
        strace.arg(&trace).arg(inbox.path("listing"));
        if only_first {
            strace.arg("first");
        }
        let output = inbox.with_configuration(&mut strace).output().ok()?;
        assert!(output.status.success(), "{output:?}");
        Some(Self::read(&trace))
    }

    fn read(trace: &Path) -> Self {
        let mut traced = Self::default();
        let trace = fs::read(trace).unwrap();
        for line in String::from_utf8_lossy(&trace).lines() {
            // "123 pread64(5</home/ada/Mail/cur/1.host:2,S>, ""..., 16384, 0) = 900"
            let result = line.rsplit(" = ").next().unwrap_or_default();
            traced.calls += 1;
            if !is_of_message(line) || result.starts_with('-') {
                continue;
            }
            if line.contains(" open") {
                traced.opened += 1;
            } else if line.contains("read") {
                traced.reads += 1;
                let bytes = result.split(' ').next().unwrap_or_default();
                traced.bytes += bytes.parse::<usize>().unwrap();
            }
            // A mapping may be read without a call: it would have to be counted otherwise.
            assert!(!line.contains("mmap"), "a message was mapped: {line}");
        }
        traced
    }
}

/// Whether a call is about a file in a Maildir: opened, as its result, or read, as its argument.
fn is_of_message(line: &str) -> bool {
    [".host>", ".host:2,S>"]
        .iter()
        .any(|ending| line.contains(ending))
}
