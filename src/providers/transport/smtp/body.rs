//! The way of a message's bytes from where it was composed to the wire.
#![forbid(unsafe_code)]

use std::io;

use memchr::memmem;

use super::Wire;
use crate::mime::Sink;

/// How much is gathered before it is written, where it comes in small pieces. A large one goes out as it
/// comes, without a copy.
const GATHERED: usize = 32 * 1024;
/// How much of a large piece is kept back, so that the end of the message never travels alone.
const KEPT_BACK: usize = 4 * 1024;

/// The mark of the end after a line without one.
const END: &[u8] = b"\r\n.\r\n";

/// How the end of a message is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// By a line with a single dot (DATA): every line that begins with one gets another.
    Dot,
    /// By its length, told beforehand (BDAT).
    Counted,
}

/// The sink between a message and the wire.
///
/// It takes exactly the announced number of bytes, and holds the last of them back until
/// [`Outgoing::finish`]: without that call no server has a whole message.
pub(super) struct Outgoing<'a, F> {
    wire: &'a mut Wire,
    framing: Framing,
    /// Commands that travel in the same flight, then bytes of the message.
    pending: Vec<u8>,
    /// How many bytes of the message are still to come.
    missing: u64,
    at_line_start: bool,
    /// Whether part of the message is out, so that the server may already have found fault with it.
    begun: bool,
    /// Looks at what the server says meanwhile; its error ends the copy.
    listen: F,
}

impl<'a, F: FnMut(&mut Wire) -> io::Result<()>> Outgoing<'a, F> {
    /// A sink for a message of `size` bytes, behind the commands of the same flight.
    pub(super) fn new(
        wire: &'a mut Wire,
        mut commands: Vec<u8>,
        framing: Framing,
        size: u64,
        listen: F,
    ) -> Self {
        let gathered = usize::try_from(size).map_or(GATHERED, |size| size.min(GATHERED));
        commands.reserve(gathered + END.len());
        Self {
            wire,
            framing,
            pending: commands,
            missing: size,
            at_line_start: true,
            begun: false,
            listen,
        }
    }

    /// Writes what is left and the mark of the end: from here on the server may have the message. Gives
    /// back the room that it took.
    pub(super) fn finish(mut self) -> io::Result<Vec<u8>> {
        if self.missing > 0 {
            return Err(not_as_announced());
        }
        if self.framing == Framing::Dot {
            let line_end = if self.at_line_start { 2 } else { 0 };
            self.pending
                .extend_from_slice(END.get(line_end..).unwrap_or_default());
        }
        if self.begun {
            (self.listen)(self.wire)?;
        }
        self.wire.write([&self.pending])?;
        self.pending.clear();
        Ok(self.pending)
    }

    fn count(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.missing = self
            .missing
            .checked_sub(bytes.len() as u64)
            .ok_or_else(not_as_announced)?;
        if let Some(last) = bytes.last() {
            self.at_line_start = *last == b'\n';
        }
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.pending.len() + bytes.len() <= GATHERED {
            self.pending.extend_from_slice(bytes);
            return Ok(());
        }
        if std::mem::replace(&mut self.begun, true) {
            (self.listen)(self.wire)?;
        }
        let (now, later) = bytes.split_at(bytes.len().saturating_sub(KEPT_BACK));
        self.wire.write([&self.pending, now])?;
        self.pending.clear();
        self.pending.extend_from_slice(later);
        Ok(())
    }
}

impl<F: FnMut(&mut Wire) -> io::Result<()>> Sink for Outgoing<'_, F> {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let at_line_start = self.at_line_start;
        self.count(bytes)?;
        if self.framing == Framing::Counted {
            return self.push(bytes);
        }
        for piece in stuffed(bytes, at_line_start) {
            self.push(piece)?;
        }
        Ok(())
    }

    fn base64(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.count(bytes)?;
        self.push(bytes)
    }

    fn binary(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self.framing {
            Framing::Counted => self.base64(bytes),
            Framing::Dot => Err(io::Error::other("only counted bytes may be no lines")),
        }
    }
}

/// The pieces that, put together, are the text with each dot at the start of a line doubled.
fn stuffed(text: &[u8], at_line_start: bool) -> impl Iterator<Item = &[u8]> {
    let leading = at_line_start && text.first() == Some(&b'.');
    let cuts = memmem::find_iter(text, b"\n.")
        .map(|at| at + 1)
        .chain([text.len()]);
    let mut start = 0;
    // Each piece ends before a dot that the next piece says again.
    let pieces = cuts.flat_map(move |cut| {
        let piece = text.get(start..cut).unwrap_or_default();
        start = cut;
        let dot: &[u8] = if cut < text.len() { b"." } else { b"" };
        [piece, dot]
    });
    let first: &[u8] = if leading { b"." } else { b"" };
    std::iter::once(first)
        .chain(pieces)
        .filter(|piece| !piece.is_empty())
}

fn not_as_announced() -> io::Error {
    io::Error::other("the message is not as long as was announced")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What RFC 5321 4.5.2 has a server do with the lines that it receives.
    fn unstuffed(wire: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in wire.split_inclusive(|&byte| byte == b'\n') {
            out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        }
        out
    }

    fn stuff(chunks: &[Vec<u8>]) -> Vec<u8> {
        let mut at_line_start = true;
        let mut out = Vec::new();
        for chunk in chunks {
            for piece in stuffed(chunk, at_line_start) {
                out.extend_from_slice(piece);
            }
            if let Some(last) = chunk.last() {
                at_line_start = *last == b'\n';
            }
        }
        out
    }

    #[test]
    fn dots_are_doubled_at_the_start_of_lines_only() {
        let text = b".\r\n..\r\na.b\r\n.c\r\n\r\n.".to_vec();
        assert_eq!(stuff(&[text]), b"..\r\n...\r\na.b\r\n..c\r\n\r\n..");
    }

    proptest! {
        #[test]
        fn wherever_the_text_is_cut_the_server_reads_what_was_written(
            chunks in prop::collection::vec("(\\.|\r\n|a|\r|\n|\r\n\\.\r\n){0,8}", 0..12)
        ) {
            let chunks: Vec<Vec<u8>> = chunks.into_iter().map(String::into_bytes).collect();
            let text = chunks.concat();
            let wire = stuff(&chunks);
            prop_assert_eq!(unstuffed(&wire), text);
            let ends = wire.split_inclusive(|&byte| byte == b'\n').any(|line| line == b".\r\n" || line == b".\n");
            prop_assert!(!ends, "{:?} would end the message", wire);
        }
    }
}
