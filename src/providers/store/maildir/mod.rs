//! `kind = "maildir"`: a local Maildir, shared with delivery agents and other mail programs.
//!
//! Others rename and delete at any time, and there are no locks. So nothing that is remembered is
//! believed without looking: every message is opened, moved or deleted by its name, which fails when
//! the name is not right any more, and then the folder is listed anew. A listing reads names alone.
//!
//! How often it is taken: when a name was not right, when the answer would be that there is no such
//! message, and when the folder has changed; but not so often for a change that listing becomes what
//! the time goes into. A program that goes through a hundred thousand messages and changes each of them
//! lists a few times, not a hundred thousand times.
#![forbid(unsafe_code)]

mod index;
mod key;
mod listing;
mod message;

use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use self::index::{Candidate, Index};
use self::key::Key;
use self::listing::{Found, Listing, Stamps};
use self::message::Missed;
use super::{Flags, Part, Store, StoredMessage, Wanted};
use crate::config::Deletion;
use crate::directory::{exchange, move_without_replacing};
use crate::error::{Error, Kind, Result};
use crate::maildir::{self, Delivery, FileName, Folder, Room, SEEN, unique_name};
use crate::mime::{Composed, message_class};
use crate::model::MessageId;

/// The folders of Maildir++ that we put messages into.
const SENT_FOLDER: &str = ".Sent";
const TRASH_FOLDER: &str = ".Trash";

/// Noted in the name of a message that was sent: Maildir has no flag for it.
const SENT: &str = "sent";

/// How often a message may change its name under our hands until we give up.
const MOST_TRIES: usize = 100;

/// How long a search may find messages that are gone as soon as it looks at them. A count would not do:
/// what is many tries on a quiet machine is a moment on a busy one.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a search lists anew because a message is gone when it is looked at. After that it goes on
/// to what is there, and comes back only when nothing is: others may delete faster than we list.
const MOST_LISTINGS: usize = 3;

/// The messages in a Maildir, which is the Inbox.
pub struct MaildirStore {
    path: PathBuf,
    deletion: Deletion,
    index: Mutex<Index>,
}

impl MaildirStore {
    /// The Maildir at this path, which need not be there until something is saved.
    pub fn new(path: impl Into<PathBuf>, deletion: Deletion) -> Self {
        Self {
            path: path.into(),
            deletion,
            index: Mutex::default(),
        }
    }

    fn failed(&self, doing: &str, error: io::Error) -> Error {
        maildir::failed(doing, &self.path, error)
    }

    fn inbox(&self) -> Result<Option<Folder>> {
        Folder::existing(&self.path).map_err(|error| self.failed("read", error))
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stamps(&self, folder: &Folder) -> Result<Stamps> {
        Stamps::of(folder).map_err(|error| self.failed("read", error))
    }

    fn list(&self, index: &mut Index, folder: &Folder) -> Result<()> {
        let began = Instant::now();
        let listing = Listing::take(folder).map_err(|error| self.failed("list", error))?;
        index.take_over(listing, began, |found| {
            message::status(folder, found)
                .ok()
                .map(|status| message::moment(&status))
        });
        Ok(())
    }

    /// Finds a message, listing the folder anew as often as it takes to be sure that it is not there.
    fn find(&self, folder: &Folder, key: &Key) -> Result<Found> {
        const LOOKS: usize = 2;
        let mut index = self.index();
        for _ in 0..LOOKS {
            if let Some(found) = index.find(key) {
                return Ok(found.clone());
            }
            if index.is_current(&self.stamps(folder)?) {
                break;
            }
            self.list(&mut index, folder)?;
        }
        index.find(key).cloned().ok_or_else(no_such_message)
    }

    /// Lists anew because a name was not right, unless somebody else has done it meanwhile.
    fn look_again(&self, folder: &Folder, key: &Key, wrong: &Found) -> Result<()> {
        let mut index = self.index();
        match index.find(key) {
            Some(found) if found == wrong => self.list(&mut index, folder),
            _ => Ok(()),
        }
    }

    /// Does something to a message by its name, and again while other programs change that name.
    fn with_message<T>(
        &self,
        id: &MessageId,
        doing: &str,
        mut act: impl FnMut(&Folder, &Found) -> std::result::Result<T, Missed>,
    ) -> Result<(Key, T)> {
        let key = Key::of_id(id).ok_or_else(no_such_message)?;
        let folder = self.inbox()?.ok_or_else(no_such_message)?;
        for _ in 0..MOST_TRIES {
            let found = self.find(&folder, &key)?;
            match act(&folder, &found) {
                Ok(done) => return Ok((key, done)),
                Err(Missed::Gone) => self.look_again(&folder, &key, &found)?,
                Err(Missed::Unfit(why)) => return Err(unfit(why)),
                Err(Missed::Failed(error)) => return Err(self.failed(doing, error)),
            }
        }
        Err(restless())
    }

    /// Looks whether a candidate is still there and of a wanted class.
    fn is_wanted(
        &self,
        folder: &Folder,
        candidate: &Candidate,
        wanted: &Wanted,
    ) -> std::result::Result<bool, Missed> {
        if candidate.class_known {
            return message::status(folder, &candidate.found).map(|_| true);
        }
        let (mut file, _) = message::open(folder, &candidate.found)?;
        let class = message_class(&message::read_head(&mut file)?);
        self.index()
            .learn_class(&candidate.key, &candidate.found, &class);
        Ok(wanted.has_class(&class))
    }
}

impl Store for MaildirStore {
    fn next(&self, after: Option<&MessageId>, wanted: &Wanted) -> Result<MessageId> {
        let after = after
            .map(|id| Key::of_id(id).ok_or_else(no_such_message))
            .transpose()?;
        let Some(folder) = self.inbox()? else {
            return Err(after.map_or_else(no_more_messages, |_| no_such_message()));
        };
        let mut index = self.index();
        let stamps = self.stamps(&folder)?;
        let mut is_fresh = index.is_current(&stamps);
        let is_unknown = after.is_some_and(|key| index.place(&key).is_none());
        if index.is_due(&stamps) || (is_unknown && !is_fresh) {
            self.list(&mut index, &folder)?;
            is_fresh = true;
        }
        let start = match after {
            Some(key) => Some(index.place(&key).ok_or_else(no_such_message)?.clone()),
            None => None,
        };
        let mut place = start.clone();
        let began = Instant::now();
        let (mut listings, mut passed_over) = (0, false);
        loop {
            let Some(candidate) = index.after(place.as_ref(), wanted) else {
                if is_fresh && !passed_over {
                    return Err(no_more_messages());
                }
                if began.elapsed() > PATIENCE {
                    return Err(restless());
                }
                self.list(&mut index, &folder)?;
                is_fresh = true;
                if passed_over {
                    // What was not under its name may be under another.
                    place.clone_from(&start);
                    passed_over = false;
                }
                continue;
            };
            // Others may use the index while we look at the message.
            drop(index);
            match self.is_wanted(&folder, &candidate, wanted) {
                Ok(true) => return candidate.key.id(),
                // Skipped until it can be read.
                Ok(false) | Err(Missed::Unfit(_)) => place = Some(candidate.place),
                Err(Missed::Gone) if listings < MOST_LISTINGS => {
                    listings += 1;
                    self.look_again(&folder, &candidate.key, &candidate.found)?;
                }
                Err(Missed::Gone) => {
                    place = Some(candidate.place);
                    passed_over = true;
                }
                Err(Missed::Failed(error)) => return Err(self.failed("read", error)),
            }
            index = self.index();
        }
    }

    fn read(&self, id: &MessageId, part: Part) -> Result<StoredMessage> {
        let (_, message) = self.with_message(id, "read", |folder, found| {
            let (mut file, status) = message::open(folder, found)?;
            let moment = found.name.moment();
            Ok(StoredMessage {
                bytes: message::read(&mut file, &status, part)?,
                outline: None,
                flags: Flags {
                    unread: found.is_unread(),
                    sent: found.name.has_note(SENT),
                },
                received: message::time(moment.unwrap_or_else(|| message::moment(&status))),
            })
        })?;
        Ok(message)
    }

    fn mark_read(&self, id: &MessageId) -> Result<()> {
        let (key, seen) = self.with_message(id, "change", |folder, found| {
            message::status(folder, found)?;
            let seen = Found {
                room: Room::Cur,
                name: found.name.with_flag(SEEN),
            };
            if *found != seen && found.is_unread() {
                rename(folder, found, &seen)?;
                return Ok(Some(seen));
            }
            Ok(None)
        })?;
        if let Some(seen) = seen {
            self.index().moved(&key, seen, true);
        }
        Ok(())
    }

    fn save(&self, message: &Composed, flags: Flags) -> Result<MessageId> {
        let failed = |error| self.failed("write to", error);
        let folder = Folder::make(&self.path).map_err(failed)?;
        let notes: &[&str] = if flags.sent { &[SENT] } else { &[] };
        let (room, info) = match flags.unread {
            true => (Room::New, ""),
            false => (Room::Cur, "S"),
        };
        let found = self.put(&folder, message, room, notes, info)?;
        let id = Key::of_stem(found.name.stem()).id();
        self.index().add(found);
        id
    }

    fn replace(&self, id: &MessageId, message: &Composed) -> Result<MessageId> {
        // Before a large message is written for nothing.
        self.with_message(id, "read", |folder, found| {
            message::status(folder, found).map(drop)
        })?;
        let folder = self.inbox()?.ok_or_else(no_such_message)?;
        let delivery = Delivery::write(&folder, message)
            .map_err(|error| maildir::not_copied(&self.path, error))?;
        let (key, found) = self.with_message(id, "write to", |folder, found| {
            let status = message::status(folder, found)?;
            let (tmp, name) = delivery.place();
            // To other programs the time of its file is when a message was received.
            tmp.set_times(name, &status)?;
            let room = folder.room(found.room);
            exchange((tmp, name), (room, found.name.as_os_str()))?;
            Ok(found.clone())
        })?;
        // It is replaced. What follows is for other programs, which take the bytes of a name for
        // unchanged; should somebody be quicker, there is nothing to mend.
        let revised = Found {
            room: found.room,
            name: found.name.revised(),
        };
        let now = match rename(&folder, &found, &revised) {
            Ok(()) => revised,
            Err(_) => found,
        };
        let synced = folder.room(now.room).sync();
        self.index().moved(&key, now, false);
        synced.map_err(|error| self.failed("write to", error))?;
        key.id()
    }

    fn delete(&self, id: &MessageId) -> Result<()> {
        let (key, ()) = self.with_message(id, "delete from", |folder, found| {
            message::status(folder, found)?;
            let at = (folder.room(found.room), found.name.as_os_str());
            match self.deletion {
                Deletion::Permanent => Ok(at.0.remove(at.1)?),
                Deletion::Trash => throw_away(folder, found),
            }
        })?;
        self.index().forget(&key);
        Ok(())
    }

    fn keep_sent(&self, message: &Composed) -> Result<()> {
        let folder = Folder::make(&self.path)
            .and_then(|inbox| inbox.make_child(SENT_FOLDER))
            .map_err(|error| self.failed("write to", error))?;
        self.put(&folder, message, Room::Cur, &[SENT], "S")?;
        Ok(())
    }
}

impl MaildirStore {
    /// Writes a message into a folder.
    fn put(
        &self,
        folder: &Folder,
        message: &Composed,
        room: Room,
        notes: &[&str],
        flags: &str,
    ) -> Result<Found> {
        let delivery = Delivery::write(folder, message)
            .map_err(|error| maildir::not_copied(&self.path, error))?;
        let name = FileName::compose(delivery.name(), notes, flags);
        delivery
            .deliver(folder, room, name.as_os_str())
            .map_err(|error| self.failed("write to", error))?;
        Ok(Found { room, name })
    }
}

fn rename(folder: &Folder, from: &Found, to: &Found) -> io::Result<()> {
    move_without_replacing(
        (folder.room(from.room), from.name.as_os_str()),
        (folder.room(to.room), to.name.as_os_str()),
    )
}

/// Moves a message to the folder for what was deleted, as unread as it was.
fn throw_away(folder: &Folder, found: &Found) -> std::result::Result<(), Missed> {
    let trash = folder.make_child(TRASH_FOLDER).map_err(Missed::Failed)?;
    let from = (folder.room(found.room), found.name.as_os_str());
    let name = found.name.for_cur();
    match move_without_replacing(from, (trash.room(Room::Cur), name.as_os_str())) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // A message of this name was thrown away before: its double need not take its place.
            let name = name.with_stem(&unique_name().map_err(Missed::Failed)?);
            Ok(move_without_replacing(
                from,
                (trash.room(Room::Cur), name.as_os_str()),
            )?)
        }
        moved => Ok(moved?),
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

fn unfit(why: impl Display) -> Error {
    Error::new(
        Kind::InvalidMessage,
        format!("the message cannot be read: {why}"),
    )
}

fn restless() -> Error {
    Error::new(
        Kind::Failure,
        "other programs keep changing the message; try again",
    )
}
