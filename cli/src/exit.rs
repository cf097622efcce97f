//! What the exit status says: the codes of `sysexits.h`, which mail programs have always used.
#![forbid(unsafe_code)]

use simplemapi::error::Kind;

pub(crate) const OK: u8 = 0;
const NOT_WANTED: u8 = 1;
pub(crate) const USAGE: u8 = 64;
const DATA_ERROR: u8 = 65;
const NO_INPUT: u8 = 66;
const NO_USER: u8 = 67;
pub(crate) const UNAVAILABLE: u8 = 69;
const SOFTWARE: u8 = 70;
const OS_ERROR: u8 = 71;
const CANNOT_CREATE: u8 = 73;
pub(crate) const IO_ERROR: u8 = 74;
pub(crate) const NO_PERMISSION: u8 = 77;
const CONFIGURATION: u8 = 78;

pub(crate) const HELP: &str = "\
Exit status:
   0  done: when sending, somebody has taken responsibility for the message
   1  a person did not want it: nothing was written, or the window was closed
  64  the command line is wrong
  65  the message breaks a limit: too large, too many recipients or files
  66  a file to attach, or the text, is missing or cannot be read
  67  a recipient is unknown, malformed or refused
  69  the server or the program that sends is unavailable or failed
  70  a mistake inside this program
  71  the system ran out of memory or descriptors
  73  a disk is full
  74  printing failed
  77  the system or the server forbids it
  78  no configuration, no such profile, or the login was refused";

/// The exit status for what went wrong.
pub(crate) fn status(kind: Kind) -> u8 {
    match kind {
        Kind::LoginFailed => CONFIGURATION,
        Kind::TextTooLarge
        | Kind::TooManyFiles
        | Kind::TooManyRecipients
        | Kind::AttachmentTooLarge => DATA_ERROR,
        Kind::AttachmentNotFound | Kind::AttachmentUnreadable => NO_INPUT,
        Kind::UnknownRecipient
        | Kind::AmbiguousRecipient
        | Kind::InvalidRecipients
        | Kind::BadRecipientClass => NO_USER,
        Kind::Network | Kind::Failure | Kind::NotSupported => UNAVAILABLE,
        Kind::OutOfMemory => OS_ERROR,
        Kind::DiskFull | Kind::AttachmentUnwritable => CANNOT_CREATE,
        Kind::AccessDenied => NO_PERMISSION,
        Kind::UserAborted => NOT_WANTED,
        // A command has one session, no message ids and no edit fields.
        Kind::TooManySessions
        | Kind::InvalidSession
        | Kind::InvalidMessage
        | Kind::NoMessages
        | Kind::InvalidEditFields => SOFTWARE,
    }
}
