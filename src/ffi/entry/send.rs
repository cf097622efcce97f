//! MAPISendMail in all its forms, and MAPISendDocuments.
#![expect(non_snake_case, reason = "the names are the ABI")]

use std::ffi::c_void;

use super::access;
use crate::calls::{self, Compose, Documents};
use crate::dialogs::{self, Dialogs};
use crate::ffi::abi::*;
use crate::ffi::guard;
use crate::ffi::process::Process;
use crate::ffi::read::{self, Outline};
use crate::ffi::text::Form;
use crate::trace;

/// MAPI_DIALOG_MODELESS contains MAPI_DIALOG's bit.
fn compose(flags: FLAGS, dialogs: &dyn Dialogs) -> Compose<'_> {
    if flags & MAPI_DIALOG == 0 {
        Compose::Unattended
    } else if flags & MAPI_DIALOG_MODELESS == MAPI_DIALOG_MODELESS {
        Compose::Modeless(dialogs)
    } else {
        Compose::Dialog(dialogs)
    }
}

/// # Safety
/// NULL, or a message whose strings have this form.
unsafe fn send(
    function: &'static str,
    form: Form,
    session: LHANDLE,
    parent: ULONG_PTR,
    message: *const c_void,
    flags: FLAGS,
) -> ULONG {
    guard::run(function, flags, || {
        // SAFETY: passed on from the caller.
        let outline = unsafe { Outline::copy(message, form) }?;
        let dialogs = dialogs::open(parent);
        let access = access(session, flags, dialogs.as_ref())?;
        // SAFETY: passed on from the caller.
        let message = unsafe { outline.message(&access.limits()) }?;
        let handed = calls::send(access, message, compose(flags, dialogs.as_ref()))?;
        trace::outcome(handed.to_string());
        Ok(())
    })
}

/// Sends a message.
///
/// All or nothing: a call that fails has sent nothing, to nobody. Attachments are read before the call
/// returns, so their files may be changed or deleted at once.
///
/// - lhSession: a handle from MAPILogon, or 0: the call uses the shared session if there is one, or
///   opens the default profile and closes it again.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpMessage: the message, not NULL. It stays the caller's and is not changed. See MapiMessage.
///   Without a dialog it needs at least one recipient.
/// - flFlags: MAPI_DIALOG (a person completes the message in a window, and the call waits for them),
///   MAPI_DIALOG_MODELESS (the same in a window that outlives the call, which returns when everything is
///   copied and the window is there), MAPI_LOGON_UI (a person may be asked for a profile),
///   MAPI_NEW_SESSION (with lhSession 0: do not join the shared session). Other bits are ignored.
/// - ulReserved: 0. Not looked at.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the server took responsibility for the message for every recipient, or the
///   outbox holds it durably; SimpleMapiLastError says "sent" or "queued". With MAPI_DIALOG_MODELESS: a
///   window shows it. With a dialog and no configuration at all: the person's mail program has it.
/// - MAPI_USER_ABORT: a person cancelled; nothing was sent.
/// - MAPI_E_FAILURE: lpMessage is NULL, a count is not 0 where its array is NULL, the server refused
///   the message, the front end for dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened, or the server refused the name or password.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_TOO_MANY_FILES, MAPI_E_TOO_MANY_RECIPIENTS: more than the profile's limits allow.
/// - MAPI_E_ATTACHMENT_NOT_FOUND: there is no such file.
/// - MAPI_E_ATTACHMENT_OPEN_FAILURE: it cannot be read, or is a folder, pipe or device.
/// - MAPI_E_ATTACHMENT_TOO_LARGE: a file is larger than the profile's limits, or the message is larger
///   than the server takes.
/// - MAPI_E_UNKNOWN_RECIPIENT: a name is in no address book, or there is no recipient at all.
/// - MAPI_E_BAD_RECIPTYPE: a class is none of MAPI_TO, MAPI_CC and MAPI_BCC (MAPI_ORIG counts as MAPI_TO).
/// - MAPI_E_TEXT_TOO_LARGE: the body is longer than the profile's limits allow, or another text has no
///   end within 65536 units.
/// - MAPI_E_INVALID_SESSION: lhSession is neither 0 nor an open session.
/// - MAPI_E_AMBIGUOUS_RECIPIENT: a name matches several people and no dialog may ask which.
/// - MAPI_E_INVALID_RECIPS: an address is malformed, of a type other than SMTP, or the server refused
///   it; or an entry id is not one of ours.
/// - MAPI_E_NETWORK_FAILURE: the server has no valid certificate; or it cannot be reached, puts the
///   message off or breaks off, and the profile lets nothing wait in the outbox. Only if its very last answer was lost may the message have been delivered; then
///   SimpleMapiLastError says so.
/// - MAPI_E_DISK_FULL, MAPI_E_ACCESS_DENIED: a message that stays on this machine, or waits in
///   the outbox, cannot be stored.
/// - MAPI_E_ATTACHMENT_WRITE_FAILURE, MAPI_E_DISK_FULL: a file cannot be copied for a window that
///   outlives the call, or for a mail program.
/// - MAPI_E_NOT_SUPPORTED: a dialog was asked for, and there is no front end for it, or no screen.
///
/// Source: the MAPI reference; the codes for a bad session, the network, the disk, a copy and what is not
/// supported, which it does not list here, are our own decision.
///
/// # Safety
///
/// lpMessage and every pointer in it is NULL or points to what its type says, arrays to as many
/// elements as are counted, until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPISendMail(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpMessage: lpMapiMessage,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    // SAFETY: the caller guarantees the message.
    unsafe {
        send(
            "MAPISendMail",
            Form::Bytes,
            lhSession,
            ulUIParam,
            lpMessage.cast(),
            flFlags,
        )
    }
}

/// Sends a message whose text is wide. All else is as in MAPISendMail.
///
/// The exported symbol takes UTF-16. Where wchar_t has 32 bits this name stands for
/// SimpleMapiSendMailWide, which takes UTF-32; see the top of this file.
///
/// - flFlags: those of MAPISendMail, and MAPI_FORCE_UNICODE, which changes nothing here.
///
/// Returns what MAPISendMail returns; never MAPI_E_UNICODE_NOT_SUPPORTED. A unit that is not Unicode
/// (half of a surrogate pair) becomes U+FFFD.
///
/// Source: the MAPI reference.
///
/// # Safety
///
/// As for MAPISendMail.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPISendMailW(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpMessage: lpMapiMessageW,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    // SAFETY: the caller guarantees the message.
    unsafe {
        send(
            "MAPISendMailW",
            Form::Utf16,
            lhSession,
            ulUIParam,
            lpMessage.cast(),
            flFlags,
        )
    }
}

/// Does what MAPISendMailW does. In Windows sources MapiUnicodeHelp.h declares it, for systems whose
/// MAPI has no MAPISendMailW; here that is never so.
///
/// # Safety
///
/// As for MAPISendMail.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPISendMailHelper(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpMessage: lpMapiMessageW,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    // SAFETY: the caller guarantees the message.
    unsafe {
        send(
            "MAPISendMailHelper",
            Form::Utf16,
            lhSession,
            ulUIParam,
            lpMessage.cast(),
            flFlags,
        )
    }
}

/// MAPISendMailW for text of 32-bit units: what MAPISendMailW stands for where wchar_t has 32 bits.
///
/// # Safety
///
/// As for MAPISendMail, and the strings are of 32-bit units.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SimpleMapiSendMailWide(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpMessage: lpMapiMessageW,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    // SAFETY: the caller guarantees the message.
    unsafe {
        send(
            "SimpleMapiSendMailWide",
            Form::Utf32,
            lhSession,
            ulUIParam,
            lpMessage.cast(),
            flFlags,
        )
    }
}

/// Opens a window with a new message that has these files attached, for a person to complete.
///
/// - ulUIParam: parent window, or 0. Never dereferenced.
/// - lpszDelimChar: the character between paths and between names; only the first one counts. NULL
///   or "": lpszFilePaths is one path, or, if no such file exists, a list with ';' between.
/// - lpszFilePaths: full paths. NULL or "": no attachments. Empty elements are skipped.
/// - lpszFileNames: the names that the recipient sees, in the same order. NULL, "" or too few: the last
///   parts of the paths.
/// - ulReserved: 0. Not looked at.
///
/// The files may be changed or deleted when the call returns.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the message was sent, or the outbox holds it; or, with no configuration at all,
///   the person's mail program has it.
/// - MAPI_USER_ABORT: a person cancelled; nothing was sent.
/// - MAPI_E_FAILURE: the front end for dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened, and nobody could be asked for one.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_TOO_MANY_FILES, MAPI_E_ATTACHMENT_TOO_LARGE: more than the profile's limits allow: our own
///   decision.
/// - MAPI_E_ATTACHMENT_OPEN_FAILURE: a file does not exist or cannot be read.
/// - MAPI_E_ATTACHMENT_WRITE_FAILURE, MAPI_E_DISK_FULL: its copy cannot be written, which a mail program
///   is to read.
/// - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or no screen: our own decision.
///
/// Source: the MAPI reference, but for what is said to be our own.
///
/// # Safety
///
/// Each pointer is NULL or points to text that ends with a NUL until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPISendDocuments(
    ulUIParam: ULONG_PTR,
    lpszDelimChar: LPSTR,
    lpszFilePaths: LPSTR,
    lpszFileNames: LPSTR,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    guard::run("MAPISendDocuments", 0, || {
        // SAFETY: the caller guarantees the strings.
        let (delimiter, paths, names) = unsafe {
            (
                read::string(lpszDelimChar, "lpszDelimChar")?,
                read::paths(lpszFilePaths, "lpszFilePaths")?,
                read::names(lpszFileNames, "lpszFileNames")?,
            )
        };
        let documents = Documents {
            delimiter: &delimiter,
            paths: &paths,
            names: &names,
        };
        let dialogs = dialogs::open(ulUIParam);
        let sessions = &Process::current().sessions;
        let handed = calls::send_documents(sessions, documents, dialogs.as_ref())?;
        trace::outcome(handed.to_string());
        Ok(())
    })
}
