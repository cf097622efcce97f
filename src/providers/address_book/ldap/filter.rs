//! What is searched for. A filter is never written as text, so nothing that a caller types can be
//! more than the value it stands in: there is nothing to escape.
#![forbid(unsafe_code)]

use bcder::encode::{Constructed, Values};
use bcder::{Captured, Mode, OctetString, Tag};

/// A condition that entries meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Filter {
    /// Each of these.
    All(Vec<Self>),
    /// One of these at least.
    Any(Vec<Self>),
    /// An attribute has this value.
    Is(&'static str, String),
    /// An attribute has a value that begins so.
    Begins(&'static str, String),
    /// An attribute has a value with these stretches in it, in this order.
    Holds(&'static str, Vec<String>),
    /// An attribute is there.
    Has(&'static str),
}

impl Filter {
    /// The filter as RFC 4511 4.5.1.7 has it.
    pub(super) fn encode(&self) -> Captured {
        let octets = |text: &str| OctetString::encode_slice(text.as_bytes().to_vec());
        let stretch = |text: &str, tag| OctetString::encode_slice_as(text.as_bytes().to_vec(), tag);
        match self {
            Self::All(parts) => several(Tag::CTX_0, parts),
            Self::Any(parts) => several(Tag::CTX_1, parts),
            Self::Is(attribute, value) => captured(Tag::CTX_3, (octets(attribute), octets(value))),
            Self::Begins(attribute, value) => {
                let initial = stretch(value, Tag::CTX_0);
                captured(
                    Tag::CTX_4,
                    (octets(attribute), bcder::encode::sequence(initial)),
                )
            }
            Self::Holds(attribute, values) => {
                let any: Vec<_> = values
                    .iter()
                    .map(|text| stretch(text, Tag::CTX_1))
                    .collect();
                captured(
                    Tag::CTX_4,
                    (octets(attribute), bcder::encode::sequence(any)),
                )
            }
            Self::Has(attribute) => {
                Captured::from_values(Mode::Ber, stretch(attribute, Tag::ctx(7)))
            }
        }
    }
}

fn several(tag: Tag, parts: &[Filter]) -> Captured {
    let parts: Vec<_> = parts.iter().map(Filter::encode).collect();
    captured(tag, parts)
}

fn captured(tag: Tag, values: impl Values) -> Captured {
    Captured::from_values(Mode::Ber, Constructed::new(tag, values))
}
