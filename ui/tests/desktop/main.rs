//! The windows on a screen that nobody sees: a C program calls the library, `person.py` finds things in
//! the window as a screen reader does and uses the keyboard, and what comes of it is looked at.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod accessibility;
mod account;
mod choosing;
mod desk;
mod front_end;
mod hand_over;
#[path = "../../../tests/support/host.rs"]
mod host;
mod hosts;
mod logging_on;
mod outliving;
mod parents;
mod screenshots;
mod writing;

/// What MAPI_E_USER_ABORT and its like are in C.
mod code {
    pub(crate) const SUCCESS: u32 = 0;
    pub(crate) const USER_ABORT: u32 = 1;
    pub(crate) const FAILURE: u32 = 2;
    pub(crate) const NOT_SUPPORTED: u32 = 26;
}
