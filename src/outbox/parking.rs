//! Messages that are not tried any more, and whom that is told.
#![forbid(unsafe_code)]

use std::io;

use super::claim::Claim;
use super::folder::Room;
use super::spooled::Spooled;
use super::state::State;
use super::{Outbox, Way};
use crate::error::Result;
use crate::host_name::host_name;
use crate::mime::{FailedRecipient, Report, delivery_report};
use crate::providers::transport::{Maildir, Transport};

/// Takes a message out of the queue for a reason. A crash in the middle is made up for by the next run.
pub(super) fn park(claim: &mut Claim<'_>, state: &mut State, reason: String) -> io::Result<()> {
    state.parked = Some(reason);
    claim.note(state)?;
    claim.move_to(Room::Parked)?;
    claim.end_try();
    Ok(())
}

/// Tells the sender who does not get it, once.
pub(super) fn tell(
    outbox: &Outbox,
    way: &Way<'_>,
    claim: &Claim<'_>,
    spooled: &Spooled,
    state: &mut State,
) -> Result<()> {
    let failed: Vec<_> = state
        .failed
        .iter()
        .filter(|failure| !failure.told)
        .map(|failure| FailedRecipient {
            address: failure.recipient.clone(),
            reason: failure.reason.clone(),
        })
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    let report = delivery_report(&Report {
        sender: way.sender,
        host: &host_name(),
        failed: &failed,
        accepted: i64::try_from(spooled.accepted).unwrap_or(0),
        advice: &format!(
            "It was kept. To try again, or to do away with it:\r\n\r\n  simplemapi outbox retry {0}\r\n  simplemapi outbox cancel {0}",
            claim.name
        ),
        message: &claim.message(spooled),
    })?;
    match way.store {
        Some(keep) => keep(&report),
        None => Err(crate::error::Error::new(
            crate::error::Kind::NotSupported,
            "the profile keeps no mail",
        )),
    }
    .or_else(|_| {
        let envelope =
            crate::model::Envelope::new(way.sender.address.clone(), [way.sender.address.clone()]);
        Maildir::new(outbox.reports()).send(&envelope, report, (way.deadline)())
    })?;
    for failure in &mut state.failed {
        failure.told = true;
    }
    claim
        .note(state)
        .map_err(|error| super::folder::failed("write to", outbox.path(), error))
}
