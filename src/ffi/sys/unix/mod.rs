//! On Unix.

pub(crate) mod cancellation;
pub(crate) mod descriptor;
pub(crate) mod environ;
pub(crate) mod errno;
pub(crate) mod locale;
pub(crate) mod memory;
pub(crate) mod module;
pub(crate) mod privilege;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod spawn;
pub(crate) mod stack;
pub(crate) mod wait;
