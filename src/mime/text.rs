//! The text of a message in the encoding that brings it there unharmed.
#![forbid(unsafe_code)]

use encodify::base64::MIME;
use encodify::qp;
use mail_builder::headers::content_type::ContentType;
use memchr::memchr3;

use super::headers::Fields;
use super::{lines, source};
use crate::error::Result;

/// A text in lines that end in CRLF, encoded, with the name of the encoding.
pub(super) struct EncodedText {
    pub(super) encoding: &'static str,
    pub(super) lines: Vec<u8>,
}

impl EncodedText {
    /// Encodes a text whose lines end in any way.
    ///
    /// We choose between the encodings ourselves, because mail-builder leaves as they are: control
    /// characters, lines that mail stores quote (`From `), and lone dots, which a server that
    /// reads line ends its own way takes for the end of the message.
    ///
    /// # Errors
    /// [`Kind::OutOfMemory`](crate::error::Kind::OutOfMemory).
    pub(super) fn new(text: &str) -> Result<Self> {
        let text = with_crlf(text.as_bytes())?;
        if is_plain(&text) {
            return Ok(Self {
                encoding: "7bit",
                lines: text,
            });
        }
        let as_base64 = MIME.encoded_len(text.len());
        let mut lines = Vec::new();
        let encoding = match qp::BODY.encoded_len_within(&text, as_base64.saturating_sub(1)) {
            Some(length) => {
                source::reserve(&mut lines, length)?;
                qp::BODY.encode_append(&text, &mut lines);
                drop(text);
                lines = without_marks(lines)?;
                "quoted-printable"
            }
            None => {
                source::reserve(&mut lines, as_base64)?;
                MIME.encode_append(&text, &mut lines);
                "base64"
            }
        };
        Ok(Self { encoding, lines })
    }

    /// Adds the fields of the part that it makes.
    pub(super) fn describe(&self, fields: Fields) -> Fields {
        let plain = ContentType::new("text/plain").attribute("charset", "utf-8");
        fields.of_body(&plain, self.encoding)
    }
}

/// The text with every CR, LF and CRLF as CRLF, one at its end, and without NULs, which no mail
/// may have.
fn with_crlf(text: &[u8]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    let mut rest = text;
    if lines::has_only_crlf(text) && memchr::memchr(0, text).is_none() {
        source::reserve(&mut lines, text.len() + 2)?;
        lines.extend_from_slice(text);
        rest = &[];
    } else {
        let ends = |end| memchr::memchr_iter(end, text).count();
        source::reserve(&mut lines, text.len() + ends(b'\r') + ends(b'\n') + 2)?;
    }
    while let Some(at) = memchr3(b'\r', b'\n', 0, rest) {
        let (line, tail) = rest.split_at(at);
        lines.extend_from_slice(line);
        rest = match tail {
            [0, next @ ..] => next,
            [b'\r', b'\n', next @ ..] | [_, next @ ..] => {
                lines.extend_from_slice(b"\r\n");
                next
            }
            [] => tail,
        };
    }
    lines.extend_from_slice(rest);
    if !lines.is_empty() && !lines.ends_with(b"\r\n") {
        lines.extend_from_slice(b"\r\n");
    }
    Ok(lines)
}

/// RFC 5322 2.1.1: how long a line should be at most.
const COMFORTABLE_LINE: usize = 78;

/// Whether a text in lines that end in CRLF can travel as it is, through whatever stands in its way.
fn is_plain(text: &[u8]) -> bool {
    let is_fit = |byte: &u8| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~');
    // All of it at once, without leaving early: so the processor looks at many bytes in one step.
    if !text.iter().fold(true, |fit, byte| fit & is_fit(byte)) {
        return false;
    }
    let mut rest = text;
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, next) = rest.split_at(end + 1);
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        let plain = line.len() <= COMFORTABLE_LINE
            && !line.ends_with(b" ")
            && !line.ends_with(b"\t")
            && mark(line).is_none();
        if !plain {
            return false;
        }
        rest = next;
    }
    true
}

/// What a line begins with that something on its way may take for a mark of its own: the dot of
/// SMTP and the `From ` of mail stores. Given with the escape of its first letter.
fn mark(line: &[u8]) -> Option<&'static [u8]> {
    if line.starts_with(b".") {
        Some(b"=2E")
    } else if line.starts_with(b"From ") {
        Some(b"=46")
    } else {
        None
    }
}

/// Quoted-printable in which no line begins with a [`mark`] (RFC 2049 3 advises it).
fn without_marks(lines: Vec<u8>) -> Result<Vec<u8>> {
    /// An escape takes two bytes more, and a line may have 76.
    const ROOM: usize = 74 + b"\r\n".len();

    let marks = |lines: &[u8]| {
        lines
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| mark(line).is_some())
            .count()
    };
    let found = marks(&lines);
    if found == 0 {
        return Ok(lines);
    }
    let mut out = Vec::new();
    // At most three lines come of one: "=2E=\r\n" twice before it fits.
    source::reserve(&mut out, lines.len() + 3 * found * b"=2E=\r\n".len())?;
    for mut line in lines.split_inclusive(|byte| *byte == b'\n') {
        while let (Some(escape), [_, rest @ ..]) = (mark(line), line) {
            out.extend_from_slice(escape);
            if line.len() <= ROOM {
                line = rest;
                break;
            }
            out.extend_from_slice(b"=\r\n");
            line = rest;
        }
        out.extend_from_slice(line);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The encoding that was taken, and the text as a reader gets it.
    fn round_trip(text: &str) -> (&'static str, String) {
        let encoded = EncodedText::new(text).unwrap();
        assert_eq!(lines::check(&encoded.lines), Ok(()), "{text:?}");
        assert!(encoded.lines.is_ascii(), "{text:?}");
        for line in encoded.lines.split(|byte| *byte == b'\n') {
            assert!(mark(line).is_none(), "{text:?}");
            assert!(line.len() <= COMFORTABLE_LINE + 1, "{text:?}");
        }
        let bytes = match encoded.encoding {
            "quoted-printable" => qp::BODY
                .strict()
                .decode(&encoded.lines)
                .unwrap()
                .into_owned(),
            "base64" => MIME.decode(&encoded.lines).unwrap(),
            _ => encoded.lines,
        };
        (encoded.encoding, String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn plain_text_travels_as_it_is() {
        assert_eq!(round_trip(""), ("7bit", String::new()));
        assert_eq!(round_trip("hello"), ("7bit", "hello\r\n".to_owned()));
        assert_eq!(
            round_trip("a\tb\n\nFromage\n a . dot\n"),
            ("7bit", "a\tb\r\n\r\nFromage\r\n a . dot\r\n".to_owned())
        );
    }

    #[test]
    fn every_line_end_becomes_crlf_and_nul_goes() {
        assert_eq!(
            round_trip("a\rb\nc\r\nd\n\re\0f").1,
            "a\r\nb\r\nc\r\nd\r\n\r\nef\r\n"
        );
    }

    #[test]
    fn whatever_could_be_harmed_on_the_way_is_encoded() {
        for text in [
            "trailing blank \r\n",
            "trailing tab\t\r\n",
            ".\r\n",
            "..\r\n.x\r\n",
            "From here\r\n>From there\r\n",
            "escape \u{1b}[0m\r\n",
            "delete \u{7f}\r\n",
            "Grüße = schön, and then a good deal of English\r\n",
        ] {
            assert_eq!(round_trip(text), ("quoted-printable", text.to_owned()));
        }
        assert_eq!(round_trip("日本語のテキスト\r\n").0, "base64");
    }

    #[test]
    fn marks_at_the_start_of_a_soft_line_are_escaped_too() {
        for start in 60..80 {
            for inner in [".", "From ", "....", "From From "] {
                let text = format!("{}{inner}{}\r\n", "x".repeat(start), "y".repeat(200));
                assert_eq!(round_trip(&text).1, text);
            }
        }
        for dots in [75, 76, 77, 78, 150, 1000] {
            let text = format!("{}\r\n", ".".repeat(dots));
            assert_eq!(round_trip(&text), ("quoted-printable", text));
        }
    }

    #[test]
    fn a_line_of_a_million_letters_comes_back_whole() {
        let text = format!("{}\r\n", "x".repeat(1_000_000));
        assert_eq!(round_trip(&text), ("quoted-printable", text));
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_with_crlf_line_ends(text in "[ -~\\r\\n\\t.Fä\u{1}\u{2028}日]{0,400}") {
            let mut expected = text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
            if !expected.is_empty() && !expected.ends_with("\r\n") {
                expected.push_str("\r\n");
            }
            proptest::prop_assert_eq!(round_trip(&text).1, expected);
        }
    }
}
