//! What Windows has in the place of it, by the same names; and what it has beside.
//!
//! There are no signals and no cancellation there, and a forked child is none: what guards against them
//! has nothing to do.

pub(crate) mod cancellation;
pub(crate) mod code_page;
pub(crate) mod environ;
pub(crate) mod errno;
pub(crate) mod job;
pub(crate) mod memory;
pub(crate) mod module;
pub(crate) mod poll;
pub(crate) mod privilege;
pub(crate) mod process;
pub(crate) mod rename;
pub(crate) mod signals;
pub(crate) mod stack;
pub(crate) mod wait;
