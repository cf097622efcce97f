//! A run: which of the messages are tried, and in what order.
#![forbid(unsafe_code)]

use std::time::SystemTime;

use super::attempt::Outcome;
use super::claim::{Claim, Claimed};
use super::folder::{self, Room};
use super::pause::Pause;
use super::state::{self, State};
use super::{Name, Outbox, now, schedule, temporary};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Mailbox;
use crate::providers::transport::Transport;

/// After so many messages in a row that the server broke off, it is left alone for a while.
const MOST_LOST: u32 = 3;

/// Puts a message somewhere.
pub type Keep<'a> = &'a dyn Fn(&Composed) -> Result<()>;

/// What a delivery needs of the profile.
pub struct Way<'a> {
    /// Who sends, and is told what did not arrive.
    pub sender: &'a Mailbox,
    /// Who takes responsibility.
    pub transport: &'a dyn Transport,
    /// The bound on each message.
    pub deadline: &'a dyn Fn() -> Deadline,
    /// Puts a report into the Inbox, where the profile has one.
    pub store: Option<Keep<'a>>,
    /// Keeps a copy of what was sent, where the profile does.
    pub keep_sent: Option<Keep<'a>>,
    /// Whether to go on with the next message.
    pub go_on: &'a dyn Fn() -> bool,
}

/// Which messages are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection<'a> {
    /// Those whose time has come, unless the server is left alone for a while.
    Due,
    /// All that wait.
    All,
    /// This one.
    Only(&'a Name),
}

/// What happened to a message.
#[derive(Debug)]
pub enum Event<'a> {
    /// Everybody who is left has it.
    Sent(&'a Name),
    /// It was tried, and will be again at this moment.
    Waiting(&'a Name, u64, &'a str),
    /// It is not tried any more.
    Parked(&'a Name, &'a str),
    /// Something about it went wrong, which does not keep it from being delivered.
    Note(&'a Name, String),
    /// There is a file in the queue that is not ours.
    Foreign(&'a str, &'a str),
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// Messages that are gone.
    pub sent: usize,
    /// Messages that are still to be tried.
    pub waiting: usize,
    /// Messages that were parked.
    pub parked: usize,
    /// Messages that somebody else was busy with.
    pub busy: usize,
    /// The moment to come back at, where something waits.
    pub next: Option<u64>,
    /// Why the run ended early: the server was not ready for any message.
    pub halted: Option<Error>,
}

impl Summary {
    fn wait_until(&mut self, moment: u64) {
        self.waiting += 1;
        self.next = Some(self.next.map_or(moment, |next| next.min(moment)));
    }
}

impl Outbox {
    /// Tries the messages that are selected, in the order in which they came, and tells what happens.
    ///
    /// # Errors
    /// Those of the file system. What a server says is in the summary.
    pub fn deliver(
        &self,
        selection: Selection<'_>,
        way: &Way<'_>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Summary> {
        temporary::sweep(&self.folder);
        state::sweep(&self.folder);
        self.tell_late(way, tell);
        let mut summary = Summary::default();
        let paused = Pause::read(&self.folder)
            .filter(|pause| selection == Selection::Due && !pause.is_over(now()));
        let mut lost = 0;
        for text in self.names(Room::Queue)? {
            let Some(name) = Name::new(&text) else {
                tell(Event::Foreign(&text, "its name is none of ours"));
                continue;
            };
            if matches!(selection, Selection::Only(only) if *only != name) || !(way.go_on)() {
                continue;
            }
            let is_old = schedule::is_too_old(name.seconds(), now());
            if summary.halted.is_some() && !is_old {
                let until = Pause::read(&self.folder).map_or(0, |pause| pause.until);
                summary.wait_until(until);
                continue;
            }
            if let Some(pause) = &paused {
                summary.wait_until(pause.until);
                continue;
            }
            if selection == Selection::Due
                && let Ok(state) = State::read(&self.folder, &name)
                && state.parked.is_none()
                && !schedule::is_due(state.next, now())
            {
                summary.wait_until(state.next);
                continue;
            }
            let mut claim = match Claim::take(&self.folder, Room::Queue, &name) {
                Claimed::Mine(claim) => claim,
                Claimed::Busy => {
                    summary.busy += 1;
                    continue;
                }
                Claimed::Gone => continue,
                Claimed::Foreign(why) => {
                    tell(Event::Foreign(&text, &why));
                    continue;
                }
            };
            let known = summary.halted.as_ref().map(Error::reason);
            match self.attempt(&mut claim, way, known, tell) {
                Outcome::Sent => {
                    summary.sent += 1;
                    lost = 0;
                    Pause::end(&self.folder);
                }
                Outcome::Parked => summary.parked += 1,
                Outcome::Waiting => {
                    lost = 0;
                    summary.wait_until(claim.state().map_or(0, |state| state.next));
                }
                Outcome::Lost => {
                    lost += 1;
                    summary.wait_until(claim.state().map_or(0, |state| state.next));
                    if lost >= MOST_LOST {
                        let reason = "the server breaks off one message after another";
                        Pause::prolong(&self.folder, now(), reason);
                        summary.halted = Some(Error::new(Kind::Network, reason));
                    }
                }
                Outcome::Halted(error) => {
                    let pause = Pause::prolong(&self.folder, now(), &error.reason());
                    summary.wait_until(pause.until);
                    summary.halted = Some(error);
                }
            }
        }
        Ok(summary)
    }

    /// Whether nothing waits, as far as one look tells.
    pub fn is_empty(&self) -> bool {
        self.folder.is_empty(Room::Queue).unwrap_or(true)
    }

    /// Whether there is nothing to be done at all: no message of either stage, and nothing that
    /// somebody who was killed left behind.
    pub fn is_bare(&self) -> bool {
        let rooms = [Room::Queue, Room::State, Room::Trying, Room::Temporary];
        let mut rooms = rooms.into_iter();
        rooms.all(|room| self.folder.is_empty(room).unwrap_or(true))
    }

    /// When a message last came or went; a new answer says that another look is worth it.
    pub fn changed(&self) -> Option<SystemTime> {
        let status = self.folder.room(Room::Queue).own_status().ok()?;
        Some(status.modified)
    }

    fn names(&self, room: Room) -> Result<Vec<String>> {
        self.folder
            .names(room)
            .map_err(|error| folder::failed("read", self.path(), error))
    }

    /// Tells of parked messages whose sender was not told: whoever parked them was killed.
    fn tell_late(&self, way: &Way<'_>, tell: &mut dyn FnMut(Event<'_>)) {
        for text in self.folder.names(Room::Parked).unwrap_or_default() {
            let Some(name) = Name::new(&text) else {
                continue;
            };
            let is_untold = |state: &State| state.has_untold();
            if !State::read(&self.folder, &name).is_ok_and(|state| is_untold(&state)) {
                continue;
            }
            if let Claimed::Mine(claim) = Claim::take(&self.folder, Room::Parked, &name)
                && let (Ok(spooled), Ok(mut state)) = (claim.spooled(), claim.state())
            {
                self.report(&claim, &spooled, &mut state, way, tell);
            }
        }
    }
}
