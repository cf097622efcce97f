//! BODYSTRUCTURE: the parts of a message without their bytes (RFC 9051, 7.5.2).
//!
//! Whoever sent the message chose how deep it goes, so this does not recurse.
#![forbid(unsafe_code)]

use std::io;

use super::response::{malformed, number};
use super::tokens::{Token, Tokens, string, upper};
use crate::mime::{Outline, OutlineBuilder, PartOutline};

/// More parameters of a part than any has.
const MOST_PARAMETERS: usize = 1000;

type Parameters = Vec<(Vec<u8>, Vec<u8>)>;

/// Reads the structure that comes next.
///
/// # Errors
/// `InvalidData` for what is none.
pub(super) fn structure(tokens: &mut Tokens<'_>, literals: &mut [Vec<u8>]) -> io::Result<Outline> {
    let mut reader = Reader { tokens, literals };
    let mut builder = OutlineBuilder::default();
    reader.open()?;
    loop {
        // A list has begun: either a multipart, which begins with its parts, or a part.
        if reader.tokens.opens() && builder.may_begin() {
            builder.begin();
            reader.open()?;
            continue;
        }
        let part = match reader.tokens.opens() {
            true => reader.too_deep()?,
            false => reader.part()?,
        };
        builder.part(&part);
        // What may follow is another part of the same multipart, or the end of that.
        while builder.depth() > 0 && !reader.tokens.opens() {
            let subtype = reader.word()?;
            reader.tokens.leave()?;
            builder.end(&format!("multipart/{subtype}"));
        }
        if builder.depth() == 0 {
            return Ok(builder.finish());
        }
        reader.open()?;
    }
}

struct Reader<'t, 'a> {
    tokens: &'t mut Tokens<'a>,
    literals: &'t mut [Vec<u8>],
}

impl Reader<'_, '_> {
    fn open(&mut self) -> io::Result<()> {
        match self.tokens.next()? {
            Some(Token::Open) => Ok(()),
            _ => Err(malformed("a part that is no list")),
        }
    }

    fn text(&mut self) -> io::Result<Vec<u8>> {
        Ok(string(self.tokens, self.literals)?.unwrap_or_default())
    }

    fn word(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.text()?).into_owned())
    }

    /// Reads a part that has no parts, up to its end.
    fn part(&mut self) -> io::Result<PartOutline> {
        let kind = self.word()?;
        let subtype = self.word()?;
        let mut part = PartOutline {
            media: format!("{kind}/{subtype}"),
            parameters: self.parameters()?,
            ..PartOutline::default()
        };
        // Its id and its description.
        self.tokens.skip()?;
        self.tokens.skip()?;
        part.encoding = self.text()?;
        part.size = number(&self.text()?).ok_or_else(|| malformed("a part without a size"))?;
        match (
            upper(kind.as_bytes()).as_str(),
            upper(subtype.as_bytes()).as_str(),
        ) {
            ("MESSAGE", "RFC822" | "GLOBAL") if self.tokens.opens() => {
                part.subject = self.subject_of_envelope()?;
                // Its structure and its number of lines.
                self.tokens.skip()?;
                self.tokens.skip()?;
            }
            ("TEXT", _) if !self.tokens.closes() => self.tokens.skip()?,
            _ => {}
        }
        // A checksum, and then what not every server tells.
        if !self.tokens.closes() {
            self.tokens.skip()?;
        }
        if self.tokens.opens() {
            self.open()?;
            part.disposition = self.word()?;
            part.disposition_parameters = self.parameters()?;
            self.tokens.leave()?;
        }
        self.tokens.leave()?;
        Ok(part)
    }

    /// Passes over a multipart that is deeper than any that is opened.
    fn too_deep(&mut self) -> io::Result<PartOutline> {
        self.tokens.leave()?;
        Ok(PartOutline {
            media: "multipart/mixed".to_owned(),
            ..PartOutline::default()
        })
    }

    /// Pairs of names and values, or NIL.
    fn parameters(&mut self) -> io::Result<Parameters> {
        let mut parameters = Vec::new();
        if !self.tokens.opens() {
            self.tokens.skip()?;
            return Ok(parameters);
        }
        self.open()?;
        while !self.tokens.closes() {
            let parameter = (self.text()?, self.text()?);
            if parameters.len() < MOST_PARAMETERS {
                parameters.push(parameter);
            }
        }
        self.tokens.leave()?;
        Ok(parameters)
    }

    /// The second of the fields of an envelope.
    fn subject_of_envelope(&mut self) -> io::Result<Vec<u8>> {
        self.open()?;
        self.tokens.skip()?;
        let subject = self.text()?;
        self.tokens.leave()?;
        Ok(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::parse_remote;
    use proptest::prelude::*;

    fn read(text: &str) -> io::Result<Outline> {
        let mut literals = vec![b"in a literal.txt".to_vec()];
        structure(&mut Tokens::new(text.as_bytes()), &mut literals)
    }

    /// The names of the files, and the sections of the texts.
    fn seen(text: &str) -> (Vec<String>, Vec<String>) {
        let outline = read(text).unwrap();
        let received = parse_remote(Vec::new(), &outline).unwrap();
        let files = received.attachments.into_iter().map(|file| file.name);
        (
            files.collect(),
            outline.texts().map(str::to_owned).collect(),
        )
    }

    const TEXT: &str = "(\"text\" \"plain\" (\"charset\" \"utf-8\") NIL NIL \"7bit\" 4 1";
    const INNER: &str = "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 90 (\"a date\" \"a subject\" ((NIL NIL \"a\" \"b\")) NIL NIL NIL NIL NIL NIL NIL) ((\"text\" \"plain\" NIL NIL NIL \"7bit\" 4 1)(\"a\" \"b\" (\"name\" \"not.me\") NIL NIL \"7bit\" 4) \"mixed\") 5 NIL";

    #[test]
    fn files_and_texts_are_found_in_what_servers_say() {
        for (structure, files, texts) in [
            (format!("{TEXT})"), vec![], vec!["1"]),
            (format!("{TEXT} NIL NIL NIL NIL)"), vec![], vec!["1"]),
            (
                format!(
                    "({TEXT} NIL (\"attachment\" (\"filename\" \"a.txt\")) NIL){TEXT}) \"mixed\")"
                ),
                vec!["a.txt"],
                vec!["2"],
            ),
            (
                format!(
                    "({TEXT})(\"image\" \"png\" (\"name\" \0) NIL NIL \"base64\" 7) \"mixed\" (\"boundary\" \"x\") NIL NIL NIL)"
                ),
                vec!["in a literal.txt"],
                vec!["1"],
            ),
            (
                format!(
                    "(({TEXT})(\"TEXT\" \"HTML\" NIL NIL NIL \"7BIT\" 9 1) \"alternative\"){INNER}) \"mixed\" NIL NIL)"
                ),
                vec!["a subject.eml"],
                vec!["1.1", "1.2"],
            ),
            // A server that leaves out what it is to say of a message inside the message.
            (
                "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 90)".to_owned(),
                vec!["attachment.eml"],
                vec![],
            ),
        ] {
            let (found, sections) = seen(&structure);
            assert_eq!(found, files, "{structure}");
            assert_eq!(sections, texts, "{structure}");
        }
    }

    #[test]
    fn what_is_no_structure_is_refused() {
        for text in [
            "",
            "NIL",
            "()",
            "(",
            "((",
            "(\"text\")",
            "\"text\"",
            "(())",
            "(() \"mixed\")",
            "(\"a\" \"b\" NIL NIL NIL \"7bit\" many)",
            "(\"a\" \"b\" NIL NIL NIL \"7bit\" -1)",
            "(\"a\" \"b\" NIL NIL NIL \"7bit\" 99999999999999999999)",
            "(\"a\" \"b\" (\"name\") NIL NIL \"7bit\" 4)",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn depth_costs_neither_stack_nor_more_than_its_place() {
        let nested = |depth: usize| {
            format!(
                "{}{TEXT}){}",
                "(".repeat(depth),
                " \"mixed\")".repeat(depth)
            )
        };
        assert_eq!(seen(&nested(90)).1, [vec!["1"; 90].join(".")]);
        // What lies deeper is one file.
        let (files, texts) = seen(&nested(2000));
        assert_eq!((files.len(), texts.len()), (1, 0));
        assert!(read(&"(".repeat(60_000)).is_err());
    }

    fn any_structure() -> impl Strategy<Value = String> {
        let leaf = prop::sample::select(vec![
            format!("{TEXT})"),
            format!("{INNER})"),
            "(\"a\" \"b\" (\"name\" \"c\") NIL NIL \"base64\" 7 NIL (\"attachment\" NIL) NIL NIL)"
                .to_owned(),
        ]);
        leaf.prop_recursive(4, 20, 4, |inner| {
            prop::collection::vec(inner, 1..4)
                .prop_map(|parts| format!("({} \"mixed\" NIL)", parts.concat()))
        })
    }

    proptest! {
        #[test]
        fn all_that_is_well_formed_is_read(structure in any_structure()) {
            let leaves = structure.matches("base64").count() + structure.matches("rfc822").count();
            prop_assert_eq!(seen(&structure).0.len(), leaves);
        }

        #[test]
        fn damaged_ones_are_read_or_refused(structure in any_structure(), at in any::<prop::sample::Index>(), with in "[()\" NIL\\\\0a]{0,3}") {
            let mut damaged = structure.into_bytes();
            let at = at.index(damaged.len());
            damaged.splice(at..=at, with.bytes());
            if let Ok(outline) = read(&String::from_utf8(damaged).unwrap()) {
                let _ = parse_remote(Vec::new(), &outline);
            }
        }

        #[test]
        fn anything_is_read_or_refused(text in "[()\" a1\\\\NIL]{0,80}") {
            let _ = read(&text);
        }
    }
}
