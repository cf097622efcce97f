//! A message on its way into the outbox.
#![forbid(unsafe_code)]

use super::folder::{self, Room};
use super::temporary::Temporary;
use super::{Name, Outbox, now, spooled};
use crate::error::Result;
use crate::mime::{Composed, CopyError};
use crate::model::Envelope;

impl Outbox {
    /// Puts a message in. When this returns, it is where neither a crash nor a power cut takes it away,
    /// and after an error there is nothing of it. Until then nobody delivers it.
    ///
    /// # Errors
    /// Those of its attachments, and of the file system.
    pub fn submit(&self, envelope: &Envelope, message: &Composed) -> Result<Name> {
        let failed = |error| folder::failed("write to", self.path(), error);
        let temporary = Temporary::create(&self.folder).map_err(failed)?;
        spooled::write(temporary.file(), now(), envelope, message).map_err(
            |error| match error {
                CopyError::Source(error) => error,
                CopyError::Sink(error) => failed(error),
            },
        )?;
        let appeared = temporary.appear(Room::Queue).map_err(failed)?;
        Ok(appeared.keep())
    }
}
