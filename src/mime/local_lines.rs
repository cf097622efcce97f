//! A message with the line ends of this machine.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use super::Sink;

/// How much is gathered before it is written.
const BUFFER: usize = 64 << 10;

/// Writes a message with LF where the wire has CRLF, as Maildirs and the programs of a mail system
/// on this machine have it. Nothing else changes: a message has no CR but in its line ends.
pub(crate) struct LocalLines<W: Write> {
    out: W,
    gathered: Vec<u8>,
}

impl<W: Write> LocalLines<W> {
    pub(crate) fn new(out: W) -> Self {
        Self {
            out,
            gathered: Vec::with_capacity(BUFFER),
        }
    }

    /// Writes what was gathered last. Without it the message is not whole.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.pass_on()?;
        self.out.flush()
    }

    fn gather(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.gathered.len() + bytes.len() > BUFFER {
            self.pass_on()?;
        }
        if bytes.len() > BUFFER {
            return self.out.write_all(bytes);
        }
        self.gathered.extend_from_slice(bytes);
        Ok(())
    }

    fn pass_on(&mut self) -> io::Result<()> {
        self.out.write_all(&self.gathered)?;
        self.gathered.clear();
        Ok(())
    }
}

impl<W: Write> Sink for LocalLines<W> {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut from = 0;
        for cr in memchr::memchr_iter(b'\r', bytes) {
            self.gather(bytes.get(from..cr).unwrap_or_default())?;
            from = cr + 1;
        }
        self.gather(bytes.get(from..).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_lf_wherever_the_pieces_are_cut() {
        let message = b"Subject: x\r\n\r\na\r\n\r\n.\r\nlast\r\n";
        for cut in 0..message.len() {
            let mut local = Vec::new();
            let mut lines = LocalLines::new(&mut local);
            lines.text(&message[..cut]).unwrap();
            lines.base64(&message[cut..]).unwrap();
            lines.finish().unwrap();
            assert_eq!(local, b"Subject: x\n\na\n\n.\nlast\n");
        }
    }

    #[test]
    fn long_pieces_arrive_in_order() {
        let mut local = Vec::new();
        let mut lines = LocalLines::new(&mut local);
        lines.text(b"first\r\n").unwrap();
        lines.text(&vec![b'x'; 3 * BUFFER]).unwrap();
        lines.text(b"\r\nlast\r\n").unwrap();
        lines.finish().unwrap();
        assert!(local.starts_with(b"first\nxxx"));
        assert!(local.ends_with(b"xxx\nlast\n"));
        assert_eq!(local.len(), 6 + 3 * BUFFER + 1 + 5);
    }
}
