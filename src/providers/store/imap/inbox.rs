//! What is known of the messages in the Inbox, in the order in which they arrived.
#![forbid(unsafe_code)]

use std::collections::BTreeSet;

use super::classes::{Class, Classes};
use super::fetched::{Fetched, Marks, PackedMarks};
use super::heard::Heard;
use crate::providers::store::Wanted;

/// The most messages that are looked at: more are no Inbox, or a server that lies.
pub(super) const MOST_MESSAGES: u32 = 1 << 20;

/// A message on the server, small because there may be a million. Its UID is its place in the order:
/// they only ever grow.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    uid: u32,
    /// Its class, once somebody has looked.
    class: Option<Class>,
    marks: PackedMarks,
}

/// The messages in the Inbox as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    /// What the UIDs are worth.
    pub(super) validity: u32,
    /// In the order of their UIDs, which is also that of the server's numbers.
    entries: Vec<Entry>,
    /// How many there are, says the server.
    exists: u32,
    /// The server's numbers fit our order.
    in_order: bool,
    classes: Classes,
    gone: Gone,
}

/// What to do next in looking for a message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It is this one.
    Found(u32),
    /// The classes of these have to be known first.
    Classes(Vec<u32>),
    /// There is none.
    End,
}

impl Inbox {
    /// Begins anew on another connection. What was known stays useful while UIDs mean the same.
    pub(super) fn reopen(&mut self, validity: u32, exists: u32) {
        if self.validity != validity {
            *self = Self {
                validity,
                ..Self::default()
            };
        }
        self.exists = exists;
        self.in_order = false;
    }

    /// Takes note of what the server says without being asked.
    pub(super) fn hear(&mut self, heard: &Heard) {
        match heard {
            Heard::Exists(count) => {
                self.exists = *count;
                self.in_order &= self.entries.len() as u64 <= u64::from(*count);
            }
            Heard::Expunge(number) => self.expunge(*number),
            Heard::Fetch(fetched) => self.learn_marks(fetched),
            _ => {}
        }
    }

    /// Whether the server says that the UIDs mean something else from now on.
    pub(super) fn is_renumbered_by(&self, heard: &Heard) -> bool {
        let Heard::Untagged(verdict) = heard else {
            return false;
        };
        verdict
            .code_after("UIDVALIDITY")
            .is_some_and(|validity| validity.parse() != Ok(self.validity))
    }

    fn expunge(&mut self, number: u32) {
        self.exists = self.exists.saturating_sub(1);
        match self.at(number) {
            Some(at) => {
                let entry = self.entries.remove(at);
                self.gone.insert(entry.uid);
            }
            // One that has not been listed yet.
            None => self.in_order &= number as usize > self.entries.len(),
        }
    }

    fn learn_marks(&mut self, fetched: &Fetched) {
        let Some(marks) = fetched.marks else { return };
        let at = match fetched.uid {
            Some(uid) => self.find(uid),
            None => self.at(fetched.number),
        };
        if let Some(entry) = at.and_then(|at| self.entries.get_mut(at)) {
            entry.marks = marks.pack();
        }
    }

    fn at(&self, number: u32) -> Option<usize> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        (self.in_order && at < self.entries.len()).then_some(at)
    }

    fn find(&self, uid: u32) -> Option<usize> {
        self.entries
            .binary_search_by_key(&uid, |entry| entry.uid)
            .ok()
    }

    /// The first UID to list from; none when all is known.
    pub(super) fn unlisted_from(&self) -> Option<u32> {
        if !self.in_order {
            return (self.exists > 0 || !self.entries.is_empty()).then_some(1);
        }
        if self.entries.len() as u64 == u64::from(self.exists) {
            return None;
        }
        Some(self.last_uid().saturating_add(1))
    }

    fn last_uid(&self) -> u32 {
        self.entries.last().map_or(0, |entry| entry.uid)
    }

    /// How many messages the server says there are.
    pub(super) fn exists(&self) -> u32 {
        self.exists
    }

    /// Learns what a listing from a UID on has.
    pub(super) fn list(&mut self, from: u32, mut found: Vec<(u32, Marks)>) {
        found.sort_unstable_by_key(|(uid, _)| *uid);
        found.dedup_by_key(|(uid, _)| *uid);
        // `n:*` always has the last message, even when its UID is lower.
        found.retain(|(uid, _)| *uid >= from);
        let start = self.entries.partition_point(|entry| entry.uid < from);
        let known = match start {
            0 => std::mem::take(&mut self.entries),
            _ => self.entries.split_off(start),
        };
        let mut known = known.into_iter().peekable();
        let Self { gone, entries, .. } = self;
        let listed = found.into_iter().map(|(uid, marks)| {
            while let Some(old) = known.next_if(|old| old.uid < uid) {
                gone.insert(old.uid);
            }
            gone.remove(uid);
            let same = known.next_if(|old| old.uid == uid);
            Entry {
                uid,
                class: same.and_then(|old| old.class),
                marks: marks.pack(),
            }
        });
        match entries.is_empty() {
            // In the memory of what was found, which may be all there is to spare.
            true => *entries = listed.collect(),
            false => entries.extend(listed),
        }
        for old in known {
            self.gone.insert(old.uid);
        }
        self.in_order = self.entries.len() as u64 == u64::from(self.exists);
    }

    /// What is noted of a message that is there.
    pub(super) fn get(&self, uid: u32) -> Option<Marks> {
        let marks = self.entries.get(self.find(uid)?)?.marks.unpack();
        (!marks.deleted).then_some(marks)
    }

    /// Whether a message is there, or was.
    pub(super) fn has_known(&self, uid: u32) -> bool {
        self.is_listed(uid) || self.gone.0.contains(&uid)
    }

    /// Looks for the first message after a UID that is wanted.
    pub(super) fn after(&self, uid: u32, wanted: &Wanted) -> Step {
        /// How many classes are asked for at once.
        const BATCH: usize = 500;
        let start = self.entries.partition_point(|entry| entry.uid <= uid);
        let mut rest = self
            .entries
            .iter()
            .skip(start)
            .filter(|entry| !entry.marks.unpack().deleted)
            .filter(|entry| !wanted.unread_only || !entry.marks.unpack().seen)
            .skip_while(|entry| {
                let class = entry.class.map(|class| self.classes.text(class));
                class.is_some_and(|class| !wanted.has_class(class))
            });
        match rest.next() {
            None => Step::End,
            Some(entry) if entry.class.is_some() => Step::Found(entry.uid),
            Some(entry) => {
                let unknown = rest.filter(|entry| entry.class.is_none());
                let uids = unknown.map(|entry| entry.uid).take(BATCH - 1);
                Step::Classes(std::iter::once(entry.uid).chain(uids).collect())
            }
        }
    }

    /// The messages after a UID that will be found next, as far as that is known.
    pub(super) fn upcoming<'a>(
        &'a self,
        uid: u32,
        wanted: &'a Wanted,
    ) -> impl Iterator<Item = u32> + 'a {
        let start = self.entries.partition_point(|entry| entry.uid <= uid);
        self.entries
            .iter()
            .skip(start)
            .filter(|entry| !entry.marks.unpack().deleted)
            .filter(|entry| !wanted.unread_only || !entry.marks.unpack().seen)
            .filter(|entry| {
                let class = entry.class.map(|class| self.classes.text(class));
                class.is_some_and(|class| wanted.has_class(class))
            })
            .map(|entry| entry.uid)
    }

    /// Remembers the class of a message.
    pub(super) fn learn_class(&mut self, uid: u32, class: &str) {
        let class = self.classes.number(class).unwrap_or_else(|| {
            // Those of other messages have to be asked for again.
            self.classes = Classes::default();
            for entry in &mut self.entries {
                entry.class = None;
            }
            self.classes.first(class)
        });
        if let Some(entry) = self.find(uid).and_then(|at| self.entries.get_mut(at)) {
            entry.class = Some(class);
        }
    }

    /// Whether the server has not taken a message away, whatever it is marked as.
    pub(super) fn is_listed(&self, uid: u32) -> bool {
        self.find(uid).is_some()
    }

    /// Learns that a message cannot be had, whatever the server's list says.
    pub(super) fn forget(&mut self, uid: u32) {
        if let Some(entry) = self.find(uid).and_then(|at| self.entries.get_mut(at)) {
            let marks = Marks {
                deleted: true,
                ..entry.marks.unpack()
            };
            entry.marks = marks.pack();
        }
    }
}

/// The messages that are there no more, so that a program can go on from one that it has deleted.
/// Bounded: the oldest are forgotten.
#[derive(Debug, Default)]
struct Gone(BTreeSet<u32>);

impl Gone {
    const MOST: usize = 200_000;

    fn insert(&mut self, uid: u32) {
        self.0.insert(uid);
        if self.0.len() > Self::MOST {
            self.0.pop_first();
        }
    }

    fn remove(&mut self, uid: u32) {
        self.0.remove(&uid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_messages_take_eight_megabytes() {
        assert_eq!(size_of::<Entry>(), 8);
        assert_eq!(size_of::<(u32, Marks)>(), 8);
    }

    #[test]
    fn classes_that_there_is_no_room_for_are_asked_for_again() {
        let mut inbox = Inbox::default();
        inbox.reopen(7, 5000);
        inbox.list(1, (1..=5000).map(|uid| (uid, UNREAD)).collect());
        let wanted = Wanted {
            class_prefix: "Z".to_owned(),
            ..Wanted::default()
        };
        let (mut start, mut questions) = (0, 0);
        while let Step::Classes(uids) = inbox.after(start, &wanted) {
            start = uids[0] - 1;
            questions += 1;
            for uid in uids.iter().rev() {
                inbox.learn_class(*uid, &format!("{uid}{}", "x".repeat(2000)));
            }
        }
        assert!((10..20).contains(&questions), "{questions}");
    }

    const UNREAD: Marks = Marks {
        seen: false,
        deleted: false,
        submitted: false,
    };

    fn inbox(uids: &[u32]) -> Inbox {
        let mut inbox = Inbox::default();
        inbox.reopen(7, uids.len() as u32);
        inbox.list(1, uids.iter().map(|uid| (*uid, UNREAD)).collect());
        for uid in uids {
            inbox.learn_class(*uid, "IPM.Note");
        }
        inbox
    }

    fn any() -> Wanted {
        Wanted::default()
    }

    #[test]
    fn numbers_move_up_when_a_message_goes() {
        let mut inbox = inbox(&[3, 5, 9]);
        inbox.hear(&Heard::Expunge(2));
        inbox.hear(&Heard::Expunge(2));
        assert_eq!(inbox.after(0, &any()), Step::Found(3));
        assert_eq!(inbox.after(3, &any()), Step::End);
        assert!(inbox.has_known(5) && inbox.has_known(9) && !inbox.has_known(4));
        assert_eq!(inbox.unlisted_from(), None);
    }

    #[test]
    fn a_server_that_counts_otherwise_is_asked_again() {
        for heard in [Heard::Exists(1), Heard::Expunge(0)] {
            let mut inbox = inbox(&[3, 5]);
            inbox.hear(&heard);
            assert_eq!(inbox.unlisted_from(), Some(1), "{heard:?}");
        }
        let mut inbox = inbox(&[3, 5]);
        inbox.hear(&Heard::Exists(4));
        assert_eq!(inbox.unlisted_from(), Some(6));
    }

    #[test]
    fn another_validity_forgets_everything() {
        let mut inbox = inbox(&[3, 5]);
        inbox.reopen(8, 2);
        assert!(!inbox.has_known(3));
        assert_eq!(inbox.after(0, &any()), Step::End);
    }

    #[test]
    fn classes_are_asked_for_many_at_once() {
        let mut inbox = Inbox::default();
        inbox.reopen(7, 2000);
        inbox.list(1, (1..=2000).map(|uid| (uid, UNREAD)).collect());
        let Step::Classes(uids) = inbox.after(10, &any()) else {
            panic!("no class is known");
        };
        assert_eq!((uids.first(), uids.len()), (Some(&11), 500));
    }
}
