//! The outbox as a person sees it, and what a person does with it.
#![forbid(unsafe_code)]

use std::io;

use super::claim::{Claim, Claimed};
use super::folder::{self, Room};
use super::pause::Pause;
use super::spooled::Spooled;
use super::state::State;
use super::{Name, Outbox, now};
use crate::directory::Access;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;

/// Whether a message is still tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is.
    Queued,
    /// It is not any more.
    Parked,
}

/// A message in the outbox.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called.
    pub name: Name,
    /// Whether it is still tried.
    pub stage: Stage,
    /// When it was put in, in seconds since 1970.
    pub accepted: u64,
    /// Its Message-ID.
    pub message_id: String,
    /// Who sent it.
    pub sender: String,
    /// Everyone it is for.
    pub recipients: Vec<String>,
    /// How many bytes it has.
    pub size: u64,
    /// What is known of it.
    pub state: State,
}

/// Something in the outbox that is no message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// What it is called.
    pub name: String,
    /// Why it is none.
    pub why: String,
}

impl Outbox {
    /// The messages of a stage, oldest first, and what is there beside them with the reason why it is
    /// none.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn entries(&self, stage: Stage) -> Result<(Vec<Entry>, Vec<Foreign>)> {
        let room = room(stage);
        let names = self
            .folder
            .names(room)
            .map_err(|error| folder::failed("read", self.path(), error))?;
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        for text in names {
            let Some(name) = Name::new(&text) else {
                others.push(Foreign {
                    name: text,
                    why: "its name is none of ours".to_owned(),
                });
                continue;
            };
            match self.entry(stage, name) {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => {}
                Err(error) => others.push(Foreign {
                    name: text,
                    why: error.to_string(),
                }),
            }
        }
        Ok((entries, others))
    }

    fn entry(&self, stage: Stage, name: Name) -> io::Result<Option<Entry>> {
        let room = self.folder.room(room(stage));
        let file = match self.folder.open(room, name.as_os_str(), Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let state = State::read(&self.folder, &name)?;
        let spooled = Spooled::read(&file).map_err(|error| match &state.parked {
            Some(reason) => io::Error::other(reason.clone()),
            None => error,
        })?;
        let recipients = spooled.envelope.recipients.iter();
        Ok(Some(Entry {
            name,
            stage,
            accepted: spooled.accepted,
            message_id: spooled.message_id,
            sender: spooled.envelope.sender.to_string(),
            recipients: recipients.map(ToString::to_string).collect(),
            size: spooled.size,
            state,
        }))
    }

    /// The one message, of either stage, whose name or Message-ID begins so.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] when there is none, or more than one.
    pub fn find(&self, beginning: &str) -> Result<Entry> {
        let mut found = Vec::new();
        for stage in [Stage::Queued, Stage::Parked] {
            let (entries, _) = self.entries(stage)?;
            found.extend(entries.into_iter().filter(|entry| {
                entry.name.as_ref().starts_with(beginning)
                    || entry
                        .message_id
                        .starts_with(beginning.trim_matches(['<', '>']))
            }));
        }
        let count = found.len();
        match (count, found.pop()) {
            (1, Some(entry)) => Ok(entry),
            (0, _) => Err(no_message(self, beginning)),
            _ => Err(Error::new(
                Kind::InvalidMessage,
                format!("{count} messages begin with \"{beginning}\": write more of the name"),
            )),
        }
    }

    /// The message itself.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] when it is there no more, or damaged.
    pub fn message(&self, entry: &Entry) -> Result<Composed> {
        let claim = self.claim(entry)?;
        let damaged = |error: io::Error| {
            Error::new(Kind::InvalidMessage, format!("cannot read {}", entry.name)).because(error)
        };
        let spooled = claim.spooled().map_err(damaged)?;
        claim.verify(&spooled).map_err(damaged)?;
        Ok(claim.message(&spooled))
    }

    /// Has a message tried again, from the beginning and by the next run. Those who have it do not get
    /// it again.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] when it is there no more, [`Kind::AccessDenied`] while it is delivered.
    pub fn retry(&self, entry: &Entry) -> Result<()> {
        let mut claim = self.claim(entry)?;
        let failed = |error| folder::failed("write to", self.path(), error);
        // What is damaged is forgotten: whoever asks for it again has been told.
        let mut state = claim.state().unwrap_or_default();
        state = State {
            done: std::mem::take(&mut state.done),
            ..State::default()
        };
        claim.note(&state).map_err(failed)?;
        claim.end_try();
        if entry.stage == Stage::Parked {
            claim.move_to(Room::Queue).map_err(failed)?;
        }
        Pause::end(&self.folder);
        Ok(())
    }

    /// Does away with a message. Those who do not have it yet do not get it.
    ///
    /// # Errors
    /// As [`Outbox::retry`].
    pub fn cancel(&self, entry: &Entry) -> Result<()> {
        self.claim(entry)?
            .remove()
            .map_err(|error| folder::failed("write to", self.path(), error))
    }

    /// Until when the server is left alone, in seconds since 1970, and why.
    pub fn pause(&self) -> Option<(u64, String)> {
        Pause::read(&self.folder)
            .filter(|pause| !pause.is_over(now()))
            .map(|pause| (pause.until, pause.reason))
    }

    fn claim(&self, entry: &Entry) -> Result<Claim<'_>> {
        match Claim::take(&self.folder, room(entry.stage), &entry.name) {
            Claimed::Mine(claim) => Ok(claim),
            Claimed::Gone => Err(no_message(self, entry.name.as_ref())),
            Claimed::Busy => Err(Error::new(
                Kind::AccessDenied,
                format!("{} is being delivered at this moment", entry.name),
            )),
            Claimed::Foreign(why) => Err(Error::new(
                Kind::InvalidMessage,
                format!("{} is no message of ours: {why}", entry.name),
            )),
        }
    }
}

fn room(stage: Stage) -> Room {
    match stage {
        Stage::Queued => Room::Queue,
        Stage::Parked => Room::Parked,
    }
}

fn no_message(outbox: &Outbox, name: &str) -> Error {
    let path = outbox.path().display();
    Error::new(
        Kind::InvalidMessage,
        format!("there is no message \"{name}\" in the outbox {path}"),
    )
}
