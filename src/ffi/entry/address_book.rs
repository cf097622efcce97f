//! MAPIAddress, MAPIDetails and MAPIResolveName.
#![expect(non_snake_case, reason = "the names are the ABI")]

use super::access;
use crate::calls::{self, AddressRequest, Asking};
use crate::dialogs;
use crate::ffi::abi::*;
use crate::ffi::guard;
use crate::ffi::process::Process;
use crate::ffi::write::Out;
use crate::ffi::{read, tree};
use crate::model::RecipientClass;

/// Lets a person choose recipients in a window. Cannot be told to show none.
///
/// - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
/// - ulUIParam: parent window, or 0. Never dereferenced.
/// - lpszCaption: title of the window; NULL or "" for "Address Book".
/// - nEditFields: 0 to look only, 1 for To, 2 for To and Cc, 3 for To, Cc and Bcc, 4 for all there are.
///   Each class of recipients that is there has a field, however few are asked for, unless it is 0.
/// - lpszLabels: with nEditFields 1, the label of the field; NULL or "" for "To".
/// - nRecips, lpRecips: recipients to begin with. lpRecips is not looked at when nRecips is 0.
/// - flFlags: MAPI_LOGON_UI, MAPI_NEW_SESSION. Other bits are ignored.
/// - ulReserved: 0. Not looked at.
/// - lpnNewRecips: where the number of recipients is written, not NULL; 0 if the call fails.
/// - lppNewRecips: where the address of the recipients is written, not NULL; NULL if the call fails.
///   Give it to MAPIFreeBuffer, also when there are 0.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the recipients are there, first those in To, then in Cc, then in Bcc, each with an
///   entry id. With nEditFields 0 they are those at lpRecips.
/// - MAPI_USER_ABORT: a person cancelled.
/// - MAPI_E_FAILURE: lpnNewRecips or lppNewRecips is NULL, lpRecips is NULL where nRecips is not 0, the
///   front end for dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open.
/// - MAPI_E_INVALID_EDITFIELDS: nEditFields is not 0 to 4.
/// - MAPI_E_INVALID_RECIPS: a recipient at lpRecips is malformed.
/// - MAPI_E_TOO_MANY_RECIPIENTS: nRecips is over the profile's limit: our own decision.
/// - MAPI_E_TEXT_TOO_LARGE: a text has no end: our own decision.
/// - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or it has no screen.
///
/// Source: the MAPI reference, but for what is said to be our own.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says, lpRecips to nRecips elements, until the call
/// returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIAddress(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpszCaption: LPSTR,
    nEditFields: ULONG,
    lpszLabels: LPSTR,
    nRecips: ULONG,
    lpRecips: lpMapiRecipDesc,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lpnNewRecips: *mut ULONG,
    lppNewRecips: *mut lpMapiRecipDesc,
) -> ULONG {
    let _ = ulReserved;
    guard::run("MAPIAddress", flFlags, || {
        // SAFETY: the caller guarantees the places.
        let (count, recipients) = unsafe {
            (
                Out::new(lpnNewRecips, 0, "lpnNewRecips"),
                Out::new(lppNewRecips, std::ptr::null_mut(), "lppNewRecips"),
            )
        };
        // Not before both are emptied.
        let (count, recipients) = (count?, recipients?);
        let dialogs = dialogs::open(ulUIParam);
        let access = access(lhSession, flFlags, dialogs.as_ref())?;
        calls::check_fields(nEditFields)?;
        // SAFETY: the caller guarantees the texts and as many recipients as it counts.
        let request = unsafe {
            AddressRequest {
                caption: read::string(lpszCaption, "lpszCaption")?,
                fields: nEditFields,
                label: read::string(lpszLabels, "lpszLabels")?,
                recipients: read::recipients(lpRecips, nRecips, &access.limits())?,
            }
        };
        let chosen = calls::choose_recipients(access, request, dialogs.as_ref())?;
        count.fill(tree::count(chosen.len()));
        recipients.fill(tree::lend_recipients(&Process::current().lent, &chosen));
        Ok(())
    })
}

/// Shows the address book's entry of a recipient in a window. Cannot be told to show none.
///
/// - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
/// - ulUIParam: parent window, or 0. Never dereferenced.
/// - lpRecip: a recipient with an entry id, as MAPIAddress, MAPIReadMail and MAPIResolveName return it;
///   not NULL. Only ulEIDSize and lpEntryID count.
/// - flFlags: MAPI_AB_NOMODIFY, MAPI_LOGON_UI, MAPI_NEW_SESSION. Other bits are ignored.
/// - ulReserved: 0. Not looked at.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the entry was shown.
/// - MAPI_USER_ABORT: a person cancelled.
/// - MAPI_E_FAILURE: lpRecip is NULL, the front end for dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_AMBIGUOUS_RECIPIENT: ulEIDSize is 0.
/// - MAPI_E_INVALID_RECIPS: the entry id is not one of ours, or its entry is gone.
/// - MAPI_E_ACCESS_DENIED, MAPI_E_NETWORK_FAILURE: an address book cannot be asked: our own decision.
/// - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open: our own decision.
/// - MAPI_E_NOT_SUPPORTED: there is no front end for dialogs here, or it has no screen.
///
/// Source: the MAPI reference, but for what is said to be our own.
///
/// # Safety
///
/// lpRecip is NULL or points to a recipient whose lpEntryID points to ulEIDSize bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIDetails(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpRecip: lpMapiRecipDesc,
    flFlags: FLAGS,
    ulReserved: ULONG,
) -> ULONG {
    let _ = ulReserved;
    guard::run("MAPIDetails", flFlags, || {
        if lpRecip.is_null() {
            return Err(read::null("lpRecip"));
        }
        let dialogs = dialogs::open(ulUIParam);
        let access = access(lhSession, flFlags, dialogs.as_ref())?;
        // SAFETY: not NULL, so the caller guarantees a recipient.
        let entry_id = unsafe { read::entry_id_of(lpRecip) }?;
        let read_only = flFlags & MAPI_AB_NOMODIFY != 0;
        calls::show_details(access, &entry_id, read_only, dialogs.as_ref())
    })
}

/// Finds the recipient that a name stands for.
///
/// - lhSession: a handle from MAPILogon, or 0 to open a session for this call only.
/// - ulUIParam: parent window of a dialog, or 0. Never dereferenced.
/// - lpszName: a name, part of one, or an address; not NULL and not "". First a whole display name is
///   looked for, then words that begin so, in the address books of the profile. There are no wildcards.
/// - flFlags: MAPI_DIALOG (ask a person when several match), MAPI_AB_NOMODIFY, MAPI_LOGON_UI,
///   MAPI_NEW_SESSION. Other bits are ignored.
/// - ulReserved: 0. Not looked at.
/// - lppRecip: where the recipient's address is written, not NULL; NULL if the call fails. Give it to
///   MAPIFreeBuffer. Its class is MAPI_TO.
///
/// # Returns
///
/// - SUCCESS_SUCCESS: the recipient is there.
/// - MAPI_USER_ABORT: a person cancelled.
/// - MAPI_E_FAILURE: lppRecip or lpszName is NULL, an address book cannot be read, the front end for
///   dialogs failed, or no other code fits.
/// - MAPI_E_LOGIN_FAILURE: no profile could be opened.
/// - MAPI_E_INSUFFICIENT_MEMORY: memory, threads or file descriptors ran out.
/// - MAPI_E_UNKNOWN_RECIPIENT: nobody has this name.
/// - MAPI_E_AMBIGUOUS_RECIPIENT: several have it, and no dialog may ask which.
/// - MAPI_E_INVALID_SESSION: the handle is neither 0 nor open: our own decision.
/// - MAPI_E_ACCESS_DENIED, MAPI_E_NETWORK_FAILURE: an address book cannot be asked: our own decision.
/// - MAPI_E_TEXT_TOO_LARGE: lpszName has no end: our own decision.
/// - MAPI_E_NOT_SUPPORTED: several have it, and there is no dialog to ask which.
///
/// Source: the MAPI reference, but for what is said to be our own.
///
/// # Safety
///
/// Each pointer is NULL or points to what its type says until the call returns.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIResolveName(
    lhSession: LHANDLE,
    ulUIParam: ULONG_PTR,
    lpszName: LPSTR,
    flFlags: FLAGS,
    ulReserved: ULONG,
    lppRecip: *mut lpMapiRecipDesc,
) -> ULONG {
    let _ = ulReserved;
    guard::run("MAPIResolveName", flFlags, || {
        // SAFETY: the caller guarantees the place and the name.
        let (out, name) = unsafe {
            let out = Out::new(lppRecip, std::ptr::null_mut(), "lppRecip")?;
            (out, read::required_string(lpszName, "lpszName")?)
        };
        let dialogs = dialogs::open(ulUIParam);
        let access = access(lhSession, flFlags, dialogs.as_ref())?;
        let asking = if flFlags & MAPI_DIALOG == 0 {
            Asking::Nobody
        } else {
            Asking::Dialog(dialogs.as_ref())
        };
        let person = calls::resolve_name(access, &name, asking)?;
        let recipient = [(RecipientClass::To, person)];
        out.fill(tree::lend_recipients(&Process::current().lent, &recipient));
        Ok(())
    })
}
