//! Why an account cannot be used or kept.

use std::fmt;

use simplemapi::error::{Error, Kind};

/// What has to be mended. Shown, it is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub part: Part,
    /// What it means to a program, as in the library.
    pub kind: Kind,
    /// What is wrong, and what to do about it.
    pub reason: String,
}

/// Where a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the person has typed, before any server is asked.
    Settings,
    /// The server for outgoing mail.
    Outgoing,
    /// The server for incoming mail.
    Incoming,
    /// The keyring, in which the password is to be kept.
    Keyring,
    /// The configuration file.
    Configuration,
}

impl Problem {
    pub(crate) fn new(part: Part, kind: Kind, reason: impl Into<String>) -> Self {
        Self {
            part,
            kind,
            reason: reason.into(),
        }
    }

    pub(crate) fn of(part: Part, error: &Error) -> Self {
        Self::new(part, error.kind(), error.reason())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Settings => write!(f, "the settings will not do: {}", self.reason),
            Part::Outgoing => write!(f, "outgoing mail: {}", self.reason),
            Part::Incoming => write!(f, "incoming mail: {}", self.reason),
            Part::Keyring => write!(f, "the password cannot be kept: {}", self.reason),
            Part::Configuration => write!(f, "the account cannot be kept: {}", self.reason),
        }
    }
}

impl std::error::Error for Problem {}
