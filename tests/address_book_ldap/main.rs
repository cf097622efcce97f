//! A directory server as an address book: who is found on a real slapd, in the terms of OpenLDAP and of
//! Active Directory, and what becomes of us on servers that mean us harm.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod ber;
mod connecting;
mod finding;
mod hostile;
mod keeping;
mod lists;
mod office;
mod scripted;
