//! The cards of a book, and the tables by which they are found.
//!
//! All cards are lines in one text. A table is a list of places in that text in the order of what
//! stands there, so that a lookup is a binary search and loading one is reading numbers.
#![forbid(unsafe_code)]

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use super::card::{Card, What, category_line, to_line};
use super::files::Listed;
use super::scan::scan;
use crate::deadline::Deadline;
use crate::ffi::sys::memory;
use crate::providers::address_book::caseless;
use crate::regular_file;

/// A place in the text, and the card that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) length: u32,
    pub(super) card: u32,
}

/// A file that was read, and how many cards it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReadFile {
    pub(super) listed: Listed,
    pub(super) cards: u32,
    pub(super) broken: u32,
}

/// The cards of a book.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    /// The lines of all cards: those of the files in their order, then the categories.
    pub(super) text: String,
    /// Where each line begins, and at the end where the last one ends.
    pub(super) starts: Vec<u32>,
    pub(super) files: Vec<ReadFile>,
    /// Every word by which a card is found.
    pub(super) words: Vec<Place>,
    /// Every display name.
    pub(super) names: Vec<Place>,
    /// Every key.
    pub(super) keys: Vec<Place>,
}

/// The most text of all cards together. More is refused: to leave cards out would be to call a name
/// unknown, or one of several the only one.
const MOST_TEXT: usize = 512 << 20;
/// The most cards.
const MOST_CARDS: usize = 2 << 20;
/// How many cards take less, in small pieces, than is asked for at once.
const CARDS_AT_A_TIME: usize = 4096;
/// The most that is read of all files together.
const MOST_READ: u64 = 4 << 30;

impl Index {
    /// Reads the files of a book. Those that an older index has as they are, are not read again.
    ///
    /// # Errors
    /// What reading fails with; a book that is larger than any is.
    pub(super) fn build(
        path: &Path,
        files: Vec<Listed>,
        older: &Self,
        deadline: Deadline,
    ) -> io::Result<Self> {
        let mut index = Self::default();
        let mut known = older.by_file().peekable();
        let mut left = MOST_READ;
        for listed in files {
            let order = |file: &ReadFile| file.listed.name.as_str().cmp(&listed.name);
            while known
                .next_if(|(file, _)| order(file) == Ordering::Less)
                .is_some()
            {}
            let same = known.next_if(|(file, _)| {
                order(file) == Ordering::Equal && file.listed.stamp.same(&listed.stamp)
            });
            if let Some((file, cards)) = same {
                for card in cards {
                    index.push(older.line(card))?;
                }
                index.files.push(file.clone());
                continue;
            }
            deadline.allow(std::time::Duration::MAX)?;
            let file = if listed.name.is_empty() {
                path.to_owned()
            } else {
                path.join(&listed.name)
            };
            let (cards, broken) = match index.read(&file, &mut left) {
                // Gone since it was listed.
                Err(error)
                    if error.kind() == io::ErrorKind::NotFound && !listed.name.is_empty() =>
                {
                    continue;
                }
                read => read?,
            };
            index.files.push(ReadFile {
                listed,
                cards,
                broken,
            });
        }
        index.add_categories()?;
        index.sort()?;
        Ok(index)
    }

    /// Reads a file; how many cards it has, and how many that cannot be used.
    fn read(&mut self, path: &Path, left: &mut u64) -> io::Result<(u32, u32)> {
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let (file, _) = regular_file::open(path).map_err(named)?;
        let before = self.len();
        let mut broken = 0u32;
        let mut reader = Bounded { file, left };
        let without_end = {
            let mut reader = BufReader::with_capacity(64 << 10, &mut reader);
            scan(&mut reader, &mut |card| {
                match to_line(card) {
                    Some(line) => self.push(&line)?,
                    None => broken += 1,
                }
                Ok(())
            })
            .map_err(named)?
        };
        let cards = u32::try_from(self.len() - before).unwrap_or(u32::MAX);
        let without_end = u32::try_from(without_end).unwrap_or(u32::MAX);
        Ok((cards, broken.saturating_add(without_end)))
    }

    fn push(&mut self, line: &str) -> io::Result<()> {
        self.starts.try_reserve(2)?;
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        if self.len() >= MOST_CARDS || self.text.len() + line.len() > MOST_TEXT {
            return Err(io::Error::other(format!(
                "it has more than {MOST_CARDS} cards, or more text than an address book"
            )));
        }
        self.text.try_reserve(line.len())?;
        self.text.push_str(line);
        self.starts.push(position(self.text.len()));
        Ok(())
    }

    /// Makes a list of all cards that are in a category. A group of its name goes before it.
    fn add_categories(&mut self) -> io::Result<()> {
        let mut categories: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
        for (at, card) in self.cards().enumerate() {
            if at % CARDS_AT_A_TIME == 0 {
                ask_for_room(0)?;
            }
            for name in card.categories() {
                let (_, members) = categories
                    .entry(caseless(name))
                    .or_insert((name, Vec::new()));
                members.try_reserve(1)?;
                members.push(card.key);
            }
        }
        for card in self.cards().filter(|card| card.what == What::Group) {
            categories.remove(card.caseless);
        }
        let mut lines = Vec::new();
        for (name, members) in categories.into_values() {
            // Joined, in a line, and in that line once more as it grows.
            ask_for_room(3 * members.iter().map(|key| key.len() + 1).sum::<usize>())?;
            lines.try_reserve(1)?;
            lines.push(category_line(name, &members));
        }
        lines.iter().try_for_each(|line| self.push(line))
    }

    fn sort(&mut self) -> io::Result<()> {
        let (mut words, mut names, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        names.try_reserve_exact(self.len())?;
        keys.try_reserve_exact(self.len())?;
        let place = |text: &str, card: usize| Place {
            start: position(text.as_ptr().addr() - self.text.as_ptr().addr()),
            length: position(text.len()),
            card: position(card),
        };
        for (at, card) in self.cards().enumerate() {
            for word in card.words() {
                words.try_reserve(1)?;
                words.push(place(word, at));
            }
            names.push(place(card.caseless, at));
            keys.push(place(card.key, at));
        }
        for table in [&mut words, &mut names, &mut keys] {
            table.sort_unstable_by(|a, b| self.at(a).cmp(self.at(b)).then(a.card.cmp(&b.card)));
        }
        (self.words, self.names, self.keys) = (words, names, keys);
        Ok(())
    }

    /// How many cards and categories there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// All cards, categories last.
    pub(super) fn cards(&self) -> impl Iterator<Item = Card<'_>> {
        (0..self.len()).filter_map(|at| Card::read(self.line(at)))
    }

    /// The card of this number.
    pub(super) fn card(&self, number: u32) -> Option<Card<'_>> {
        Card::read(self.line(number as usize))
    }

    fn line(&self, number: usize) -> &str {
        let start = self.starts.get(number).copied().unwrap_or(0) as usize;
        let end = self.starts.get(number + 1).copied().unwrap_or(0) as usize;
        self.text.get(start..end).unwrap_or_default()
    }

    /// The files, each with the numbers of its cards.
    fn by_file(&self) -> impl Iterator<Item = (&ReadFile, Range<usize>)> {
        let mut next = 0;
        self.files.iter().map(move |file| {
            let first = next;
            next += file.cards as usize;
            (file, first..next)
        })
    }

    /// What stands at a place.
    pub(super) fn at(&self, place: &Place) -> &str {
        let start = place.start as usize;
        self.text
            .get(start..start.saturating_add(place.length as usize))
            .unwrap_or_default()
    }

    /// The places of a table at which exactly this stands.
    pub(super) fn equal<'i>(&'i self, table: &'i [Place], text: &str) -> &'i [Place] {
        let first = table.partition_point(|place| self.at(place) < text);
        let rest = table.get(first..).unwrap_or_default();
        let count = rest.partition_point(|place| self.at(place) == text);
        rest.get(..count).unwrap_or_default()
    }

    /// The places of a table at which something stands that begins so.
    pub(super) fn beginning<'i>(&'i self, table: &'i [Place], text: &str) -> &'i [Place] {
        let first = table.partition_point(|place| self.at(place) < text);
        let rest = table.get(first..).unwrap_or_default();
        let count = rest.partition_point(|place| self.at(place).starts_with(text));
        rest.get(..count).unwrap_or_default()
    }

    /// How many cards cannot be used.
    pub(super) fn broken(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.broken)).sum()
    }
}

/// Has memory for what takes this much in pieces that cannot each be asked for, and for what the call
/// takes besides: a small piece that is not there would abort the host.
fn ask_for_room(bytes: usize) -> io::Result<()> {
    const BESIDES: usize = 8 << 20;
    if memory::has_room(bytes.saturating_add(BESIDES)) {
        return Ok(());
    }
    Err(io::ErrorKind::OutOfMemory.into())
}

/// The text is far from that long.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A file, of which no more is read than is left for the whole book.
struct Bounded<'l> {
    file: File,
    left: &'l mut u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        *self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("the address book is larger than 4 GiB"))?;
        Ok(read)
    }
}
