//! A message that was written before, read back from where it lies.
#![forbid(unsafe_code)]

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::composed::{CopyError, Sink};
use super::source::{PIECE, read_exact_at, reserve};
use crate::error::{Error, Kind};

/// A stretch of a file that holds lines as they travel: they were checked when they were written.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The open file. It is read by position, so that any number of copies can be under way.
    pub(crate) file: Arc<File>,
    /// Its path, for reasons.
    pub(crate) path: PathBuf,
    /// From where to where.
    pub(crate) place: Range<u64>,
    /// Whether it has bytes over 127.
    pub(crate) eight_bit: bool,
}

impl Stored {
    pub(super) fn size(&self) -> u64 {
        self.place.end.saturating_sub(self.place.start)
    }

    pub(super) fn copy_to(&self, sink: &mut impl Sink) -> Result<(), CopyError> {
        let mut buffer = Vec::new();
        let most = usize::try_from(self.size()).map_or(PIECE, |size| size.min(PIECE));
        reserve(&mut buffer, most).map_err(CopyError::Source)?;
        let mut at = self.place.start;
        while at < self.place.end {
            let left = usize::try_from(self.place.end - at).unwrap_or(PIECE);
            buffer.resize(left.min(PIECE), 0);
            read_exact_at(&self.file, &mut buffer, at).map_err(|error| {
                let what = format!("cannot read the message in {}", self.path.display());
                CopyError::Source(Error::new(Kind::Failure, what).because(error).for_now())
            })?;
            // CR and LF stay together.
            if buffer.len() < left && buffer.last() == Some(&b'\r') {
                buffer.pop();
            }
            sink.text(&buffer).map_err(CopyError::Sink)?;
            at += buffer.len() as u64;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::*;

    #[test]
    fn what_was_stored_comes_back_with_its_line_ends_in_one_piece() {
        struct Whole(Vec<u8>);
        impl Sink for Whole {
            fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
                assert!(!bytes.is_empty() && !bytes.ends_with(b"\r"));
                self.0.extend_from_slice(bytes);
                Ok(())
            }
        }
        for odd in 0..3 {
            let text = [vec![b'x'; PIECE - 2 + odd], b"\r\nend\r\n".to_vec()].concat();
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(b"head").unwrap();
            file.write_all(&text).unwrap();
            let stored = Stored {
                file: Arc::new(file),
                path: "file".into(),
                place: 4..4 + text.len() as u64,
                eight_bit: false,
            };
            let mut whole = Whole(Vec::new());
            stored.copy_to(&mut whole).unwrap();
            assert_eq!(whole.0, text);
            stored.file.set_len(10).unwrap();
            assert!(stored.copy_to(&mut Whole(Vec::new())).is_err());
        }
    }
}
