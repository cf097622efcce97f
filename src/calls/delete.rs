//! MAPIDeleteMail.
#![forbid(unsafe_code)]

use crate::error::Result;
use crate::session::Session;

/// Deletes a message: into the trash, or for good where the profile says so.
///
/// # Errors
/// [`crate::error::Kind::InvalidMessage`] when it is not there; after any other it still is.
pub fn delete_mail(session: &Session, id: &str) -> Result<()> {
    session.store()?.delete(&id.parse()?)
}
