//! A value with parameters: media types and dispositions, RFC 2045 5.1 and RFC 2231.
#![forbid(unsafe_code)]

use std::borrow::Cow;

use encodify::rfc2047;

use super::charset;
use super::fields::unfolded;

/// The parameters that anybody asks for. Others are not kept.
const NAMES: [&str; 4] = ["boundary", "charset", "filename", "name"];

/// How many pieces of them are kept. A name of 255 letters, each written in four escapes, comes in
/// forty.
const MAX_PIECES: usize = 200;

/// A value such as `text/plain`, in lower case, and its parameters, still in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parameterized {
    pub(super) value: String,
    pieces: Vec<Piece>,
}

/// `name*section*=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    name: &'static str,
    /// Which piece of several this is.
    section: Option<u16>,
    /// Whether it is written in escapes.
    escaped: bool,
    value: Vec<u8>,
}

impl Parameterized {
    pub(super) fn new(field: &[u8]) -> Self {
        let field = unfolded(field);
        let mut rest = field.as_ref();
        let value = take_until(&mut rest, |byte| byte == b';');
        // Blanks and comments may stand around it.
        let value = value.trim_ascii();
        let end = value
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b'('));
        let (value, _) = value.split_at(end.unwrap_or(value.len()));
        let mut pieces = Vec::new();
        while !rest.is_empty() && pieces.len() < MAX_PIECES {
            pieces.extend(Piece::take(&mut rest));
        }
        Self {
            value: String::from_utf8_lossy(value).to_ascii_lowercase(),
            pieces,
        }
    }

    /// A value with parameters that somebody else has taken apart.
    pub(super) fn of_pieces(value: &str, pieces: &[(Vec<u8>, Vec<u8>)]) -> Self {
        Self {
            value: value.to_ascii_lowercase(),
            pieces: pieces
                .iter()
                .filter_map(|(name, value)| Piece::new(name, Cow::Borrowed(value)))
                .take(MAX_PIECES)
                .collect(),
        }
    }

    /// Whether the value is a media type, however unknown.
    pub(super) fn is_media_type(&self) -> bool {
        self.value
            .split_once('/')
            .is_some_and(|(kind, subtype)| !kind.is_empty() && !subtype.is_empty())
    }

    /// About how much memory its texts take.
    pub(super) fn weight(&self) -> usize {
        let pieces = self.pieces.iter();
        self.value.len()
            + pieces
                .map(|piece| size_of::<Piece>() + piece.value.len())
                .sum::<usize>()
    }

    /// The same parameters under another value.
    pub(super) fn under(self, value: &str) -> Self {
        Self {
            value: value.to_owned(),
            ..self
        }
    }

    /// A parameter in bytes, for those that are no text.
    pub(super) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        Some(joined(&self.pieces_of(name)?))
    }

    /// A parameter as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let pieces = self.pieces_of(name)?;
        let first = pieces.first()?;
        let bytes = joined(&pieces);
        if first.is_plain() {
            // RFC 2047 5 forbids encoded words here; too many write them to be strict.
            let value = charset::assumed(&bytes);
            return Some(rfc2047::decode_text(value.as_bytes(), charset::append).into_owned());
        }
        let (charset, _) = first.with_charset();
        Some(charset::decode(charset, &bytes).into_owned())
    }

    /// The pieces that a parameter is made of. The forms with a charset win over the plain one,
    /// which is there for readers that know no better.
    fn pieces_of(&self, name: &str) -> Option<Vec<&Piece>> {
        let named = |piece: &&Piece| piece.name == name;
        let mut sections: Vec<_> = self
            .pieces
            .iter()
            .filter(named)
            .filter(|piece| piece.section.is_some())
            .collect();
        sections.sort_by_key(|piece| piece.section);
        let mut whole = self
            .pieces
            .iter()
            .filter(named)
            .filter(|piece| piece.section.is_none());
        if let Some(escaped) = whole.clone().find(|piece| piece.escaped) {
            return Some(vec![escaped]);
        }
        if sections.is_empty() {
            return Some(vec![whole.next()?]);
        }
        Some(sections)
    }
}

/// The bytes of the pieces of one parameter. They are joined before they are decoded, for the
/// letters that were cut in two.
fn joined(pieces: &[&Piece]) -> Vec<u8> {
    let numbered = pieces.iter().enumerate();
    numbered
        .flat_map(|(number, piece)| piece.bytes(number == 0))
        .collect()
}

impl Piece {
    /// The next piece, up to the semicolon after it; none where it is none that anybody asks for.
    fn take(rest: &mut &[u8]) -> Option<Self> {
        let name = take_until_kept(rest, |byte| matches!(byte, b'=' | b';'));
        let name = name.trim_ascii();
        let Some(value) = rest.strip_prefix(b"=") else {
            *rest = rest.strip_prefix(b";").unwrap_or(rest);
            return None;
        };
        *rest = value.trim_ascii_start();
        let value = if let Some(quoted) = rest.strip_prefix(b"\"") {
            *rest = quoted;
            let value = take_quoted(rest);
            take_until(rest, |byte| byte == b';');
            Cow::Owned(value)
        } else {
            Cow::Borrowed(take_until(rest, |byte| byte == b';').trim_ascii())
        };
        Self::new(name, value)
    }

    /// `name*section*=value`; none where it is none that anybody asks for.
    fn new(name: &[u8], value: Cow<'_, [u8]>) -> Option<Self> {
        let (name, escaped) = match name.strip_suffix(b"*") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let star = name.iter().rposition(|byte| *byte == b'*');
        let (name, section) = match star.and_then(|at| name.split_at_checked(at)) {
            Some((stem, number)) => match number_of(number) {
                Some(number) => (stem, Some(number)),
                None => (name, None),
            },
            None => (name, None),
        };
        let known = NAMES
            .iter()
            .find(|known| name.eq_ignore_ascii_case(known.as_bytes()))?;
        Some(Self {
            name: known,
            section,
            escaped,
            value: value.into_owned(),
        })
    }

    /// Whether it is written as before RFC 2231.
    fn is_plain(&self) -> bool {
        self.section.is_none() && !self.escaped
    }

    /// The bytes of its text; the first piece begins with the charset.
    fn bytes(&self, is_first: bool) -> Vec<u8> {
        let text = if is_first {
            self.with_charset().1
        } else {
            &self.value
        };
        if self.escaped {
            unescaped(text)
        } else {
            text.to_vec()
        }
    }

    /// `charset'language'text` as its charset and text.
    fn with_charset(&self) -> (&[u8], &[u8]) {
        let mut rest = self.value.as_slice();
        let charset = take_until(&mut rest, |byte| byte == b'\'');
        if self.escaped && rest.contains(&b'\'') {
            take_until(&mut rest, |byte| byte == b'\'');
            (charset, rest)
        } else {
            (b"", &self.value)
        }
    }
}

/// The number in `*12`.
fn number_of(section: &[u8]) -> Option<u16> {
    str::from_utf8(section.strip_prefix(b"*")?)
        .ok()?
        .parse()
        .ok()
}

/// What stands before the first such byte, which goes too.
fn take_until<'a>(rest: &mut &'a [u8], stop: impl Fn(u8) -> bool) -> &'a [u8] {
    let taken = take_until_kept(rest, stop);
    *rest = rest.get(1..).unwrap_or_default();
    taken
}

/// What stands before the first such byte, which stays.
fn take_until_kept<'a>(rest: &mut &'a [u8], stop: impl Fn(u8) -> bool) -> &'a [u8] {
    let end = rest.iter().position(|byte| stop(*byte));
    let (taken, left) = rest.split_at(end.unwrap_or(rest.len()));
    *rest = left;
    taken
}

/// A text in quotes, its backslashes resolved, up to the closing quote, which goes too.
fn take_quoted(rest: &mut &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    loop {
        match rest {
            [b'\\', quoted @ (b'"' | b'\\'), left @ ..] => {
                value.push(*quoted);
                *rest = left;
            }
            [b'"', left @ ..] => {
                *rest = left;
                return value;
            }
            // A backslash before anything else is one of a path, whatever the grammar says.
            [byte, left @ ..] => {
                value.push(*byte);
                *rest = left;
            }
            [] => return value,
        }
    }
}

/// The bytes of a text in escapes; an escape that is none stays as it is.
fn unescaped(mut rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(rest.len());
    while let [first, left @ ..] = rest {
        rest = left;
        let escape = (*first == b'%')
            .then(|| rest.split_first_chunk::<2>())
            .flatten()
            .and_then(|(digits, left)| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let value = digit(digits[0])? * 16 + digit(digits[1])?;
                Some((u8::try_from(value).ok()?, left))
            });
        match escape {
            Some((byte, left)) => {
                bytes.push(byte);
                rest = left;
            }
            None => bytes.push(*first),
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(field: &str) -> Option<String> {
        Parameterized::new(field.as_bytes()).text("name")
    }

    #[test]
    fn the_value_is_read_in_any_case_and_without_comments() {
        for field in [
            "Text/PLAIN",
            " text/plain (a comment); x=y",
            "text/plain;",
            "text/\r\n\tplain",
            "text/plain; charset",
        ] {
            let found = Parameterized::new(field.as_bytes()).value;
            assert!(found == "text/plain" || field.contains('\t'), "{field:?}");
        }
        assert_eq!(Parameterized::new(b"").value, "");
    }

    #[test]
    fn names_are_read_in_every_form() {
        for (field, expected) in [
            ("a/b; name=x.txt", "x.txt"),
            ("a/b; NAME = \"x; y.txt\" ; z=1", "x; y.txt"),
            ("a/b; name=my report (1).pdf", "my report (1).pdf"),
            ("a/b; name=\"q \\\"q\\\" \\\\ C:\\x\"", "q \"q\" \\ C:\\x"),
            ("a/b; name=\"unclosed", "unclosed"),
            ("a/b; name*=utf-8''%e2%82%ac.txt", "€.txt"),
            ("a/b; name=e.txt; name*=UTF-8'en'%E2%82%AC.txt", "€.txt"),
            ("a/b; name*=iso-8859-1''%e9", "é"),
            (
                "a/b; name*=plain%20without%20charset",
                "plain without charset",
            ),
            ("a/b; name*0=one; name*1=two", "onetwo"),
            ("a/b; name*1=two; name*0=one", "onetwo"),
            // A letter in two pieces, and a charset that only the first piece names.
            (
                "a/b; name*0*=utf-8''%e2%82; name*1*=%ac; name*2=%41",
                "€%41",
            ),
            ("a/b; name*0*=koi8-r''%f0; name*1*=%d2", "Пр"),
            ("a/b; name=\"=?utf-8?q?=E2=82=AC?=.txt\"", "€.txt"),
            ("a/b; name=\"grün.txt\"", "grün.txt"),
            ("a/b; name*=100%; name=x", "100%"),
            ("a/b;; ;x;name=ok", "ok"),
        ] {
            assert_eq!(name(field).as_deref(), Some(expected), "{field}");
        }
        for field in ["a/b", "a/b; name", "a/b; =x", "a/b; names=x", "", ";"] {
            assert_eq!(name(field), None, "{field}");
        }
    }

    #[test]
    fn a_boundary_is_put_together_and_never_decoded() {
        let raw = |field: &str| Parameterized::new(field.as_bytes()).bytes("boundary");
        assert_eq!(raw("m/x; boundary=\"=?a?= b\""), Some(b"=?a?= b".to_vec()));
        assert_eq!(raw("m/x; boundary*0=a; boundary*1=b"), Some(b"ab".to_vec()));
        assert_eq!(raw("m/x; boundary*=us-ascii''a%3Db"), Some(b"a=b".to_vec()));
        assert_eq!(raw("m/x; boundary="), Some(Vec::new()));
        assert_eq!(raw("m/x"), None);
    }
}
