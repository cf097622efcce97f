//! Opened profiles, and the handles by which callers name them.
//!
//! An explicit session lives from MAPILogon to the last MAPILogoff over it; an implicit one for a
//! single call. A shared session is one that later logons of this process may join.

mod courier;
mod handles;
mod opened;
mod round;

pub(crate) use courier::ON_THE_SIDE;
pub use handles::{Handle, Sessions, Sharing};
pub use opened::Session;
