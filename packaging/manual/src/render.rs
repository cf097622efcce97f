//! From Markdown to a man page.
#![forbid(unsafe_code)]

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use roff::{Inline, Roff, bold, italic, roman};

use crate::page::Page;
use crate::table::Table;

/// What stands at the foot of every page.
#[derive(Clone, Copy)]
pub(crate) struct Edition<'a> {
    pub(crate) version: &'a str,
    pub(crate) date: &'a str,
}

/// The page as `man` reads it.
pub(crate) fn page(page: &Page, pages: &[Page], edition: Edition<'_>) -> String {
    let mut roff = Roff::new();
    let title = page.name().to_uppercase();
    let section = page.section.to_string();
    let source = format!("simplemapi {}", edition.version);
    let names = page.names.join(", ");
    roff.control(
        "TH",
        [&title, &section, edition.date, &source, "Simple MAPI"],
    )
    .control("SH", ["NAME"])
    .text([roman(format!("{names} - {}", page.summary))]);
    let mut writer = Writer {
        page,
        pages,
        roff,
        line: Vec::new(),
        strong: false,
        emphasized: false,
        link: None,
        numbers: Vec::new(),
        table: None,
        row: Vec::new(),
        place: Place::Title,
        fresh: false,
    };
    for event in Parser::new_ext(&page.text, Options::ENABLE_TABLES) {
        writer.take(event);
    }
    writer.roff.render()
}

/// What the text that comes belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The title, which NAME has said.
    Title,
    /// Between the title and the first heading.
    Introduction,
    Section,
    Code,
}

struct Writer<'a> {
    page: &'a Page,
    pages: &'a [Page],
    roff: Roff,
    line: Vec<Inline>,
    strong: bool,
    emphasized: bool,
    link: Option<String>,
    /// For each list that is open: the number of the next entry, if they have numbers.
    numbers: Vec<Option<u64>>,
    table: Option<Table>,
    row: Vec<Vec<Inline>>,
    place: Place,
    /// Whether a heading was the last, which begins a paragraph too.
    fresh: bool,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) if self.place == Place::Code => self.code(&text),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => self.line.push(bold(text.into_string())),
            Event::SoftBreak | Event::HardBreak => self.line.push(roman(" ")),
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let inline = match (self.strong, self.emphasized) {
            (true, _) => bold(text),
            (false, true) => italic(text),
            (false, false) => roman(text),
        };
        self.line.push(inline);
    }

    fn code(&mut self, text: &str) {
        for line in text.lines() {
            self.roff.text([roman(line)]);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph if self.place == Place::Introduction => {
                self.roff.control("SH", ["DESCRIPTION"]);
                self.place = Place::Section;
            }
            Tag::Paragraph if std::mem::take(&mut self.fresh) => {}
            Tag::Paragraph if self.numbers.is_empty() && self.table.is_none() => {
                self.roff.control("PP", []);
            }
            Tag::CodeBlock(_) => {
                self.flush();
                if !std::mem::take(&mut self.fresh) {
                    self.roff.control("sp", []);
                }
                self.roff.control("RS", ["4"]).control("EX", []);
                self.place = Place::Code;
            }
            Tag::List(first) => {
                self.fresh = false;
                self.flush();
                self.numbers.push(first);
            }
            Tag::Item => {
                let mark = match self.numbers.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}.", *number - 1)
                    }
                    _ => "\u{2022}".to_owned(),
                };
                self.roff.control("IP", [mark.as_str(), "4"]);
            }
            Tag::Strong => self.strong = true,
            Tag::Emphasis => self.emphasized = true,
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.into_string()),
            Tag::Table(_) => {
                self.fresh = false;
                self.table = Some(Table::default());
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::CodeBlock => {
                self.roff.control("EE", []).control("RE", []);
                self.place = Place::Section;
            }
            TagEnd::List(_) => {
                self.numbers.pop();
            }
            TagEnd::Strong => self.strong = false,
            TagEnd::Emphasis => self.emphasized = false,
            TagEnd::Link => self.end_of_link(),
            TagEnd::TableCell => self.row.push(std::mem::take(&mut self.line)),
            TagEnd::TableHead => {
                let head = std::mem::take(&mut self.row);
                if let Some(table) = &mut self.table {
                    table.head = head.iter().map(|cell| plain(cell)).collect();
                }
            }
            TagEnd::TableRow => {
                let row = std::mem::take(&mut self.row);
                self.table
                    .iter_mut()
                    .for_each(|table| table.rows.push(row.clone()));
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    table.write(&mut self.roff);
                }
            }
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let heading = plain(&std::mem::take(&mut self.line));
        match level {
            HeadingLevel::H1 => self.place = Place::Introduction,
            HeadingLevel::H2 => {
                let heading = match heading.as_str() {
                    "Purpose" => "DESCRIPTION".to_owned(),
                    _ => heading.to_uppercase(),
                };
                self.roff.control("SH", [heading.as_str()]);
                self.place = Place::Section;
                self.fresh = true;
            }
            _ => {
                self.fresh = true;
                self.roff.control("SS", [heading.as_str()]);
            }
        }
    }

    /// Where a link leads, as somebody without the link needs it.
    fn end_of_link(&mut self) {
        let Some(target) = self.link.take() else {
            return;
        };
        if target.contains("://") {
            self.line.push(roman(format!(" <{target}>")));
            return;
        }
        let file = target.split('#').next().unwrap_or_default();
        let folder = self.page.source.parent();
        let target = folder.and_then(|folder| folder.join(file).canonicalize().ok());
        let there = self
            .pages
            .iter()
            .find(|page| page.source.canonicalize().ok() == target);
        let Some(there) = there.filter(|page| page.name() != self.page.name()) else {
            return;
        };
        let named = matches!(self.line.last(), Some(Inline::Roman(text)) if text == there.name());
        if named {
            self.line.pop();
            self.line.push(bold(there.reference()));
        } else {
            self.line
                .extend([roman(" ("), bold(there.reference()), roman(")")]);
        }
    }

    fn flush(&mut self) {
        if !self.line.is_empty() {
            self.roff.text(std::mem::take(&mut self.line));
        }
    }
}

fn plain(line: &[Inline]) -> String {
    line.iter()
        .map(|inline| match inline {
            Inline::Roman(text) | Inline::Bold(text) | Inline::Italic(text) => text.as_str(),
            Inline::LineBreak => " ",
        })
        .collect()
}
