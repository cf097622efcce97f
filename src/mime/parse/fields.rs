//! The fields of a header, found without being parsed.
#![forbid(unsafe_code)]

use std::borrow::Cow;

use encodify::rfc2047;
use memchr::memchr;

use super::charset;
use crate::model::header_text;

/// The lines of a header, without the empty one that ends it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a>(&'a [u8]);

impl<'a> Header<'a> {
    pub(super) fn new(lines: &'a [u8]) -> Self {
        Self(lines)
    }

    /// The name and the value of every field, as they stand there.
    pub(super) fn fields(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        Fields { rest: self.0 }
    }

    /// The value of the first field of this name, which is the one that readers go by.
    pub(super) fn first(self, name: &str) -> Option<&'a [u8]> {
        self.fields()
            .find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// A field of free text, decoded and fit to be shown in one line; empty where there is none.
    pub(super) fn text(self, name: &str) -> String {
        self.first(name).map(text).unwrap_or_default()
    }
}

/// A value of free text, decoded and fit to be shown in one line.
pub(super) fn text(value: &[u8]) -> String {
    let value = charset::assumed(value);
    header_text(&rfc2047::decode_text(value.as_bytes(), charset::append))
}

/// A value in one line: what RFC 5322 2.2.3 calls unfolding.
pub(super) fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr2(b'\r', b'\n', value).is_none() {
        return Cow::Borrowed(value);
    }
    let letters = value.iter().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    Cow::Owned(letters.copied().collect())
}

/// Whether a line can stand in a header: a field, the continuation of one, or the line that mail
/// stores write before a message.
pub(super) fn belongs_to_a_header(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t')) || line.starts_with(b"From ") || {
        let name = line
            .iter()
            .position(|byte| !matches!(byte, b'!'..=b'9' | b';'..=b'~'));
        name.is_some_and(|end| line.get(end) == Some(&b':'))
    }
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let mut end = line_end(self.rest, 0);
            while matches!(self.rest.get(end), Some(b' ' | b'\t')) {
                end = line_end(self.rest, end);
            }
            let (field, rest) = self.rest.split_at(end);
            self.rest = rest;
            if let Some((name, value)) = memchr(b':', field).and_then(|at| {
                let (name, value) = field.split_at(at);
                Some((name, value.strip_prefix(b":")?))
            }) {
                return Some((name, value.trim_ascii()));
            }
        }
        None
    }
}

/// Where the line that holds this position ends, its line feed included.
pub(super) fn line_end(bytes: &[u8], from: usize) -> usize {
    bytes
        .get(from..)
        .and_then(|rest| memchr(b'\n', rest))
        .map_or(bytes.len(), |at| from + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_with_their_continuations_in_any_case() {
        let header = Header::new(b"From x\nTo: a,\n b\r\nto:c\r\nX:\nTO: d\n\te\n");
        let all: Vec<_> = header.fields().map(|(_, value)| value).collect();
        assert_eq!(all, [&b"a,\n b"[..], b"c", b"", b"d\n\te"]);
        assert_eq!(header.first("tO"), Some(&b"a,\n b"[..]));
        assert_eq!(header.first("x"), Some(&b""[..]));
        assert_eq!(header.first("From"), None);
    }

    #[test]
    fn free_text_is_decoded_into_one_safe_line() {
        for (value, expected) in [
            (&b"plain"[..], "plain"),
            (b"=?utf-8?q?caf=C3?=\r\n =?utf-8?q?=A9?= x", "café x"),
            (b"=?iso-2022-jp?b?GyRCJCIbKEI=?=", "あ"),
            (b"=?x-unknown?q?caf=E9?=", "caf\u{fffd}"),
            (b"=?utf-8?q?a=00b=0D=0Ac?=", "a b c"),
            (b"caf\xe9 from long ago", "café from long ago"),
            ("größer".as_bytes(), "größer"),
            (b"=?utf-8?q?=E2=80=AEtxt=2Eexe?=", "txt.exe"),
        ] {
            assert_eq!(text(value), expected);
        }
    }

    #[test]
    fn only_fields_belong_to_a_header() {
        for yes in ["A: b\n", " x\n", "\tx\n", "From ada\n", "X-A_b.c:\n"] {
            assert!(belongs_to_a_header(yes.as_bytes()), "{yes:?}");
        }
        for no in ["text\n", "a b: c\n", "\n", "", "Grüße: x\n"] {
            assert!(!belongs_to_a_header(no.as_bytes()), "{no:?}");
        }
    }
}
