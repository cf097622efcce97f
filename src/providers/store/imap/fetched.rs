//! What a server says of one message.
#![forbid(unsafe_code)]

use std::io;

use super::response::{malformed, number};
use super::structure::structure;
use super::tokens::{Token, Tokens, string, upper};
use crate::mime::Outline;

/// More sections than are ever asked for at once.
const MOST_SECTIONS: usize = 64;

/// What is noted of a message on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Marks {
    pub(super) seen: bool,
    pub(super) deleted: bool,
    pub(super) submitted: bool,
}

impl Marks {
    /// The same in as little memory as it takes.
    pub(super) fn pack(self) -> PackedMarks {
        let bits = [self.seen, self.deleted, self.submitted];
        let bits = bits.iter().rev();
        PackedMarks(bits.fold(0, |all, bit| all << 1 | u8::from(*bit)))
    }
}

/// [`Marks`] in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PackedMarks(u8);

impl PackedMarks {
    pub(super) fn unpack(self) -> Marks {
        Marks {
            seen: self.0 & 1 != 0,
            deleted: self.0 & 2 != 0,
            submitted: self.0 & 4 != 0,
        }
    }
}

/// What a server says of one message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fetched {
    /// Its place among those there are, from one.
    pub(super) number: u32,
    pub(super) uid: Option<u32>,
    pub(super) marks: Option<Marks>,
    /// When it was received, as IMAP writes it.
    pub(super) received: Option<String>,
    /// The sections that were asked for, by their names.
    pub(super) sections: Vec<(String, Vec<u8>)>,
    /// Its parts.
    pub(super) outline: Option<Outline>,
    /// What was noted of it last has this number.
    pub(super) change: Option<u64>,
}

impl Fetched {
    /// Whether sections were asked for, and there is nothing in them.
    pub(super) fn is_blank(&self) -> bool {
        !self.sections.is_empty() && self.sections.iter().all(|(_, bytes)| bytes.is_empty())
    }

    /// About how much memory this takes.
    pub(super) fn weight(&self) -> usize {
        let sections: usize = self
            .sections
            .iter()
            .map(|(_, bytes)| bytes.capacity())
            .sum();
        size_of::<Self>() + sections + self.outline.as_ref().map_or(0, Outline::weight)
    }

    /// A section: `""` is the whole message.
    pub(super) fn section(&self, name: &str) -> Option<&[u8]> {
        let found = self.sections.iter().find(|(found, _)| found == name)?;
        Some(&found.1)
    }

    /// Takes a section out.
    pub(super) fn take_section(&mut self, name: &str) -> Option<Vec<u8>> {
        let found = self.sections.iter_mut().find(|(found, _)| found == name)?;
        Some(std::mem::take(&mut found.1))
    }
}

/// Understands what a server says of the message of this number.
pub(super) fn fetch(at: u32, text: &[u8], mut literals: Vec<Vec<u8>>) -> io::Result<Fetched> {
    let half = || malformed("half a message's data");
    let mut fetched = Fetched {
        number: at,
        ..Fetched::default()
    };
    let mut tokens = Tokens::new(text);
    if tokens.next()? != Some(Token::Open) {
        return Err(half());
    }
    loop {
        let name = match tokens.next()?.ok_or_else(half)? {
            Token::Close => return Ok(fetched),
            Token::Atom(name) => upper(name),
            _ => return Err(half()),
        };
        match name.as_str() {
            "UID" => match tokens.next()? {
                Some(Token::Atom(digits)) => fetched.uid = number(digits),
                _ => return Err(half()),
            },
            "FLAGS" => fetched.marks = Some(marks(&mut tokens)?),
            "INTERNALDATE" => {
                if let Some(bytes) = string(&mut tokens, &mut literals)? {
                    fetched.received = String::from_utf8(bytes).ok();
                }
            }
            "MODSEQ" => match (tokens.next()?, tokens.next()?, tokens.next()?) {
                (Some(Token::Open), Some(Token::Atom(digits)), Some(Token::Close)) => {
                    fetched.change = number(digits);
                }
                _ => return Err(half()),
            },
            "BODYSTRUCTURE" => {
                // One that is not understood is no reason not to read the message.
                let mut inside = tokens.clone();
                fetched.outline = structure(&mut inside, &mut literals).ok();
                tokens.skip()?;
            }
            name if let Some(section) = section(name) => {
                let bytes = string(&mut tokens, &mut literals)?.unwrap_or_default();
                if fetched.sections.len() < MOST_SECTIONS {
                    fetched.sections.push((section.to_owned(), bytes));
                }
            }
            _ => tokens.skip()?,
        }
    }
}

fn marks(tokens: &mut Tokens<'_>) -> io::Result<Marks> {
    let mut marks = Marks::default();
    if tokens.next()? != Some(Token::Open) {
        return Err(malformed("flags that are no list"));
    }
    loop {
        match tokens.next()? {
            Some(Token::Close) => return Ok(marks),
            Some(Token::Atom(flag)) => match upper(flag).as_str() {
                "\\SEEN" => marks.seen = true,
                "\\DELETED" => marks.deleted = true,
                "$SUBMITTED" => marks.submitted = true,
                _ => {}
            },
            Some(_) => {}
            None => return Err(malformed("half a list of flags")),
        }
    }
}

/// `HEADER` of `BODY[HEADER]<0>`.
fn section(name: &str) -> Option<&str> {
    let (section, _) = name.strip_prefix("BODY[")?.split_once(']')?;
    Some(section)
}

#[cfg(test)]
mod tests {
    use super::super::heard::{Heard, understand};
    use super::super::response::Response;
    use super::*;

    fn heard(line: &str, literals: &[&str]) -> io::Result<Heard> {
        understand(Response {
            line: line.as_bytes().to_vec(),
            literals: literals
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .collect(),
        })
    }

    #[test]
    fn marks_are_the_same_after_they_were_packed() {
        for bits in 0..8 {
            assert_eq!(PackedMarks(bits).unpack().pack(), PackedMarks(bits));
        }
    }

    #[test]
    fn the_data_of_a_message_may_come_in_any_order_and_with_more_than_was_asked() {
        let heard = heard(
            "* 12 FETCH (FLAGS (\\Seen $Submitted \\Recent) MODSEQ (99) ENVELOPE (NIL (\"a\") \0) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" UID 7 body[header]<0> \0)",
            &["x", "Subject: y\r\n\r\n"],
        );
        assert_eq!(
            heard.unwrap(),
            Heard::Fetch(Fetched {
                number: 12,
                uid: Some(7),
                marks: Some(Marks {
                    seen: true,
                    deleted: false,
                    submitted: true
                }),
                received: Some("17-Jul-1996 02:44:25 -0700".to_owned()),
                sections: vec![("HEADER".to_owned(), b"Subject: y\r\n\r\n".to_vec())],
                outline: None,
                change: Some(99),
            })
        );
    }
}
