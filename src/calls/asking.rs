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
        Request::Propose(_) if granted.is_some() => Answer::Refused {
            reason: "it is done already".to_owned(),
        },
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
    match (granted, doubt) {
        // It is done, whatever became of the window.
        (Some(value), _) => Ok(value),
        // To say that nothing was sent would be to guess.
        (None, Some(doubt)) if is_given_up(&shown) => Err(doubt),
        (None, _) => shown.and(Err(Error::new(
            Kind::Failure,
            "the dialog ended without a decision",
        ))),
    }
}

fn is_given_up(shown: &Result<()>) -> bool {
    matches!(shown, Err(error) if error.kind() == Kind::UserAborted)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogs::OpenDraftDialog;

    /// A window that proposes twice, whatever it hears, and is gone.
    struct Hasty;

    impl Dialogs for Hasty {
        fn available(&self) -> Result<()> {
            Ok(())
        }

        fn show(&self, _: &Dialog, answer: &mut dyn FnMut(Request) -> Answer) -> Result<()> {
            answer(Request::Propose(Proposal::OpenDraft));
            answer(Request::Propose(Proposal::OpenDraft));
            Err(Error::new(Kind::Failure, "it is gone"))
        }
    }

    #[test]
    fn what_is_done_is_done_once_whatever_becomes_of_the_window() {
        let dialog = Dialog::OpenDraft(OpenDraftDialog {
            draft: "/nowhere".into(),
        });
        let mut times = 0;
        let done = ask(&Hasty, &dialog, Asked::Nobody, &mut |_| {
            times += 1;
            Some(Ok((String::new(), times)))
        });
        assert_eq!((done.unwrap(), times), (1, 1));
        let refused = ask(&Hasty, &dialog, Asked::Nobody, &mut |_| -> Option<
            Result<(String, ())>,
        > { None });
        assert_eq!(refused.unwrap_err().reason(), "it is gone");
    }
}
