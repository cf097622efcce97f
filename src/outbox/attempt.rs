//! An attempt: one message is tried, and what came of it is noted.
#![forbid(unsafe_code)]

use std::io;

use super::claim::Claim;
use super::delivery::{Event, Way};
use super::folder;
use super::spooled::Spooled;
use super::state::{self, State};
use super::transmission::{fail_rest, is_nobodys_fault, transmit, waiting};
use super::{Outbox, now, parking, schedule};
use crate::error::{Error, Kind};

/// A try that is begun this often and never ended is not begun again.
const MOST_BROKEN_TRIES: u64 = 3;

/// What came of one message.
pub(super) enum Outcome {
    Sent,
    Waiting,
    Parked,
    /// It was tried; the server broke off.
    Lost,
    /// It was not tried: no message could have been.
    Halted(Error),
}

impl Outbox {
    pub(super) fn report(
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
    pub(super) fn attempt(
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
