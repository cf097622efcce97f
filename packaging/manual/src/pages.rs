//! Which pages there are. What a page is called and says of itself stands in the page.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{Error, Result};
use std::path::Path;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::page::Page;

/// The pages that are not about one function: file, names, section, summary.
const OTHERS: [(&str, &str, char, &str); 8] = [
    (
        "command.md",
        "simplemapi, simplemapi-compose",
        '1',
        "send mail from the shell, and find out why it would fail",
    ),
    (
        "configuration.md",
        "simplemapi.toml",
        '5',
        "who you are, and how mail leaves",
    ),
    (
        "errors.md",
        "simplemapi-errors",
        '7',
        "every return code of Simple MAPI and its causes",
    ),
    (
        "troubleshooting.md",
        "simplemapi-troubleshooting",
        '7',
        "what to do about what one sees",
    ),
    (
        "outbox.md",
        "simplemapi-outbox",
        '7',
        "where messages wait, and why none is lost",
    ),
    (
        "dialogs.md",
        "simplemapi-dialogs",
        '7',
        "how a person is asked, and what asks them",
    ),
    (
        "functions/README.md",
        "mapi",
        '3',
        "Simple MAPI: send mail from any C program",
    ),
    (
        "functions/structures.md",
        "MapiMessage, MapiRecipDesc, MapiFileDesc, MapiFileTagExt",
        '3',
        "what each field of a message means",
    ),
];

/// The pages of `docs/`.
pub(crate) fn find(docs: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for (file, name, section, summary) in OTHERS {
        let source = docs.join(file);
        let text = fs::read_to_string(&source)?;
        let names = name.split(", ").map(str::to_owned).collect();
        pages.push(Page {
            source,
            text,
            names,
            section,
            summary: summary.to_owned(),
        });
    }
    for entry in fs::read_dir(docs.join("functions"))? {
        let source = entry?.path();
        if pages.iter().any(|page| page.source == source) {
            continue;
        }
        let text = fs::read_to_string(&source)?;
        pages.push(function(&source, text)?);
    }
    Ok(pages)
}

/// A page about functions: they are its title, and its summary is how its first section begins.
fn function(source: &Path, text: String) -> Result<Page> {
    let broken = || Error::other(format!("{} is no page of a function", source.display()));
    let (title, rest) = text.split_once('\n').ok_or_else(broken)?;
    let mut names: Vec<String> = title
        .trim_start_matches("# ")
        .split(", ")
        .map(str::to_owned)
        .collect();
    let stem = source.file_stem().unwrap_or_default().to_string_lossy();
    let first = names
        .iter()
        .position(|name| *name == stem)
        .ok_or_else(broken)?;
    names.swap(0, first);
    let sentence = first_paragraph(rest);
    let sentence = sentence
        .split_once(". ")
        .map_or(sentence.as_str(), |(first, _)| first);
    let summary = sentence.trim_end_matches('.').to_owned();
    Ok(Page {
        source: source.to_owned(),
        names,
        section: '3',
        summary,
        text,
    })
}

/// The words of a text's first paragraph.
fn first_paragraph(text: &str) -> String {
    Parser::new(text)
        .skip_while(|event| !matches!(event, Event::Start(Tag::Paragraph)))
        .take_while(|event| !matches!(event, Event::End(TagEnd::Paragraph)))
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.into_string()),
            Event::SoftBreak => Some(" ".to_owned()),
            _ => None,
        })
        .collect()
}
