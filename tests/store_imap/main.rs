//! A mailbox on a server as a store: what is found, read, saved and deleted on a real Dovecot, and what
//! becomes of us on servers that mean us harm.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test stops where it fails, and says what it measured"
)]

#[path = "../support/certificates.rs"]
mod certificates;
#[path = "../support/imap_server.rs"]
mod imap_server;
#[path = "../support/mail.rs"]
mod mail;
#[path = "../support/taking.rs"]
mod taking;

mod account;
mod dovecot;
mod hostile;
mod proxy;
mod reading;
mod two_processes;
