//! Dialogs: a C program shows one, a scripted front end (`person.py`) is the person, and what comes back
//! through the C ABI is looked at. How a front end may misbehave is in `front_end.rs`.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where it fails"
)]

mod choosing;
mod desk;
mod front_end;
#[path = "../support/host.rs"]
mod host;
mod keeping;
mod logging_on;
mod mail_program;
mod modeless;
mod writing;

/// What MAPI_E_USER_ABORT and its like are in C.
mod code {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const USER_ABORT: u32 = 1;
    pub(crate) const FAILURE: u32 = 2;
    pub(crate) const LOGIN_FAILURE: u32 = 3;
    pub(crate) const DISK_FULL: u32 = 4;
    pub(crate) const ATTACHMENT_NOT_FOUND: u32 = 11;
    pub(crate) const ATTACHMENT_OPEN_FAILURE: u32 = 12;
    pub(crate) const AMBIGUOUS: u32 = 21;
    pub(crate) const INVALID_EDITFIELDS: u32 = 24;
    pub(crate) const NETWORK_FAILURE: u32 = 23;
    pub(crate) const NOT_SUPPORTED: u32 = 26;
}
