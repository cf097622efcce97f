//! The last step of a send: to somebody who takes responsibility, or into the outbox.
#![forbid(unsafe_code)]

use std::fmt;

use crate::config::Queueing;
use crate::deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;
use crate::outbox::Name;
use crate::providers::store::Store;
use crate::session::Session;
use crate::trace;

/// Who has a message now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// Somebody else, who took responsibility for it.
    Sent,
    /// The outbox.
    Queued {
        /// What it is called there.
        name: Name,
        /// Why it did not go out at once; nothing where it was not tried.
        because: Option<String>,
    },
    /// A window that outlives the call: whoever has it sends the message, or not.
    Shown,
    /// The person's mail program: so does whoever has that.
    GivenTo {
        /// What it is called.
        program: String,
    },
}

/// As the last error and the log have it.
impl fmt::Display for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent => f.write_str("sent"),
            Self::Shown => f.write_str("a window shows the message"),
            Self::GivenTo { program } => write!(
                f,
                "handed over to {program}: whether it is sent is up to the person"
            ),
            Self::Queued { name, because } => {
                write!(f, "queued as {name}: the outbox holds it")?;
                match because {
                    Some(because) => write!(f, ", because it could not go out at once: {because}"),
                    None => f.write_str(" until it is delivered"),
                }
            }
        }
    }
}

/// Sends a message, or puts it in the outbox, as the profile says.
///
/// Into the outbox goes the very message that was tried. If only the answer to its last byte was lost,
/// whoever gets it twice can tell by its Message-ID.
pub(super) fn hand_over(
    session: &Session,
    envelope: &Envelope,
    message: Composed,
) -> Result<Handed> {
    let when = session.profile().outbox.when;
    if when == Queueing::Always {
        let name = session.outbox()?.submit(envelope, &message)?;
        return Ok(Handed::Queued {
            name,
            because: None,
        });
    }
    let transport = session.transport();
    let Err(error) = transport.send(envelope, message.clone(), session.deadline()) else {
        keep_copy(session, &message);
        return Ok(Handed::Sent);
    };
    // What somebody gave up is not to go out later.
    if when == Queueing::Never || !error.is_passing() || deadline::given_up().is_some() {
        return Err(error);
    }
    let queued = session
        .outbox()
        .and_then(|outbox| outbox.submit(envelope, &message));
    match queued {
        Ok(name) => Ok(Handed::Queued {
            name,
            because: Some(error.reason()),
        }),
        Err(outbox) => Err(neither(error, &outbox)),
    }
}

/// The failure of a message that neither went out nor could be kept.
fn neither(sending: Error, outbox: &Error) -> Error {
    let kind = match outbox.kind() {
        full @ (Kind::DiskFull | Kind::OutOfMemory) => full,
        _ => sending.kind(),
    };
    let reason = format!(
        "the message could not wait in the outbox ({}), and did not go out",
        outbox.reason()
    );
    sending.within(reason).recast(kind)
}

/// Keeps a copy of what was sent, where the profile does.
fn keep_copy(session: &Session, message: &Composed) {
    let Some((store, copy)) = sent_copy(session, message) else {
        return;
    };
    if let Err(error) = store.keep_sent(&copy) {
        // It is sent all the same, and to report a failure would have it sent twice.
        trace::note(format!("no copy of it could be kept: {}", error.reason()));
    }
}

/// Where a copy of what is sent goes, and the copy; `None` where none is kept.
fn sent_copy<'s>(session: &'s Session, message: &Composed) -> Option<(&'s dyn Store, Composed)> {
    let keeps = session.profile().store.as_ref()?.keep_sent;
    let store = keeps.then(|| session.store().ok()).flatten()?;
    Some((store, message.kept_copy()))
}
