//! Ways out: each kind one file or folder beside this one.
#![forbid(unsafe_code)]

mod command;
mod discovered;
mod maildir;
mod program;
mod relays;
mod sendmail;
mod smtp;

pub use command::Command;
pub use discovered::Discovered;
pub use maildir::Maildir;
pub use relays::Relays;
pub use sendmail::Sendmail;
pub use smtp::{Lingering, Smtp};

use std::sync::Arc;

use crate::config::{self, TransportConfig};
use crate::deadline::Deadline;
use crate::error::Result;
use crate::mime::Composed;
use crate::model::Envelope;

/// A way out for a message.
///
/// Safe to use from several threads at once.
pub trait Transport: Send + Sync {
    /// Hands the message over to somebody who takes responsibility for it, for all recipients or
    /// for none. After an error nobody has it, but for one case: when the answer to the last byte
    /// was lost, the reason says that it may have been delivered.
    ///
    /// # Errors
    /// The kind that the failure means to a caller, with what was tried and answered.
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()>;

    /// Tries everything short of sending, telling each step in words.
    ///
    /// # Errors
    /// The step that failed, as [`Transport::send`] would report it.
    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()>;
}

/// The way out that a profile has, not yet connected to anything.
pub fn open(config: &TransportConfig) -> Box<dyn Transport> {
    open_with(config, &config::Relays::default(), None)
}

/// The same with further relays, which are tried when the first cannot be had; and with what keeps the
/// connections of calls without a session, for one of those. Relays out of DNS are not kept.
pub fn open_with(
    config: &TransportConfig,
    relays: &config::Relays,
    lingering: Option<&Arc<Lingering>>,
) -> Box<dyn Transport> {
    match config {
        TransportConfig::Smtp(settings) => match relays {
            config::Relays::Listed(others) if others.is_empty() => {
                Box::new(Smtp::new(settings.clone()).sharing(lingering))
            }
            config::Relays::Listed(others) => Box::new(Relays::new(settings, others, lingering)),
            config::Relays::Discovered(discovery) => {
                Box::new(Discovered::new(settings.clone(), discovery.clone()))
            }
        },
        TransportConfig::Sendmail { program } => Box::new(Sendmail::new(program)),
        TransportConfig::Maildir { path } => Box::new(Maildir::new(path)),
        TransportConfig::Command { program } => Box::new(Command::new(program.clone())),
    }
}
