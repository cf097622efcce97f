//! Where nobody is there to be asked.
#![forbid(unsafe_code)]

use super::{Answer, Dialog, Dialogs, Request};
use crate::error::{Error, Kind, Result};

/// Nobody, and why.
#[derive(Debug)]
pub struct Nobody {
    why: String,
}

impl Nobody {
    /// Nobody, for this reason.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into() }
    }
}

impl Dialogs for Nobody {
    fn available(&self) -> Result<()> {
        Err(Error::new(
            Kind::NotSupported,
            format!("nobody can be asked: {}", self.why),
        ))
    }

    fn show(&self, _: &Dialog, _: &mut dyn FnMut(Request) -> Answer) -> Result<()> {
        self.available()
    }
}
