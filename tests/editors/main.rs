//! The plugins of `plugins/`, in the real editors as Debian packages them, without a screen: each sends
//! through Postfix, and shows the reason when it could not.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops where it fails"
)]

mod desk;
mod emacs;
mod geany;
mod neovim;
