//! Trying what is in the outbox.
#![forbid(unsafe_code)]

use std::io;

use super::claim::{Claim, Claimed};
use super::folder::{self, Room};
use super::pause::Pause;
use super::spooled::Spooled;
use super::state::{self, Failure, State};
use super::{Name, Outbox, now, parking, schedule, temporary};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::{Address, Envelope, Mailbox};
use crate::providers::transport::Transport;

/// A try that is begun this often and never ended is not begun again.
const MOST_BROKEN_TRIES: u64 = 3;
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

/// What came of one message.
enum Outcome {
    Sent,
    Waiting,
    Parked,
    /// It was tried; the server broke off.
    Lost,
    /// It was not tried: no message could have been.
    Halted(Error),
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
    pub fn changed(&self) -> Option<(i64, i64)> {
        let stat = rustix::fs::fstat(self.folder.room(Room::Queue)).ok()?;
        Some((
            stat.st_mtime,
            i64::try_from(stat.st_mtime_nsec).unwrap_or(0),
        ))
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

    fn report(
        &self,
        claim: &Claim<'_>,
        spooled: &Spooled,
        state: &mut State,
        way: &Way<'_>,
        tell: &mut dyn FnMut(Event<'_>),
    ) {
        if let Err(error) = parking::tell(self, way, claim, spooled, state) {
            let what = format!("its sender could not be told: {}", error.reason());
            tell(Event::Note(&claim.name, what));
        }
    }

    /// Tries one message, and notes what came of it. `halted` says that no server is to be asked.
    fn attempt(
        &self,
        claim: &mut Claim<'_>,
        way: &Way<'_>,
        halted: Option<String>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Outcome {
        let name = claim.name.clone();
        let mut state = match claim.state() {
            Ok(state) => state,
            Err(error) => return self.unreadable(claim, None, &error, tell),
        };
        let whole = claim.spooled().and_then(|spooled| {
            claim.verify(&spooled)?;
            Ok(spooled)
        });
        let spooled = match whole {
            Ok(spooled) => spooled,
            Err(error) => return self.unreadable(claim, Some(state), &error, tell),
        };
        // Whoever was about to park it was killed.
        if let Some(reason) = state.parked.clone() {
            return self.park(claim, &spooled, &mut state, reason, way, tell);
        }
        let error = match halted {
            Some(reason) => Some(Error::new(Kind::Network, reason).at_the_server()),
            None => match state::note_try(&self.folder, &name) {
                Ok(before) if before >= MOST_BROKEN_TRIES => {
                    let reason = format!("{before} deliveries of it were begun and never ended");
                    fail_rest(&mut state, &spooled, &reason);
                    return self.park(claim, &spooled, &mut state, reason, way, tell);
                }
                Ok(_) => {
                    let error = transmit(claim, &spooled, &mut state, way);
                    if error.is_none() && state.failed.is_empty() {
                        return self.finish(claim, &spooled, &state, way, tell);
                    }
                    error
                }
                // What could not be noted afterwards would be sent over and over.
                Err(error) => {
                    return Outcome::Halted(folder::failed("write to", self.path(), error));
                }
            },
        };
        let is_halting = error.as_ref().is_some_and(is_nobodys_fault);
        let is_lost = error
            .as_ref()
            .is_some_and(|error| error.refused().is_empty());
        if let Some(error) = &error {
            state.last = error.reason();
        }
        if !is_halting {
            state.attempts = state.attempts.saturating_add(1);
        }
        let is_old = schedule::is_too_old(spooled.accepted, now());
        if is_old && error.is_some() {
            let reason = format!("it was tried for five days, last: {}", state.last);
            fail_rest(&mut state, &spooled, &reason);
            return self.park(claim, &spooled, &mut state, reason, way, tell);
        }
        if waiting(&spooled, &state).is_empty() {
            let reason = match state.failed.as_slice() {
                [one] => one.reason.clone(),
                many => format!("{} recipients were refused", many.len()),
            };
            return self.park(claim, &spooled, &mut state, reason, way, tell);
        }
        if let (true, Some(error)) = (is_halting, error) {
            claim.end_try();
            return Outcome::Halted(error);
        }
        state.next = schedule::next_try(state.attempts, now());
        if let Err(error) = claim.note(&state) {
            return Outcome::Halted(folder::failed("write to", self.path(), error));
        }
        claim.end_try();
        if state.has_untold() {
            self.report(claim, &spooled, &mut state, way, tell);
        }
        tell(Event::Waiting(&name, state.next, &state.last));
        if is_lost {
            Outcome::Lost
        } else {
            Outcome::Waiting
        }
    }

    fn finish(
        &self,
        claim: &Claim<'_>,
        spooled: &Spooled,
        state: &State,
        way: &Way<'_>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Outcome {
        let removed = claim.remove().or_else(|error| {
            // Then at least it must not be sent again.
            claim.note(state).map_err(|_| error)
        });
        if let Err(error) = removed {
            claim.end_try();
            return Outcome::Halted(folder::failed(
                "remove a message that was sent from",
                self.path(),
                error,
            ));
        }
        if let Some(keep_sent) = way.keep_sent
            && let Err(error) = keep_sent(&claim.message(spooled).kept_copy())
        {
            let what = format!("no copy of it could be kept: {}", error.reason());
            tell(Event::Note(&claim.name, what));
        }
        tell(Event::Sent(&claim.name));
        Outcome::Sent
    }

    fn park(
        &self,
        claim: &mut Claim<'_>,
        spooled: &Spooled,
        state: &mut State,
        reason: String,
        way: &Way<'_>,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Outcome {
        if let Err(error) = parking::park(claim, state, reason.clone()) {
            return Outcome::Halted(folder::failed("write to", self.path(), error));
        }
        tell(Event::Parked(&claim.name, &reason));
        self.report(claim, spooled, state, way, tell);
        Outcome::Parked
    }

    /// What is damaged is parked. What only could not be read is tried again like any other failure, so
    /// that neither a bad moment nor a bad disk keeps the others.
    fn unreadable(
        &self,
        claim: &mut Claim<'_>,
        state: Option<State>,
        error: &io::Error,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Outcome {
        let name = claim.name.clone();
        let is_damaged = error.kind() == io::ErrorKind::InvalidData;
        if is_damaged || schedule::is_too_old(name.seconds(), now()) {
            let reason = match is_damaged {
                true => format!("it is damaged: {error}"),
                false => format!("it could not be read for five days: {error}"),
            };
            let mut state = state.unwrap_or_default();
            return match parking::park(claim, &mut state, reason.clone()) {
                Ok(()) => {
                    tell(Event::Parked(&name, &reason));
                    Outcome::Parked
                }
                Err(error) => Outcome::Halted(folder::failed("write to", self.path(), error)),
            };
        }
        let reason = format!("it cannot be read: {error}");
        let Some(mut state) = state else {
            tell(Event::Waiting(&name, now(), &reason));
            return Outcome::Waiting;
        };
        state.attempts = state.attempts.saturating_add(1);
        state.next = schedule::next_try(state.attempts, now());
        state.last = reason;
        match claim.note(&state) {
            Ok(()) => {
                tell(Event::Waiting(&name, state.next, &state.last));
                Outcome::Waiting
            }
            Err(error) => Outcome::Halted(folder::failed("write to", self.path(), error)),
        }
    }
}

/// Those who neither have it nor are given up.
fn waiting<'s>(spooled: &'s Spooled, state: &State) -> Vec<&'s Address> {
    let settled: std::collections::HashSet<&str> = state
        .done
        .iter()
        .map(String::as_str)
        .chain(
            state
                .failed
                .iter()
                .map(|failure| failure.recipient.as_str()),
        )
        .collect();
    let recipients = spooled.envelope.recipients.iter();
    recipients
        .filter(|address| !settled.contains(address.as_ref()))
        .collect()
}

fn fail_rest(state: &mut State, spooled: &Spooled, reason: &str) {
    let rest: Vec<_> = waiting(spooled, state)
        .into_iter()
        .map(|address| Failure {
            recipient: address.to_string(),
            reason: reason.to_owned(),
            told: false,
        })
        .collect();
    state.failed.extend(rest);
}

/// Sends a message to all who wait for it, as far as the server takes them, and notes in the state who
/// has it and who never will. What is returned is why others still wait.
fn transmit(
    claim: &Claim<'_>,
    spooled: &Spooled,
    state: &mut State,
    way: &Way<'_>,
) -> Option<Error> {
    let mut put_off: Option<Error> = None;
    let mut recipients: Vec<Address> = waiting(spooled, state).into_iter().cloned().collect();
    while !recipients.is_empty() {
        let envelope = Envelope {
            sender: spooled.envelope.sender.clone(),
            recipients: recipients.clone(),
        };
        let message = claim.message(spooled);
        let Err(error) = way.transport.send(&envelope, message, (way.deadline)()) else {
            state
                .done
                .extend(recipients.iter().map(ToString::to_string));
            return put_off;
        };
        if error.refused().is_empty() {
            if error.is_passing() || is_nobodys_fault(&error) {
                return Some(error);
            }
            fail_rest_of(&recipients, state, &error.reason());
            return put_off;
        }
        // A server that refuses some has sent nothing to the others either: they are next.
        let before = recipients.len();
        for refused in error.refused() {
            recipients.retain(|address| address.as_ref() != refused.recipient);
            if !refused.passing {
                state.failed.push(Failure {
                    recipient: refused.recipient.clone(),
                    reason: refused.answer.clone(),
                    told: false,
                });
            }
        }
        if recipients.len() == before {
            return Some(error);
        }
        if error.refused().iter().any(|refused| refused.passing) {
            put_off = Some(error);
        }
    }
    put_off
}

fn fail_rest_of(recipients: &[Address], state: &mut State, reason: &str) {
    state
        .failed
        .extend(recipients.iter().map(|address| Failure {
            recipient: address.to_string(),
            reason: reason.to_owned(),
            told: false,
        }));
}

/// Whether a failure says nothing about the message: any other would have met it too.
fn is_nobodys_fault(error: &Error) -> bool {
    let local = matches!(
        error.kind(),
        Kind::OutOfMemory | Kind::DiskFull | Kind::AccessDenied
    );
    error.refused().is_empty() && (error.is_at_the_server() || local)
}
