//! The bytes of a part as they were before they travelled.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use encodify::{base64, qp};
use memchr::memchr;

use crate::model::{ReceivedFile, TransferEncoding};

/// How much is decoded at once.
const PIECE: usize = 64 * 1024;

/// Writes the content of a file, decoded in bounded memory. Damaged encodings are read as far as
/// they can be, as every reader does.
///
/// # Errors
/// Those of the writer.
pub fn write_content(file: &ReceivedFile, out: &mut impl Write) -> io::Result<()> {
    write_decoded(file.encoding, file.encoded(), out)
}

pub(super) fn write_decoded(
    encoding: TransferEncoding,
    bytes: &[u8],
    out: &mut impl Write,
) -> io::Result<()> {
    match encoding {
        TransferEncoding::Identity => out.write_all(bytes),
        TransferEncoding::Base64 => write_base64(bytes, out),
        TransferEncoding::QuotedPrintable => write_quoted_printable(bytes, out),
    }
}

fn write_base64(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut decoder = base64::STANDARD.decoder();
    let mut decoded = Vec::with_capacity(PIECE);
    for piece in bytes.chunks(PIECE) {
        let mut rest = piece;
        while !rest.is_empty() {
            let read = decoder.decode_symbols(rest, &mut decoded);
            rest = rest.get(read..).unwrap_or_default();
            // Line ends, and whatever else has no place there. Not left to the decoder, which
            // prepares for a whole run of symbols each time.
            let others = rest.iter().take_while(|byte| !is_symbol(**byte)).count();
            let (others, symbols) = rest.split_at(others);
            if others.contains(&b'=') {
                decoder.pad(&mut decoded);
            }
            rest = symbols;
        }
        out.write_all(&decoded)?;
        decoded.clear();
    }
    decoder.finish(&mut decoded);
    out.write_all(&decoded)
}

fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

/// Whole lines at once: none depends on another.
fn write_quoted_printable(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    let mut decoded = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let more = rest.get(PIECE..).and_then(|more| memchr(b'\n', more));
        let end = more.map_or(rest.len(), |at| PIECE + at + 1);
        let (lines, left) = rest.split_at(end);
        rest = left;
        decoded.clear();
        match qp::BODY.decode_append(lines, &mut decoded) {
            Ok(_) => out.write_all(&decoded)?,
            Err(_) => out.write_all(lines)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: TransferEncoding, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write_decoded(encoding, bytes, &mut out).unwrap();
        out
    }

    #[test]
    fn base64_comes_back_wherever_the_pieces_end() {
        let content: Vec<u8> = (0..=255).cycle().take(3 * PIECE + 1).collect();
        let mut lines = Vec::new();
        base64::MIME.encode_append(&content, &mut lines);
        assert!(decoded(TransferEncoding::Base64, &lines) == content);
        let without_lines = base64::STANDARD.encode(&content);
        assert!(decoded(TransferEncoding::Base64, without_lines.as_bytes()) == content);
    }

    #[test]
    fn damaged_base64_is_read_as_far_as_it_goes() {
        for (bytes, expected) in [
            (&b""[..], &b""[..]),
            (b"aGVsbG8=", b"hello"),
            (b"aGVsbG8", b"hello"),
            (b"aGVs!\0bG8=\r\n\r\n", b"hello"),
            (b"aGVsbG8=aGVsbG8=", b"hellohello"),
            (b"a", b""),
        ] {
            assert_eq!(decoded(TransferEncoding::Base64, bytes), expected);
        }
    }

    #[test]
    fn quoted_printable_comes_back_wherever_the_pieces_end() {
        let content =
            "Grüße, a fairly long line that has to be broken = 1, and trailing blanks  \r\n"
                .repeat(3000);
        let lines = qp::BODY.encode(&content);
        assert!(decoded(TransferEncoding::QuotedPrintable, lines.as_bytes()) == content.as_bytes());
    }

    #[test]
    fn damaged_quoted_printable_keeps_what_is_no_escape() {
        let damaged = b"a =zz =E9 100=% =\r\nend=";
        let text = decoded(TransferEncoding::QuotedPrintable, damaged);
        assert!(text.starts_with(b"a =zz \xe9 100=% "), "{text:?}");
        assert!(
            text.ends_with(b"end") || text.ends_with(b"end="),
            "{text:?}"
        );
    }
}
