//! The manual in `docs/`: its examples work, its lists are complete, and its links lead somewhere.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be run has failed"
)]

mod codes;
mod dependencies;
mod examples;
mod links;
mod markdown;
mod pages;
mod reasons;
