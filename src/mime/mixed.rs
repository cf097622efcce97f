//! A text with files beside it: `multipart/mixed`.
#![forbid(unsafe_code)]

use std::sync::Arc;

use mail_builder::headers::content_type::ContentType;

use super::composed::Piece;
use super::headers::{self, Fields};
use super::media_types;
use super::nested::{self, Nested};
use super::source::Source;
use super::text::EncodedText;
use crate::error::Result;

const MESSAGE: &str = "message/rfc822";
const UNKNOWN: &str = "application/octet-stream";

/// What a server takes, and with it how files travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Seven bits: messages of eight go as plain files.
    SevenBit,
    /// Eight bits in lines.
    EightBit,
    /// Whatever there is: no file is encoded.
    Binary,
}

/// A text and its files, looked at and ready to be laid out.
pub(super) struct Mixed {
    boundary: String,
    text: Fields,
    text_lines: Arc<Vec<u8>>,
    files: Vec<(Arc<Source>, Option<Nested>)>,
}

impl Mixed {
    /// Looks at each file, and decides how it travels.
    ///
    /// # Errors
    /// Those of reading a file.
    pub(super) fn new(token: String, text: EncodedText, sources: Vec<Arc<Source>>) -> Result<Self> {
        let mut files = Vec::with_capacity(sources.len());
        for source in sources {
            let nested = if nested::is_named(source.name()) {
                Nested::measure(&source)?
            } else {
                None
            };
            files.push((source, nested));
        }
        Ok(Self {
            // What nobody can guess is in no file, as it is or not; and "=_" can be neither in quoted-printable nor
            // in base64.
            boundary: format!("=_{token}"),
            text: text.describe(Fields::new()),
            text_lines: Arc::new(text.lines),
            files,
        })
    }

    /// Whether a file travels as a message of eight bits.
    pub(super) fn has_eight_bits(&self) -> bool {
        self.files
            .iter()
            .any(|(_, nested)| nested.is_some_and(|nested| nested.eight_bit))
    }

    /// Whether a file travels as base64 where it could travel as it is.
    pub(super) fn has_base64(&self) -> bool {
        self.files.iter().any(|(_, nested)| nested.is_none())
    }

    /// The whole, of which these are the first fields.
    pub(super) fn pieces(&self, fields: Fields, taken: Taken) -> Vec<Piece> {
        let mut pieces = vec![Piece::Lines(Arc::new(self.describe(fields, taken).end()))];
        self.append_to(&mut pieces, taken);
        pieces
    }

    /// Adds the fields of the whole. RFC 2045 6.4: it is labelled like what it has inside.
    fn describe(&self, fields: Fields, taken: Taken) -> Fields {
        let mixed =
            ContentType::new("multipart/mixed").attribute("boundary", self.boundary.clone());
        let encoding = match taken {
            Taken::Binary if self.has_base64() => "binary",
            Taken::Binary | Taken::EightBit if self.has_eight_bits() => "8bit",
            _ => "7bit",
        };
        fields.of_body(&mixed, encoding)
    }

    /// Lays out the parts.
    fn append_to(&self, pieces: &mut Vec<Piece>, taken: Taken) {
        pieces.push(self.delimited("--", self.text.clone()));
        pieces.push(Piece::Lines(Arc::clone(&self.text_lines)));
        for (source, nested) in &self.files {
            let nested = nested.filter(|nested| taken != Taken::SevenBit || !nested.eight_bit);
            let (kind, encoding) = match (nested, taken) {
                (Some(nested), _) if nested.eight_bit => (MESSAGE, "8bit"),
                (Some(_), _) => (MESSAGE, "7bit"),
                (None, Taken::Binary) => (media_type(source.name()), "binary"),
                (None, _) => (media_type(source.name()), "base64"),
            };
            let fields = Fields::new()
                .of_body(&headers::media_type(kind, source.name()), encoding)
                .and(
                    "Content-Disposition",
                    &headers::disposition("attachment", source.name()),
                );
            pieces.push(self.delimited("\r\n--", fields));
            pieces.push(match (nested, taken) {
                (Some(nested), _) => Piece::Nested(Arc::clone(source), nested),
                (None, Taken::Binary) => Piece::Binary(Arc::clone(source)),
                (None, _) => Piece::Base64(Arc::clone(source)),
            });
        }
        let end = format!("\r\n--{}--\r\n", self.boundary);
        pieces.push(Piece::Lines(Arc::new(end.into_bytes())));
    }

    fn delimited(&self, dashes: &str, fields: Fields) -> Piece {
        let mut lines = format!("{dashes}{}\r\n", self.boundary).into_bytes();
        lines.extend(fields.end());
        Piece::Lines(Arc::new(lines))
    }
}

/// The media type that a name speaks of, for a part in base64: no message and no multipart may be
/// that (RFC 2046 5), so what is neither sent as one nor anything else is not known.
fn media_type(name: &str) -> &'static str {
    media_types::of_name(name)
        .filter(|kind| !kind.starts_with("message/") && !kind.starts_with("multipart/"))
        .unwrap_or(UNKNOWN)
}
