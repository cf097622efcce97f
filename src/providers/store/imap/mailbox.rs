//! The Inbox over a connection: what is known of it, brought up to date, and what is done to it.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use super::ahead::Ahead;
use super::command::Command;
use super::fetched::{Fetched, Marks};
use super::heard::{Heard, Status, Verdict};
use super::inbox::{Inbox, MOST_MESSAGES};
use super::key::Key;
use super::response::Bounds;
use super::session::Session;
use crate::error::{Error, Kind, Result};
use crate::mime::{CLASS_FIELD, Composed, message_class};

/// How much of the field with the class is read.
const MOST_OF_CLASS: usize = 2048;

/// At most one part in so many of the time goes into asking what is new.
const SHARE: u32 = 10;

/// The Inbox, selected.
#[derive(Debug)]
pub(super) struct Mailbox {
    pub(super) session: Session,
    pub(super) inbox: Inbox,
    /// It takes the mark that says that a message was sent.
    keeps_submitted: bool,
    pub(super) ahead: Ahead,
    looked: Instant,
    cost: Duration,
}

impl Mailbox {
    /// Selects the Inbox. `inbox` is what was known of it on an earlier connection.
    pub(super) fn open(session: Session, inbox: Inbox) -> Result<Self> {
        let mut mailbox = Self {
            session,
            inbox,
            keeps_submitted: false,
            ahead: Ahead::default(),
            looked: Instant::now(),
            cost: Duration::ZERO,
        };
        let began = Instant::now();
        mailbox.select()?;
        mailbox.looked = Instant::now();
        mailbox.cost = mailbox.looked - began;
        Ok(mailbox)
    }

    pub(super) fn select(&mut self) -> Result<()> {
        let (mut validity, mut exists, mut keeps) = (None, 0, false);
        // Asked for only when the first message is marked, changes are counted too late for two that
        // do so at once.
        let command = match self.session.offers("CONDSTORE") {
            true => "SELECT INBOX (CONDSTORE)",
            false => "SELECT INBOX",
        };
        let verdict = self
            .session
            .run(&Command::new(command), &mut |heard| match heard {
                Heard::Exists(count) => exists = count,
                Heard::Untagged(verdict) => {
                    if let Some(number) = verdict.code_after("UIDVALIDITY") {
                        validity = number.parse().ok();
                    }
                    if let Some(flags) = verdict.code_after("PERMANENTFLAGS") {
                        let flags = flags.to_ascii_lowercase();
                        keeps = flags.contains("\\*") || flags.contains("$submitted");
                    }
                }
                _ => {}
            })?;
        self.session.expect(verdict, "does not open the Inbox")?;
        let validity = validity.ok_or_else(|| {
            Error::new(
                Kind::NotSupported,
                format!(
                    "{} has no ids that stay for its messages (no UIDVALIDITY)",
                    self.session.server
                ),
            )
        })?;
        self.keeps_submitted = keeps;
        self.ahead = Ahead::default();
        self.inbox.reopen(validity, exists);
        self.list()
    }

    /// Gives a command, and notes what it brings.
    pub(super) fn run(
        &mut self,
        command: &Command,
        mut hear: impl FnMut(Heard),
    ) -> Result<Verdict> {
        let Self { session, inbox, .. } = self;
        let mut is_renumbered = false;
        let verdict = session.run(command, &mut |heard| {
            is_renumbered |= inbox.is_renumbered_by(&heard);
            inbox.hear(&heard);
            hear(heard);
        })?;
        if is_renumbered {
            // Every number we know may mean another message by now.
            session.give_up();
            return Err(super::no_such_message());
        }
        Ok(verdict)
    }

    /// Asks what has changed, unless that was asked just now.
    pub(super) fn sync_if_due(&mut self) -> Result<bool> {
        if self.looked.elapsed() < self.cost * SHARE {
            return Ok(false);
        }
        self.sync().map(|()| true)
    }

    /// Asks what has changed.
    pub(super) fn sync(&mut self) -> Result<()> {
        let began = Instant::now();
        let verdict = self.run(&Command::new("NOOP"), |_| {})?;
        self.session.expect(verdict, "does not say what is new")?;
        self.cost = began.elapsed();
        self.list()?;
        self.looked = Instant::now();
        Ok(())
    }

    /// Lists what has not been listed yet.
    fn list(&mut self) -> Result<()> {
        /// Others may delete while we list.
        const TRIES: usize = 3;
        const ARRIVALS: usize = 10_000;
        for _ in 0..TRIES {
            let Some(from) = self.inbox.unlisted_from() else {
                return Ok(());
            };
            if self.inbox.exists() > MOST_MESSAGES {
                return Err(self
                    .session
                    .distrust("a number of messages that no Inbox has"));
            }
            // Some may arrive while we listen.
            let most = (self.inbox.exists() as usize).saturating_add(ARRIVALS);
            let mut found = Vec::new();
            let mut too_many = false;
            let command = Command::new(format!("UID FETCH {from}:* (UID FLAGS)"));
            let verdict = self.run(&command, |heard| match heard {
                Heard::Fetch(Fetched {
                    uid: Some(uid),
                    marks: Some(marks),
                    ..
                }) if found.len() < most => found.push((uid, marks)),
                Heard::Fetch(_) => too_many |= found.len() >= most,
                _ => {}
            })?;
            self.session.expect(verdict, "does not list the Inbox")?;
            if too_many {
                return Err(self.session.distrust("more messages than there can be"));
            }
            self.inbox.list(from, found);
        }
        Ok(())
    }

    /// Learns the classes of messages, in one question.
    pub(super) fn learn_classes(&mut self, uids: &[u32]) -> Result<()> {
        let command = Command::new(format!(
            "UID FETCH {} (UID BODY.PEEK[HEADER.FIELDS ({CLASS_FIELD})]<0.{MOST_OF_CLASS}>)",
            ranges(uids)
        ));
        let mut classes = Vec::new();
        let verdict = self.run(&command, |heard| {
            if let Heard::Fetch(Fetched {
                uid: Some(uid),
                sections,
                ..
            }) = heard
                && let Some((_, head)) = sections.first()
                && uids.binary_search(&uid).is_ok()
                && classes.len() < uids.len()
            {
                classes.push((uid, message_class(head)));
            }
        })?;
        if verdict.status != Status::No {
            self.session.expect(verdict, "does not show the messages")?;
        }
        classes.sort_unstable();
        // The first one last: should there be no room for them all, it is the one that is kept.
        for (uid, class) in classes.iter().rev() {
            self.inbox.learn_class(*uid, class);
        }
        // Skipped until it can be read.
        for uid in uids {
            if classes.binary_search_by_key(uid, |(uid, _)| *uid).is_err() {
                self.inbox.forget(*uid);
            }
        }
        Ok(())
    }

    /// Fetches data of one message; none when the server has none of that number.
    pub(super) fn fetch(
        &mut self,
        uid: u32,
        items: &str,
        bounds: Bounds,
    ) -> Result<Option<Fetched>> {
        let mut answer = None;
        let verdict = self.fetch_all(&[uid], items, bounds, |_, fetched| answer = Some(fetched))?;
        if verdict.status == Status::No || answer.as_ref().is_none_or(Fetched::is_blank) {
            // Of one that was deleted at this moment, some show nothing and say that all is well.
            self.sync()?;
            if self.inbox.get(uid).is_none() {
                return Ok(None);
            }
        }
        self.session.expect(verdict, "does not show the message")?;
        Ok(answer)
    }

    /// Fetches data of several messages, whose UIDs ascend, in one question.
    pub(super) fn fetch_all(
        &mut self,
        uids: &[u32],
        items: &str,
        bounds: Bounds,
        mut take: impl FnMut(u32, Fetched),
    ) -> Result<Verdict> {
        self.session.allow(bounds);
        let set = ranges(uids);
        let command = Command::new(format!("UID FETCH {set} (UID FLAGS INTERNALDATE {items})"));
        let verdict = self.run(&command, |heard| {
            // A server may tell us of others, or of a change of these, at any time.
            if let Heard::Fetch(fetched) = heard
                && let Some(uid) = fetched.uid
                && uids.binary_search(&uid).is_ok()
                && fetched.marks.is_some()
                && fetched.received.is_some()
            {
                take(uid, fetched);
            }
        });
        self.session.allow(Bounds::SMALL);
        verdict
    }

    /// Notes something of a message.
    pub(super) fn mark(&mut self, uid: u32, flag: &str) -> Result<()> {
        let command = Command::new(format!("UID STORE {uid} +FLAGS ({flag})"));
        let verdict = self.run(&command, |_| {})?;
        self.session
            .expect(verdict, "does not change the message")?;
        Ok(())
    }

    /// Puts a message into a folder, and returns what the server calls it there if it says so.
    pub(super) fn append(
        &mut self,
        folder: &[u8],
        marks: Marks,
        received: Option<&str>,
        message: &Composed,
    ) -> Result<Option<Key>> {
        let mut flags = Vec::new();
        if marks.seen {
            flags.push("\\Seen");
        }
        if marks.submitted && self.keeps_submitted {
            flags.push("$Submitted");
        }
        let mut tries = 0..2;
        loop {
            let mut words = format!("({})", flags.join(" "));
            if let Some(received) = received {
                words.push_str(&format!(" \"{received}\""));
            }
            let command = Command::new("APPEND").text(folder).words(&words);
            let Self { session, inbox, .. } = self;
            let verdict = session.append(&command, message, &mut |heard| inbox.hear(&heard))?;
            if verdict.status == Status::No
                && verdict.code_after("TRYCREATE").is_some()
                && tries.next().is_some()
            {
                self.create(folder)?;
                continue;
            }
            let verdict = self.session.expect(verdict, "does not keep the message")?;
            let told = verdict.code_after("APPENDUID");
            return Ok(told.and_then(|told| {
                let (validity, uid) = told.split_once(' ')?;
                Some(Key {
                    validity: validity.parse().ok()?,
                    uid: uid.parse().ok()?,
                })
            }));
        }
    }

    /// The newest message with this Message-ID, for a server that does not say what it calls one.
    pub(super) fn find_by_message_id(&mut self, message_id: &str) -> Result<Option<u32>> {
        self.sync()?;
        let command = Command::new("UID SEARCH HEADER Message-ID").text(message_id.as_bytes());
        let mut newest = None;
        let verdict = self.run(&command, |heard| {
            if let Heard::Search(uids) = heard {
                newest = newest.max(uids.into_iter().max());
            }
        })?;
        self.session.expect(verdict, "does not search the Inbox")?;
        Ok(newest)
    }

    /// The folder that is for something (`\Trash`), or the one that is usually called so.
    pub(super) fn folder_for(&mut self, attribute: &str, usual: &str) -> Result<Vec<u8>> {
        let attribute = attribute.to_ascii_uppercase();
        let mut name = None;
        let command = match self.session.offers("SPECIAL-USE") {
            true => "LIST (SPECIAL-USE) \"\" \"*\"",
            false => "LIST \"\" \"%\"",
        };
        let verdict = self.run(&Command::new(command), |heard| {
            if let Heard::List(listed) = heard
                && listed.attributes.contains(&attribute)
                && !listed.name.is_empty()
            {
                name.get_or_insert(listed.name);
            }
        })?;
        if verdict.status == Status::Ok
            && let Some(name) = name
        {
            return Ok(name);
        }
        let mut prefix = Vec::new();
        if self.session.offers("NAMESPACE") {
            self.run(&Command::new("NAMESPACE"), |heard| {
                if let Heard::Namespace(own) = heard {
                    prefix = own;
                }
            })?;
        }
        prefix.extend_from_slice(usual.as_bytes());
        Ok(prefix)
    }

    pub(super) fn create(&mut self, folder: &[u8]) -> Result<()> {
        let verdict = self.run(&Command::new("CREATE").text(folder), |_| {})?;
        // Somebody else may have been quicker.
        if verdict.code_after("ALREADYEXISTS").is_some() {
            return Ok(());
        }
        let name = String::from_utf8_lossy(folder);
        self.session
            .expect(verdict, &format!("does not make the folder {name}"))?;
        Ok(())
    }
}

/// UIDs in ascending order as IMAP writes sets of them.
fn ranges(uids: &[u32]) -> String {
    let runs = uids.chunk_by(|one, next| one.checked_add(1) == Some(*next));
    let texts: Vec<String> = runs
        .filter_map(|run| match run {
            [] => None,
            [one] => Some(one.to_string()),
            [first, .., last] => Some(format!("{first}:{last}")),
        })
        .collect();
    texts.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_asked_for_as_a_range() {
        assert_eq!(ranges(&[1, 2, 3, 7, 9, 10]), "1:3,7,9:10");
        assert_eq!(ranges(&[u32::MAX]), "4294967295");
    }
}
