//! Where a message is written to.
#![forbid(unsafe_code)]

use std::io;

use crate::error::Error;

/// Where the bytes of a message go. Base64 comes apart from text because it never holds a dot at
/// the start of a line: a sink that has to stuff dots need not look for them there.
pub trait Sink {
    /// Takes header and text bytes: all of the message but base64, with CRLF line ends. They come
    /// in pieces of any length, which may end within a line but never between CR and LF.
    ///
    /// # Errors
    /// Whatever the world behind it answers.
    fn text(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Takes whole lines of base64 with their CRLF.
    ///
    /// # Errors
    /// Whatever the world behind it answers.
    fn base64(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text(bytes)
    }

    /// Takes bytes that are no lines. Only [`Composed::into_binary`](super::Composed::into_binary) has such.
    ///
    /// # Errors
    /// As above; always from a sink that takes lines only.
    fn binary(&mut self, _bytes: &[u8]) -> io::Result<()> {
        Err(io::Error::other(
            "there is no place for bytes that are no lines",
        ))
    }
}

/// A writer takes everything as it comes.
impl<W: io::Write> Sink for W {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }
}

/// Why the bytes of a message did not all arrive in a sink.
#[derive(Debug)]
pub enum CopyError {
    /// An attachment could not be read, or is no longer what was measured. The sink has part of a
    /// message, which must not be completed.
    Source(Error),
    /// The sink refused.
    Sink(io::Error),
}
