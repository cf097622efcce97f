//! A message as bytes that are not all in memory.
#![forbid(unsafe_code)]

mod piece;
mod sink;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::piece::Buffers;
pub(super) use self::piece::Piece;
pub use self::sink::{CopyError, Sink};
use super::lines;
use super::stored::Stored;
use crate::error::{Error, Kind, Result};

/// A message as RFC 5322 bytes: the small parts in memory, the attachments still in their files.
///
/// Whatever it writes has CRLF line ends only, one at the end, no NUL, and no line over 998 bytes, but for
/// files of [`Composed::into_binary`]; and every copy has the same bytes: Message-ID, date and boundaries
/// are fixed when it is composed.
#[derive(Debug, Clone)]
pub struct Composed {
    message_id: Arc<str>,
    pieces: Arc<[Piece]>,
    /// Whether those have bytes over 127: looked for once, and asked for often.
    eight_bit: bool,
    /// The same message in seven bits, where `pieces` holds parts of eight.
    seven_bit: Option<Arc<[Piece]>>,
    /// The same message with its files as they are, where `pieces` holds them as base64.
    binary: Option<Arc<[Piece]>>,
    /// The field that only the sender's own copy has.
    bcc: Option<Piece>,
}

impl Composed {
    /// A message of these pieces, which are checked here, last of all, against what no server
    /// may ever be sent.
    ///
    /// # Errors
    /// [`Kind::Failure`] when a line in memory has a bare CR or LF, a NUL or more than 998 bytes.
    pub(super) fn new(
        message_id: String,
        pieces: Vec<Piece>,
        seven_bit: Option<Vec<Piece>>,
    ) -> Result<Self> {
        check_all(pieces.iter().chain(seven_bit.iter().flatten()))?;
        Ok(Self {
            message_id: message_id.into(),
            eight_bit: pieces.iter().any(Piece::is_eight_bit),
            pieces: pieces.into(),
            seven_bit: seven_bit.map(Into::into),
            binary: None,
            bcc: None,
        })
    }

    /// The same message, which knows how it looks with its files as they are.
    ///
    /// # Errors
    /// As for [`Composed::new`].
    pub(super) fn with_binary(mut self, pieces: Vec<Piece>) -> Result<Self> {
        check_all(&pieces)?;
        self.binary = Some(pieces.into());
        Ok(self)
    }

    /// A message that was written into a file, and the field for its kept copy before it.
    pub(crate) fn stored(message_id: String, bcc: Option<Stored>, message: Stored) -> Self {
        Self {
            message_id: message_id.into(),
            eight_bit: message.eight_bit,
            pieces: [Piece::Stored(message)].into(),
            seven_bit: None,
            binary: None,
            bcc: bcc.map(Piece::Stored),
        }
    }

    /// How many bytes of the kept copy come before the message itself.
    pub(crate) fn kept_before(&self) -> u64 {
        self.bcc.as_ref().map_or(0, Piece::size)
    }

    /// The same message, which knows for [`Composed::kept_copy`] who gets it unseen.
    ///
    /// # Errors
    /// As for [`Composed::new`].
    pub(super) fn with_bcc(mut self, field: Vec<u8>) -> Result<Self> {
        check(&field)?;
        self.bcc = Some(Piece::Lines(Arc::new(field)));
        Ok(self)
    }

    /// The copy that stays with whoever wrote it: the same message under the same Message-ID, and
    /// with the Bcc field, which never travels.
    ///
    /// Attachments are shared, not read again.
    pub fn kept_copy(&self) -> Self {
        Self {
            message_id: Arc::clone(&self.message_id),
            eight_bit: self
                .bcc
                .iter()
                .chain(&*self.pieces)
                .any(Piece::is_eight_bit),
            pieces: self.bcc.iter().chain(&*self.pieces).cloned().collect(),
            seven_bit: None,
            binary: None,
            bcc: None,
        }
    }

    /// The Message-ID without its angle brackets.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// Whether it has bytes over 127, so that a server has to offer 8BITMIME.
    pub fn is_eight_bit(&self) -> bool {
        self.eight_bit
    }

    /// The same message in seven bits, for a server that takes no more: attached messages of eight
    /// bits become plain files. Addresses that need SMTPUTF8 stay as they are; a server that takes
    /// those takes eight bits too.
    pub fn into_seven_bit(self) -> Self {
        let Some(pieces) = self.seven_bit else {
            return self;
        };
        Self {
            eight_bit: pieces.iter().any(Piece::is_eight_bit),
            pieces,
            seven_bit: None,
            binary: None,
            ..self
        }
    }

    /// The same message with its files as they are, for a server that takes such (BINARYMIME); as it was
    /// where no file gains by it.
    pub fn into_binary(self) -> Self {
        let Some(pieces) = self.binary else {
            return self;
        };
        Self {
            eight_bit: true,
            pieces,
            seven_bit: None,
            binary: None,
            ..self
        }
    }

    /// Whether it has files as they are, so that a server has to offer BINARYMIME.
    pub fn is_binary(&self) -> bool {
        let mut pieces = self.pieces.iter();
        pieces.any(|piece| matches!(piece, Piece::Binary(_)))
    }

    /// Exactly how many bytes [`Composed::copy_to`] writes.
    pub fn size(&self) -> u64 {
        self.pieces.iter().map(Piece::size).sum()
    }

    /// Writes the message, reading attachments as it goes in bounded memory. May be called again,
    /// also from several threads at once.
    ///
    /// # Errors
    /// [`CopyError`]: after one, what the sink holds is not the message.
    pub fn copy_to(&self, sink: &mut impl Sink) -> std::result::Result<(), CopyError> {
        let mut buffers = Buffers::default();
        for piece in &*self.pieces {
            piece.copy_to(&mut buffers, sink)?;
        }
        Ok(())
    }
}

fn check_all<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Result<()> {
    pieces.into_iter().try_for_each(|piece| match piece {
        Piece::Lines(bytes) => check(bytes),
        _ => Ok(()),
    })
}

fn check(lines: &[u8]) -> Result<()> {
    lines::check(lines).map_err(|fault| {
        Error::new(
            Kind::Failure,
            format!("the message could not be composed: it has {fault}"),
        )
    })
}
