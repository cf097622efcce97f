//! What kind of message one is, as the programs that exchange it understand it.
#![forbid(unsafe_code)]

use super::parse::field_text;

/// The field that a message's class travels in.
pub const FIELD: &str = "X-MAPI-Message-Class";

/// The class of mail that names none.
pub const ORDINARY_CLASS: &str = "IPM.Note";

/// The class of a message, of which no more than its head is needed.
pub fn message_class(head: &[u8]) -> String {
    let class = field_text(head, FIELD);
    if class.is_empty() {
        ORDINARY_CLASS.to_owned()
    } else {
        class
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_without_a_class_is_a_note() {
        for head in [
            "",
            "\n",
            "Subject: x\n\nX-MAPI-Message-Class: IPM.Late\n",
            "X-MAPI-Message-Class:\nSubject: x\n\n",
            "\0\u{1}garbage",
        ] {
            assert_eq!(message_class(head.as_bytes()), "IPM.Note", "{head:?}");
        }
    }

    #[test]
    fn a_class_is_read_however_its_field_is_written() {
        for head in [
            "Subject: x\nX-MAPI-Message-Class: IPM.Approval\n\n",
            "Subject: x\r\nX-MAPI-Message-Class: IPM.Approval\r\n\r\nbody",
            "x-mapi-message-class:IPM.Approval\n",
            "X-MAPI-MESSAGE-CLASS:\n IPM.Approval\nSubject: x\n\n",
            "X-MAPI-Message-Class: =?utf-8?q?IPM=2EApproval?=\n\n",
            "From ada Mon Jan  1 00:00:00 2024\nX-MAPI-Message-Class: IPM.Approval\n\n",
        ] {
            assert_eq!(message_class(head.as_bytes()), "IPM.Approval", "{head:?}");
        }
    }
}
