//! From a file to the cards in it, in bounded memory: a card may have photos of any size, lines without
//! an end, or no end itself.
//!
//! Only the properties that say who somebody is are kept. Lines are kept as they are, folds and all, for
//! the parser.
#![forbid(unsafe_code)]

use std::io::{self, BufRead};

/// What is kept of a card.
const KEPT: [&str; 14] = [
    "VERSION",
    "FN",
    "N",
    "NICKNAME",
    "ORG",
    "EMAIL",
    "UID",
    "KIND",
    "MEMBER",
    "CATEGORIES",
    "X-ADDRESSBOOKSERVER-KIND",
    "X-ADDRESSBOOKSERVER-MEMBER",
    "X-EVOLUTION-LIST",
    "X-EVOLUTION-FILE-AS",
];

/// The most of a single line that is looked at. Those of what is kept are shorter, folded or not.
const MOST_OF_LINE: usize = 16 << 10;
/// The most that is kept of a card: a group names each of its members.
const MOST_OF_CARD: usize = 4 << 20;

/// Hands over each card of a file, reduced to what is kept, and counts those that have no end or are
/// too large.
///
/// # Errors
/// What reading fails with, and what `each` does.
pub(super) fn scan(
    reader: &mut dyn BufRead,
    each: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<usize> {
    let mut scanner = Scanner::default();
    let mut line = Line::default();
    while line.read(reader)? {
        if let Some(card) = scanner.take(&line) {
            each(card)?;
        }
    }
    if scanner.inside {
        scanner.broken += 1;
    }
    Ok(scanner.broken)
}

/// A line with its end.
#[derive(Default)]
struct Line {
    bytes: Vec<u8>,
    /// Whether it went on beyond what is looked at.
    cut: bool,
}

impl Line {
    /// Reads the next line; false at the end of the file.
    fn read(&mut self, reader: &mut dyn BufRead) -> io::Result<bool> {
        self.bytes.clear();
        self.cut = false;
        let mut any = false;
        loop {
            let chunk = match reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = memchr::memchr(b'\n', chunk);
            let used = end.map_or(chunk.len(), |end| end + 1);
            let room = MOST_OF_LINE.saturating_sub(self.bytes.len());
            self.cut |= used > room;
            self.bytes.extend(chunk.iter().take(used.min(room)));
            reader.consume(used);
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn text(&self) -> &[u8] {
        self.bytes.trim_ascii_end()
    }

    /// Whether it goes on with the line before it (RFC 6350 3.2).
    fn is_folded(&self) -> bool {
        matches!(self.bytes.first(), Some(b' ' | b'\t'))
    }

    /// The property that it begins, without its group.
    fn property(&self) -> &[u8] {
        let end = memchr::memchr2(b':', b';', &self.bytes);
        let name = self.bytes.get(..end.unwrap_or(0)).unwrap_or_default();
        name.rsplit(|byte| *byte == b'.').next().unwrap_or_default()
    }

    fn is(&self, what: &str) -> bool {
        // The first line of a file may have a mark in front of it.
        let text = self.text();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        text.eq_ignore_ascii_case(what.as_bytes())
    }
}

/// What the last property was, for the lines that go on with it.
#[derive(Default, PartialEq, Eq)]
enum Property {
    #[default]
    Dropped,
    Kept,
    /// Whose value may be a card (vCard 2.1).
    Agent,
}

#[derive(Default)]
struct Scanner {
    card: Vec<u8>,
    inside: bool,
    /// How many cards of agents are open in the card.
    agents: usize,
    property: Property,
    quoted_printable: bool,
    /// Whether the last line ended in the middle of quoted-printable text.
    soft: bool,
    too_large: bool,
    broken: usize,
}

impl Scanner {
    /// Takes a line; the card that ends with it.
    fn take(&mut self, line: &Line) -> Option<&[u8]> {
        let goes_on = line.is_folded() || (self.soft && self.inside);
        if !goes_on {
            if line.is("BEGIN:VCARD") {
                self.begin();
                return None;
            }
            if line.is("END:VCARD") {
                return self.end();
            }
            let name = line.property();
            // An agent's card begins on the line after, or after an empty one.
            let agent = name.eq_ignore_ascii_case(b"AGENT")
                || (line.text().is_empty() && self.property == Property::Agent);
            let kept = KEPT
                .iter()
                .any(|kept| name.eq_ignore_ascii_case(kept.as_bytes()));
            self.property = match (kept, agent) {
                (true, _) => Property::Kept,
                (_, true) => Property::Agent,
                _ => Property::Dropped,
            };
            self.quoted_printable = contains(&line.bytes, b"QUOTED-PRINTABLE");
        }
        self.soft = self.quoted_printable && line.text().ends_with(b"=");
        if self.inside && self.agents == 0 && self.property == Property::Kept {
            self.too_large |= line.cut || self.card.len() + line.bytes.len() > MOST_OF_CARD;
            if !self.too_large {
                self.card.extend(&line.bytes);
            }
        }
        None
    }

    fn begin(&mut self) {
        if self.inside && self.property == Property::Agent {
            self.agents += 1;
            return;
        }
        if self.inside {
            // The card before has no end.
            self.broken += 1;
        }
        *self = Self {
            card: std::mem::take(&mut self.card),
            inside: true,
            broken: self.broken,
            ..Self::default()
        };
        self.card.clear();
        self.card.extend(b"BEGIN:VCARD\r\n");
    }

    fn end(&mut self) -> Option<&[u8]> {
        self.soft = false;
        self.property = Property::Dropped;
        if self.agents > 0 {
            self.agents -= 1;
            return None;
        }
        if !std::mem::take(&mut self.inside) {
            return None;
        }
        if self.too_large {
            self.broken += 1;
            return None;
        }
        self.card.extend(b"END:VCARD\r\n");
        Some(&self.card)
    }
}

/// Whether a property's parameters have a word in either case. Only the part before the value counts,
/// and the word in a value changes nothing but how that one line's end is read.
fn contains(line: &[u8], word: &[u8]) -> bool {
    let end = memchr::memchr(b':', line).unwrap_or(line.len());
    let head = line.get(..end).unwrap_or_default();
    head.windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str) -> (Vec<String>, usize) {
        let mut cards = Vec::new();
        let broken = scan(&mut text.as_bytes(), &mut |card| {
            cards.push(String::from_utf8(card.to_vec()).unwrap());
            Ok(())
        });
        (cards, broken.unwrap())
    }

    #[test]
    fn only_what_says_who_somebody_is_is_kept() {
        let (cards, broken) = scanned(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n Lovelace\r\nPHOTO;ENCODING=b:AAAA\r\n AAAA\r\n\
             item1.EMAIL;TYPE=INTERNET:a@b.test\r\nNOTE:FN:x\r\nEND:VCARD\r\n",
        );
        assert_eq!(
            cards,
            [
                "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\n Lovelace\r\nitem1.EMAIL;TYPE=INTERNET:a@b.test\r\nEND:VCARD\r\n"
            ]
        );
        assert_eq!(broken, 0);
    }

    #[test]
    fn a_soft_line_end_belongs_to_its_text() {
        let (cards, _) = scanned(
            "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:A=\nEND:VCARD\nNOTE;quoted-printable:a=\nFN:x\nEND:VCARD\n",
        );
        assert_eq!(
            cards,
            ["BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE:A=\nEND:VCARD\nEND:VCARD\r\n"]
        );
    }

    #[test]
    fn a_card_without_an_end_takes_no_other_with_it() {
        let (cards, broken) =
            scanned("\u{feff}begin:vcard\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C\n");
        assert_eq!(cards, ["BEGIN:VCARD\r\nFN:B\nEND:VCARD\r\n"]);
        assert_eq!(broken, 2);
    }

    #[test]
    fn the_card_of_an_agent_is_part_of_its_card() {
        let (cards, broken) = scanned(
            "BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nEMAIL:a@b.test\nEND:VCARD\n",
        );
        assert_eq!(
            cards,
            ["BEGIN:VCARD\r\nFN:A\nEMAIL:a@b.test\nEND:VCARD\r\n"]
        );
        assert_eq!(broken, 0);
    }

    #[test]
    fn a_line_or_a_card_without_an_end_is_not_held_in_memory() {
        let photo = "A".repeat(1 << 20);
        let (cards, broken) = scanned(&format!(
            "BEGIN:VCARD\nFN:A\nPHOTO:{photo}\nEND:VCARD\nBEGIN:VCARD\nFN:{photo}\nEND:VCARD\n"
        ));
        assert_eq!((cards.len(), broken), (1, 1));
        let folds = format!("BEGIN:VCARD\nFN:A\n{}END:VCARD\n", " x\n".repeat(2 << 20));
        assert_eq!(scanned(&folds).1, 1);
    }

    #[test]
    fn what_is_no_card_is_nobody() {
        for text in [
            "",
            "\n",
            "hello\n",
            "END:VCARD\n",
            "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
            "\0\u{1}",
        ] {
            assert_eq!(scanned(text), (Vec::new(), 0));
        }
    }
}
