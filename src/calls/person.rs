//! Somebody as calls tell their callers of them.
#![forbid(unsafe_code)]

use crate::model::{Correspondent, Mailbox, Person, book_entry_id, entry_id};
use crate::providers::address_book::{Entry, Reaches};

/// The address type of a list that only its address book knows: what Outlook calls its own.
pub(super) const LIST: &str = "MAPIPDL";

impl From<Correspondent> for Person {
    fn from(who: Correspondent) -> Self {
        let Correspondent { name, address } = who;
        if address.is_empty() {
            return Self {
                name,
                address,
                entry_id: Vec::new(),
            };
        }
        Self {
            entry_id: entry_id(&name, &address),
            name: if name.is_empty() {
                address.clone()
            } else {
                name
            },
            address: format!("SMTP:{address}"),
        }
    }
}

impl From<Mailbox> for Person {
    fn from(mailbox: Mailbox) -> Self {
        Self::from(Correspondent {
            name: mailbox.name,
            address: mailbox.address.to_string(),
        })
    }
}

impl From<Entry> for Person {
    fn from(entry: Entry) -> Self {
        Self {
            entry_id: book_entry_id(&entry.key),
            address: match entry.reaches {
                Reaches::Person(address) => format!("SMTP:{address}"),
                Reaches::List => format!("{LIST}:{}", entry.name),
            },
            name: entry.name,
        }
    }
}
