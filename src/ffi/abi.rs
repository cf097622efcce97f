//! The binary interface: the structures, flags and codes of Simple MAPI as a C program lays them
//! out. `include/mapi.h` is generated from this file and `entry/`, so the comments here speak to
//! C programmers.
//!
//! Names are the ones of the MAPI reference, unchanged: whoever knows it shall find them.
#![forbid(unsafe_code)]
#![allow(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    clippy::upper_case_acronyms,
    reason = "the C names are the interface"
)]

use std::ffi::{c_char, c_void};

// The types down to `SimpleMapiWChar` are written by hand in cbindgen.toml, where they give way to
// those of a foreign windows.h.

/// A number of exactly 32 bits, also where `unsigned long` has 64.
pub type ULONG = u32;
/// Where a number is written.
pub type LPULONG = *mut ULONG;
/// A number as wide as a pointer.
pub type ULONG_PTR = usize;
/// Bits from the MAPI_ flags.
pub type FLAGS = u32;
/// A session. Never a pointer; 0 is no session.
pub type LHANDLE = usize;
/// Where MAPILogon writes the session.
pub type LPLHANDLE = *mut LHANDLE;
/// Bytes that end with a NUL.
pub type LPSTR = *mut c_char;
/// Any memory.
pub type LPVOID = *mut c_void;
/// One unit of the text in the W structures. In C it is `wchar_t`, or `char16_t` on demand.
///
/// Rust sees UTF-16, which is the ABI of MAPISendMailW. SimpleMapiSendMailWide gets the same
/// structures with pointers to 32-bit units and has to cast them.
pub type SimpleMapiWChar = u16;
/// Wide text that ends with a NUL.
pub type PWSTR = *mut SimpleMapiWChar;

/// A file to attach, or one that was attached.
///
/// The caller keeps the structure and the file; both may go as soon as the call has returned.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MapiFileDesc {
    /// Reserved: 0.
    pub ulReserved: ULONG,
    /// 0 for an ordinary file, or MAPI_OLE, or MAPI_OLE | MAPI_OLE_STATIC.
    pub flFlags: FLAGS,
    /// Index, in characters, of the character in lpszNoteText that the attachment stands for, or
    /// 0xFFFFFFFF (-1) when it stands nowhere in the text.
    pub nPosition: ULONG,
    /// Full path of the file. Required when sending.
    pub lpszPathName: LPSTR,
    /// The name that the recipient sees. NULL or "": the last part of lpszPathName.
    pub lpszFileName: LPSTR,
    /// NULL (type not known), or a MapiFileTagExt. Its contents are not used when sending: the type
    /// follows from the name.
    pub lpFileType: LPVOID,
}

/// MapiFileDesc with wide text, for MAPISendMailW. The fields mean the same.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "MapiFileDesc tells what the fields mean")]
pub struct MapiFileDescW {
    pub ulReserved: ULONG,
    pub flFlags: FLAGS,
    pub nPosition: ULONG,
    pub lpszPathName: *mut SimpleMapiWChar,
    pub lpszFileName: *mut SimpleMapiWChar,
    pub lpFileType: LPVOID,
}

/// The type of an attachment as X.400 object identifiers, behind MapiFileDesc.lpFileType.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MapiFileTagExt {
    /// Reserved: 0.
    pub ulReserved: ULONG,
    /// Number of bytes at lpTag.
    pub cbTag: ULONG,
    /// Object identifier of the type of the file.
    pub lpTag: *mut u8,
    /// Number of bytes at lpEncoding.
    pub cbEncoding: ULONG,
    /// Object identifier of the encoding of the file, such as MacBinary.
    pub lpEncoding: *mut u8,
}

/// A recipient, or the sender of a message.
///
/// Given an address, the message goes to it and the name is what people see. Given a name only, it
/// is looked up as MAPIResolveName does. Given an entry id, name and address are not looked at.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MapiRecipDesc {
    /// Reserved: 0.
    pub ulReserved: ULONG,
    /// MAPI_TO, MAPI_CC or MAPI_BCC; MAPI_ORIG for a sender. MAPI_ORIG in a list of recipients counts
    /// as MAPI_TO.
    pub ulRecipClass: ULONG,
    /// Name to show, or NULL. An address is accepted here too when lpszAddress is NULL or "".
    pub lpszName: LPSTR,
    /// "SMTP:ada@example.org" or "ada@example.org"; NULL to have the name looked up.
    pub lpszAddress: LPSTR,
    /// Number of bytes at lpEntryID, or 0.
    pub ulEIDSize: ULONG,
    /// Opaque identifier that a former call returned, or NULL.
    pub lpEntryID: LPVOID,
}

/// MapiRecipDesc with wide text, for MAPISendMailW. The fields mean the same.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "MapiRecipDesc tells what the fields mean")]
pub struct MapiRecipDescW {
    pub ulReserved: ULONG,
    pub ulRecipClass: ULONG,
    pub lpszName: *mut SimpleMapiWChar,
    pub lpszAddress: *mut SimpleMapiWChar,
    pub ulEIDSize: ULONG,
    pub lpEntryID: LPVOID,
}

/// A message.
///
/// Text is UTF-8 if its bytes are valid UTF-8. Otherwise it is in the character set of the locale, or,
/// where that is UTF-8 too, in the legacy one of the configuration (Windows-1252 unless it says
/// otherwise). Every text may be NULL, which means the same as "".
/// What the library returns is one block: give it back with one MAPIFreeBuffer, never in parts.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MapiMessage {
    /// 0, or CP_UTF8: all text of this message, its recipients and its files is UTF-8.
    pub ulReserved: ULONG,
    /// The subject. A line break in it becomes a blank.
    pub lpszSubject: LPSTR,
    /// The body. Paragraphs end with CR, LF or CR LF.
    pub lpszNoteText: LPSTR,
    /// The message class, such as "IPM.Note"; NULL or "" for ordinary mail.
    pub lpszMessageType: LPSTR,
    /// When the message arrived, as "YYYY/MM/DD HH:MM" in local time. Not looked at when sending.
    pub lpszDateReceived: LPSTR,
    /// Opaque identifier of the conversation, or NULL.
    pub lpszConversationID: LPSTR,
    /// MAPI_UNREAD, MAPI_RECEIPT_REQUESTED, MAPI_SENT. Only MAPI_RECEIPT_REQUESTED counts when
    /// sending.
    pub flFlags: FLAGS,
    /// The sender, or NULL for the profile's own address. When sending it picks one of the
    /// identities that the profile lists; it cannot invent another.
    pub lpOriginator: *mut MapiRecipDesc,
    /// Number of entries at lpRecips.
    pub nRecipCount: ULONG,
    /// The recipients. NULL only if nRecipCount is 0.
    pub lpRecips: *mut MapiRecipDesc,
    /// Number of entries at lpFiles.
    pub nFileCount: ULONG,
    /// The attachments. NULL only if nFileCount is 0.
    pub lpFiles: *mut MapiFileDesc,
}

/// MapiMessage with wide text, for MAPISendMailW. The fields mean the same; ulReserved is 0, since the
/// text is Unicode already.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "MapiMessage tells what the fields mean")]
pub struct MapiMessageW {
    pub ulReserved: ULONG,
    pub lpszSubject: *mut SimpleMapiWChar,
    pub lpszNoteText: *mut SimpleMapiWChar,
    pub lpszMessageType: *mut SimpleMapiWChar,
    pub lpszDateReceived: *mut SimpleMapiWChar,
    pub lpszConversationID: *mut SimpleMapiWChar,
    pub flFlags: FLAGS,
    pub lpOriginator: *mut MapiRecipDescW,
    pub nRecipCount: ULONG,
    pub lpRecips: *mut MapiRecipDescW,
    pub nFileCount: ULONG,
    pub lpFiles: *mut MapiFileDescW,
}

/// Pointer to a MapiFileDesc.
pub type lpMapiFileDesc = *mut MapiFileDesc;
/// Pointer to a MapiFileDescW.
pub type lpMapiFileDescW = *mut MapiFileDescW;
/// Pointer to a MapiFileTagExt.
pub type lpMapiFileTagExt = *mut MapiFileTagExt;
/// Pointer to a MapiRecipDesc.
pub type lpMapiRecipDesc = *mut MapiRecipDesc;
/// Pointer to a MapiRecipDescW.
pub type lpMapiRecipDescW = *mut MapiRecipDescW;
/// Pointer to a MapiMessage.
pub type lpMapiMessage = *mut MapiMessage;
/// Pointer to a MapiMessageW.
pub type lpMapiMessageW = *mut MapiMessageW;

/// No session: the call opens one for itself and closes it before it returns.
pub const lhSessionNull: LHANDLE = 0;

/// In MapiMessage.ulReserved: all text is UTF-8.
pub const CP_UTF8: ULONG = 65001;

// ---- Recipient classes: MapiRecipDesc.ulRecipClass ----------------------------------------------

/// MapiRecipDesc.ulRecipClass: the sender of a message.
pub const MAPI_ORIG: ULONG = 0;
/// MapiRecipDesc.ulRecipClass: a primary recipient.
pub const MAPI_TO: ULONG = 1;
/// MapiRecipDesc.ulRecipClass: a recipient of a copy.
pub const MAPI_CC: ULONG = 2;
/// MapiRecipDesc.ulRecipClass: a recipient of a copy whom nobody else sees.
pub const MAPI_BCC: ULONG = 3;

// ---- Attachment flags: MapiFileDesc.flFlags -----------------------------------------------------

/// MapiFileDesc.flFlags: an embedded OLE 1 object.
pub const MAPI_OLE: FLAGS = 0x0000_0001;
/// MapiFileDesc.flFlags, with MAPI_OLE: a static OLE object.
pub const MAPI_OLE_STATIC: FLAGS = 0x0000_0002;

// ---- Message flags: MapiMessage.flFlags ---------------------------------------------------------

/// MapiMessage.flFlags: nobody has read the message yet.
pub const MAPI_UNREAD: FLAGS = 0x0000_0001;
/// MapiMessage.flFlags: the sender asks to be told when the message is read.
pub const MAPI_RECEIPT_REQUESTED: FLAGS = 0x0000_0002;
/// MapiMessage.flFlags: the message was sent by this user.
pub const MAPI_SENT: FLAGS = 0x0000_0004;

// ---- Call flags. Bits mean different things to different functions ------------------------------

/// Calls that open a session: a dialog may ask for what the logon lacks.
pub const MAPI_LOGON_UI: FLAGS = 0x0000_0001;
/// Calls that open a session: do not join the one that is shared.
pub const MAPI_NEW_SESSION: FLAGS = 0x0000_0002;
/// MAPISendMail and MAPIResolveName: a dialog may ask the user.
pub const MAPI_DIALOG: FLAGS = 0x0000_0008;
/// MAPISendMail: as MAPI_DIALOG, but return at once and leave the dialog open.
/// Contains MAPI_DIALOG: test for both bits.
pub const MAPI_DIALOG_MODELESS: FLAGS = 0x0000_000C;
/// MAPIFindNext: only messages that nobody has read.
pub const MAPI_UNREAD_ONLY: FLAGS = 0x0000_0020;
/// MAPILogon: log on to Extended MAPI too. There is none here; ignored.
pub const MAPI_EXTENDED: FLAGS = 0x0000_0020;
/// MAPIReadMail: the header only, no body and no files.
pub const MAPI_ENVELOPE_ONLY: FLAGS = 0x0000_0040;
/// MAPIReadMail: leave the message marked as unread.
pub const MAPI_PEEK: FLAGS = 0x0000_0080;
/// MAPIFindNext: in the order in which the messages arrived.
pub const MAPI_GUARANTEE_FIFO: FLAGS = 0x0000_0100;
/// MAPIReadMail: put the body into a file, the first of lpFiles.
pub const MAPI_BODY_AS_FILE: FLAGS = 0x0000_0200;
/// MAPIDetails and MAPIResolveName: show entries, do not change them.
pub const MAPI_AB_NOMODIFY: FLAGS = 0x0000_0400;
/// MAPIReadMail: header and body, no files.
pub const MAPI_SUPPRESS_ATTACH: FLAGS = 0x0000_0800;
/// MAPILogon: fetch waiting mail before returning.
pub const MAPI_FORCE_DOWNLOAD: FLAGS = 0x0000_1000;
/// MAPIFindNext and MAPISaveMail: the buffer for the message id has 512 bytes, not 64.
pub const MAPI_LONG_MSGID: FLAGS = 0x0000_4000;
/// MAPILogon: a dialog may ask for the password only.
pub const MAPI_PASSWORD_UI: FLAGS = 0x0002_0000;
/// MAPISendMailW: never convert the text to a narrow character set. Never needed here.
/// Programs test for this name to learn that the W functions are declared.
pub const MAPI_FORCE_UNICODE: FLAGS = 0x0004_0000;

/// MAPILogoff in old programs; accepted and ignored.
pub const MAPI_LOGOFF_SHARED: FLAGS = 0x0000_0001;
/// MAPILogoff in old programs; accepted and ignored.
pub const MAPI_LOGOFF_UI: FLAGS = 0x0000_0002;
/// MAPILogon in old programs: the default profile; ignored, since NULL names it.
pub const MAPI_USE_DEFAULT: FLAGS = 0x0000_0040;

// ---- Return codes -------------------------------------------------------------------------------

/// The call did what it was asked to do.
pub const SUCCESS_SUCCESS: ULONG = 0;
/// A person cancelled; nothing was done. Never returned for any other cause.
pub const MAPI_USER_ABORT: ULONG = 1;
/// The newer name of MAPI_USER_ABORT.
pub const MAPI_E_USER_ABORT: ULONG = MAPI_USER_ABORT;
/// An argument cannot be used, or no more precise code fits. SimpleMapiLastError tells which.
pub const MAPI_E_FAILURE: ULONG = 2;
/// No profile could be opened, or the server refused the name or the password.
pub const MAPI_E_LOGON_FAILURE: ULONG = 3;
/// The other name of MAPI_E_LOGON_FAILURE.
pub const MAPI_E_LOGIN_FAILURE: ULONG = MAPI_E_LOGON_FAILURE;
/// A disk is full.
pub const MAPI_E_DISK_FULL: ULONG = 4;
/// Memory, threads or file descriptors ran out.
pub const MAPI_E_INSUFFICIENT_MEMORY: ULONG = 5;
/// Access was denied.
pub const MAPI_E_ACCESS_DENIED: ULONG = 6;
/// The name of 6 in very old programs.
pub const MAPI_E_BLK_TOO_SMALL: ULONG = MAPI_E_ACCESS_DENIED;
/// The process holds as many sessions as it may. (7 was never assigned.)
pub const MAPI_E_TOO_MANY_SESSIONS: ULONG = 8;
/// More attachments than the profile allows.
pub const MAPI_E_TOO_MANY_FILES: ULONG = 9;
/// More recipients than the profile allows.
pub const MAPI_E_TOO_MANY_RECIPIENTS: ULONG = 10;
/// An attachment does not exist.
pub const MAPI_E_ATTACHMENT_NOT_FOUND: ULONG = 11;
/// An attachment exists but cannot be read, or is not a file.
pub const MAPI_E_ATTACHMENT_OPEN_FAILURE: ULONG = 12;
/// The copy of an attachment could not be written.
pub const MAPI_E_ATTACHMENT_WRITE_FAILURE: ULONG = 13;
/// A name matches nobody, or the message has no recipient at all.
pub const MAPI_E_UNKNOWN_RECIPIENT: ULONG = 14;
/// A recipient class is none of MAPI_TO, MAPI_CC and MAPI_BCC.
pub const MAPI_E_BAD_RECIPTYPE: ULONG = 15;
/// There is no further message.
pub const MAPI_E_NO_MESSAGES: ULONG = 16;
/// A message id names no message.
pub const MAPI_E_INVALID_MESSAGE: ULONG = 17;
/// The body is longer than the profile allows.
pub const MAPI_E_TEXT_TOO_LARGE: ULONG = 18;
/// A session handle names no open session of this process.
pub const MAPI_E_INVALID_SESSION: ULONG = 19;
/// Never returned.
pub const MAPI_E_TYPE_NOT_SUPPORTED: ULONG = 20;
/// A name matches several people, and no dialog may ask which.
pub const MAPI_E_AMBIGUOUS_RECIPIENT: ULONG = 21;
/// The older name of MAPI_E_AMBIGUOUS_RECIPIENT.
pub const MAPI_E_AMBIG_RECIP: ULONG = MAPI_E_AMBIGUOUS_RECIPIENT;
/// A name of MAPI_E_AMBIGUOUS_RECIPIENT in parts of the MAPI reference.
pub const MAPI_E_AMBIGUOUS_RECIP: ULONG = MAPI_E_AMBIGUOUS_RECIPIENT;
/// Never returned.
pub const MAPI_E_MESSAGE_IN_USE: ULONG = 22;
/// The network, or the server at its end, failed.
pub const MAPI_E_NETWORK_FAILURE: ULONG = 23;
/// The number of edit fields for MAPIAddress is not 0 to 4.
pub const MAPI_E_INVALID_EDITFIELDS: ULONG = 24;
/// An address is malformed, of a type that nothing here delivers, or refused by the server.
pub const MAPI_E_INVALID_RECIPS: ULONG = 25;
/// The feature is not there: not in this version, this profile or on this machine.
pub const MAPI_E_NOT_SUPPORTED: ULONG = 26;
/// Never returned: everything here is Unicode.
pub const MAPI_E_UNICODE_NOT_SUPPORTED: ULONG = 27;
/// An attachment, or the message with it, is larger than the profile or the server allows.
pub const MAPI_E_ATTACHMENT_TOO_LARGE: ULONG = 28;

/// Breaks the build when a structure differs from the ABI: sizes and offsets for 64 and for 32 bit,
/// as C compilers lay out the reference's structures.
macro_rules! layout {
    ($($structure:ident $size:literal / $size32:literal {
        $($field:ident $offset:literal / $offset32:literal),+ $(,)?
    })+) => {
        $(
            const _: () = {
                assert!(size_of::<$structure>() == by_width($size, $size32));
                assert!(align_of::<$structure>() == by_width(8, 4));
                $(assert!(
                    std::mem::offset_of!($structure, $field) == by_width($offset, $offset32)
                );)+
            };
        )+
    };
}

/// The number that holds for this target's pointers.
const fn by_width(bits64: usize, bits32: usize) -> usize {
    if cfg!(target_pointer_width = "64") {
        bits64
    } else {
        bits32
    }
}

layout! {
    MapiFileDesc 40/24 {
        ulReserved 0/0, flFlags 4/4, nPosition 8/8, lpszPathName 16/12, lpszFileName 24/16,
        lpFileType 32/20,
    }
    MapiFileDescW 40/24 {
        ulReserved 0/0, flFlags 4/4, nPosition 8/8, lpszPathName 16/12, lpszFileName 24/16,
        lpFileType 32/20,
    }
    MapiFileTagExt 32/20 {
        ulReserved 0/0, cbTag 4/4, lpTag 8/8, cbEncoding 16/12, lpEncoding 24/16,
    }
    MapiRecipDesc 40/24 {
        ulReserved 0/0, ulRecipClass 4/4, lpszName 8/8, lpszAddress 16/12, ulEIDSize 24/16,
        lpEntryID 32/20,
    }
    MapiRecipDescW 40/24 {
        ulReserved 0/0, ulRecipClass 4/4, lpszName 8/8, lpszAddress 16/12, ulEIDSize 24/16,
        lpEntryID 32/20,
    }
    MapiMessage 96/48 {
        ulReserved 0/0, lpszSubject 8/4, lpszNoteText 16/8, lpszMessageType 24/12,
        lpszDateReceived 32/16, lpszConversationID 40/20, flFlags 48/24, lpOriginator 56/28,
        nRecipCount 64/32, lpRecips 72/36, nFileCount 80/40, lpFiles 88/44,
    }
    MapiMessageW 96/48 {
        ulReserved 0/0, lpszSubject 8/4, lpszNoteText 16/8, lpszMessageType 24/12,
        lpszDateReceived 32/16, lpszConversationID 40/20, flFlags 48/24, lpOriginator 56/28,
        nRecipCount 64/32, lpRecips 72/36, nFileCount 80/40, lpFiles 88/44,
    }
}
