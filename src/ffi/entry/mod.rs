//! The exported functions, a file a group. Each is the same four beats: guard, read, call, write.
//!
//! The comments here become the header's, so they speak to the C programmer.

pub mod address_book;
pub mod extras;
pub mod mailbox;
pub mod send;
pub mod session;

use super::abi::{FLAGS, MAPI_NEW_SESSION};
use crate::session::Sharing;

/// Whether this call's flags let it join the shared session.
fn sharing(flags: FLAGS) -> Sharing {
    if flags & MAPI_NEW_SESSION == 0 {
        Sharing::Shared
    } else {
        Sharing::New
    }
}
