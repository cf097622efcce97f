//! `kind = "imap"`: the Inbox on a server.
//!
//! From the wire up: [`response`] cuts what the server says within bounds, [`tokens`] and [`heard`] say
//! what it means ([`fetched`] of a message, [`structure`] of its parts), [`command`] is what we ask,
//! [`session`] is a connection that is logged in ([`login`]), [`inbox`] is what is known of the messages,
//! and [`mailbox`] brings that up to date and acts: [`reading`], and for those who list [`ahead`] of it,
//! and [`deleting`].
//!
//! A message's id is what the server guarantees never to give to another one, UIDVALIDITY and UID, and
//! whose mailbox it is ([`key`]).
//! One connection is kept and made again when the server has closed it. What is asked for many messages
//! is asked at once.
#![forbid(unsafe_code)]

mod ahead;
mod classes;
mod command;
mod deleting;
mod fetched;
mod heard;
mod inbox;
mod key;
mod login;
mod mailbox;
mod reading;
mod response;
mod session;
mod structure;
mod tokens;

use std::sync::{Mutex, PoisonError};

use self::fetched::Marks;
use self::inbox::{Inbox, Step};
use self::key::{Account, Key};
use self::mailbox::Mailbox;
use self::reading::time;
use self::response::Bounds;
use self::session::Session;
use super::{Flags, Part, Store, StoredMessage, Wanted};
use crate::config::{Deletion, Server};
use crate::connection::Trust;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::MessageId;

const INBOX: &[u8] = b"INBOX";

/// The messages in the Inbox of an IMAP server. Nothing is connected before it is needed.
#[derive(Debug)]
pub struct ImapStore {
    settings: Server,
    account: Account,
    deletion: Deletion,
    trust: Trust,
    kept: Mutex<Kept>,
}

/// What stays from one call to the next.
#[derive(Debug)]
enum Kept {
    /// No connection, and what was known on the last one.
    Nothing(Inbox),
    Open(Box<Mailbox>),
}

/// What an act may find, and what becomes of it when the server has hung up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// It only asks: it is done again on another connection.
    Asks,
    /// It changes something, so it begins with the Inbox as it is now, and is done once.
    Changes,
}

impl ImapStore {
    /// The Inbox of this user on this server.
    pub fn new(settings: Server, deletion: Deletion) -> Self {
        let trust = Trust::new(settings.ca_file.clone());
        Self {
            account: Account::new(&settings, INBOX),
            settings,
            deletion,
            trust,
            kept: Mutex::new(Kept::Nothing(Inbox::default())),
        }
    }

    fn key(&self, id: &MessageId) -> Result<Key> {
        Key::of_id(id, &self.account).ok_or_else(no_such_message)
    }

    fn with_mailbox<T>(&self, act: Act, run: impl FnMut(&mut Mailbox) -> Result<T>) -> Result<T> {
        self.with_mailbox_by(self.deadline(), act, run)
    }

    /// When a call that begins now has to be over.
    fn deadline(&self) -> Deadline {
        Deadline::after(self.settings.deadline)
    }

    fn with_mailbox_by<T>(
        &self,
        deadline: Deadline,
        act: Act,
        mut run: impl FnMut(&mut Mailbox) -> Result<T>,
    ) -> Result<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let taken = std::mem::replace(&mut *kept, Kept::Nothing(Inbox::default()));
            let (mut mailbox, reused) = match taken {
                Kept::Open(mut mailbox) if !mailbox.session.is_lost() => {
                    mailbox.session.renew(deadline);
                    (mailbox, true)
                }
                Kept::Open(mailbox) => {
                    *kept = Kept::Nothing(mailbox.inbox);
                    continue;
                }
                Kept::Nothing(inbox) => {
                    let session = Session::open(&self.settings, &self.trust, deadline);
                    let session = match session {
                        Ok(session) => session,
                        Err(error) => {
                            *kept = Kept::Nothing(inbox);
                            return Err(error);
                        }
                    };
                    (Box::new(Mailbox::open(session, inbox)?), false)
                }
            };
            // Before something is changed it is certain that the connection still works.
            let ready = match reused && act == Act::Changes {
                true => mailbox.sync(),
                false => Ok(()),
            };
            let was_ready = ready.is_ok();
            let result = ready.and_then(|()| run(&mut mailbox));
            let lost = mailbox.session.is_lost();
            *kept = match lost {
                true => Kept::Nothing(mailbox.inbox),
                false => Kept::Open(mailbox),
            };
            match result {
                Err(error)
                    if lost
                        && reused
                        && error.kind() == Kind::Network
                        && (act == Act::Asks || !was_ready)
                        && deadline.allow(self.settings.timeout).is_ok() => {}
                result => return result,
            }
        }
    }

    /// Looks for the first message that is wanted, or for the first one behind another.
    fn look(&self, by: Deadline, after: Option<Key>, wanted: &Wanted) -> Result<MessageId> {
        self.with_mailbox_by(by, Act::Asks, |mailbox| {
            let mut is_fresh = mailbox.sync_if_due()?;
            let uid = match after {
                None => 0,
                Some(key) => {
                    let uid = valid(mailbox, key)?;
                    if !mailbox.inbox.has_known(uid) && !is_fresh {
                        mailbox.sync()?;
                        is_fresh = true;
                    }
                    if !mailbox.inbox.has_known(uid) {
                        return Err(no_such_message());
                    }
                    uid
                }
            };
            let mut start = uid;
            loop {
                match mailbox.inbox.after(start, wanted) {
                    Step::Found(uid) => {
                        let validity = mailbox.inbox.validity;
                        mailbox.ahead.found(uid, wanted);
                        return Key { validity, uid }.id(&self.account);
                    }
                    Step::Classes(uids) => {
                        // Of those before it, which may be forgotten again, none was wanted.
                        let first = uids.first().copied().unwrap_or_default();
                        start = first.saturating_sub(1);
                        mailbox.learn_classes(&uids)?;
                    }
                    Step::End if is_fresh => return Err(no_more_messages()),
                    Step::End => {
                        mailbox.sync()?;
                        is_fresh = true;
                    }
                }
            }
        })
    }

    /// Does something to a message that is there.
    fn change<T>(
        &self,
        id: &MessageId,
        mut run: impl FnMut(&mut Mailbox, u32, Marks) -> Result<T>,
    ) -> Result<T> {
        let key = self.key(id)?;
        self.with_mailbox(Act::Changes, |mailbox| {
            let uid = valid(mailbox, key)?;
            let marks = mailbox.inbox.get(uid).ok_or_else(no_such_message)?;
            run(mailbox, uid, marks)
        })
    }
}

impl Store for ImapStore {
    fn next(&self, after: Option<&MessageId>, wanted: &Wanted) -> Result<MessageId> {
        let after = after.map(|id| self.key(id)).transpose()?;
        let by = self.deadline();
        match self.look(by, after, wanted) {
            // Nobody asked for a message that is gone: the server has numbered them anew meanwhile.
            Err(error) if error.kind() == Kind::InvalidMessage && after.is_none() => {
                self.look(by, after, wanted)
            }
            result => result,
        }
    }

    fn read(&self, id: &MessageId, part: Part) -> Result<StoredMessage> {
        let key = self.key(id)?;
        let by = self.deadline();
        let read = |part| {
            self.with_mailbox_by(by, Act::Asks, |mailbox| {
                let uid = valid(mailbox, key)?;
                mailbox.read(uid, part)
            })
        };
        match read(part) {
            // What is described at too great a length can still be read.
            Err(error) if error.kind() == Kind::InvalidMessage && part != Part::Whole => {
                read(Part::Whole)
            }
            result => result,
        }
    }

    fn mark_read(&self, id: &MessageId) -> Result<()> {
        self.change(id, |mailbox, uid, marks| match marks.seen {
            true => Ok(()),
            false => mailbox.mark(uid, "\\Seen"),
        })
    }

    fn save(&self, message: &Composed, flags: Flags) -> Result<MessageId> {
        let marks = Marks {
            seen: !flags.unread,
            submitted: flags.sent,
            deleted: false,
        };
        self.with_mailbox(Act::Changes, |mailbox| {
            put(mailbox, marks, None, message)?.id(&self.account)
        })
    }

    fn replace(&self, id: &MessageId, message: &Composed) -> Result<MessageId> {
        self.change(id, |mailbox, uid, _| {
            let old = mailbox
                .fetch(uid, "", Bounds::SMALL)?
                .ok_or_else(no_such_message)?;
            let received = old.received.filter(|text| time(text).is_some());
            let marks = old.marks.unwrap_or_default();
            let new = put(mailbox, marks, received.as_deref(), message)?;
            if let Err(error) = mailbox.expunge(uid) {
                // As it was, if the server lets us; otherwise there are both, and nothing is lost.
                let _ = mailbox.expunge(new.uid);
                return Err(error);
            }
            new.id(&self.account)
        })
    }

    fn delete(&self, id: &MessageId) -> Result<()> {
        self.change(id, |mailbox, uid, _| match self.deletion {
            Deletion::Permanent => mailbox.expunge(uid),
            Deletion::Trash => {
                let trash = mailbox.folder_for("\\Trash", "Trash")?;
                mailbox.throw_away(uid, &trash)
            }
        })
    }

    fn keep_sent(&self, message: &Composed) -> Result<()> {
        let marks = Marks {
            seen: true,
            ..Marks::default()
        };
        self.with_mailbox(Act::Changes, |mailbox| {
            let sent = mailbox.folder_for("\\Sent", "Sent")?;
            mailbox.append(&sent, marks, None, message).map(drop)
        })
    }
}

/// Puts a message into the Inbox, and finds out what it is called there.
fn put(
    mailbox: &mut Mailbox,
    marks: Marks,
    received: Option<&str>,
    message: &Composed,
) -> Result<Key> {
    if let Some(key) = mailbox.append(INBOX, marks, received, message)? {
        return Ok(key);
    }
    let validity = mailbox.inbox.validity;
    mailbox
        .find_by_message_id(message.message_id())?
        .map(|uid| Key { validity, uid })
        .ok_or_else(|| {
            Error::new(
                Kind::Failure,
                format!(
                    "{} has taken the message and does not say where it is",
                    mailbox.session.server
                ),
            )
        })
}

/// The UID of a key, as long as the server still counts this way.
fn valid(mailbox: &Mailbox, key: Key) -> Result<u32> {
    match key.validity == mailbox.inbox.validity {
        true => Ok(key.uid),
        false => Err(no_such_message()),
    }
}

fn no_such_message() -> Error {
    Error::new(
        Kind::InvalidMessage,
        "there is no message with this id; it may have been deleted or moved meanwhile",
    )
}

fn no_more_messages() -> Error {
    Error::new(Kind::NoMessages, "there is no further message")
}
