//! Mail by SMTP: our own engine over lettre's vocabulary.
//!
//! From the wire up: [`reply`] and [`capabilities`] say what a server meant, [`session`] gets a
//! connection ready ([`login`]), and [`transaction`] sends one message with its [`body`]. What is left of
//! a call without a session is in [`lingering`].
#![forbid(unsafe_code)]

mod body;
mod capabilities;
mod client_name;
mod lingering;
mod login;
mod refusal;
mod reply;
mod session;
mod transaction;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use self::lingering::Lingering;
use self::lingering::Login;
use self::session::Session;
use super::Transport;
use crate::config;
use crate::connection::{self, Kept, Trust};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;

/// The stream of commands and replies to an SMTP server.
type Wire = connection::Wire<reply::ReplyReader>;

/// A submission server or relay. Nothing is connected, read or asked for before it is needed.
#[derive(Debug)]
pub struct Smtp {
    settings: config::Smtp,
    trust: Trust,
    kept: Kept<Session>,
    /// What takes the connections over when this is dropped, where anything does.
    lingering: Option<Arc<Lingering>>,
    /// Whether it has been asked for one already.
    has_begun: AtomicBool,
}

impl Smtp {
    /// The way out that the settings describe.
    pub fn new(settings: config::Smtp) -> Self {
        let trust = Trust::new(settings.ca_file.clone());
        Self {
            settings,
            trust,
            kept: Kept::default(),
            lingering: None,
            has_begun: AtomicBool::new(false),
        }
    }

    /// The same, which begins with a connection that was left and leaves its own.
    #[must_use]
    pub fn sharing(mut self, lingering: Option<&Arc<Lingering>>) -> Self {
        self.lingering = lingering.map(Arc::clone);
        self
    }

    /// A connection that still works, if there is one.
    fn take_kept(&self) -> Option<Session> {
        self.kept.take().or_else(|| {
            let lingering = self.lingering.as_ref()?;
            // What one call tries again makes it no two calls.
            let begins = !self.has_begun.swap(true, Ordering::Relaxed);
            begins.then(|| lingering.take(Login::of(&self.settings)))?
        })
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let idle = self.kept.drain();
        if let Some(lingering) = &self.lingering
            && !idle.is_empty()
        {
            lingering.leave(Login::of(&self.settings), idle);
        }
    }
}

/// The message in the widest form that the server takes.
fn as_taken(session: &Session, message: &Composed) -> Composed {
    let offered = &session.offered;
    let mut message = message.clone();
    // RFC 3030 3: only in counted pieces.
    if offered.binary_mime && offered.chunking {
        message = message.into_binary();
    }
    if message.is_eight_bit() && !message.is_binary() && !offered.eight_bit_mime {
        message = message.into_seven_bit();
    }
    message
}

/// Refuses what the server has said that it will refuse, before it has to.
fn is_welcome(session: &Session, envelope: &Envelope, message: &Composed) -> Result<()> {
    let Session {
        server, offered, ..
    } = session;
    if let Some(most) = offered.max_size
        && message.size() > most
    {
        return Err(Error::new(
            Kind::AttachmentTooLarge,
            format!(
                "the message has {} bytes and {server} takes no more than {most}",
                message.size()
            ),
        ));
    }
    if transaction::needs_smtp_utf8(envelope) && !offered.smtp_utf8 {
        let addresses: Vec<&str> = std::iter::once(&envelope.sender)
            .chain(&envelope.recipients)
            .filter(|address| address.needs_smtputf8())
            .map(AsRef::as_ref)
            .collect();
        return Err(Error::new(
            Kind::InvalidRecipients,
            format!(
                "{server} knows only ASCII addresses (no SMTPUTF8): {}",
                addresses.join(", ")
            ),
        ));
    }
    Ok(())
}

impl Transport for Smtp {
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        if envelope.recipients.is_empty() {
            return Err(Error::new(
                Kind::UnknownRecipient,
                "there is nobody to send to",
            ));
        }
        let mut kept = self.take_kept();
        loop {
            let reused = kept.is_some();
            let mut session = match kept.take() {
                Some(session) => session,
                None => Session::open(&self.settings, &self.trust, deadline, &mut |_| {})
                    .map_err(Error::at_the_server)?,
            };
            session.wire.renew(deadline);
            let message = as_taken(&session, &message);
            if let Err(error) = is_welcome(&session, envelope, &message) {
                self.kept.put(session);
                return Err(error);
            }
            match transaction::send(&mut session, envelope, &message) {
                Ok(()) => {
                    self.kept.put(session);
                    return Ok(());
                }
                // The server hung up on an idle connection just as it was wanted again.
                Err(failed) if failed.untouched && reused => {}
                Err(failed) => return Err(failed.error),
            }
        }
    }

    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        let mut report = |step: &dyn fmt::Display| report(&step.to_string());
        Session::open(&self.settings, &self.trust, deadline, &mut report).map(drop)
    }
}
