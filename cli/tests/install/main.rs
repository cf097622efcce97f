//! What `make install` and the Debian packages put in place, used as a C programmer would use it.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod built;
mod debian;
mod manual;
mod program;
mod tree;
