//! What we ask an IMAP server, so that nothing from outside can end a line of it.
#![forbid(unsafe_code)]

use zeroize::Zeroizing;

/// Longest text that is quoted; servers limit the length of a line.
const MOST_QUOTED: usize = 1000;

/// A stretch of a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Words(Zeroizing<Vec<u8>>),
    /// Bytes whose number is told first.
    Literal(Zeroizing<Vec<u8>>),
}

/// A command without its tag and its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) stretches: Vec<Stretch>,
}

impl Command {
    /// A command of words of ours.
    pub(super) fn new(words: impl AsRef<[u8]>) -> Self {
        let words = Zeroizing::new(words.as_ref().to_vec());
        Self {
            stretches: vec![Stretch::Words(words)],
        }
    }

    /// And more of them, after a blank.
    pub(super) fn words(self, words: &str) -> Self {
        self.then(b" ").then(words.as_bytes())
    }

    /// And a text from anywhere, after a blank.
    pub(super) fn text(mut self, text: &[u8]) -> Self {
        let plain = |byte: &u8| matches!(byte, b' '..=b'~');
        if text.len() > MOST_QUOTED || !text.iter().all(plain) {
            self.stretches
                .push(Stretch::Literal(Zeroizing::new(text.to_vec())));
            return self;
        }
        self = self.then(b" \"");
        for byte in text {
            if matches!(byte, b'"' | b'\\') {
                self = self.then(b"\\");
            }
            self = self.then(&[*byte]);
        }
        self.then(b"\"")
    }

    fn then(mut self, bytes: &[u8]) -> Self {
        if let Some(Stretch::Words(words)) = self.stretches.last_mut() {
            words.extend_from_slice(bytes);
        } else {
            self.stretches
                .push(Stretch::Words(Zeroizing::new(bytes.to_vec())));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_or_counted_and_never_ends_a_line() {
        let quoted = Command::new("LOGIN").text(b"a\"b\\c d");
        assert_eq!(quoted, Command::new("LOGIN \"a\\\"b\\\\c d\""));
        for text in ["a\r\nb", "n\u{e4}", "a\0", &"x".repeat(1001)] {
            let command = Command::new("LOGIN").text(text.as_bytes()).words("x");
            assert_eq!(
                command.stretches,
                [
                    Stretch::Words(Zeroizing::new(b"LOGIN".to_vec())),
                    Stretch::Literal(Zeroizing::new(text.as_bytes().to_vec())),
                    Stretch::Words(Zeroizing::new(b" x".to_vec())),
                ]
            );
        }
    }
}
