//! Header fields, and the few cases in which mail-builder needs to be led.
#![forbid(unsafe_code)]

use encodify::hex::PERCENT;
use encodify::{Fold, rfc2047};
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::headers::{Header, HeaderType};

use crate::model::{Mailbox, header_text};

/// How RFC 2047 begins an encoded word. mail-builder writes text of ASCII as it is, so that what
/// only looks like an encoded word would be decoded at the other end into what nobody wrote.
const ENCODED_WORD: &str = "=?";

/// The field that the caller's id of a conversation travels in.
pub(super) const CONVERSATION_ID: &str = "X-MAPI-Conversation-ID";

/// How much most headers take.
const USUAL_LENGTH: usize = 512;

/// Fields as they travel, one after another.
#[derive(Debug, Clone)]
pub(super) struct Fields(Vec<u8>);

impl Fields {
    /// None yet.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(USUAL_LENGTH))
    }

    /// And one more.
    pub(super) fn and(mut self, name: &str, value: &impl Header) -> Self {
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(b": ");
        value.write_header(&mut self.0, name.len() + 2);
        self
    }

    /// And those of a body: what it is, and how its bytes are written.
    pub(super) fn of_body(self, media_type: &impl Header, encoding: &str) -> Self {
        self.and("Content-Type", media_type)
            .and("Content-Transfer-Encoding", &Raw::new(encoding))
    }

    /// And the empty line that ends them.
    pub(super) fn end(mut self) -> Vec<u8> {
        self.0.extend_from_slice(b"\r\n");
        self.0
    }
}

/// A field of free text, read back exactly as [`header_text`] leaves it.
pub(super) fn unstructured(name: &str, text: &str) -> HeaderType<'static> {
    let text = header_text(text);
    if text.contains(ENCODED_WORD) {
        let mut column = name.len() + 2;
        Raw::new(encoded_words(&text, &mut column)).into()
    } else {
        Text::new(text).into()
    }
}

/// Somebody, with a name unless it only says the address again.
pub(super) fn mailbox(mailbox: &Mailbox) -> Address<'_> {
    let address = mailbox.address.as_ref();
    let mut name = header_text(&mailbox.name);
    if name.contains(ENCODED_WORD) {
        // mail-builder encodes a name that ends in a blank, and nobody sees the blank.
        name.push(' ');
    }
    let name = (!name.is_empty() && !name.eq_ignore_ascii_case(address)).then_some(name);
    Address::new_address(name, address)
}

/// Somebody without an address: a group of that name with nobody in it (RFC 5322 3.4).
pub(super) fn name_alone(name: &str) -> Address<'static> {
    Address::new_group(Some(header_text(name)), Vec::new())
}

/// The media type of an attachment with its name for readers from before RFC 2231, which expect
/// encoded words there although RFC 2047 5 forbids them.
pub(super) fn media_type(kind: &str, name: &str) -> HeaderType<'static> {
    if fits_in_quotes(name) {
        return ContentType::new(kind.to_owned())
            .attribute("name", name.to_owned())
            .into();
    }
    let mut column = " name=\"".len();
    let words = encoded_words(name, &mut column);
    Raw::new(format!("{kind};\r\n name=\"{words}\"")).into()
}

/// The disposition of a part with its name as RFC 2231 has it.
pub(super) fn disposition(kind: &'static str, name: &str) -> HeaderType<'static> {
    if name.contains(ENCODED_WORD) && name.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // mail-builder would put it in quotes, where many readers decode it.
        return Raw::new(format!(
            "{kind};\r\n filename*=UTF-8''{}",
            PERCENT.encode(name)
        ))
        .into();
    }
    ContentType::new(kind)
        .attribute("filename", name.to_owned())
        .into()
}

/// Whether a name can stand in quotes in one line, and means the same there to every reader.
fn fits_in_quotes(name: &str) -> bool {
    name.len() <= 60
        && name.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !name.contains(ENCODED_WORD)
}

/// The text as encoded words in folded lines, in the shorter of the two encodings. The letters of
/// both are safe in text, in a phrase and in quotes.
fn encoded_words(text: &str, column: &mut usize) -> String {
    let (b, q) = (rfc2047::B, rfc2047::Q_PHRASE);
    let encoder = if q.payload_len(text) <= b.payload_len(text) {
        q
    } else {
        b
    };
    let mut words = String::new();
    encoder.encode_words("utf-8", text, column, Fold::HEADER, &mut words);
    words
}
