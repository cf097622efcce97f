//! The call log: one line a call in the file that SIMPLEMAPI_LOG names. Never a secret, never a
//! body.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::config::Environment;

/// Whether calls are logged.
pub fn enabled() -> bool {
    Environment::get().log.is_some()
}

thread_local! {
    /// What the call of this thread has to say besides its outcome.
    static NOTES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };

    /// What its success means, where that is more than one thing.
    static OUTCOME: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Has the success of this call say what it means: for SimpleMapiLastError and the log.
pub fn outcome(text: String) {
    OUTCOME.set(Some(text));
}

/// What the success of this thread's call means, if it said so.
pub fn take_outcome() -> Option<String> {
    OUTCOME.take()
}

/// Has this call's line say more: what did not go as it should and is no failure of the call.
pub fn note(text: String) {
    NOTES.with_borrow_mut(|notes| notes.push(text));
}

/// Appends one call's line. A log that cannot be written is no reason to fail a call.
pub fn record(function: &str, flags: u32, code: u32, code_name: &str, reason: &str) {
    let notes = NOTES.take();
    let Some(path) = &Environment::get().log else {
        return;
    };
    let reason = notes.into_iter().fold(reason.to_owned(), |line, note| {
        if line.is_empty() {
            note
        } else {
            format!("{line}; {note}")
        }
    });
    let line = line(
        &jiff::Timestamp::now().to_string(),
        std::process::id(),
        function,
        flags,
        code,
        code_name,
        &reason,
    );
    if let Ok(mut log) = open(path) {
        // One write, so that the lines of several processes do not mix.
        let _ = log.write_all(line.as_bytes());
    }
}

fn line(
    time: &str,
    process: u32,
    function: &str,
    flags: u32,
    code: u32,
    code_name: &str,
    reason: &str,
) -> String {
    let mut line =
        format!("{time} [{process}] {function} flags={flags:#x} code={code} {code_name}");
    if !reason.is_empty() {
        let _ = write!(line, ": {reason}");
    }
    line.push('\n');
    line
}

/// Opens the log anew for each line, so that it may be moved away at any time.
#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let log = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        // Never wait for the reader of a FIFO.
        .custom_flags(libc::O_NOCTTY | libc::O_NONBLOCK)
        .open(path)?;
    crate::descriptor::lift(log)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_time_function_flags_code_and_reason() {
        assert_eq!(
            line(
                "2026-01-02T03:04:05Z",
                7,
                "MAPILogon",
                0x20,
                3,
                "MAPI_E_LOGIN_FAILURE",
                "no profile"
            ),
            "2026-01-02T03:04:05Z [7] MAPILogon flags=0x20 code=3 MAPI_E_LOGIN_FAILURE: no profile\n"
        );
        assert_eq!(
            line(
                "2026-01-02T03:04:05Z",
                7,
                "MAPILogoff",
                0,
                0,
                "SUCCESS_SUCCESS",
                ""
            ),
            "2026-01-02T03:04:05Z [7] MAPILogoff flags=0x0 code=0 SUCCESS_SUCCESS\n"
        );
    }
}
