//! Messages as they are copied.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Write};

use encodify::base64::MIME;

use super::*;
use crate::mime::nested::Nested;
use crate::mime::source::{self, Source};
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
