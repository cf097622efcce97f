//! Programs that a test writes itself.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Makes a shell script that can be run at once.
///
/// Another process writes it: a program cannot be run while anybody has it open for writing, and
/// children that other tests start meanwhile inherit for a moment what is open here.
pub(crate) fn write(path: &Path, lines: &str) {
    let mut writer = Command::new("/bin/sh")
        .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = writer.stdin.take().unwrap();
    write!(stdin, "#!/bin/sh\n{lines}\n").unwrap();
    drop(stdin);
    assert!(writer.wait().unwrap().success());
}
