//! A Maildir as a store: what is found, read, saved and deleted, with other programs at the same
//! messages. Python's mailbox module is the other reader and writer.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where it fails, and says what it measured"
)]

#[path = "../support/mail.rs"]
mod mail;
#[path = "../support/taking.rs"]
mod taking;

mod finding;
mod hostile;
mod inbox;
mod large;
mod mail_system;
mod other_programs;
mod reading;
mod saving;
mod two_processes;
