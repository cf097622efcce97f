//! Reading messages: of each as little as is asked for.
#![forbid(unsafe_code)]

use std::time::SystemTime;

use jiff::fmt::strtime;

use super::fetched::{Fetched, Marks};
use super::mailbox::Mailbox;
use super::no_such_message;
use super::response::Bounds;
use crate::error::Result;
use crate::providers::store::{Flags, Part, StoredMessage};

/// How much of a head is fetched where several are. The few that are longer are fetched alone.
const USUAL_HEAD: usize = 64 * 1024;
/// How much of a message is fetched at first when its text is wanted. Most have no more.
const USUAL_MESSAGE: usize = 64 * 1024;
/// More texts than this are not fetched one by one.
const MOST_TEXTS: usize = 32;

impl Mailbox {
    /// Reads a message.
    pub(super) fn read(&mut self, uid: u32, part: Part) -> Result<StoredMessage> {
        match part {
            Part::Head => self.head(uid),
            Part::Outline => self.outline(uid),
            Part::Text => self.text(uid),
            Part::Whole => self.whole(uid),
        }
    }

    fn head(&mut self, uid: u32) -> Result<StoredMessage> {
        let items = format!("BODY.PEEK[HEADER]<0.{}>", Part::MOST_OF_HEAD);
        let bounds = Bounds::SMALL.with_content(Part::MOST_OF_HEAD);
        stored(self.one(uid, &items, bounds)?, "HEADER")
    }

    fn whole(&mut self, uid: u32) -> Result<StoredMessage> {
        let bounds = Bounds::SMALL.with_content(Part::MOST_OF_WHOLE);
        stored(self.one(uid, "BODY.PEEK[]", bounds)?, "")
    }

    /// Reads a head, and what the server says of the parts.
    fn outline(&mut self, uid: u32) -> Result<StoredMessage> {
        if let Some(mut fetched) = self.ahead.take(uid) {
            self.sync_if_due()?;
            fetched.marks = Some(self.inbox.get(uid).ok_or_else(no_such_message)?);
            return stored(fetched, "HEADER");
        }
        let uids = self.ahead.plan(uid, &self.inbox);
        let fetched = match uids.len() {
            1 => self.one(uid, &outline_items(USUAL_HEAD as u64), usual_outline())?,
            _ => self.many(uid, &uids)?,
        };
        if fetched.outline.is_none() {
            return self.whole(uid);
        }
        if is_long(&fetched) {
            let bounds = usual_outline().with_content(Part::MOST_OF_HEAD);
            let fetched = self.one(uid, &outline_items(Part::MOST_OF_HEAD), bounds)?;
            return stored(fetched, "HEADER");
        }
        stored(fetched, "HEADER")
    }

    /// The outline of one message, and those of the next ones for later.
    fn many(&mut self, uid: u32, uids: &[u32]) -> Result<Fetched> {
        let mut ahead = std::mem::take(&mut self.ahead);
        let mut answer = None;
        let items = outline_items(USUAL_HEAD as u64);
        let verdict = self.fetch_all(uids, &items, usual_outline(), |found, fetched| {
            if found == uid {
                answer = Some(fetched);
            } else if fetched.outline.is_some() && !fetched.is_blank() && !is_long(&fetched) {
                ahead.keep(found, fetched);
            }
        });
        self.ahead = ahead;
        verdict?;
        match answer.filter(|fetched| !fetched.is_blank()) {
            Some(fetched) => Ok(fetched),
            None => self.one(uid, &items, usual_outline()),
        }
    }

    /// Reads the text: of a small message all there is, of a large one the parts that are texts.
    fn text(&mut self, uid: u32) -> Result<StoredMessage> {
        let items = format!("BODYSTRUCTURE BODY.PEEK[]<0.{USUAL_MESSAGE}>");
        let bounds = Bounds::SMALL
            .with_structure()
            .with_content(USUAL_MESSAGE as u64);
        let first = self.one(uid, &items, bounds)?;
        if first
            .section("")
            .is_some_and(|bytes| bytes.len() < USUAL_MESSAGE)
        {
            return stored(first, "");
        }
        let Some(mut outline) = first.outline else {
            return self.whole(uid);
        };
        let texts: Vec<String> = outline.texts().map(str::to_owned).collect();
        let size = outline.size_of_texts();
        if outline.is_hollow() || texts.len() > MOST_TEXTS || size > Part::MOST_OF_WHOLE / 2 {
            return self.whole(uid);
        }
        let mut items = format!("BODY.PEEK[HEADER]<0.{}>", Part::MOST_OF_HEAD);
        for text in &texts {
            items.push_str(&format!(" BODY.PEEK[{text}]"));
        }
        // Not every server counts as exactly as it says.
        let bounds = Bounds::SMALL
            .with_content(Part::MOST_OF_HEAD)
            .with_content(2 * size);
        let mut fetched = self.one(uid, &items, bounds)?;
        for text in &texts {
            let Some(content) = fetched.take_section(text) else {
                return self.whole(uid);
            };
            outline.fill(text, content);
        }
        fetched.outline = Some(outline);
        stored(fetched, "HEADER")
    }

    fn one(&mut self, uid: u32, items: &str, bounds: Bounds) -> Result<Fetched> {
        let fetched = self.fetch(uid, items, bounds)?;
        let fetched = fetched.ok_or_else(no_such_message)?;
        match fetched.marks {
            Some(marks) if !marks.deleted => Ok(fetched),
            _ => Err(no_such_message()),
        }
    }
}

fn outline_items(most: u64) -> String {
    format!("BODYSTRUCTURE BODY.PEEK[HEADER]<0.{most}>")
}

fn usual_outline() -> Bounds {
    Bounds::SMALL
        .with_structure()
        .with_content(USUAL_HEAD as u64)
}

/// Whether there is more of its head than was fetched.
fn is_long(fetched: &Fetched) -> bool {
    fetched
        .section("HEADER")
        .is_none_or(|head| head.len() >= USUAL_HEAD)
}

/// What the section has, as a store shows it.
fn stored(mut fetched: Fetched, section: &str) -> Result<StoredMessage> {
    let bytes = fetched.take_section(section).ok_or_else(no_such_message)?;
    let Marks {
        seen, submitted, ..
    } = fetched.marks.unwrap_or_default();
    Ok(StoredMessage {
        bytes,
        outline: fetched.outline.filter(|_| section == "HEADER"),
        flags: Flags {
            unread: !seen,
            sent: submitted,
        },
        received: fetched
            .received
            .and_then(|text| time(&text))
            .unwrap_or(SystemTime::UNIX_EPOCH),
    })
}

/// A moment as IMAP writes it: `17-Jul-1996 02:44:25 -0700`.
pub(super) fn time(text: &str) -> Option<SystemTime> {
    let parsed = strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).ok()?;
    parsed.to_timestamp().ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_moment_is_read_with_its_zone() {
        let at = Duration::from_secs(837_596_665);
        for text in ["17-Jul-1996 02:44:25 -0700", "17-Jul-1996 09:44:25 +0000"] {
            assert_eq!(time(text), Some(SystemTime::UNIX_EPOCH + at), "{text}");
        }
        assert!(time(" 1-Jan-2026 00:00:00 +0100").is_some());
        for text in [
            "",
            "yesterday",
            "32-Jul-1996 02:44:25 -0700",
            "1-Jan-2026 00:00:00 +0100\" {5}",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
