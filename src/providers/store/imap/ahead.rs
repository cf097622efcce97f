//! What is fetched ahead for a program that lists: one that looks for messages and reads the
//! envelope of each as soon as it is found.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;

use super::fetched::Fetched;
use super::inbox::Inbox;
use crate::providers::store::Wanted;

/// The most messages that are fetched at once.
const MOST_MESSAGES: usize = 128;
/// The most memory that is kept for those that nobody has asked for yet.
const MOST_BYTES: usize = 2 << 20;

/// Envelopes that were fetched before they were asked for, each of which is given out once.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    kept: BTreeMap<u32, Fetched>,
    weight: usize,
    /// What was found last, and what had been looked for.
    found: Option<(u32, Wanted)>,
    /// How many were fetched at once.
    window: usize,
}

impl Ahead {
    /// Takes note of what a program has found.
    pub(super) fn found(&mut self, uid: u32, wanted: &Wanted) {
        match &mut self.found {
            Some((last, same)) if same == wanted => *last = uid,
            found => *found = Some((uid, wanted.clone())),
        }
    }

    /// What was fetched ahead of this message.
    pub(super) fn take(&mut self, uid: u32) -> Option<Fetched> {
        let fetched = self.kept.remove(&uid)?;
        self.weight -= fetched.weight();
        Some(fetched)
    }

    /// What to fetch at once when this message is asked for: more each time, as long as each is asked
    /// for when it has just been found.
    pub(super) fn plan(&mut self, uid: u32, inbox: &Inbox) -> Vec<u32> {
        self.kept.clear();
        self.weight = 0;
        let mut uids = vec![uid];
        match &self.found {
            Some((found, wanted)) if *found == uid => {
                self.window = (self.window * 2).clamp(1, MOST_MESSAGES);
                uids.extend(inbox.upcoming(uid, wanted).take(self.window - 1));
            }
            _ => self.window = 0,
        }
        uids
    }

    /// Keeps what was fetched ahead, as far as there is room for it.
    pub(super) fn keep(&mut self, uid: u32, fetched: Fetched) {
        let weight = fetched.weight();
        if self.weight + weight <= MOST_BYTES && !self.kept.contains_key(&uid) {
            self.weight += weight;
            self.kept.insert(uid, fetched);
        }
    }
}
