//! A file of HTML that stands in the place of the text.
#![forbid(unsafe_code)]

use std::path::Path;
use std::str;

use mail_builder::headers::content_type::ContentType;

use super::headers::{self, Fields};
use super::source::{self, Source};
use crate::error::Result;

/// Whether a name is that of a file of HTML.
pub(super) fn is_named(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("htm") || extension.eq_ignore_ascii_case("html")
    })
}

/// Adds the fields of the file as a text, with a charset only where the bytes prove one: for all others
/// the document speaks for itself.
///
/// # Errors
/// Those of reading the file.
pub(super) fn describe(source: &Source, fields: Fields) -> Result<Fields> {
    let mut media_type = ContentType::new("text/html");
    if is_utf8_beyond_ascii(source)? {
        media_type = media_type.attribute("charset", "utf-8");
    }
    let disposition = headers::disposition("inline", source.name());
    let fields = fields.of_body(&media_type, "base64");
    Ok(fields.and("Content-Disposition", &disposition))
}

fn is_utf8_beyond_ascii(source: &Source) -> Result<bool> {
    let mut buffer = Vec::new();
    source::reserve(&mut buffer, source::PIECE)?;
    let (mut at, mut beyond_ascii) = (0, false);
    while at < source.size() {
        let length = source.read(at, &mut buffer)?;
        beyond_ascii |= !buffer.is_ascii();
        at += match str::from_utf8(&buffer) {
            Ok(_) => length,
            // A character that continues in the next piece is read again there.
            Err(error) if error.error_len().is_none() && at + length < source.size() => {
                error.valid_up_to() as u64
            }
            Err(_) => return Ok(false),
        };
    }
    Ok(beyond_ascii)
}
