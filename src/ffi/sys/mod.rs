//! The C library below: what neither std nor rustix offers safely, each thing a small safe wrapper.
//!
//! C meets Rust in both directions in this house: the caller above, the C library below. Both kinds
//! of unsafe code live under `ffi` so that whoever audits it has one door to open.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use self::unix::*;
#[cfg(windows)]
pub(crate) use self::windows::*;
