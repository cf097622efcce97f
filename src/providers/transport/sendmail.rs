//! `kind = "sendmail"`: the local mail system, by the command that all of them have.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use super::{Transport, program};
use crate::child::Program;
use crate::deadline::Deadline;
use crate::error::Result;
use crate::mime::Composed;
use crate::model::Envelope;

/// The local mail system's `sendmail` program.
#[derive(Debug, Clone)]
pub struct Sendmail {
    path: PathBuf,
}

impl Sendmail {
    /// The program at this absolute path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Transport for Sendmail {
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        // -i: a line with a single dot is a line like any other, and not the end.
        // --: what follows is an address, even where it looks like an option.
        let sender = envelope.sender.as_ref();
        let recipients = envelope.recipients.iter().map(AsRef::as_ref);
        let program = Program::new(&self.path)?
            .arguments(["-i", "-f", sender, "--"].into_iter().chain(recipients));
        program::hand_over(&program, &message, deadline)
    }

    fn check(&self, _deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        program::look_at(&Program::new(&self.path)?, report)
    }
}
