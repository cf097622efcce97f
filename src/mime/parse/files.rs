//! A part as a file with a name.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;

use super::content::write_decoded;
use super::field_text;
use super::fields::text;
use super::structure::Part;
use crate::attachment::display_name;
use crate::mime::media_types;
use crate::model::ReceivedFile;

/// How much of a message inside a message is decoded to find its subject.
const MAX_NESTED_HEADER: usize = 64 * 1024;

/// A part as a file of its message.
pub(super) fn file(message: &Arc<Vec<u8>>, part: &Part) -> ReceivedFile {
    let given = part
        .disposition
        .text("filename")
        .or_else(|| part.media.text("name"))
        .unwrap_or_default();
    let name = display_name(&given, Path::new(&own_name(message, part)));
    ReceivedFile::new(name, part.encoding, Arc::clone(message), part.body.clone())
}

/// The name of a part that has been given none.
fn own_name(message: &[u8], part: &Part) -> String {
    if is_message(&part.media.value) {
        let subject = subject(message, part).replace(['/', '\\'], "_");
        if !subject.is_empty() {
            return format!("{subject}.eml");
        }
    }
    format!("attachment.{}", extension(&part.media.value))
}

fn is_message(media: &str) -> bool {
    matches!(media, "message/rfc822" | "message/global")
}

fn subject(message: &[u8], part: &Part) -> String {
    if let Some(remote) = &part.remote {
        return text(&remote.subject);
    }
    let body = part.bytes(message);
    let mut decoded = Vec::new();
    let body = body.get(..MAX_NESTED_HEADER).unwrap_or(body);
    if write_decoded(part.encoding, body, &mut decoded).is_err() {
        return String::new();
    }
    field_text(&decoded, "Subject")
}

/// The ending by which programs know a file of this media type.
fn extension(media: &str) -> &'static str {
    match media {
        // Of the endings of these, the table that knows all has another one first.
        "text/plain"
        | "text/rfc822-headers"
        | "message/delivery-status"
        | "message/disposition-notification" => "txt",
        "text/html" => "html",
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "audio/mpeg" => "mp3",
        "video/mp4" => "mp4",
        "application/msword" => "doc",
        "application/vnd.ms-excel" => "xls",
        "application/vnd.ms-powerpoint" => "ppt",
        "application/octet-stream" => "bin",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        _ if is_message(media) => "eml",
        _ => media_types::ending(media).unwrap_or("bin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_name_ends_as_its_kind_does() {
        for (media, expected) in [
            ("image/png", "png"),
            ("image/jpeg", "jpg"),
            ("application/pdf", "pdf"),
            ("application/zip", "zip"),
            ("text/calendar", "ics"),
            ("text/csv", "csv"),
            ("message/rfc822", "eml"),
            ("x-no/such", "bin"),
            ("", "bin"),
        ] {
            assert_eq!(extension(media), expected, "{media}");
        }
    }
}
