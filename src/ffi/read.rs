//! From C to Rust: pointers become owned values, once.

use std::ffi::c_void;
use std::fmt;

use super::abi::*;
use super::text::{Form, MAX_UNITS};
use crate::calls::check_counts;
use crate::config::Limits;
use crate::error::{Error, Kind, Result};
use crate::model::{Attachment, Message, Recipient, RecipientClass};
use crate::providers::store::Flags;

/// The longest entry id that is looked at.
const MAX_ENTRY_ID: u32 = 4096;

/// A text of the call's own parameters; empty for NULL.
///
/// # Errors
/// [`Kind::TextTooLarge`] for one without an end.
///
/// # Safety
/// NULL, or a string that the caller keeps while the call runs.
pub(super) unsafe fn string(pointer: LPSTR, what: &str) -> Result<String> {
    // SAFETY: passed on from the caller.
    unsafe { Form::Bytes.text(pointer.cast(), what, MAX_UNITS) }
}

/// A text that may be empty but not NULL.
///
/// # Errors
/// [`Kind::Failure`] for NULL; as [`string`].
///
/// # Safety
/// As [`string`].
pub(super) unsafe fn required_string(pointer: LPSTR, what: &str) -> Result<String> {
    if pointer.is_null() {
        return Err(null(what));
    }
    // SAFETY: passed on from the caller.
    unsafe { string(pointer, what) }
}

/// A profile name or password; empty for NULL. MAPILogon has no code for a text that is too long.
///
/// # Errors
/// [`Kind::LoginFailed`] for one without an end.
///
/// # Safety
/// As [`string`].
pub(super) unsafe fn login_text(pointer: LPSTR, what: &str) -> Result<String> {
    // SAFETY: passed on from the caller.
    unsafe { string(pointer, what) }.map_err(|error| error.recast(Kind::LoginFailed))
}

/// A list of paths, as bytes; empty for NULL. As long as the caller likes, within a text's limit.
///
/// # Errors
/// As [`string`].
///
/// # Safety
/// As [`string`].
pub(super) unsafe fn paths(pointer: LPSTR, what: &str) -> Result<std::ffi::OsString> {
    // SAFETY: passed on from the caller.
    unsafe { Form::Bytes.path(pointer.cast(), what, list_units()) }
}

/// A list of names; empty for NULL.
///
/// # Errors
/// As [`string`].
///
/// # Safety
/// As [`string`].
pub(super) unsafe fn names(pointer: LPSTR, what: &str) -> Result<String> {
    // SAFETY: passed on from the caller.
    unsafe { Form::Bytes.text(pointer.cast(), what, list_units()) }
}

/// Lists hold many paths, so they may be as long as a text.
fn list_units() -> usize {
    body_units(&Limits::default())
}

/// One more than the limit: a text that has the limit's length still has a NUL.
fn body_units(limits: &Limits) -> usize {
    usize::try_from(limits.body_bytes)
        .unwrap_or(usize::MAX)
        .saturating_add(1)
}

/// The refusal of a NULL where there has to be something.
pub(super) fn null(what: &str) -> Error {
    Error::new(Kind::Failure, format!("{what} is NULL"))
}

/// A message as far as its own structure says: copied, its arrays not yet touched.
pub(super) struct Outline {
    raw: MapiMessage,
    form: Form,
}

impl Outline {
    /// Copies a message's structure and checks that its arrays are there if they count anything.
    ///
    /// The wide structures differ from this one in what their strings point to, and in nothing else.
    ///
    /// # Errors
    /// [`Kind::Failure`] for NULL.
    ///
    /// # Safety
    /// NULL, or a message whose strings have this form.
    pub(super) unsafe fn copy(message: *const c_void, form: Form) -> Result<Self> {
        if message.is_null() {
            return Err(null("lpMessage"));
        }
        // SAFETY: not NULL, so the caller guarantees a message; its address may be of any alignment.
        let raw = unsafe { message.cast::<MapiMessage>().read_unaligned() };
        if raw.nRecipCount > 0 && raw.lpRecips.is_null() {
            return Err(null(&format!(
                "lpRecips with an nRecipCount of {}",
                raw.nRecipCount
            )));
        }
        if raw.nFileCount > 0 && raw.lpFiles.is_null() {
            return Err(null(&format!(
                "lpFiles with an nFileCount of {}",
                raw.nFileCount
            )));
        }
        let form = match (form, raw.ulReserved) {
            (Form::Bytes, CP_UTF8) => Form::Utf8,
            (form, _) => form,
        };
        Ok(Self { raw, form })
    }

    /// What its flags say of it as a stored one.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            unread: self.raw.flFlags & MAPI_UNREAD != 0,
            sent: self.raw.flFlags & MAPI_SENT != 0,
        }
    }

    /// Reads the whole message, having checked its counts before an array is touched.
    ///
    /// # Errors
    /// What exceeds the limits, and [`Kind::BadRecipientClass`].
    ///
    /// # Safety
    /// As for [`Outline::copy`]: the arrays have as many elements as is counted.
    pub(super) unsafe fn message(&self, limits: &Limits) -> Result<Message> {
        let raw = &self.raw;
        check_counts(limits, raw.nRecipCount as usize, raw.nFileCount as usize)?;
        // SAFETY: the caller guarantees the strings and arrays of its message.
        unsafe {
            let mut message = Message {
                subject: self.text(raw.lpszSubject, "lpszSubject", MAX_UNITS)?,
                body: self.text(raw.lpszNoteText, "lpszNoteText", body_units(limits))?,
                class: self.text(raw.lpszMessageType, "lpszMessageType", MAX_UNITS)?,
                conversation_id: self.text(
                    raw.lpszConversationID,
                    "lpszConversationID",
                    MAX_UNITS,
                )?,
                receipt_requested: raw.flFlags & MAPI_RECEIPT_REQUESTED != 0,
                ..Message::default()
            };
            if !raw.lpOriginator.is_null() {
                // It only picks an identity by its address: callers leave anything in the rest.
                let originator = MapiRecipDesc {
                    ulRecipClass: MAPI_TO,
                    ulEIDSize: 0,
                    ..raw.lpOriginator.read_unaligned()
                };
                message.originator = Some(recipient(&originator, self.form, "lpOriginator")?);
            }
            for index in 0..raw.nRecipCount as usize {
                let named = raw.lpRecips.add(index).read_unaligned();
                message.recipients.push(recipient(
                    &named,
                    self.form,
                    format_args!("lpRecips[{index}]"),
                )?);
            }
            for index in 0..raw.nFileCount as usize {
                let file = raw.lpFiles.add(index).read_unaligned();
                message
                    .attachments
                    .push(self.attachment(&file, format_args!("lpFiles[{index}]"))?);
            }
            Ok(message)
        }
    }

    /// # Safety
    /// The descriptor is the caller's.
    unsafe fn attachment(&self, raw: &MapiFileDesc, what: impl fmt::Display) -> Result<Attachment> {
        // SAFETY: passed on from the caller.
        let (path, name) = unsafe {
            (
                self.form.path(
                    raw.lpszPathName.cast(),
                    format_args!("the path of {what}"),
                    MAX_UNITS,
                )?,
                self.text(
                    raw.lpszFileName,
                    format_args!("the name of {what}"),
                    MAX_UNITS,
                )?,
            )
        };
        if path.is_empty() {
            return Err(Error::new(
                Kind::AttachmentNotFound,
                format!("{what} has no lpszPathName"),
            ));
        }
        Ok(Attachment {
            path: path.into(),
            name,
        })
    }

    /// # Safety
    /// The string is the caller's.
    unsafe fn text(&self, pointer: LPSTR, what: impl fmt::Display, max: usize) -> Result<String> {
        // SAFETY: passed on from the caller.
        unsafe { self.form.text(pointer.cast(), what, max) }
    }
}

/// A recipient.
///
/// # Errors
/// [`Kind::BadRecipientClass`]; [`Kind::InvalidRecipients`] for an entry id that cannot be one; as [`string`].
///
/// # Safety
/// The descriptor is the caller's, and its strings have this form.
unsafe fn recipient(raw: &MapiRecipDesc, form: Form, what: impl fmt::Display) -> Result<Recipient> {
    let class = match raw.ulRecipClass {
        // A recipient from another provider's MAPIResolveName has class 0, and so has one whose
        // class was forgotten. Somebody is meant by it: our own decision.
        MAPI_ORIG | MAPI_TO => RecipientClass::To,
        MAPI_CC => RecipientClass::Cc,
        MAPI_BCC => RecipientClass::Bcc,
        other => {
            let reason = format!(
                "{what} has the class {other}, which is none of MAPI_TO, MAPI_CC and MAPI_BCC"
            );
            return Err(Error::new(Kind::BadRecipientClass, reason));
        }
    };
    // SAFETY: passed on from the caller.
    unsafe {
        let text = |pointer: LPSTR, of: &str| {
            form.text(
                pointer.cast(),
                format_args!("the {of} of {what}"),
                MAX_UNITS,
            )
        };
        Ok(Recipient {
            class,
            name: text(raw.lpszName, "name")?,
            address: text(raw.lpszAddress, "address")?,
            entry_id: entry_id(raw, &what)?,
        })
    }
}

/// Recipients that are a call's own parameter. The array is touched only if it may have as many
/// elements as are counted.
///
/// # Errors
/// [`Kind::Failure`] for NULL where there are some; what exceeds the limits;
/// [`Kind::InvalidRecipients`] for a class or an entry id that cannot be one.
///
/// # Safety
/// NULL, or `count` recipients; of 0 recipients anything.
pub(super) unsafe fn recipients(
    first: lpMapiRecipDesc,
    count: ULONG,
    limits: &Limits,
) -> Result<Vec<Recipient>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    if first.is_null() {
        return Err(null(&format!("lpRecips with an nRecips of {count}")));
    }
    check_counts(limits, count as usize, 0)?;
    (0..count as usize)
        .map(|index| {
            // SAFETY: the caller guarantees as many elements as it counts, of any alignment.
            unsafe {
                let raw = first.add(index).read_unaligned();
                recipient(&raw, Form::Bytes, format_args!("lpRecips[{index}]"))
            }
        })
        .map(|read| match read {
            // The calls with this parameter have no other code for it.
            Err(error) if error.kind() == Kind::BadRecipientClass => {
                Err(error.recast(Kind::InvalidRecipients))
            }
            read => read,
        })
        .collect()
}

/// The entry id of the recipient whose entry is asked for; empty where it has none.
///
/// # Errors
/// [`Kind::InvalidRecipients`] for one that cannot be one.
///
/// # Safety
/// A recipient whose lpEntryID points to ulEIDSize bytes, of any alignment.
pub(super) unsafe fn entry_id_of(place: lpMapiRecipDesc) -> Result<Vec<u8>> {
    // SAFETY: passed on from the caller.
    unsafe { entry_id(&place.read_unaligned(), "lpRecip") }
}

/// # Safety
/// The descriptor is the caller's.
unsafe fn entry_id(raw: &MapiRecipDesc, what: impl fmt::Display) -> Result<Vec<u8>> {
    if raw.ulEIDSize == 0 {
        return Ok(Vec::new());
    }
    if raw.lpEntryID.is_null() || raw.ulEIDSize > MAX_ENTRY_ID {
        let reason = format!(
            "{what} has an entry id that cannot be one, with ulEIDSize {}",
            raw.ulEIDSize
        );
        return Err(Error::new(Kind::InvalidRecipients, reason));
    }
    let first = raw.lpEntryID.cast::<u8>();
    // SAFETY: the caller guarantees ulEIDSize bytes; single bytes have no alignment.
    Ok((0..raw.ulEIDSize as usize)
        .map(|index| unsafe { first.add(index).read() })
        .collect())
}
