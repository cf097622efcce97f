//! People on business cards: a `.vcf` file, or a folder of them.
//!
//! From the file up: [`files`] says which there are and whether they have changed, [`scan`] finds the
//! cards in one, [`card`] makes a line of each, [`index`] finds them again, and [`kept`] has the index on
//! disk for the next process.
#![forbid(unsafe_code)]

mod card;
mod files;
mod index;
mod kept;
mod scan;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::card::{Card, KEYS, MAILTO, What};
use self::files::Listing;
use self::index::{Index, Place};
use super::{AddressBook, Entry, Found, MatchedBy, Member, Query, Reaches};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::model::{Address, Mailbox};
use crate::trace;

/// The cards that a process has read, by where they are. Sessions come and go; these stay.
#[derive(Default)]
pub struct Shelf {
    books: Mutex<HashMap<PathBuf, Arc<Cards>>>,
    /// Where indexes are kept on disk; nowhere unless this is set.
    cache: Option<PathBuf>,
}

impl Shelf {
    /// An empty one, that keeps the indexes of large books below this folder.
    pub fn new(cache: Option<PathBuf>) -> Self {
        Self {
            cache,
            ..Self::default()
        }
    }

    fn book(&self, path: &Path) -> Arc<Cards> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(books.entry(path.to_owned()).or_default())
    }
}

/// The cards of a book as they were when it was last looked at.
#[derive(Default)]
struct Cards(Mutex<Option<Read>>);

struct Read {
    index: Arc<Index>,
    listing: Listing,
    looked: Instant,
}

impl Read {
    /// So few files are looked at each time.
    const FEW: usize = 256;
    /// More of them, whether one was changed in its place, no more often than this. What comes, goes or
    /// is replaced, as programs do that care for their files, is seen at once.
    const INTERVAL: Duration = Duration::from_secs(10);

    fn is_fresh(&self) -> bool {
        self.index.files.len() > Self::FEW
            && self.looked.elapsed() < Self::INTERVAL
            && self.listing.folders_are_same()
    }
}

/// A `.vcf` file, or a folder of them.
pub struct VcardBook {
    path: PathBuf,
    cards: Arc<Cards>,
    kept: Option<PathBuf>,
}

impl VcardBook {
    /// The cards at this path, not yet read unless they stand on the shelf.
    pub fn new(path: &Path, shelf: &Shelf) -> Self {
        Self {
            path: path.to_owned(),
            cards: shelf.book(path),
            kept: shelf.cache.as_ref().map(|cache| kept::place(cache, path)),
        }
    }

    /// The cards as they are now.
    fn index(&self, deadline: Deadline) -> Result<Arc<Index>> {
        let mut cards: MutexGuard<'_, _> =
            self.cards.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(read) = cards.as_ref()
            && read.is_fresh()
        {
            return Ok(Arc::clone(&read.index));
        }
        let read = self
            .refresh(cards.take(), deadline)
            .map_err(|error| self.failed(error))?;
        let index = Arc::clone(&read.index);
        *cards = Some(read);
        Ok(index)
    }

    fn refresh(&self, before: Option<Read>, deadline: Deadline) -> io::Result<Read> {
        let older = match before {
            Some(read) => read.index,
            None => {
                let kept = self.kept.as_ref();
                let index = kept.and_then(|place| kept::load(place, &self.path));
                Arc::new(index.unwrap_or_default())
            }
        };
        let mut listing = Listing::of(&self.path)?;
        let files = std::mem::take(&mut listing.files);
        let looked = Instant::now();
        let same = files.len() == older.files.len()
            && files.iter().zip(&older.files).all(|(now, before)| {
                now.name == before.listed.name && now.stamp.same(&before.listed.stamp)
            });
        let index = if same {
            older
        } else {
            let index = Arc::new(Index::build(&self.path, files, &older, deadline)?);
            if let Some(place) = &self.kept
                && let Err(error) = kept::save(place, &self.path, &index)
            {
                trace::note(format!(
                    "the index of {} cannot be kept: {error}",
                    self.description()
                ));
            }
            index
        };
        Ok(Read {
            index,
            listing,
            looked,
        })
    }

    fn failed(&self, error: io::Error) -> Error {
        let kind = match error.kind() {
            io::ErrorKind::TimedOut => Kind::Failure,
            _ => Kind::of_system_error(&error),
        };
        Error::new(kind, format!("cannot read {}", self.description())).because(error)
    }
}

impl AddressBook for VcardBook {
    fn find(&self, query: &Query, deadline: Deadline) -> Result<Found> {
        let index = self.index(deadline)?;
        let mut search = Search::new(&index);
        for place in index.equal(&index.names, query.caseless()) {
            search.take(MatchedBy::DisplayName, place);
        }
        let ranges = query
            .words()
            .iter()
            .map(|word| index.beginning(&index.words, word));
        // The word that says most; the others are compared card by card.
        for place in ranges.min_by_key(|range| range.len()).unwrap_or_default() {
            if search.found.len() > Found::MOST {
                search.more = true;
                break;
            }
            if index
                .card(place.card)
                .is_some_and(|card| query.begins_words_of(&card.words().collect::<Vec<_>>()))
            {
                search.take(MatchedBy::Words, place);
            }
        }
        Ok(Found::new(search.found, search.more))
    }

    fn entry(&self, key: &str, deadline: Deadline) -> Result<Option<Entry>> {
        if !key.starts_with(KEYS) {
            return Ok(None);
        }
        let index = self.index(deadline)?;
        let cards = index.equal(&index.keys, key).iter();
        let mut entries = cards.filter_map(|place| entry(&index.card(place.card)?));
        let first = entries.next();
        if let Some(first) = &first
            && entries.any(|other| other.reaches != first.reaches)
        {
            return Err(Error::new(
                Kind::InvalidRecipients,
                format!(
                    "two cards of {} that differ have the UID of {}: give one of them another",
                    self.description(),
                    first.name
                ),
            ));
        }
        Ok(first)
    }

    fn members(&self, key: &str, most: usize, deadline: Deadline) -> Result<Option<Vec<Member>>> {
        if !key.starts_with(KEYS) {
            return Ok(None);
        }
        let index = self.index(deadline)?;
        let lists = index.equal(&index.keys, key).iter();
        let mut lists = lists.filter_map(|place| index.card(place.card));
        let Some(list) = lists.find(|card| card.what != What::Person) else {
            return Ok(None);
        };
        let mut members = Vec::new();
        for member in list.members() {
            if members.len() >= most {
                return Err(Error::new(
                    Kind::TooManyRecipients,
                    format!("it has more than {most} members"),
                ));
            }
            members.push(self.member(&index, member, deadline)?);
        }
        Ok(Some(members))
    }

    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        let index = self.index(deadline)?;
        let people = index.cards().filter(|card| card.what == What::Person);
        let people = people.count();
        report(&format!(
            "{}: {people} people and {} lists in {} files",
            self.description(),
            index.len() - people,
            index.files.len()
        ));
        if index.broken() > 0 {
            report(&format!(
                "{} of its cards cannot be used: they have no mail address, or no end",
                index.broken()
            ));
        }
        Ok(())
    }

    fn description(&self) -> String {
        format!("the vCards in {}", self.path.display())
    }
}

impl VcardBook {
    /// A member by its address or its key.
    fn member(&self, index: &Index, member: &str, deadline: Deadline) -> Result<Member> {
        if let Some(address) = member.strip_prefix(MAILTO) {
            return Ok(Member::Person(Mailbox {
                name: String::new(),
                address: Address::new(address)?,
            }));
        }
        let entry = match index.equal(&index.keys, member) {
            [] => None,
            [place] => index.card(place.card).and_then(|card| entry(&card)),
            _ => self.entry(member, deadline)?,
        };
        match entry {
            Some(entry) => Ok(match entry.reaches {
                Reaches::Person(address) => Member::Person(Mailbox {
                    name: entry.name,
                    address,
                }),
                Reaches::List => Member::List(entry.key),
            }),
            None => Err(Error::new(
                Kind::InvalidRecipients,
                format!(
                    "no card with a mail address has the UID of its member {}",
                    member.rsplit(':').next().unwrap_or(member)
                ),
            )),
        }
    }
}

/// An entry for a card.
fn entry(card: &Card<'_>) -> Option<Entry> {
    let reaches = match card.what {
        // Checked again: the index on disk is only a file.
        What::Person => Reaches::Person(Address::new(card.address).ok()?),
        What::Group | What::Category => Reaches::List,
    };
    Some(Entry {
        key: card.key.to_owned(),
        name: card.name.to_owned(),
        reaches,
    })
}

/// Whom a search has found so far, each once.
struct Search<'i> {
    index: &'i Index,
    seen: Vec<u32>,
    found: Vec<(MatchedBy, Entry)>,
    more: bool,
}

impl<'i> Search<'i> {
    fn new(index: &'i Index) -> Self {
        Self {
            index,
            seen: Vec::new(),
            found: Vec::new(),
            more: false,
        }
    }

    fn take(&mut self, by: MatchedBy, place: &Place) {
        if self.found.len() > Found::MOST {
            self.more = true;
            return;
        }
        if self.seen.contains(&place.card) {
            return;
        }
        self.seen.push(place.card);
        if let Some(entry) = self.index.card(place.card).and_then(|card| entry(&card)) {
            self.found.push((by, entry));
        }
    }
}
