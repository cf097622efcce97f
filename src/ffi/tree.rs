//! Messages and recipients in C memory, as calls return them: one tree, lent as a whole.

use std::ffi::{c_char, c_void};

use super::abi::*;
use super::lend::Lent;
use super::text::{path_to_caller, to_caller};
use crate::attachment::KeptFolder;
use crate::calls::{Person, ReadMessage};
use crate::model::RecipientClass;

/// Programs append to the strings they get: SDK samples put a CR LF behind the subject.
const SPARE: usize = 16;

/// What a tree's structures point to.
#[derive(Default)]
struct Parts {
    bytes: Vec<Vec<u8>>,
    originator: Vec<MapiRecipDesc>,
    recipients: Vec<MapiRecipDesc>,
    files: Vec<MapiFileDesc>,
    #[expect(dead_code, reason = "held to tidy up when it is dropped")]
    folder: Option<KeptFolder>,
}

impl Parts {
    /// A string with a NUL and some spare zeros behind it. A NUL within would hide the rest.
    fn string(&mut self, text: &str) -> LPSTR {
        let mut bytes = to_caller(text);
        for byte in &mut bytes {
            if *byte == 0 {
                *byte = b' ';
            }
        }
        self.ended(bytes)
    }

    fn ended(&mut self, mut bytes: Vec<u8>) -> LPSTR {
        bytes.resize(bytes.len() + SPARE, 0);
        self.keep(bytes).cast::<c_char>()
    }

    fn keep(&mut self, mut bytes: Vec<u8>) -> *mut u8 {
        let address = bytes.as_mut_ptr();
        // The Vec moves, what it holds stays where it is.
        self.bytes.push(bytes);
        address
    }

    fn person(&mut self, place: &mut MapiRecipDesc, class: ULONG, person: &Person) {
        place.ulRecipClass = class;
        place.lpszName = self.string(&person.name);
        place.lpszAddress = self.string(&person.address);
        if !person.entry_id.is_empty() {
            place.ulEIDSize = count(person.entry_id.len());
            place.lpEntryID = self.keep(person.entry_id.clone()).cast::<c_void>();
        }
    }
}

/// Structures whose every byte is zero, their padding too: nothing of ours leaks into a caller's
/// copy.
///
/// # Safety
/// All zeros have to be a value of `T`, as they are of every structure of the ABI.
unsafe fn zeroed<T>(count: usize) -> Vec<T> {
    let mut values = Vec::with_capacity(count);
    // SAFETY: there is room for `count`, and the caller vouches for zeros.
    unsafe {
        std::ptr::write_bytes(values.as_mut_ptr(), 0, count);
        values.set_len(count);
    }
    values
}

/// Lends a message out.
pub(super) fn lend(lent: &Lent, message: ReadMessage) -> lpMapiMessage {
    let mut parts = Parts {
        folder: message.folder,
        ..Parts::default()
    };
    // SAFETY: numbers and pointers; all zeros are 0 and NULL.
    let (mut head, mut originator, mut recipients, mut files) = unsafe {
        (
            zeroed::<MapiMessage>(1),
            zeroed::<MapiRecipDesc>(1),
            zeroed::<MapiRecipDesc>(message.recipients.len()),
            zeroed::<MapiFileDesc>(message.files.len()),
        )
    };
    for place in &mut originator {
        parts.person(place, MAPI_ORIG, &message.originator);
    }
    for (place, (class, person)) in recipients.iter_mut().zip(&message.recipients) {
        parts.person(place, number(*class), person);
    }
    for (place, file) in files.iter_mut().zip(&message.files) {
        place.nPosition = ULONG::MAX;
        place.lpszFileName = parts.string(&file.name);
        if let Some(path) = &file.path {
            place.lpszPathName = parts.ended(path_to_caller(path));
        }
    }
    parts.originator = originator;
    parts.recipients = recipients;
    parts.files = files;
    for place in &mut head {
        place.lpszSubject = parts.string(&message.subject);
        place.lpszNoteText = parts.string(&message.body);
        place.lpszMessageType = parts.string(&message.class);
        place.lpszDateReceived = parts.string(&message.received);
        place.lpszConversationID = parts.string(&message.conversation_id);
        for (flag, holds) in [
            (MAPI_UNREAD, message.unread),
            (MAPI_RECEIPT_REQUESTED, message.receipt_requested),
            (MAPI_SENT, message.sent),
        ] {
            place.flFlags |= if holds { flag } else { 0 };
        }
        place.lpOriginator = parts.originator.as_mut_ptr();
        place.nRecipCount = count(parts.recipients.len());
        place.lpRecips = array(&mut parts.recipients);
        place.nFileCount = count(parts.files.len());
        place.lpFiles = array(&mut parts.files);
    }
    lent.lend(head, parts)
}

/// Lends recipients out. Of none there is something to free, too.
pub(super) fn lend_recipients(
    lent: &Lent,
    recipients: &[(RecipientClass, Person)],
) -> lpMapiRecipDesc {
    let mut parts = Parts::default();
    // SAFETY: numbers and pointers; all zeros are 0 and NULL.
    let mut places = unsafe { zeroed::<MapiRecipDesc>(recipients.len().max(1)) };
    for (place, (class, person)) in places.iter_mut().zip(recipients) {
        parts.person(place, number(*class), person);
    }
    lent.lend(places, parts)
}

fn number(class: RecipientClass) -> ULONG {
    match class {
        RecipientClass::To => MAPI_TO,
        RecipientClass::Cc => MAPI_CC,
        RecipientClass::Bcc => MAPI_BCC,
    }
}

/// NULL for an empty array, as callers expect of a count of 0.
fn array<T>(values: &mut [T]) -> *mut T {
    if values.is_empty() {
        std::ptr::null_mut()
    } else {
        values.as_mut_ptr()
    }
}

pub(super) fn count(length: usize) -> ULONG {
    ULONG::try_from(length).unwrap_or(ULONG::MAX)
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::calls::ReadFile;

    fn person(name: &str, address: &str) -> Person {
        Person {
            name: name.into(),
            address: address.into(),
            entry_id: vec![1, 2, 3],
        }
    }

    #[test]
    fn a_message_reads_back_from_c_memory_and_is_freed_as_one() {
        let message = ReadMessage {
            subject: "Grüße".into(),
            body: "a\0b".into(),
            class: "IPM.Note".into(),
            conversation_id: String::new(),
            received: "2026/01/02 03:04".into(),
            unread: true,
            sent: false,
            receipt_requested: true,
            originator: person("Ada", "SMTP:ada@example.org"),
            recipients: vec![
                (RecipientClass::To, person("", "SMTP:a@b.test")),
                (RecipientClass::Bcc, person("Bee", "SMTP:b@b.test")),
            ],
            files: vec![
                ReadFile {
                    name: "a.txt".into(),
                    path: Some("/tmp/x/a.txt".into()),
                },
                ReadFile {
                    name: "b.txt".into(),
                    path: None,
                },
            ],
            folder: None,
        };
        let lent = Lent::default();
        let tree = lend(&lent, message);
        // SAFETY: the tree is ours until it is taken back, and all its strings end.
        unsafe {
            let text = |pointer: LPSTR| CStr::from_ptr(pointer).to_str().unwrap();
            let read = &*tree;
            assert_eq!(text(read.lpszSubject), "Grüße");
            assert_eq!(text(read.lpszNoteText), "a b");
            assert_eq!(read.flFlags, MAPI_UNREAD | MAPI_RECEIPT_REQUESTED);
            assert_eq!(
                text((*read.lpOriginator).lpszAddress),
                "SMTP:ada@example.org"
            );
            assert_eq!((*read.lpOriginator).ulEIDSize, 3);
            assert_eq!((*read.lpOriginator).lpEntryID.cast::<u8>().add(2).read(), 3);
            assert_eq!(read.nRecipCount, 2);
            assert_eq!((*read.lpRecips.add(1)).ulRecipClass, MAPI_BCC);
            assert_eq!(text((*read.lpFiles).lpszPathName), "/tmp/x/a.txt");
            assert!((*read.lpFiles.add(1)).lpszPathName.is_null());
            assert_eq!((*read.lpFiles.add(1)).nPosition, ULONG::MAX);
            // What samples do with a subject they were lent.
            let end = read.lpszSubject.add("Grüße".len());
            end.cast::<[u8; 3]>().write(*b"\r\n\0");
            assert_eq!(text(read.lpszSubject), "Grüße\r\n");
        }
        lent.take_back(tree.cast::<c_void>()).unwrap();
        assert!(lent.take_back(tree.cast::<c_void>()).is_err());
    }
}
