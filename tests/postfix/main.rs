//! C programs send through a real Postfix, and Python reads what arrived.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod control_characters;
mod delivery;
mod oracle;
mod profile;
mod program;
mod smuggling;
