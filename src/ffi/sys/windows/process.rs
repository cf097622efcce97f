//! Which process this is. Nothing is forked here, and the system keeps the number in the process.

pub(crate) use std::process::id;
