//! The exported functions, a file a group. Each is the same four beats: guard, read, call, write.
//!
//! The comments here become the header's, so they speak to the C programmer.

pub mod address_book;
#[cfg(windows)]
pub mod extended;
pub mod extras;
pub mod mailbox;
pub mod send;
pub mod session;

use super::abi::{FLAGS, LHANDLE, MAPI_LOGON_UI, MAPI_NEW_SESSION};
use super::process::Process;
use crate::calls::{Access, MayAsk};
use crate::dialogs::Dialogs;
use crate::error::Result;
use crate::session::Sharing;

/// Whether this call's flags let it join the shared session.
fn sharing(flags: FLAGS) -> Sharing {
    if flags & MAPI_NEW_SESSION == 0 {
        Sharing::Shared
    } else {
        Sharing::New
    }
}

/// The session that a call works in, which MAPI_LOGON_UI lets a person open.
fn access(session: LHANDLE, flags: FLAGS, dialogs: &dyn Dialogs) -> Result<Access> {
    let sessions = &Process::current().sessions;
    let may_ask = if flags & MAPI_LOGON_UI == 0 {
        MayAsk::Nothing
    } else {
        MayAsk::Profile(dialogs)
    };
    Ok(Access::of(sessions, session, sharing(flags))?.or_ask(sessions, may_ask))
}
