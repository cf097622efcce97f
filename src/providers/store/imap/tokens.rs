//! The words of a response. Lists are read without recursion.
#![forbid(unsafe_code)]

use std::io;

use super::response::{LITERAL, malformed};

/// How deep lists may be in each other. They cost no stack; but nothing is as deep as this, not even
/// the description of a message that somebody nested to do harm.
const MOST_DEPTH: usize = 4096;

/// A word of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A word without quotes, a section in its brackets included: `BODY[HEADER.FIELDS (TO)]<0>`.
    Atom(&'a [u8]),
    /// What stood between quotes.
    Quoted(Vec<u8>),
    /// Here belongs the literal of this number.
    Literal(usize),
    /// `(`
    Open,
    /// `)`
    Close,
}

/// Goes through the words of a line.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
    depth: usize,
    literals: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(line: &'a [u8]) -> Self {
        Self {
            rest: line,
            depth: 0,
            literals: 0,
        }
    }

    /// The next word; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Token<'a>>> {
        let rest = self.rest.trim_ascii_start();
        let Some((&first, after)) = rest.split_first() else {
            self.rest = rest;
            return Ok(None);
        };
        let token = match first {
            b'(' => {
                self.depth += 1;
                if self.depth > MOST_DEPTH {
                    return Err(malformed("lists that are too deep in each other"));
                }
                self.rest = after;
                Token::Open
            }
            b')' => {
                self.depth = self
                    .depth
                    .checked_sub(1)
                    .ok_or_else(|| malformed("a list that ends before it begins"))?;
                self.rest = after;
                Token::Close
            }
            LITERAL => {
                self.rest = after;
                self.literals += 1;
                Token::Literal(self.literals - 1)
            }
            b'"' => self.quoted(after)?,
            _ => self.atom(rest),
        };
        Ok(Some(token))
    }

    /// Passes over a word, or over a whole list.
    pub(super) fn skip(&mut self) -> io::Result<()> {
        let outside = self.depth;
        loop {
            if self.next()?.is_none() {
                return Err(malformed("half a list"));
            }
            if self.depth <= outside {
                return Ok(());
            }
        }
    }

    /// Passes over the rest of the list that it is in, and over its end.
    pub(super) fn leave(&mut self) -> io::Result<()> {
        let inside = self.depth;
        while self.depth >= inside {
            if self.next()?.is_none() {
                return Err(malformed("half a list"));
            }
        }
        Ok(())
    }

    /// Whether a list comes next.
    pub(super) fn opens(&self) -> bool {
        self.rest.trim_ascii_start().first() == Some(&b'(')
    }

    /// Whether the list that it is in ends next.
    pub(super) fn closes(&self) -> bool {
        self.rest.trim_ascii_start().first() == Some(&b')')
    }

    fn quoted(&mut self, text: &'a [u8]) -> io::Result<Token<'a>> {
        let mut value = Vec::new();
        let mut bytes = text.iter().enumerate();
        while let Some((at, &byte)) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = text.get(at + 1..).unwrap_or_default();
                    return Ok(Token::Quoted(value));
                }
                b'\\' => value.extend(bytes.next().map(|(_, &byte)| byte)),
                byte => value.push(byte),
            }
        }
        Err(malformed("a quote that does not end"))
    }

    fn atom(&mut self, text: &'a [u8]) -> Token<'a> {
        let mut in_section = false;
        let end = text.iter().position(|&byte| {
            match byte {
                b'[' => in_section = true,
                b']' => in_section = false,
                _ => {}
            }
            !in_section && matches!(byte, b' ' | b'(' | b')' | b'"' | LITERAL)
        });
        let (atom, rest) = text.split_at(end.unwrap_or(text.len()));
        self.rest = rest;
        Token::Atom(atom)
    }
}

/// A string in any of its forms; none for NIL.
pub(super) fn string(
    tokens: &mut Tokens<'_>,
    literals: &mut [Vec<u8>],
) -> io::Result<Option<Vec<u8>>> {
    match tokens.next()? {
        Some(Token::Quoted(bytes)) => Ok(Some(bytes)),
        Some(Token::Literal(at)) => Ok(literals.get_mut(at).map(std::mem::take)),
        Some(Token::Atom(atom)) if atom.eq_ignore_ascii_case(b"NIL") => Ok(None),
        Some(Token::Atom(atom)) => Ok(Some(atom.to_vec())),
        _ => Err(malformed("a list where a text belongs")),
    }
}

/// A word whose case says nothing.
pub(super) fn upper(word: &[u8]) -> String {
    String::from_utf8_lossy(word).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &[u8]) -> io::Result<Vec<Token<'_>>> {
        let mut tokens = Tokens::new(line);
        let mut all = Vec::new();
        while let Some(token) = tokens.next()? {
            all.push(token);
        }
        Ok(all)
    }

    #[test]
    fn a_line_is_its_words() {
        assert_eq!(
            all(b"* (FLAGS (\\Seen) BODY[HEADER.FIELDS (TO)]<0> \0 X \"a \\\"b\\\\\")").unwrap(),
            [
                Token::Atom(b"*"),
                Token::Open,
                Token::Atom(b"FLAGS"),
                Token::Open,
                Token::Atom(b"\\Seen"),
                Token::Close,
                Token::Atom(b"BODY[HEADER.FIELDS (TO)]<0>"),
                Token::Literal(0),
                Token::Atom(b"X"),
                Token::Quoted(b"a \"b\\".to_vec()),
                Token::Close,
            ]
        );
    }

    #[test]
    fn what_does_not_end_or_is_too_deep_is_refused() {
        assert!(all(b"\"abc").is_err());
        assert!(all(b")").is_err());
        assert!(all(&[b'('; MOST_DEPTH]).is_ok());
        assert!(all(&[b'('; 60_000]).is_err());
        assert!(Tokens::new(b"(a (b)").skip().is_err());
        assert!(Tokens::new(b"a (b)").leave().is_err());
        let mut tokens = Tokens::new(b"(a (b) \"c\") d");
        tokens.skip().unwrap();
        assert_eq!(tokens.next().unwrap(), Some(Token::Atom(b"d")));
    }
}
