//! Our words for what went wrong, as MAPI codes.
#![forbid(unsafe_code)]

use super::abi::*;
use crate::error::Kind;

/// The code of each kind. There is no wildcard: a new kind has to be thought about here.
pub(super) fn code(kind: Kind) -> ULONG {
    match kind {
        Kind::UserAborted => MAPI_E_USER_ABORT,
        Kind::Failure => MAPI_E_FAILURE,
        Kind::LoginFailed => MAPI_E_LOGIN_FAILURE,
        Kind::DiskFull => MAPI_E_DISK_FULL,
        Kind::OutOfMemory => MAPI_E_INSUFFICIENT_MEMORY,
        Kind::AccessDenied => MAPI_E_ACCESS_DENIED,
        Kind::TooManySessions => MAPI_E_TOO_MANY_SESSIONS,
        Kind::TooManyFiles => MAPI_E_TOO_MANY_FILES,
        Kind::TooManyRecipients => MAPI_E_TOO_MANY_RECIPIENTS,
        Kind::AttachmentNotFound => MAPI_E_ATTACHMENT_NOT_FOUND,
        Kind::AttachmentUnreadable => MAPI_E_ATTACHMENT_OPEN_FAILURE,
        Kind::AttachmentUnwritable => MAPI_E_ATTACHMENT_WRITE_FAILURE,
        Kind::AttachmentTooLarge => MAPI_E_ATTACHMENT_TOO_LARGE,
        Kind::UnknownRecipient => MAPI_E_UNKNOWN_RECIPIENT,
        Kind::AmbiguousRecipient => MAPI_E_AMBIGUOUS_RECIPIENT,
        Kind::BadRecipientClass => MAPI_E_BAD_RECIPTYPE,
        Kind::InvalidRecipients => MAPI_E_INVALID_RECIPS,
        Kind::NoMessages => MAPI_E_NO_MESSAGES,
        Kind::InvalidMessage => MAPI_E_INVALID_MESSAGE,
        Kind::TextTooLarge => MAPI_E_TEXT_TOO_LARGE,
        Kind::InvalidSession => MAPI_E_INVALID_SESSION,
        Kind::Network => MAPI_E_NETWORK_FAILURE,
        Kind::InvalidEditFields => MAPI_E_INVALID_EDITFIELDS,
        Kind::NotSupported => MAPI_E_NOT_SUPPORTED,
    }
}

/// The name of a code that we return, for the log.
pub(super) fn name(code: ULONG) -> &'static str {
    match code {
        SUCCESS_SUCCESS => "SUCCESS_SUCCESS",
        MAPI_E_USER_ABORT => "MAPI_E_USER_ABORT",
        MAPI_E_FAILURE => "MAPI_E_FAILURE",
        MAPI_E_LOGIN_FAILURE => "MAPI_E_LOGIN_FAILURE",
        MAPI_E_DISK_FULL => "MAPI_E_DISK_FULL",
        MAPI_E_INSUFFICIENT_MEMORY => "MAPI_E_INSUFFICIENT_MEMORY",
        MAPI_E_ACCESS_DENIED => "MAPI_E_ACCESS_DENIED",
        MAPI_E_TOO_MANY_SESSIONS => "MAPI_E_TOO_MANY_SESSIONS",
        MAPI_E_TOO_MANY_FILES => "MAPI_E_TOO_MANY_FILES",
        MAPI_E_TOO_MANY_RECIPIENTS => "MAPI_E_TOO_MANY_RECIPIENTS",
        MAPI_E_ATTACHMENT_NOT_FOUND => "MAPI_E_ATTACHMENT_NOT_FOUND",
        MAPI_E_ATTACHMENT_OPEN_FAILURE => "MAPI_E_ATTACHMENT_OPEN_FAILURE",
        MAPI_E_ATTACHMENT_WRITE_FAILURE => "MAPI_E_ATTACHMENT_WRITE_FAILURE",
        MAPI_E_UNKNOWN_RECIPIENT => "MAPI_E_UNKNOWN_RECIPIENT",
        MAPI_E_BAD_RECIPTYPE => "MAPI_E_BAD_RECIPTYPE",
        MAPI_E_NO_MESSAGES => "MAPI_E_NO_MESSAGES",
        MAPI_E_INVALID_MESSAGE => "MAPI_E_INVALID_MESSAGE",
        MAPI_E_TEXT_TOO_LARGE => "MAPI_E_TEXT_TOO_LARGE",
        MAPI_E_INVALID_SESSION => "MAPI_E_INVALID_SESSION",
        MAPI_E_AMBIGUOUS_RECIPIENT => "MAPI_E_AMBIGUOUS_RECIPIENT",
        MAPI_E_NETWORK_FAILURE => "MAPI_E_NETWORK_FAILURE",
        MAPI_E_INVALID_EDITFIELDS => "MAPI_E_INVALID_EDITFIELDS",
        MAPI_E_INVALID_RECIPS => "MAPI_E_INVALID_RECIPS",
        MAPI_E_NOT_SUPPORTED => "MAPI_E_NOT_SUPPORTED",
        MAPI_E_ATTACHMENT_TOO_LARGE => "MAPI_E_ATTACHMENT_TOO_LARGE",
        _ => "a code without a name",
    }
}
