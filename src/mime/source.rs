//! A file on its way into a message.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io;

use crate::error::{Error, Kind, Result};
use crate::ffi::sys::wait::let_signals_through;
use crate::model::{OpenAttachment, header_text};

/// How much of a file is read at once: whole lines of base64, and small enough to stay in a
/// processor's cache between being read and being encoded.
pub(super) const PIECE: usize = 57 * 2048;

/// An attachment's file, read by position: any number of copies can be under way at once, and
/// none disturbs another.
#[derive(Debug)]
pub(super) struct Source(OpenAttachment);

impl Source {
    pub(super) fn new(mut attachment: OpenAttachment) -> Self {
        attachment.name = header_text(&attachment.name);
        Self(attachment)
    }

    /// The name the recipient sees, fit for a header.
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    /// How many bytes are sent, whatever becomes of the file.
    pub(super) fn size(&self) -> u64 {
        self.0.size
    }

    /// Fills the buffer with the next piece from this position on, and says how long it is.
    ///
    /// The buffer must have been reserved; nothing is read past the size that was measured.
    ///
    /// # Errors
    /// [`Kind::AttachmentUnreadable`] when the file fails, or has become shorter.
    pub(super) fn read(&self, at: u64, buffer: &mut Vec<u8>) -> Result<u64> {
        // A long file takes its time, and a Ctrl-C need not wait for its end.
        let_signals_through();
        let left = self.0.size.saturating_sub(at);
        let length = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
        buffer.resize(length, 0);
        read_exact_at(&self.0.file, buffer, at).map_err(|error| {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                self.changed()
            } else {
                Error::new(Kind::AttachmentUnreadable, self.tried()).because(error)
            }
        })?;
        Ok(length as u64)
    }

    /// The failure of a file that is no longer what was measured.
    pub(super) fn changed(&self) -> Error {
        Error::new(
            Kind::AttachmentUnreadable,
            format!("{}: it changed while it was being sent", self.tried()),
        )
    }

    fn tried(&self) -> String {
        format!("cannot read the attachment {}", self.0.path.display())
    }
}

/// Makes room, or says that there is none: an allocation that fails elsewhere ends the host.
pub(super) fn reserve(buffer: &mut Vec<u8>, room: usize) -> Result<()> {
    let missing = room.saturating_sub(buffer.len());
    buffer.try_reserve_exact(missing).map_err(|error| {
        Error::new(Kind::OutOfMemory, "no memory to compose the message").because(error)
    })
}

#[cfg(unix)]
pub(super) fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at)
}

#[cfg(windows)]
pub(super) fn read_exact_at(file: &File, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        buffer = buffer.split_at_mut(read).1;
        at += read as u64;
    }
    Ok(())
}
