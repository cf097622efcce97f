//! MAPIFindNext.
#![forbid(unsafe_code)]

use crate::error::Result;
use crate::model::MessageId;
use crate::providers::store::Wanted;
use crate::session::Session;

/// The id of the first message that is wanted, or of the first one behind the seed. Always in the
/// order of reception.
///
/// # Errors
/// [`crate::error::Kind::NoMessages`] at the end; [`crate::error::Kind::InvalidMessage`] for a seed
/// that never was; [`crate::error::Kind::NotSupported`] where the profile has no store.
pub fn find_next(session: &Session, seed: &str, wanted: &Wanted) -> Result<MessageId> {
    let store = session.store()?;
    let seed = Some(seed)
        .filter(|seed| !seed.is_empty())
        .map(str::parse::<MessageId>)
        .transpose()?;
    store.next(seed.as_ref(), wanted)
}
