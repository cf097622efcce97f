//! What a directory server is asked (RFC 4511).
#![forbid(unsafe_code)]

use bcder::encode::{Constructed, PrimitiveContent, Values, sequence};
use bcder::{Mode, OctetString, Tag};
use zeroize::Zeroizing;

use super::filter::Filter;

/// A search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Search {
    /// The entry to look at, or to look below.
    pub(super) base: String,
    pub(super) scope: Scope,
    pub(super) filter: Filter,
    pub(super) attributes: Vec<String>,
    /// How many entries the server may find at most.
    pub(super) most: u32,
}

/// Where to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// At that one entry.
    Base,
    /// At it and all below it.
    Subtree,
}

/// Who wants to know, proven by a password (4.2).
pub(super) fn bind(id: u32, dn: &str, password: &str) -> Zeroizing<Vec<u8>> {
    const VERSION: u8 = 3;
    let dn = OctetString::encode_slice(dn.as_bytes());
    let password = OctetString::encode_slice_as(password.as_bytes(), Tag::CTX_0);
    message(
        id,
        Constructed::new(Tag::application(0), (VERSION.encode(), dn, password)),
    )
}

/// A search (4.5.1), which the server is to give up after so many seconds. What an alias stands for
/// is not looked at.
pub(super) fn search(id: u32, search: &Search, seconds: u32) -> Zeroizing<Vec<u8>> {
    const NEVER: u8 = 0;
    let scope: u8 = match search.scope {
        Scope::Base => 0,
        Scope::Subtree => 2,
    };
    let attributes: Vec<_> = search
        .attributes
        .iter()
        .map(|name| OctetString::encode_slice(name.as_bytes()))
        .collect();
    let limits = (search.most.encode(), seconds.encode());
    let values_too = false.encode();
    message(
        id,
        Constructed::new(
            Tag::application(3),
            (
                OctetString::encode_slice(search.base.as_bytes()),
                scope.encode_as(Tag::ENUMERATED),
                NEVER.encode_as(Tag::ENUMERATED),
                limits,
                values_too,
                search.filter.encode(),
                sequence(attributes),
            ),
        ),
    )
}

/// That TLS is to begin (4.14).
pub(super) fn start_tls(id: u32) -> Zeroizing<Vec<u8>> {
    const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
    let name = OctetString::encode_slice_as(START_TLS, Tag::CTX_0);
    message(id, Constructed::new(Tag::application(23), name))
}

/// Goodbye (4.3).
pub(super) fn unbind(id: u32) -> Zeroizing<Vec<u8>> {
    message(id, ().encode_as(Tag::application(2)))
}

fn message(id: u32, operation: impl Values) -> Zeroizing<Vec<u8>> {
    let message = sequence((id.encode(), operation));
    // It does not grow, so that no part of a password is left where it was.
    let mut bytes = Zeroizing::new(Vec::with_capacity(message.encoded_len(Mode::Ber)));
    // Writing to memory does not fail.
    let _ = message.write_encoded(Mode::Ber, &mut *bytes);
    bytes
}
