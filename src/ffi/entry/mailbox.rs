//! MAPIFindNext, MAPIReadMail, MAPISaveMail and MAPIDeleteMail, and MAPIFreeBuffer for what they
//! return.
#![expect(non_snake_case, reason = "the names are the ABI")]

use std::sync::Arc;

use super::sharing;
use crate::calls::{self, Access, Extent, ReadRequest, SaveAs};
use crate::error::Result;
use crate::ffi::abi::*;
use crate::ffi::process::Process;
use crate::ffi::read::{self, Outline};
use crate::ffi::text::Form;
use crate::ffi::write::{Out, OutId};
use crate::ffi::{guard, tree};
use crate::providers::store::Wanted;
use crate::session::{Handle, Session};

/// The session of a call on stored messages, which has to be one of the caller's own.
fn own_session(session: LHANDLE) -> Result<Arc<Session>> {
    let sessions = &Process::current().sessions;
    sessions.get(Handle::from_number(session))
}

/// How much MAPIReadMail reads. The envelope wins over everything else.
fn extent(flags: FLAGS) -> Extent {
    if flags & MAPI_ENVELOPE_ONLY != 0 {
        Extent::Envelope
    } else if flags & MAPI_SUPPRESS_ATTACH != 0 {
        Extent::Text
    } else {
        Extent::Files
    }
}

/// Finds the next message in the folder for incoming mail.
///
/// - lhSession: a handle from MAPILogon; not 0.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpszMessageType: only messages whose class begins with this; NULL or "" for ordinary mail.
/// - lpszSeedMessageID: the message after which to go on; NULL or "" for the first one. May be the
///   same buffer as lpszMessageID, and a message that was deleted meanwhile.
/// - flFlags: MAPI_UNREAD_ONLY, MAPI_GUARANTEE_FIFO, MAPI_LONG_MSGID. Other bits are ignored.
/// - ulReserved: 0. Not looked at.
/// - lpszMessageID: where the id is written, not NULL: 64 bytes, or 512 with MAPI_LONG_MSGID. Ids have
///   at most 63 bytes and a NUL, are printable ASCII, and stay the same for as long as the message is
///   in the folder. "" is written if the call fails.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the id is written.
/// - MAPI_E_FAILURE: lpszMessageID is NULL, or no other code fits.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_ACCESS_DENIED: the system forbids reading the folder.
/// - MAPI_E_NO_MESSAGES: there is no further message.
/// - MAPI_E_INVALID_MESSAGE: lpszSeedMessageID names no message.
/// - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
/// - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
///   cannot be reached or understood.
/// - MAPI_E_NOT_SUPPORTED: the profile has no message store.
///
/// Source: the MAPI reference.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIFindNext(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpszMessageType: LPSTR,
    lpszSeedMessageID: LPSTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lpszMessageID: LPSTR,
) -> ULONG {
    let _ = (ulUIParam, ulReserved);
    guard::run("MAPIFindNext", flFlags, || {
        // SAFETY: the caller guarantees the strings and the buffer. The seed may stand in the buffer,
        // so it is read before the buffer is emptied.
        let (seed, class_prefix, found) = unsafe {
            let seed = read::string(lpszSeedMessageID, "lpszSeedMessageID");
            let class = read::string(lpszMessageType, "lpszMessageType");
            let found = OutId::new(lpszMessageID)?;
            (seed?, class?, found)
        };
        let wanted = Wanted {
            class_prefix,
            unread_only: flFlags & MAPI_UNREAD_ONLY != 0,
        };
        found.fill(&calls::find_next(
            own_session(lhSession)?.as_ref(),
            &seed,
            &wanted,
        )?);
        Ok(())
    })
}

/// Reads a message.
///
/// - lhSession: a handle from MAPILogon; not 0.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpszMessageID: an id from MAPIFindNext or MAPISaveMail.
/// - flFlags: MAPI_ENVELOPE_ONLY, MAPI_SUPPRESS_ATTACH, MAPI_BODY_AS_FILE, MAPI_PEEK. Other bits are
///   ignored.
/// - ulReserved: 0. Not looked at.
/// - lppMessage: where the message's address is written, not NULL. Give it to MAPIFreeBuffer. NULL is
///   written if the call fails. Attachments are written to files that the caller deletes.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the message is there.
/// - MAPI_E_FAILURE: lppMessage is NULL, or no other code fits.
/// - MAPI_E_DISK_FULL, MAPI_E_ATTACHMENT_WRITE_FAILURE: a file cannot be written.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_ACCESS_DENIED: the system forbids reading the message.
/// - MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS: the message has more than can be returned.
/// - MAPI_E_INVALID_MESSAGE: lpszMessageID is NULL or names no message.
/// - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
/// - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
///   cannot be reached or understood.
/// - MAPI_E_NOT_SUPPORTED: the profile has no message store.
///
/// Source: the MAPI reference, but for the last code, which is our own decision.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIReadMail(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpszMessageID: LPSTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lppMessage: *mut lpMapiMessage,
) -> ULONG {
    let _ = (ulUIParam, ulReserved);
    guard::run("MAPIReadMail", flFlags, || {
        // SAFETY: the caller guarantees the place and the id.
        let (message, id) = unsafe {
            (
                Out::new(lppMessage, std::ptr::null_mut(), "lppMessage")?,
                read::string(lpszMessageID, "lpszMessageID")?,
            )
        };
        let request = ReadRequest {
            id: &id,
            extent: extent(flFlags),
            body_as_file: flFlags & MAPI_BODY_AS_FILE != 0,
            peek: flFlags & MAPI_PEEK != 0,
        };
        let read = calls::read_mail(own_session(lhSession)?.as_ref(), request)?;
        message.fill(tree::lend(&Process::current().lent, read));
        Ok(())
    })
}

/// Saves a message: a new one in the folder for incoming mail, or in place of an old one.
///
/// - lhSession: a handle from MAPILogon; 0 only if the id is "".
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpMessage: the message, not NULL. It stays the caller's. Nothing in it is required.
/// - flFlags: MAPI_LOGON_UI, MAPI_NEW_SESSION, MAPI_LONG_MSGID. Other bits are ignored.
/// - ulReserved: 0. MAPI_LONG_MSGID is accepted here too, where some programs put it.
/// - lpszMessageID: the message to replace, or "" to save a new one. The id under which it is saved is
///   written here: 64 bytes in either case, or 512 with MAPI_LONG_MSGID. One that is replaced keeps its
///   id, except on an IMAP server, whose messages cannot change. Not NULL.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the message is saved.
/// - MAPI_E_FAILURE: lpMessage or lpszMessageID is NULL, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened, or the store's server refuses the login.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_ATTACHMENT_NOT_FOUND: a file does not exist or cannot be read.
/// - MAPI_E_ATTACHMENT_OPEN_FAILURE: a file changed while it was copied.
/// - MAPI_E_ATTACHMENT_TOO_LARGE, MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS,
///   MAPI_E_TEXT_TOO_LARGE: more than the profile allows; the last also for a text without an end.
/// - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: the system cannot or may not write it.
/// - MAPI_E_BAD_RECIPTYPE: a recipient class is not known.
/// - MAPI_E_INVALID_MESSAGE: the id names no message.
/// - MAPI_E_INVALID_RECIPS: an address is malformed.
/// - MAPI_E_INVALID_SESSION: the handle is not open, or 0 with an id.
/// - MAPI_E_NETWORK_FAILURE: the store is on a server, which cannot be reached or understood.
/// - MAPI_E_NOT_SUPPORTED: the profile has no message store.
///
/// Source: the MAPI reference; MAPI_LONG_MSGID in ulReserved is our own decision.
///
/// # Safety
///
/// As for MAPISendMail.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPISaveMail(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpMessage: lpMapiMessage,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lpszMessageID: LPSTR,
) -> ULONG {
    let _ = (ulUIParam, ulReserved);
    guard::run("MAPISaveMail", flFlags, || {
        // SAFETY: the caller guarantees the message and the id.
        let (outline, id) = unsafe {
            (
                Outline::copy(lpMessage.cast(), Form::Bytes)?,
                read::required_string(lpszMessageID, "lpszMessageID")?,
            )
        };
        // Without a handle there is only an implicit session, and it can but make a new message.
        let (access, place) = if id.is_empty() {
            let sessions = &Process::current().sessions;
            (
                Access::of(sessions, lhSession, sharing(flFlags))?,
                SaveAs::New,
            )
        } else {
            (
                own_session(lhSession)?.into(),
                SaveAs::Replacement(id.parse()?),
            )
        };
        // SAFETY: the caller guarantees the message, and a buffer for the id.
        unsafe {
            let message = outline.message(&access.limits())?;
            let saved = calls::save_mail(access, message, outline.flags(), place)?;
            // A server's message cannot change: what replaces it has another id.
            if saved.to_string() != id {
                OutId::new(lpszMessageID)?.fill(&saved);
            }
        }
        Ok(())
    })
}

/// Deletes a message.
///
/// - lhSession: a handle from MAPILogon; not 0.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpszMessageID: an id from MAPIFindNext or MAPISaveMail. It is dead afterwards.
/// - flFlags, ulReserved: 0. Not looked at.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the message is gone.
/// - MAPI_E_FAILURE: no other code fits. After all but the network's the message is still there.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: the system cannot or may not move it to the trash.
/// - MAPI_E_INVALID_MESSAGE: lpszMessageID is NULL or names no message.
/// - MAPI_E_INVALID_SESSION: the handle is 0 or not open.
/// - MAPI_E_LOGIN_FAILURE, MAPI_E_NETWORK_FAILURE: the store is on a server, which refuses the login, or
///   cannot be reached or understood.
/// - MAPI_E_NOT_SUPPORTED: the profile has no message store.
///
/// Source: the MAPI reference, but for the last code, which is our own decision.
///
/// # Safety
///
/// lpszMessageID is NULL or points to text that ends with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIDeleteMail(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpszMessageID: LPSTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = (ulUIParam, ulReserved);
    guard::run("MAPIDeleteMail", flFlags, || {
        // SAFETY: the caller guarantees the id.
        let id = unsafe { read::string(lpszMessageID, "lpszMessageID") }?;
        calls::delete_mail(own_session(lhSession)?.as_ref(), &id)
    })
}

/// Frees what MAPIReadMail, MAPIAddress or MAPIResolveName returned, with all that belongs to it.
///
/// - pv: an address that one of them wrote, or NULL. Never a part of what it points to. It does not
///   matter whether the session is still open.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: it is freed, or pv was NULL.
/// - MAPI_E_FAILURE: pv is not something that was returned and not yet freed. Nothing was touched.
///
/// Source: the MAPI reference; NULL and foreign addresses are our own decision.
///
/// # Safety
///
/// Any address is safe to give. What was freed must not be used any more.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIFreeBuffer(pv: LPVOID) -> ULONG {
    guard::run_here("MAPIFreeBuffer", || Process::current().lent.take_back(pv))
}
