//! How much a message may hold.
#![forbid(unsafe_code)]

use crate::config::Limits;
use crate::error::{Error, Kind, Result};

/// Checks how many recipients and attachments a message names, before anything looks at them.
///
/// # Errors
/// [`Kind::TooManyRecipients`] or [`Kind::TooManyFiles`], with the limit and its name.
pub fn check_counts(limits: &Limits, recipients: usize, attachments: usize) -> Result<()> {
    if recipients > limits.recipients as usize {
        let reason = format!(
            "{recipients} recipients, and limits.recipients of the profile allows {}",
            limits.recipients
        );
        return Err(Error::new(Kind::TooManyRecipients, reason));
    }
    if attachments > limits.attachments as usize {
        let reason = format!(
            "{attachments} attachments, and limits.attachments of the profile allows {}",
            limits.attachments
        );
        return Err(Error::new(Kind::TooManyFiles, reason));
    }
    Ok(())
}

/// Checks the length of a message's text.
///
/// # Errors
/// [`Kind::TextTooLarge`].
pub(super) fn check_body(limits: &Limits, body: &str) -> Result<()> {
    if body.len() as u64 <= limits.body_bytes {
        return Ok(());
    }
    let reason = format!(
        "a text of {} bytes, and limits.body-bytes of the profile allows {}",
        body.len(),
        limits.body_bytes
    );
    Err(Error::new(Kind::TextTooLarge, reason))
}
