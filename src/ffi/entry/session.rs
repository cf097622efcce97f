//! MAPILogon and MAPILogoff.
#![expect(non_snake_case, reason = "the names are the ABI")]

use super::sharing;
use crate::calls::{self, LogonRequest, MayAsk};
use crate::config::Secret;
use crate::dialogs::{self, Dialogs};
use crate::ffi::abi::*;
use crate::ffi::guard;
use crate::ffi::process::Process;
use crate::ffi::read;
use crate::ffi::write::Out;

/// What these flags let a person be asked for; the narrower one decides.
fn may_ask(flags: FLAGS, dialogs: &dyn Dialogs) -> MayAsk<'_> {
    if flags & MAPI_PASSWORD_UI != 0 {
        MayAsk::Password(dialogs)
    } else if flags & MAPI_LOGON_UI != 0 {
        MayAsk::Profile(dialogs)
    } else {
        MayAsk::Nothing
    }
}

/// Opens a session and writes its handle, for calls to use until MAPILogoff.
///
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpszProfileName: a profile of the configuration file; NULL or "" for the default one. At most
///   256 characters.
/// - lpszPassword: the password of that profile, for when the configuration holds none; NULL or "" for
///   the configured one. At most 256 characters.
/// - flFlags: MAPI_NEW_SESSION (do not join the shared session), MAPI_LOGON_UI (a person may be asked for
///   the profile and its password, if the logon fails without), MAPI_PASSWORD_UI (only for the password),
///   MAPI_FORCE_DOWNLOAD. Other bits are ignored.
/// - ulReserved: 0. Not looked at.
/// - lplhSession: where the handle is written, not NULL. The handle is not 0 and fits 32 bits, means
///   nothing in another process, and any thread may use it. 0 is written if the call fails.
///
/// Without a profile name, a password and MAPI_LOGON_UI the call asks whether mail can be sent
/// without bothering anybody: it succeeds when there is a shared session to join, or a default profile.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the handle is written.
/// - MAPI_E_FAILURE: lplhSession is NULL, the front end for dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: there is no configuration or no such profile, the password is missing or
///   not the configured one, or one of the two is too long.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_TOO_MANY_SESSIONS: this process holds as many sessions as it may.
/// - MAPI_USER_ABORT: a person cancelled the dialog.
///
/// Source: the MAPI reference; success without a session for a default profile is our own decision.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPILogon(
    ulUIParam: ULONG_PTR,
    lpszProfileName: LPSTR,
    lpszPassword: LPSTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lplhSession: *mut LHANDLE,
) -> ULONG {
    let _ = ulReserved;
    guard::run("MAPILogon", flFlags, || {
        // SAFETY: the caller guarantees the pointers.
        let (session, profile, password) = unsafe {
            (
                Out::new(lplhSession, lhSessionNull, "lplhSession")?,
                read::login_text(lpszProfileName, "lpszProfileName")?,
                read::login_text(lpszPassword, "lpszPassword")?,
            )
        };
        let dialogs = dialogs::open(ulUIParam);
        let request = LogonRequest {
            profile,
            password: Secret::new(password),
            sharing: sharing(flFlags),
            may_ask: may_ask(flFlags, dialogs.as_ref()),
        };
        let handle = calls::log_on(&Process::current().sessions, request)?;
        session.fill(handle.number());
        Ok(())
    })
}

/// Closes a session. What MAPIReadMail, MAPIAddress or MAPIResolveName returned in it stays valid until
/// MAPIFreeBuffer.
///
/// - lhSession: a handle from MAPILogon; not 0. It is dead afterwards.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - flFlags: 0. MAPI_LOGOFF_SHARED and MAPI_LOGOFF_UI are accepted and ignored.
/// - ulReserved: 0. Not looked at.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the session is closed.
/// - MAPI_E_FAILURE: flFlags has a bit that is not allowed; the session stays open.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory or threads ran out; the session stays open.
/// - MAPI_E_INVALID_SESSION: the handle is 0, closed already, or was never one.
///
/// Source: the MAPI reference; the two old flags are our own decision.
///
/// # Safety
///
/// Any handle is safe, also one that is not open.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPILogoff(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = (ulUIParam, ulReserved);
    guard::run("MAPILogoff", flFlags, || {
        // Two bits that older headers had for extended MAPI are let through.
        let unknown = flFlags & !(MAPI_LOGOFF_SHARED | MAPI_LOGOFF_UI);
        calls::log_off(&Process::current().sessions, lhSession, unknown)
    })
}
