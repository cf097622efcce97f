//! How a test that cannot run says so.
#![forbid(unsafe_code)]

use std::io::Write;

/// Says that the running test is skipped and why, in a line that the gate counts.
pub fn skip(reason: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // Not eprintln: cargo would capture it.
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {reason}");
}
