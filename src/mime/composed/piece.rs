//! What a message is made of, and how that is written.
#![forbid(unsafe_code)]

use std::sync::Arc;

use encodify::base64::MIME;

use super::{CopyError, Sink};
use crate::mime::nested::{Nested, Normalizer};
use crate::mime::source::{self, Source};
use crate::mime::stored::Stored;

/// A stretch of a message.
#[derive(Debug, Clone)]
pub(in crate::mime) enum Piece {
    /// Whole lines in memory.
    Lines(Arc<Vec<u8>>),
    /// A file as base64.
    Base64(Arc<Source>),
    /// A file as it is.
    Binary(Arc<Source>),
    /// A file that is itself a message, as lines of text.
    Nested(Arc<Source>, Nested),
    /// Lines that lie in a file as they travel.
    Stored(Stored),
}

impl Piece {
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Lines(bytes) => bytes.len() as u64,
            Self::Base64(source) => base64_size(source.size()),
            Self::Binary(source) => source.size(),
            Self::Nested(_, nested) => nested.size,
            Self::Stored(stored) => stored.size(),
        }
    }

    pub(super) fn is_eight_bit(&self) -> bool {
        match self {
            Self::Lines(bytes) => !bytes.is_ascii(),
            Self::Base64(_) => false,
            Self::Binary(_) => true,
            Self::Nested(_, nested) => nested.eight_bit,
            Self::Stored(stored) => stored.eight_bit,
        }
    }

    pub(super) fn copy_to(
        &self,
        buffers: &mut Buffers,
        sink: &mut impl Sink,
    ) -> Result<(), CopyError> {
        match self {
            Self::Lines(bytes) => sink.text(bytes).map_err(CopyError::Sink),
            Self::Base64(source) => copy_base64(source, buffers, sink),
            Self::Binary(source) => copy_binary(source, buffers, sink),
            Self::Nested(source, nested) => copy_nested(source, nested, buffers, sink),
            Self::Stored(stored) => stored.copy_to(sink),
        }
    }
}

/// How many bytes of input make one line of base64, and how many of output with its CRLF.
const LINE_INPUT: u64 = 57;
const LINE_OUTPUT: u64 = 78;

/// The length of this many bytes as lines of base64.
fn base64_size(bytes: u64) -> u64 {
    let (lines, rest) = (bytes / LINE_INPUT, bytes % LINE_INPUT);
    let last = if rest == 0 {
        0
    } else {
        rest.div_ceil(3) * 4 + 2
    };
    lines * LINE_OUTPUT + last
}

/// What is read and what is written, made once a copy and used for every file in it.
#[derive(Default)]
pub(super) struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Buffers {
    /// Makes room for a file of this size: little for a small file, never more than for one piece.
    fn fit(&mut self, size: u64) -> Result<(), CopyError> {
        let read = usize::try_from(size).map_or(source::PIECE, |size| size.min(source::PIECE));
        // Text may double, line end by line end; base64 grows by less.
        source::reserve(&mut self.input, read)
            .and_then(|()| source::reserve(&mut self.output, 2 * read + 2))
            .map_err(CopyError::Source)
    }
}

fn copy_base64(
    source: &Source,
    buffers: &mut Buffers,
    sink: &mut impl Sink,
) -> Result<(), CopyError> {
    buffers.fit(source.size())?;
    let Buffers { input, output } = buffers;
    let mut at = 0;
    while at < source.size() {
        at += source.read(at, input).map_err(CopyError::Source)?;
        output.clear();
        MIME.encode_append(&*input, output);
        sink.base64(output).map_err(CopyError::Sink)?;
    }
    Ok(())
}

fn copy_binary(
    source: &Source,
    buffers: &mut Buffers,
    sink: &mut impl Sink,
) -> Result<(), CopyError> {
    buffers.fit(source.size())?;
    let mut at = 0;
    while at < source.size() {
        at += source
            .read(at, &mut buffers.input)
            .map_err(CopyError::Source)?;
        sink.binary(&buffers.input).map_err(CopyError::Sink)?;
    }
    Ok(())
}

fn copy_nested(
    source: &Source,
    nested: &Nested,
    buffers: &mut Buffers,
    sink: &mut impl Sink,
) -> Result<(), CopyError> {
    let changed = || CopyError::Source(source.changed());
    buffers.fit(source.size())?;
    let Buffers { input, output } = buffers;
    let mut normalizer = Normalizer::default();
    let (mut at, mut written) = (0, 0);
    while at < source.size() {
        at += source.read(at, input).map_err(CopyError::Source)?;
        output.clear();
        normalizer.push(input, output).map_err(|_| changed())?;
        written += output.len() as u64;
        // The size has been announced and the part labelled: neither can be taken back.
        if written > nested.size || (normalizer.is_eight_bit() && !nested.eight_bit) {
            return Err(changed());
        }
        sink.text(output).map_err(CopyError::Sink)?;
    }
    if written == nested.size && normalizer.is_whole() {
        Ok(())
    } else {
        Err(changed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_that_of_the_base64_for_every_length() {
        for length in (0..200).chain([source::PIECE - 1, source::PIECE, source::PIECE + 1]) {
            assert_eq!(
                base64_size(length as u64),
                MIME.encoded_len(length) as u64,
                "{length}"
            );
        }
    }
}
