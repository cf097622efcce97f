//! `kind = "maildir"`: delivery into a local Maildir, where every message is put once, whoever it
//! is for.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::PathBuf;

use super::Transport;
use crate::deadline::Deadline;
use crate::error::Result;
use crate::maildir::{self, Delivery, Folder, Room};
use crate::mime::{Composed, CopyError};
use crate::model::Envelope;

/// A folder with `tmp`, `new` and `cur` in it.
#[derive(Debug, Clone)]
pub struct Maildir {
    path: PathBuf,
}

impl Maildir {
    /// The Maildir at this path, which is made with the first message where there is none.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Transport for Maildir {
    fn send(&self, _envelope: &Envelope, message: Composed, _deadline: Deadline) -> Result<()> {
        // Whatever is wrong with the disk is not the message's fault.
        let failed = |error| maildir::failed("write to", &self.path, error).at_the_server();
        let folder = Folder::make(&self.path).map_err(failed)?;
        let delivery = Delivery::write(&folder, &message).map_err(|error| match error {
            CopyError::Source(error) => error,
            CopyError::Sink(error) => failed(error),
        })?;
        let name = OsString::from(delivery.name());
        delivery.deliver(&folder, Room::New, &name).map_err(failed)
    }

    fn check(&self, _deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        Folder::make(&self.path)
            .and_then(|folder| Delivery::begin(&folder).map(drop))
            .map_err(|error| maildir::failed("write to", &self.path, error))?;
        report(&format!(
            "the Maildir {} is there and can be written to",
            self.path.display()
        ));
        Ok(())
    }
}
