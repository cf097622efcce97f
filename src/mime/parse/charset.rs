//! Bytes of any charset as text.
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::str;

use encodify::utf7;
use encoding_rs::{Encoding, REPLACEMENT, UTF_16LE, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;

/// The text of bytes that are said to be of this charset; what cannot be decoded becomes U+FFFD.
pub(super) fn decode<'a>(charset: &[u8], bytes: &'a [u8]) -> Cow<'a, str> {
    let label = charset.trim_ascii();
    if is_ascii(label) {
        return assumed(bytes);
    }
    if label.eq_ignore_ascii_case(b"utf-7") {
        return Cow::Owned(utf7::MAIL.decode_lossy(bytes));
    }
    match Encoding::for_label(label) {
        // What browsers refuse for their own safety (hz, iso-2022-kr) is at least part ASCII.
        Some(encoding) if encoding == REPLACEMENT => String::from_utf8_lossy(bytes),
        // Only there does the mark at the beginning say something.
        Some(encoding) if encoding == UTF_16LE => encoding.decode(bytes).0,
        Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
        // Charsets and spellings that only mail has, such as ibm850.
        None => match charset_decoder(label) {
            Some(decoder) => Cow::Owned(decoder(bytes)),
            None => String::from_utf8_lossy(bytes),
        },
    }
}

/// The same, at the end of a text: the form in which encoded words are decoded.
pub(super) fn append(charset: &[u8], bytes: &[u8], text: &mut String) {
    text.push_str(&decode(charset, bytes));
}

/// The text of bytes that say nothing of their charset: UTF-8 where they can be that, and else what
/// the mail programs wrote that said nothing.
pub(super) fn assumed(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Whether it is ASCII, under which name mail travels that says nothing of its charset.
fn is_ascii(label: &[u8]) -> bool {
    [&b""[..], b"us-ascii", b"ascii", b"ansi_x3.4-1968"]
        .iter()
        .any(|name| label.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_charset_that_mail_comes_in_is_read() {
        for (charset, bytes, text) in [
            ("utf-8", "日本".as_bytes(), "日本"),
            ("UTF8", "é".as_bytes(), "é"),
            ("iso-8859-1", b"\xe9", "é"),
            ("ISO-8859-15", b"\xa4", "€"),
            ("windows-1251", b"\xcf\xf0", "Пр"),
            ("koi8-r", b"\xf0\xd2", "Пр"),
            ("gb2312", b"\xc4\xe3", "你"),
            ("big5", b"\xa7A", "你"),
            ("shift_jis", b"\x83n", "ハ"),
            ("iso-2022-jp", b"\x1b$B%O\x1b(B", "ハ"),
            ("euc-kr", b"\xbe\xc8", "안"),
            ("utf-7", b"Hi +ZYc-!", "Hi 文!"),
            ("utf-16", b"\xfe\xff\x00\xe9", "é"),
            ("utf-16le", b"\xe9\x00", "é"),
            ("ibm850", b"\x82", "é"),
            ("cp850", b"\x82", "é"),
            ("us-ascii", "é".as_bytes(), "é"),
            ("", b"\xe9t\xe9", "été"),
        ] {
            assert_eq!(decode(charset.as_bytes(), bytes), text, "{charset}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_replaced_and_the_rest_stays() {
        let long = "x".repeat(10_000);
        for charset in [
            "x-unknown",
            "utf-8",
            "hz-gb-2312",
            "iso-2022-kr",
            &long,
            "\0",
            "é",
        ] {
            assert_eq!(
                decode(charset.as_bytes(), b"a\xffb"),
                "a\u{fffd}b",
                "{charset}"
            );
        }
    }
}
