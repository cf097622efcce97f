//! What is known of the messages in a Maildir, in the order in which they were received.
#![forbid(unsafe_code)]

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::key::Key;
use super::listing::{self, Found, Listing, Stamps};
use crate::maildir::{Moment, SEEN};
use crate::providers::store::Wanted;

/// A place in the order of reception. It stays the same however a message's flags change, and means
/// something after the message is gone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    at: Moment,
    stem: Arc<[u8]>,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    found: Found,
    /// Its class, once somebody has looked.
    class: Option<Box<str>>,
    /// The number of the last listing that had it.
    seen: u64,
}

/// How many listings that may have missed something have to miss a message until it is gone.
const ENOUGH_LOOKS: u64 = 2;

/// The messages of a Maildir as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Index {
    order: BTreeMap<Place, Entry>,
    places: HashMap<Key, Place>,
    gone: Gone,
    listings: u64,
    last: Option<Last>,
}

/// The last listing.
#[derive(Debug)]
struct Last {
    stamps: Stamps,
    settled: bool,
    at: Instant,
    cost: Duration,
}

impl Index {
    /// Whether it certainly holds everything that is there.
    pub(super) fn is_current(&self, stamps: &Stamps) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| last.settled && last.stamps == *stamps)
    }

    /// Whether it is time to take a listing for what may have changed.
    pub(super) fn is_due(&self, stamps: &Stamps) -> bool {
        let paused = |last: &Last| last.at.elapsed() >= listing::pause(last.cost);
        !self.is_current(stamps) && self.last.as_ref().is_none_or(paused)
    }

    /// Learns what a listing that began at this moment has. `received` finds the time for names
    /// that do not say it.
    pub(super) fn take_over(
        &mut self,
        listing: Listing,
        began: Instant,
        received: impl Fn(&Found) -> Option<Moment>,
    ) {
        self.listings += 1;
        for found in listing.found {
            self.insert(found, &received);
        }
        let listings = self.listings;
        let missed = |entry: &Entry| {
            let looks = listings - entry.seen;
            looks >= ENOUGH_LOOKS || (looks > 0 && listing.settled)
        };
        let gone = self.order.extract_if(.., |_, entry| missed(entry));
        for (place, entry) in gone {
            self.places.remove(&entry.key);
            self.gone.insert(entry.key, place);
        }
        self.last = Some(Last {
            stamps: listing.stamps,
            settled: listing.settled,
            at: Instant::now(),
            cost: began.elapsed(),
        });
    }

    fn insert(&mut self, found: Found, received: impl Fn(&Found) -> Option<Moment>) {
        let stem: Arc<[u8]> = found.name.stem().into();
        let place = match found.name.moment() {
            Some(at) => Place { at, stem },
            None => match self.places.get(&Key::of_stem(&stem)) {
                Some(place) => place.clone(),
                None => match received(&found) {
                    Some(at) => Place { at, stem },
                    // It was there when its name was read, and is not any more.
                    None => return,
                },
            },
        };
        let seen = self.listings;
        if let Some(entry) = self.order.get_mut(&place) {
            // Renamed while the names were read, it may appear under both.
            if entry.seen < seen || entry.found.is_before(&found) {
                entry.found = found;
                entry.seen = seen;
            }
            return;
        }
        let key = Key::of_stem(&place.stem);
        self.gone.remove(&key);
        self.places.insert(key, place.clone());
        let entry = Entry {
            key,
            found,
            class: None,
            seen,
        };
        self.order.insert(place, entry);
    }

    /// Learns of a message that was just put there by ourselves.
    pub(super) fn add(&mut self, found: Found) {
        // Before the first listing nothing is known, and nothing need be.
        if self.last.is_some() {
            self.insert(found, |_| None);
        }
    }

    /// Where a message lies.
    pub(super) fn find(&self, key: &Key) -> Option<&Found> {
        let place = self.places.get(key)?;
        self.order.get(place).map(|entry| &entry.found)
    }

    /// Where in the order a message is, or was.
    pub(super) fn place(&self, key: &Key) -> Option<&Place> {
        self.places.get(key).or_else(|| self.gone.place(key))
    }

    /// The first message after a place that is wanted, as far as is known: its class may still have
    /// to be looked at.
    pub(super) fn after(&self, place: Option<&Place>, wanted: &Wanted) -> Option<Candidate> {
        let from = place.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.order.range((from, Bound::Unbounded));
        let (place, entry) = rest.find(|(_, entry)| {
            let class = entry.class.as_deref();
            (!wanted.unread_only || entry.found.is_unread())
                && class.is_none_or(|class| wanted.has_class(class))
        })?;
        Some(Candidate {
            place: place.clone(),
            key: entry.key,
            found: entry.found.clone(),
            class_known: entry.class.is_some(),
        })
    }

    /// Remembers the class of the message that lay there when it was looked at.
    pub(super) fn learn_class(&mut self, key: &Key, found: &Found, class: &str) {
        if let Some(entry) = self.entry(key)
            && entry.found == *found
        {
            entry.class = Some(class.into());
        }
    }

    /// Learns that we gave a message another name, and with it maybe other bytes.
    pub(super) fn moved(&mut self, key: &Key, to: Found, same_bytes: bool) {
        if let Some(entry) = self.entry(key) {
            entry.found = to;
            if !same_bytes {
                entry.class = None;
            }
        }
    }

    /// Learns that we deleted a message.
    pub(super) fn forget(&mut self, key: &Key) {
        if let Some(place) = self.places.remove(key) {
            self.order.remove(&place);
            self.gone.insert(*key, place);
        }
    }

    fn entry(&mut self, key: &Key) -> Option<&mut Entry> {
        self.order.get_mut(self.places.get(key)?)
    }
}

/// A message that may be the wanted one.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) place: Place,
    pub(super) key: Key,
    pub(super) found: Found,
    pub(super) class_known: bool,
}

impl Found {
    pub(super) fn is_unread(&self) -> bool {
        !self.name.has_flag(SEEN)
    }

    /// Whether of two names for one message this is the older one, as far as names can tell.
    fn is_before(&self, other: &Self) -> bool {
        let rank = |found: &Self| (found.room, found.name.clone());
        rank(self) < rank(other)
    }
}

/// Where messages were that are there no more, so that a program can go on from one that it has
/// deleted. Bounded: the oldest are forgotten.
#[derive(Debug, Default)]
struct Gone {
    places: HashMap<Key, Place>,
    oldest: VecDeque<Key>,
}

impl Gone {
    const MOST: usize = 200_000;

    fn insert(&mut self, key: Key, place: Place) {
        if self.places.insert(key, place).is_none() {
            self.oldest.push_back(key);
        }
        if self.oldest.len() > Self::MOST
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.places.remove(&oldest);
        }
    }

    /// It is back: somebody had only moved it.
    fn remove(&mut self, key: &Key) {
        self.places.remove(key);
    }

    fn place(&self, key: &Key) -> Option<&Place> {
        self.places.get(key)
    }
}
