//! A server's no, as an error of ours.
#![forbid(unsafe_code)]

use super::reply::Reply;
use crate::error::{Error, Kind};

/// The error for an answer that is not the one that was needed.
///
/// What a reply means is in its code, whatever it answers; only a refused recipient is told apart
/// by the one who asked.
pub(super) fn refusal(what: impl Into<String>, reply: &Reply) -> Error {
    Error::new(kind(reply), what).because(reply.to_string())
}

/// The error for an answer that leaves no connection to send with, whatever its code.
pub(super) fn unfit(what: impl Into<String>, reply: &Reply) -> Error {
    let error = Error::new(Kind::Network, what).because(reply.to_string());
    if (500..600).contains(&reply.code()) {
        error.for_good()
    } else {
        error
    }
}

/// The kind of failure that a reply other than the expected one stands for.
pub(super) fn kind(reply: &Reply) -> Kind {
    match (reply.code(), reply.status()) {
        (530 | 534 | 535 | 538, _) => Kind::LoginFailed,
        (400..600, Some("5.3")) => Kind::TooManyRecipients,
        // The reply does not tell text from attachment: this kind speaks of the whole message.
        (552, _) | (500..600, Some("3.4")) => Kind::AttachmentTooLarge,
        (500..600, _) => Kind::Failure,
        // Not now, or an answer to some other question: the server is not fit to send with.
        _ => Kind::Network,
    }
}
