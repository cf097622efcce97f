//! What a response means, as far as it matters to us.
#![forbid(unsafe_code)]

use std::io;

use super::fetched::{Fetched, fetch};
use super::response::{Response, malformed, number, words};
use super::tokens::{Token, Tokens, string, upper};

/// How a server thinks about something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    No,
    Bad,
    /// It hangs up.
    Bye,
    /// As a greeting: it takes us for somebody already.
    Preauth,
}

/// A status with what is said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    /// What stood in brackets, for programs: `UIDVALIDITY 7`.
    pub(super) code: String,
    /// The rest, for people.
    pub(super) words: String,
}

impl Verdict {
    /// What follows this word in the code, if it is the code's first.
    pub(super) fn code_after(&self, name: &str) -> Option<&str> {
        let (word, rest) = self.code.split_once(' ').unwrap_or((&self.code, ""));
        word.eq_ignore_ascii_case(name).then_some(rest)
    }
}

/// A folder and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) attributes: Vec<String>,
    pub(super) name: Vec<u8>,
}

/// A response, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// The end of an answer: to the command of this tag.
    Tagged(String, Verdict),
    /// A status of its own.
    Untagged(Verdict),
    /// Go on.
    Continue(Vec<u8>),
    Capability(String),
    Exists(u32),
    Expunge(u32),
    Fetch(Fetched),
    Search(Vec<u32>),
    List(Listed),
    /// The prefix of our own folders.
    Namespace(Vec<u8>),
    Other,
}

/// Understands a response.
///
/// # Errors
/// `InvalidData` for what is none.
pub(super) fn understand(mut response: Response) -> io::Result<Heard> {
    let line = std::mem::take(&mut response.line);
    let (tag, rest) = cut(&line);
    match tag {
        b"+" => return Ok(Heard::Continue(rest.to_vec())),
        b"*" => {}
        _ => {
            let tag = std::str::from_utf8(tag).map_err(|_| malformed("something strange"))?;
            let verdict = verdict(rest).ok_or_else(|| malformed("something that is no answer"))?;
            return Ok(Heard::Tagged(tag.to_owned(), verdict));
        }
    }
    if let Some(verdict) = verdict(rest) {
        return Ok(Heard::Untagged(verdict));
    }
    let (word, rest) = cut(rest);
    if word.first().is_some_and(u8::is_ascii_digit) {
        let number = number(word).ok_or_else(|| malformed("a number that is too large"))?;
        let (what, rest) = cut(rest);
        return match upper(what).as_str() {
            "EXISTS" => Ok(Heard::Exists(number)),
            "EXPUNGE" => Ok(Heard::Expunge(number)),
            "FETCH" => fetch(number, rest, response.literals).map(Heard::Fetch),
            _ => Ok(Heard::Other),
        };
    }
    match upper(word).as_str() {
        "CAPABILITY" => Ok(Heard::Capability(
            String::from_utf8_lossy(rest).into_owned(),
        )),
        "SEARCH" => Ok(Heard::Search(
            rest.split(|&byte| byte == b' ')
                .filter_map(number::<u32>)
                .collect(),
        )),
        "LIST" => list(rest, response.literals).map(Heard::List),
        "NAMESPACE" => namespace(rest),
        _ => Ok(Heard::Other),
    }
}

/// The first word, and what follows it.
fn cut(line: &[u8]) -> (&[u8], &[u8]) {
    let at = line.iter().position(|&byte| byte == b' ');
    let (word, rest) = line.split_at(at.unwrap_or(line.len()));
    (word, rest.strip_prefix(b" ").unwrap_or(rest))
}

fn verdict(text: &[u8]) -> Option<Verdict> {
    let (word, rest) = cut(text);
    let status = match upper(word).as_str() {
        "OK" => Status::Ok,
        "NO" => Status::No,
        "BAD" => Status::Bad,
        "BYE" => Status::Bye,
        "PREAUTH" => Status::Preauth,
        _ => return None,
    };
    let end = memchr::memchr(b']', rest);
    let (code, text) = match (rest.strip_prefix(b"["), end) {
        (Some(_), Some(end)) => (
            rest.get(1..end).unwrap_or_default(),
            rest.get(end + 1..).unwrap_or_default(),
        ),
        _ => (&[][..], rest),
    };
    Some(Verdict {
        status,
        code: String::from_utf8_lossy(code).into_owned(),
        words: words(text),
    })
}

fn list(text: &[u8], mut literals: Vec<Vec<u8>>) -> io::Result<Listed> {
    let mut tokens = Tokens::new(text);
    let mut attributes = Vec::new();
    if tokens.next()? != Some(Token::Open) {
        return Err(malformed("a folder without attributes"));
    }
    loop {
        match tokens.next()? {
            Some(Token::Close) => break,
            Some(Token::Atom(attribute)) => attributes.push(upper(attribute)),
            Some(_) => {}
            None => return Err(malformed("half a folder")),
        }
    }
    tokens.skip()?;
    let name = string(&mut tokens, &mut literals)?.unwrap_or_default();
    Ok(Listed { attributes, name })
}

fn namespace(text: &[u8]) -> io::Result<Heard> {
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open => {}
            Token::Quoted(prefix) => return Ok(Heard::Namespace(prefix)),
            _ => break,
        }
    }
    Ok(Heard::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
    fn a_verdict_has_a_code_and_words() {
        let Heard::Tagged(tag, verdict) = heard("a7 ok [APPENDUID 38505 3955] done", &[]).unwrap()
        else {
            panic!("no answer");
        };
        assert_eq!((tag.as_str(), verdict.status), ("a7", Status::Ok));
        assert_eq!(verdict.code_after("AppendUid"), Some("38505 3955"));
        assert_eq!(verdict.words, "done");
    }

    #[test]
    fn numbers_that_no_server_can_mean_are_refused() {
        assert!(heard("* 100000000000000000000 EXISTS", &[]).is_err());
        assert!(heard("* 4294967296 EXPUNGE", &[]).is_err());
        assert_eq!(heard("* 7 EXISTS", &[]).unwrap(), Heard::Exists(7));
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(60_000));
        assert!(heard(&deep, &[]).is_err());
    }

    proptest! {
        #[test]
        fn any_line_is_understood_or_refused(line in "(\\* |a1 |\\+ )?(OK |1 FETCH |1 FETCH [(]BODYSTRUCTURE |LIST |NAMESPACE |SEARCH )?[ -~]{0,60}") {
            let _ = heard(&line, &["x"]);
        }
    }
}
