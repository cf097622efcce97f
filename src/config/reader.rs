//! Reads a TOML document key by key, so that every mistake in it can be told with its line.
//!
//! A [`Table`] hands out each key that its reader knows, with its type checked. What is left when
//! it is finished nobody knows, and is refused with the nearest key that was asked for. What is
//! missing can be told only after that: a key that seems missing is most often one misspelt.
#![forbid(unsafe_code)]

use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Secret;
use crate::error::{Error, Kind, Result};

/// What a check of a single value answers: the value, or what is wrong with it, told so that it
/// can follow the name of its key (`is empty`).
pub(super) type Checked<T> = std::result::Result<T, String>;

/// A document and where it came from.
pub(super) struct Document<'t> {
    path: &'t Path,
    text: &'t str,
}

impl<'t> Document<'t> {
    pub(super) fn new(path: &'t Path, text: &'t str) -> Self {
        Self { path, text }
    }

    /// The top of the document.
    pub(super) fn parse(&'t self) -> Result<Table<'t>> {
        match DeTable::parse(self.text) {
            Ok(top) => Ok(Table::new(self, String::new(), top.into_inner(), 0)),
            // Its own text would show the line, and a password may stand on it.
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                Err(self.error(at, format_args!("not valid TOML: {}", error.message())))
            }
        }
    }

    fn error(&self, at: usize, what: impl fmt::Display) -> Error {
        let before = self
            .text
            .as_bytes()
            .get(..at)
            .unwrap_or(self.text.as_bytes());
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        Error::new(
            Kind::LoginFailed,
            format!("{}:{line}: {what}", self.path.display()),
        )
    }
}

/// Where a table stands, and which keys its reader asked for.
pub(super) struct Place<'t> {
    document: &'t Document<'t>,
    /// The header as it would be written, in its brackets; empty for the top of the document.
    header: String,
    at: usize,
    asked: Vec<(&'static str, Option<usize>)>,
}

impl Place<'_> {
    /// Refuses the value of a key that was asked for.
    pub(super) fn refuse(&self, key: &str, why: impl fmt::Display) -> Error {
        let known = self.asked.iter().find(|(asked, _)| *asked == key);
        let at = known.and_then(|(_, at)| *at).unwrap_or(self.at);
        self.document
            .error(at, format_args!("{} {why}", self.name(key)))
    }

    /// Refuses the table itself.
    pub(super) fn invalid(&self, why: impl fmt::Display) -> Error {
        self.document
            .error(self.at, format_args!("{} {why}", self.header))
    }

    /// The value of a key that has to be there.
    pub(super) fn require<T>(&self, key: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| self.lacks(format_args!("\"{key}\"")))
    }

    /// Refuses the table for what is not in it.
    pub(super) fn lacks(&self, what: impl fmt::Display) -> Error {
        let table = if self.header.is_empty() {
            "the file"
        } else {
            self.header.as_str()
        };
        self.document
            .error(self.at, format_args!("{table} has no {what}"))
    }

    fn name(&self, key: &str) -> String {
        match self.header.as_str() {
            "" => format!("\"{key}\""),
            header => format!("\"{key}\" in {header}"),
        }
    }

    /// The header of a table below this one.
    fn below(&self, key: &str) -> String {
        let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let key = match key {
            _ if !key.is_empty() && key.chars().all(bare) => key.to_owned(),
            _ => format!("\"{}\"", key.escape_debug()),
        };
        match self.header.trim_matches(['[', ']']) {
            "" => format!("[{key}]"),
            header => format!("[{header}.{key}]"),
        }
    }
}

/// A table that is being read.
pub(super) struct Table<'t> {
    place: Place<'t>,
    entries: DeTable<'t>,
}

impl<'t> Table<'t> {
    fn new(document: &'t Document<'t>, header: String, entries: DeTable<'t>, at: usize) -> Self {
        let place = Place {
            document,
            header,
            at,
            asked: Vec::new(),
        };
        Self { place, entries }
    }

    /// Where it stands, for refusals while it is being read.
    pub(super) fn place(&self) -> &Place<'t> {
        &self.place
    }

    /// A text, not empty and on one line.
    pub(super) fn text(&mut self, key: &'static str) -> Result<Option<String>> {
        self.text_as(key, |text| one_line(text).map(str::to_owned))
    }

    /// A text that says something else.
    pub(super) fn text_as<T>(
        &mut self,
        key: &'static str,
        check: impl FnOnce(&str) -> Checked<T>,
    ) -> Result<Option<T>> {
        self.value(key, |value| match value {
            DeValue::String(text) => check(&text),
            other => Err(wrong_type(&other, "a string")),
        })
    }

    /// A text that must not be shown.
    pub(super) fn secret(&mut self, key: &'static str) -> Result<Option<Secret>> {
        self.value(key, |value| match value {
            DeValue::String(text) => {
                // Taken over, not copied: what the parser had to allocate is wiped with it.
                let secret = Secret::new(text.into_owned());
                one_line(secret.reveal())?;
                Ok(secret)
            }
            other => Err(wrong_type(&other, "a string")),
        })
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>> {
        self.text_as(key, |text| {
            let chosen = choices.iter().find(|(word, _)| *word == text);
            chosen.map(|(_, choice)| *choice).ok_or_else(|| {
                let words: Vec<_> = choices
                    .iter()
                    .map(|(word, _)| format!("\"{word}\""))
                    .collect();
                format!("is {}; it may be {}", quoted(text), words.join(", "))
            })
        })
    }

    /// A number within bounds.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>> {
        self.value(key, |value| match value {
            DeValue::Integer(integer) => u64::from_str_radix(integer.as_str(), integer.radix())
                .ok()
                .filter(|number| range.contains(number))
                .ok_or_else(|| {
                    let (least, most) = range.into_inner();
                    format!("is {integer}; it may be from {least} to {most}")
                }),
            other => Err(wrong_type(&other, "an integer")),
        })
    }

    /// True or false.
    pub(super) fn flag(&mut self, key: &'static str) -> Result<Option<bool>> {
        self.value(key, |value| match value {
            DeValue::Boolean(flag) => Ok(flag),
            other => Err(wrong_type(&other, "true or false")),
        })
    }

    /// A list of texts.
    pub(super) fn texts_as<T>(
        &mut self,
        key: &'static str,
        mut check: impl FnMut(&str) -> Checked<T>,
    ) -> Result<Option<Vec<T>>> {
        const WANTED: &str = "an array of strings";
        self.value(key, |value| match value {
            DeValue::Array(array) => array
                .into_iter()
                .map(|element| match element.into_inner() {
                    DeValue::String(text) => check(&text),
                    other => Err(format!("holds {}; {WANTED} is wanted", article(&other))),
                })
                .collect(),
            other => Err(wrong_type(&other, WANTED)),
        })
    }

    /// A table below this one.
    pub(super) fn table(&mut self, key: &'static str) -> Result<Option<Self>> {
        let Some((at, value)) = self.take(key) else {
            return Ok(None);
        };
        let header = self.place.below(key);
        let document = self.place.document;
        match value.into_inner() {
            DeValue::Table(entries) => Ok(Some(Self::new(document, header, entries, at))),
            other => Err(self.place.refuse(key, wrong_type(&other, "a table"))),
        }
    }

    /// An array of tables below this one.
    pub(super) fn tables(&mut self, key: &'static str) -> Result<Vec<Self>> {
        const WANTED: &str = "an array of tables";
        let Some((_, value)) = self.take(key) else {
            return Ok(Vec::new());
        };
        let header = format!("[{}]", self.place.below(key));
        let document = self.place.document;
        let DeValue::Array(array) = value.into_inner() else {
            return Err(self
                .place
                .refuse(key, format_args!("is not {WANTED}: its header is {header}")));
        };
        array
            .into_iter()
            .map(|element| {
                let at = element.span().start;
                match element.into_inner() {
                    DeValue::Table(entries) => Ok(Self::new(document, header.clone(), entries, at)),
                    other => Err(self.place.refuse(key, wrong_type(&other, WANTED))),
                }
            })
            .collect()
    }

    /// The tables below this one whose names the user chooses.
    pub(super) fn named_tables(self) -> Result<Vec<(String, Self)>> {
        let Self { place, entries } = self;
        entries
            .into_iter()
            .map(|(key, value)| {
                let (at, name) = (key.span().start, key.into_inner().into_owned());
                let header = place.below(&name);
                match value.into_inner() {
                    DeValue::Table(entries) => {
                        Ok((name, Self::new(place.document, header, entries, at)))
                    }
                    other => {
                        let key = place.name(&name);
                        let why = wrong_type(&other, "a table");
                        Err(place.document.error(at, format_args!("{key} {why}")))
                    }
                }
            })
            .collect()
    }

    /// Ends the reading; what is left is refused.
    pub(super) fn finish(self) -> Result<Place<'t>> {
        let Self { place, entries } = self;
        // The first in the file, not in the alphabet.
        let Some(unknown) = entries.keys().min_by_key(|key| key.span().start) else {
            return Ok(place);
        };
        let name = unknown.get_ref().as_ref();
        let shown = place.name(&name.escape_debug().to_string());
        let hint = match nearest(name, place.asked.iter().map(|(key, _)| *key)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => {
                let keys: Vec<_> = place
                    .asked
                    .iter()
                    .map(|(key, _)| format!("\"{key}\""))
                    .collect();
                format!("known here: {}", keys.join(", "))
            }
        };
        Err(place.document.error(
            unknown.span().start,
            format_args!("unknown key {shown}; {hint}"),
        ))
    }

    fn value<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(DeValue<'t>) -> Checked<T>,
    ) -> Result<Option<T>> {
        let Some((_, value)) = self.take(key) else {
            return Ok(None);
        };
        match read(value.into_inner()) {
            Ok(value) => Ok(Some(value)),
            Err(why) => Err(self.place.refuse(key, why)),
        }
    }

    fn take(&mut self, key: &'static str) -> Option<(usize, Spanned<DeValue<'t>>)> {
        let entry = self.entries.remove_entry(key);
        let entry = entry.map(|(key, value)| (key.span().start, value));
        self.place
            .asked
            .push((key, entry.as_ref().map(|(at, _)| *at)));
        entry
    }
}

/// The known key that somebody most likely meant.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    const ALIKE: f64 = 0.86;
    let name = name.replace('_', "-").to_lowercase();
    known
        .map(|key| (strsim::jaro_winkler(&name, key), key))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, key)| key)
}

/// A text that is not empty and has no control characters.
pub(super) fn one_line(text: &str) -> Checked<&str> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    match text.chars().find(|c| c.is_control()) {
        Some(c) => Err(format!("has the control character U+{:04X}", u32::from(c))),
        None => Ok(text),
    }
}

/// A value in quotes, not longer than a line can bear.
pub(super) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let shown: String = text
        .chars()
        .take(MOST)
        .flat_map(char::escape_debug)
        .collect();
    let rest = if text.chars().nth(MOST).is_some() {
        "…"
    } else {
        ""
    };
    format!("\"{shown}{rest}\"")
}

fn wrong_type(value: &DeValue<'_>, wanted: &str) -> String {
    format!("is {}; {wanted} is wanted", article(value))
}

fn article(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
