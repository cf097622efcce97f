//! What a server answers: read within bounds, believed only when it is well formed.
#![forbid(unsafe_code)]

use std::fmt;
use std::io;
use std::ops::Range;

use memchr::memchr;

use crate::connection::Framing;

/// Longest line of a reply; RFC 5321 4.5.3.1.5 gives a server 512 bytes.
const MAX_LINE: usize = 4096;
/// Longest reply in all its lines.
const MAX_REPLY: usize = 64 * 1024;
/// How much of a server's words a reason repeats.
const MAX_WORDS: usize = 400;

/// A whole reply: three digits and the words of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    code: u16,
    /// Of all lines, with a line feed between one and the next.
    words: String,
}

impl Reply {
    /// The three digits, 200 to 599.
    pub(super) fn code(&self) -> u16 {
        self.code
    }

    /// Done: 2yz.
    pub(super) fn is_done(&self) -> bool {
        self.code / 100 == 2
    }

    /// Go on: 3yz.
    pub(super) fn is_go_on(&self) -> bool {
        self.code / 100 == 3
    }

    /// Not now: 4yz.
    pub(super) fn is_temporary(&self) -> bool {
        self.code / 100 == 4
    }

    /// The words of each line.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.words.split('\n')
    }

    /// Subject and detail of an enhanced status code (RFC 3463): `5.3` of `4.5.3 too many`.
    pub(super) fn status(&self) -> Option<&str> {
        let (class, rest) = self.lines().next()?.split_once('.')?;
        let end = rest.find(' ').unwrap_or(rest.len());
        matches!(class, "2" | "4" | "5")
            .then(|| rest.get(..end))
            .flatten()
    }

    /// The same reply with nothing but its digits, for words that may repeat a secret.
    pub(super) fn without_words(self) -> Self {
        Self {
            code: self.code,
            words: String::new(),
        }
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        let words = self.words.replace('\n', " ");
        match words.char_indices().nth(MAX_WORDS) {
            _ if words.is_empty() => Ok(()),
            Some((end, _)) => write!(f, " {}...", words.get(..end).unwrap_or_default()),
            None => write!(f, " {words}"),
        }
    }
}

/// Cuts replies out of the bytes that have come in.
#[derive(Debug, Default)]
pub(super) struct ReplyReader {
    /// What has come in and is no part of a finished reply, from `start` on.
    inbox: Vec<u8>,
    start: usize,
    /// How much of the inbox, from `start` on, has no line end.
    searched: usize,
    /// The reply so far, and its size.
    code: Option<u16>,
    words: Vec<u8>,
    size: usize,
}

impl Framing for ReplyReader {
    type Reply = Reply;

    fn take(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.inbox.drain(..self.start);
            self.start = 0;
        }
        self.inbox.extend_from_slice(bytes);
    }

    fn waiting(&self) -> usize {
        self.inbox.len().saturating_sub(self.start)
    }

    fn is_empty(&self) -> bool {
        self.waiting() == 0 && self.code.is_none()
    }

    fn next_reply(&mut self) -> io::Result<Option<Reply>> {
        while let Some(place) = self.next_line()? {
            let line = self.inbox.get(place).unwrap_or_default();
            let (code, last, words) = parse(line)?;
            if self.code.is_some_and(|first| first != code) {
                return Err(malformed("a reply with two different codes"));
            }
            if self.code.replace(code).is_some() {
                self.words.push(b'\n');
            }
            self.words.extend_from_slice(words);
            if last {
                self.size = 0;
                self.code = None;
                let words = String::from_utf8(std::mem::take(&mut self.words))
                    .unwrap_or_else(|odd| String::from_utf8_lossy(odd.as_bytes()).into_owned());
                return Ok(Some(Reply { code, words }));
            }
        }
        Ok(None)
    }
}

impl ReplyReader {
    /// Where the next line stands, without its end.
    fn next_line(&mut self) -> io::Result<Option<Range<usize>>> {
        let waiting = self.inbox.get(self.start..).unwrap_or_default();
        let found = waiting
            .get(self.searched..)
            .and_then(|rest| memchr(b'\n', rest))
            .map(|at| self.searched + at);
        let length = found.unwrap_or(waiting.len());
        if length > MAX_LINE {
            return Err(malformed("a line of more than 4096 bytes"));
        }
        if self.size + length > MAX_REPLY {
            return Err(malformed("a reply of more than 64 KiB"));
        }
        let Some(end) = found else {
            self.searched = length;
            return Ok(None);
        };
        let line = waiting.get(..end).unwrap_or_default();
        let length = line.strip_suffix(b"\r").unwrap_or(line).len();
        let place = self.start..self.start + length;
        self.searched = 0;
        self.start += end + 1;
        self.size += end + 1;
        Ok(Some(place))
    }
}

/// One line as its code, whether it is the last, and its words.
fn parse(line: &[u8]) -> io::Result<(u16, bool, &[u8])> {
    let [
        first @ b'2'..=b'5',
        second @ b'0'..=b'9',
        third @ b'0'..=b'9',
        rest @ ..,
    ] = line
    else {
        return Err(malformed("something that is no SMTP reply"));
    };
    let digits = [first, second, third].into_iter();
    let code = digits.fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    let (last, words) = match rest.split_first() {
        None => (true, rest),
        Some((b' ', words)) => (true, words),
        Some((b'-', words)) => (false, words),
        Some(_) => return Err(malformed("something that is no SMTP reply")),
    };
    Ok((code, last, words))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the server sent {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> io::Result<Option<Reply>> {
        let mut reader = ReplyReader::default();
        reader.take(bytes);
        reader.next_reply()
    }

    #[test]
    fn a_reply_of_several_lines_is_one_reply() {
        let reply = read(b"250-mail.example.org\r\n250-SIZE 1000\r\n250 HELP\r\n")
            .unwrap()
            .unwrap();
        assert_eq!(reply.code(), 250);
        assert_eq!(
            reply.lines().collect::<Vec<_>>(),
            ["mail.example.org", "SIZE 1000", "HELP"]
        );
    }

    #[test]
    fn a_reply_may_have_no_words_no_carriage_return_and_no_utf8() {
        assert_eq!(read(b"250\r\n").unwrap().unwrap().to_string(), "250");
        assert_eq!(read(b"250 ok\n").unwrap().unwrap().to_string(), "250 ok");
        assert_eq!(
            read(b"550 n\xe4\r\n").unwrap().unwrap().to_string(),
            "550 n\u{fffd}"
        );
        assert_eq!(read(b"250- \r\n250  \r\n").unwrap().unwrap().code(), 250);
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in [
            &b"hello\r\n"[..],
            b"\r\n",
            b"25\r\n",
            b"2500 x\r\n",
            b"250_x\r\n",
            b"199 x\r\n",
            b"600 x\r\n",
            b"+50 x\r\n",
            b"250-a\r\n251 b\r\n",
            b"\xff\xfe\xfd\r\n",
        ] {
            assert_eq!(
                read(bytes).unwrap_err().kind(),
                io::ErrorKind::InvalidData,
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_line_or_a_reply_without_end_is_refused_early() {
        assert!(read(&[b'2'; MAX_LINE]).unwrap().is_none());
        assert!(read(&[b'2'; MAX_LINE + 1]).is_err());
        let many = b"250-x\r\n".repeat(100_000);
        assert!(read(&many).is_err());
    }

    #[test]
    fn two_replies_are_read_one_by_one() {
        let mut reader = ReplyReader::default();
        reader.take(b"250 one\r\n250 two\r\n35");
        assert_eq!(reader.next_reply().unwrap().unwrap().to_string(), "250 one");
        assert!(!reader.is_empty());
        assert_eq!(reader.next_reply().unwrap().unwrap().to_string(), "250 two");
        assert!(reader.next_reply().unwrap().is_none());
        reader.take(b"4 go\r\n");
        assert_eq!(reader.next_reply().unwrap().unwrap().to_string(), "354 go");
        assert!(reader.is_empty());
    }

    #[test]
    fn the_subject_of_a_status_code_is_found() {
        let status = |text: &str| {
            read(text.as_bytes())
                .unwrap()
                .unwrap()
                .status()
                .map(str::to_owned)
        };
        assert_eq!(status("452 4.5.3 too many\r\n").as_deref(), Some("5.3"));
        assert_eq!(status("452 too many. Sorry\r\n"), None);
        assert_eq!(status("452\r\n"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_whatever_make_it_panic_or_keep_more_than_a_reply(
            chunks in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..64),
                    "(2|3|4|5)[0-9]{2}(-| )[ -~]{0,40}\r?\n".prop_map(String::into_bytes),
                ],
                0..40,
            )
        ) {
            let mut reader = ReplyReader::default();
            'all: for chunk in &chunks {
                reader.take(chunk);
                loop {
                    match reader.next_reply() {
                        Ok(Some(reply)) => prop_assert!((200..600).contains(&reply.code())),
                        Ok(None) => break,
                        Err(_) => break 'all,
                    }
                }
                prop_assert!(reader.waiting() <= MAX_LINE);
            }
        }

        #[test]
        fn where_the_bytes_are_cut_changes_nothing(
            text in "(250-[a-z ]{0,20}\r\n){0,4}250 [a-z]{0,20}\r\n",
            cut in any::<prop::sample::Index>(),
        ) {
            let whole = read(text.as_bytes()).unwrap();
            let (head, tail) = text.as_bytes().split_at(cut.index(text.len()));
            let mut reader = ReplyReader::default();
            reader.take(head);
            prop_assert_eq!(reader.next_reply().unwrap(), None);
            reader.take(tail);
            prop_assert_eq!(reader.next_reply().unwrap(), whole);
        }
    }
}
