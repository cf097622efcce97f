//! A host under strace, which makes one of its system calls fail or kills it there.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::host::{Ended, Host};

/// Sends under strace, which does this to one system call. Whether it came to that is told too.
///
/// Tracing begins when the library is loaded: strace counts calls for each thread by itself, and the
/// loader's would fail before the delivery's of the same number.
pub(crate) fn send_with(host: &Host, injection: &str) -> (Ended, bool) {
    let trace = host.path("trace");
    let mut child = host.start(&["when told"]);
    let mut strace = Command::new("strace")
        .args(["-f", "-o", trace.to_str().unwrap(), "-e", injection])
        .args(["-p", &child.id().to_string()])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !is_traced(child.id()) {
        assert_eq!(strace.try_wait().unwrap(), None, "strace cannot trace");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.stdin.take().unwrap().write_all(b"!").unwrap();
    let ended = host.wait(child);
    strace.wait().unwrap();
    let trace = fs::read_to_string(&trace).unwrap();
    let fired = trace.contains("(INJECTED)") || trace.contains("killed by SIGKILL");
    (ended, fired)
}

fn is_traced(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let mut lines = status.lines();
    lines.any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
}

pub(crate) fn can_trace() -> bool {
    let there = Command::new("strace").arg("-V").output().is_ok();
    if !there {
        test_servers::skip("strace is not there");
    }
    there
}
