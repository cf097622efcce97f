//! A message as bytes that are not all in memory.
#![forbid(unsafe_code)]

use std::io;
use std::sync::Arc;

use encodify::base64::MIME;

use super::lines;
use super::nested::{Nested, Normalizer};
use super::source::{self, Source};
use super::stored::Stored;
use crate::error::{Error, Kind, Result};

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

    /// Takes bytes that are no lines. Only [`Composed::into_binary`] has such.
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

/// A stretch of a message.
#[derive(Debug, Clone)]
pub(super) enum Piece {
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
    fn size(&self) -> u64 {
        match self {
            Self::Lines(bytes) => bytes.len() as u64,
            Self::Base64(source) => base64_size(source.size()),
            Self::Binary(source) => source.size(),
            Self::Nested(_, nested) => nested.size,
            Self::Stored(stored) => stored.size(),
        }
    }

    fn is_eight_bit(&self) -> bool {
        match self {
            Self::Lines(bytes) => !bytes.is_ascii(),
            Self::Base64(_) => false,
            Self::Binary(_) => true,
            Self::Nested(_, nested) => nested.eight_bit,
            Self::Stored(stored) => stored.eight_bit,
        }
    }
}

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
            match piece {
                Piece::Lines(bytes) => sink.text(bytes).map_err(CopyError::Sink)?,
                Piece::Base64(source) => copy_base64(source, &mut buffers, sink)?,
                Piece::Binary(source) => copy_binary(source, &mut buffers, sink)?,
                Piece::Nested(source, nested) => copy_nested(source, nested, &mut buffers, sink)?,
                Piece::Stored(stored) => stored.copy_to(sink)?,
            }
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
struct Buffers {
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Buffers {
    /// Makes room for a file of this size: little for a small file, never more than for one piece.
    fn fit(&mut self, size: u64) -> std::result::Result<(), CopyError> {
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
) -> std::result::Result<(), CopyError> {
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
) -> std::result::Result<(), CopyError> {
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
) -> std::result::Result<(), CopyError> {
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
    use std::fs::File;
    use std::io::Write;

    use super::*;
    use crate::model::OpenAttachment;

    fn source(bytes: &[u8]) -> (Arc<Source>, File) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let other = file.try_clone().unwrap();
        let attachment = OpenAttachment {
            file,
            size: bytes.len() as u64,
            name: "file".to_owned(),
            path: "file".into(),
        };
        (Arc::new(Source::new(attachment)), other)
    }

    fn lines(text: &str) -> Piece {
        Piece::Lines(Arc::new(text.as_bytes().to_vec()))
    }

    fn composed(pieces: Vec<Piece>) -> Composed {
        Composed::new("id".to_owned(), pieces, None).unwrap()
    }

    fn copied(message: &Composed) -> Vec<u8> {
        let mut bytes = Vec::new();
        message.copy_to(&mut bytes).unwrap();
        bytes
    }

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

    #[test]
    fn a_copy_has_the_announced_size_and_the_bytes_of_the_file() {
        for length in [
            0,
            1,
            56,
            57,
            58,
            source::PIECE - 1,
            source::PIECE,
            3 * source::PIECE + 58,
        ] {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
            let (file, _) = source(&bytes);
            let message = composed(vec![
                lines("head\r\n"),
                Piece::Base64(file),
                lines("end\r\n"),
            ]);
            let copy = copied(&message);
            assert_eq!(copy.len() as u64, message.size(), "{length}");
            let encoded = copy
                .strip_prefix(b"head\r\n")
                .unwrap()
                .strip_suffix(b"end\r\n")
                .unwrap();
            assert_eq!(encoded, MIME.encode(&bytes).as_bytes(), "{length}");
            assert_eq!(copied(&message), copy, "{length}");
        }
    }

    #[test]
    fn base64_reaches_the_sink_apart_from_text() {
        struct Apart(Vec<u8>, Vec<u8>);
        impl Sink for Apart {
            fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
                self.0.extend_from_slice(bytes);
                Ok(())
            }
            fn base64(&mut self, bytes: &[u8]) -> io::Result<()> {
                assert!(bytes.ends_with(b"\r\n"));
                self.1.extend_from_slice(bytes);
                Ok(())
            }
        }
        let (file, _) = source(b"hello");
        let mut apart = Apart(Vec::new(), Vec::new());
        composed(vec![lines("a\r\n"), Piece::Base64(file), lines("b\r\n")])
            .copy_to(&mut apart)
            .unwrap();
        assert_eq!(apart.0, b"a\r\nb\r\n");
        assert_eq!(apart.1, b"aGVsbG8=\r\n");
    }

    #[test]
    fn a_file_as_it_is_reaches_only_a_sink_that_has_a_place_for_it() {
        struct Both(Vec<u8>);
        impl Sink for Both {
            fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
                self.0.extend_from_slice(bytes);
                Ok(())
            }
            fn binary(&mut self, bytes: &[u8]) -> io::Result<()> {
                self.text(bytes)
            }
        }
        for length in [0, 1, source::PIECE, 2 * source::PIECE + 1] {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 31 % 251) as u8).collect();
            let (file, _) = source(&bytes);
            let message = composed(vec![Piece::Base64(Arc::clone(&file))])
                .with_binary(vec![lines("a\r\n"), Piece::Binary(file)])
                .unwrap();
            assert!(!message.is_binary() && !message.is_eight_bit());
            assert_eq!(copied(&message), MIME.encode(&bytes).as_bytes());
            let message = message.into_binary();
            assert!(message.is_binary() && message.is_eight_bit());
            let mut both = Both(Vec::new());
            message.copy_to(&mut both).unwrap();
            assert_eq!(both.0, [b"a\r\n", &*bytes].concat());
            assert_eq!(both.0.len() as u64, message.size());
            let refused = message.copy_to(&mut Vec::new());
            assert_eq!(length > 0, matches!(refused, Err(CopyError::Sink(_))));
        }
        let bad = vec![lines("a\n")];
        assert!(composed(vec![]).with_binary(bad).is_err());
    }

    #[test]
    fn a_file_that_shrinks_fails_and_one_that_grows_is_sent_as_measured() {
        let (file, mut other) = source(b"hello");
        let message = composed(vec![Piece::Base64(file)]);
        other.write_all(b" and more").unwrap();
        assert_eq!(copied(&message), b"aGVsbG8=\r\n");
        other.set_len(4).unwrap();
        match message.copy_to(&mut Vec::new()) {
            Err(CopyError::Source(error)) => assert_eq!(error.kind(), Kind::AttachmentUnreadable),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_to_blame() {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::new(OpenAttachment {
            file: File::create(folder.path().join("write-only")).unwrap(),
            size: 5,
            name: "file".to_owned(),
            path: "write-only".into(),
        });
        match composed(vec![Piece::Base64(Arc::new(source))]).copy_to(&mut Vec::new()) {
            Err(CopyError::Source(error)) => {
                assert_eq!(error.kind(), Kind::AttachmentUnreadable);
                assert!(error.reason().contains("write-only"), "{}", error.reason());
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_nested_message_that_changes_is_never_completed() {
        for changed in [
            "A: b\r\rc\n",
            "A: b\n\nc\n\n",
            "A: \u{fc}\nc\n",
            "A: b\0c\nd\n",
            "A: \nb\nc\nd",
        ] {
            let (file, other) = source(b"A: b\n\nc\nd");
            let nested = Nested::measure(&file).unwrap().unwrap();
            let message = composed(vec![Piece::Nested(file, nested)]);
            assert_eq!(copied(&message), b"A: b\r\n\r\nc\r\nd");
            assert_eq!(message.size(), 12);
            std::os::unix::fs::FileExt::write_all_at(&other, changed.as_bytes(), 0).unwrap();
            let mut sink = Vec::new();
            match message.copy_to(&mut sink) {
                Err(CopyError::Source(error)) => {
                    assert_eq!(error.kind(), Kind::AttachmentUnreadable, "{changed:?}");
                }
                other => panic!("{changed:?}: {other:?}"),
            }
            assert!(sink.len() <= 12, "{changed:?}");
        }
    }

    #[test]
    fn a_refusing_sink_is_not_blamed_on_the_file() {
        let (file, _) = source(b"hello");
        let mut full: &mut [u8] = &mut [0; 3];
        assert!(matches!(
            composed(vec![Piece::Base64(file)]).copy_to(&mut full),
            Err(CopyError::Sink(_))
        ));
    }

    #[test]
    fn lines_unfit_for_a_server_are_refused_before_anyone_sees_them() {
        for bad in ["a\nb\r\n", "a\rb\r\n", "a\0\r\n", "no end"] {
            let error = Composed::new(String::new(), vec![lines(bad)], None).unwrap_err();
            assert_eq!(error.kind(), Kind::Failure, "{bad:?}");
        }
        assert!(Composed::new(String::new(), vec![], Some(vec![lines("\n")])).is_err());
    }

    #[test]
    fn one_message_can_be_copied_by_several_threads_at_once() {
        let bytes: Vec<u8> = (0..500_000_u32).map(|at| (at % 251) as u8).collect();
        let (file, _) = source(&bytes);
        let message = composed(vec![Piece::Base64(file)]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert!(copied(&message) == MIME.encode(&bytes).as_bytes()));
            }
        });
    }
}
