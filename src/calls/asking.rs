//! A dialog with a person, as the calls that show one have it.
#![forbid(unsafe_code)]

use super::people::People;
use crate::dialogs::{Answer, Dialog, Dialogs, Proposal, Request};
use crate::error::{Error, Kind, Result};
use crate::session::Session;

/// Whose address books a person may look somebody up in.
#[derive(Clone, Copy)]
pub(super) enum Asked<'s> {
    /// Those of a session.
    Of(&'s Session),
    /// None: there is no session yet.
    Nobody,
}

/// Shows a dialog until what the person wants can be done, or they give up.
///
/// `grant` does it, and has the outcome in words and as a value; it has nothing for what another dialog
/// would propose. What fails is told to the person, who may mend it.
///
/// # Errors
/// Those of [`Dialogs::show`]; and for a person who gave up something that may have been done all the same,
/// the failure that says so.
pub(super) fn ask<T>(
    dialogs: &dyn Dialogs,
    dialog: &Dialog,
    asked: Asked<'_>,
    grant: &mut dyn FnMut(Proposal) -> Option<Result<(String, T)>>,
) -> Result<T> {
    let (mut granted, mut doubt) = (None, None);
    let shown = dialogs.show(dialog, &mut |request| match request {
        Request::Find(text) => found(asked, &text),
        Request::Propose(proposal) => match grant(proposal) {
            Some(Ok((outcome, value))) => {
                granted = Some(value);
                Answer::Accepted { outcome }
            }
            Some(Err(error)) => {
                let reason = error.reason();
                doubt = doubt.take().or(Some(error).filter(Error::is_in_doubt));
                Answer::Refused { reason }
            }
            None => Answer::Refused {
                reason: "this is not the dialog that is open".to_owned(),
            },
        },
    });
    match (shown, doubt) {
        // To say that nothing was sent would be to guess.
        (Err(gave_up), Some(doubt)) if gave_up.kind() == Kind::UserAborted => return Err(doubt),
        (shown, _) => shown?,
    }
    granted.ok_or_else(|| Error::new(Kind::Failure, "the dialog ended without a decision"))
}

/// Whom a text may mean.
fn found(asked: Asked<'_>, text: &str) -> Answer {
    let (people, more) = match asked {
        // With a deadline of its own: a person may have thought for longer than any call takes.
        Asked::Of(session) => People::of(session).suggested(text),
        Asked::Nobody => (Vec::new(), false),
    };
    Answer::Found {
        people: people.into_iter().map(Into::into).collect(),
        more,
    }
}
