//! The C library below: what neither std nor rustix offers safely, each thing a small safe wrapper.
//!
//! C meets Rust in both directions in this house: the caller above, the C library below. Both kinds
//! of unsafe code live under `ffi` so that whoever audits it has one door to open.

pub(crate) mod cancellation;
pub(crate) mod descriptor;
pub(crate) mod environ;
pub(crate) mod errno;
pub(crate) mod locale;
pub(crate) mod memory;
pub(crate) mod privilege;
pub(crate) mod signals;
pub(crate) mod spawn;
pub(crate) mod stack;
pub(crate) mod wait;
