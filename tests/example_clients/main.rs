//! The clients of `examples/`, built as anybody would build them and used on real mail: delivered by
//! Postfix or by this library's own Maildir transport, and checked with Python's `mailbox`.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod board;
mod client;
mod desk;
mod face;
mod inbox;
mod inventory;
mod stored;
mod workflow;
