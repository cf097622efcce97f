//! Why an account cannot be used or kept.

use std::fmt;

/// What has to be mended. Shown, it is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub part: Part,
    /// Why, and what to do about it.
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
    pub(crate) fn new(part: Part, reason: impl Into<String>) -> Self {
        Self {
            part,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Settings => write!(f, "the settings are not complete: {}", self.reason),
            Part::Outgoing => write!(f, "outgoing mail: {}", self.reason),
            Part::Incoming => write!(f, "incoming mail: {}", self.reason),
            Part::Keyring => write!(f, "the password cannot be kept: {}", self.reason),
            Part::Configuration => write!(f, "the account cannot be kept: {}", self.reason),
        }
    }
}

impl std::error::Error for Problem {}
