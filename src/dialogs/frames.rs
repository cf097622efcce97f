//! How words travel: their length in four bytes, the highest first, then that much JSON.
#![forbid(unsafe_code)]

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// More than the longest message that a person writes.
const MOST_BYTES: u32 = 64 << 20;

/// Says something.
///
/// # Errors
/// `FileTooLarge` when it is longer than may be said, and what the writer fails with.
pub fn say(to: &mut impl Write, words: &impl Serialize) -> io::Result<()> {
    let words = serde_json::to_vec(words)?;
    let length = u32::try_from(words.len())
        .ok()
        .filter(|length| *length <= MOST_BYTES)
        .ok_or_else(|| {
            io::Error::new(io::ErrorKind::FileTooLarge, "it is too long for a dialog")
        })?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&words)
}

/// Hears what is said next; `None` at the end. Memory is taken for what has come, not for what was
/// announced.
///
/// # Errors
/// `InvalidData` for what are no such words, and what the reader fails with.
pub fn hear<W: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<W>> {
    let mut length = Vec::new();
    from.by_ref().take(4).read_to_end(&mut length)?;
    let length = match length.as_slice() {
        [] => return Ok(None),
        &[a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
        _ => return Err(cut()),
    };
    if length > MOST_BYTES {
        let what = format!("it announces {length} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, what));
    }
    // A password may be among them.
    let mut words = Zeroizing::new(Vec::new());
    from.by_ref()
        .take(u64::from(length))
        .read_to_end(&mut words)?;
    if words.len() < length as usize {
        return Err(cut());
    }
    serde_json::from_slice(&words).map(Some).map_err(|error| {
        // Where, and not what: it may be secret.
        let (line, column) = (error.line(), error.column());
        let what = format!("what it says cannot be understood at {line}:{column}");
        io::Error::new(io::ErrorKind::InvalidData, what)
    })
}

/// The words that stand whole in these bytes, one after the other, up to what is not understood.
pub fn whole<W: DeserializeOwned>(mut bytes: &[u8]) -> impl Iterator<Item = W> {
    std::iter::from_fn(move || hear(&mut bytes).ok().flatten())
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it breaks off")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(mut bytes: &[u8]) -> io::Result<Option<String>> {
        hear(&mut bytes)
    }

    #[test]
    fn what_is_said_is_heard() {
        let mut bytes = Vec::new();
        say(&mut bytes, &"grüß").unwrap();
        assert_eq!(heard(&bytes).unwrap().unwrap(), "grüß");
        assert!(heard(b"").unwrap().is_none());
        say(&mut bytes, &"more").unwrap();
        bytes.extend(b"\0\0\0\x09\"cu");
        assert_eq!(
            whole::<String>(&bytes).collect::<Vec<_>>(),
            ["grüß", "more"]
        );
    }

    #[test]
    fn what_breaks_off_or_is_no_such_words_is_told() {
        let mut bytes = Vec::new();
        say(&mut bytes, &"a word").unwrap();
        for length in 1..bytes.len() {
            assert!(heard(&bytes[..length]).is_err(), "{length}");
        }
        for bytes in [
            &b"\xff\xff\xff\xff\"a\""[..],
            b"\x04\0\0\x01",
            b"\0\0\0\x01{",
            b"\0\0\0\x02{}",
        ] {
            assert_eq!(
                heard(bytes).unwrap_err().kind(),
                io::ErrorKind::InvalidData,
                "{bytes:?}"
            );
        }
    }
}
