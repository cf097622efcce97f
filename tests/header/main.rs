//! `include/mapi.h`: it is what `src/ffi` says, it compiles wherever it says it does, and its
//! structures and constants are those of Simple MAPI.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be run has failed"
)]

mod compiler;
mod compiles;
mod drift;
mod layout;
mod render;
