//! A transmission: a message goes to all who wait for it, as far as the server takes them.
#![forbid(unsafe_code)]

use std::collections::HashSet;

use super::claim::Claim;
use super::delivery::Way;
use super::spooled::Spooled;
use super::state::{Failure, State};
use crate::error::{Error, Kind};
use crate::model::{Address, Envelope};

/// Those who neither have it nor are given up.
pub(super) fn waiting<'s>(spooled: &'s Spooled, state: &State) -> Vec<&'s Address> {
    let settled: HashSet<&str> = state
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

pub(super) fn fail_rest(state: &mut State, spooled: &Spooled, reason: &str) {
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
pub(super) fn transmit(
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
            if error.is_passing() || error.is_unexplained() || is_nobodys_fault(&error) {
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
pub(super) fn is_nobodys_fault(error: &Error) -> bool {
    let local = matches!(
        error.kind(),
        Kind::OutOfMemory | Kind::DiskFull | Kind::AccessDenied
    );
    error.refused().is_empty() && (error.is_at_the_server() || local)
}
