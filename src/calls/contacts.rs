//! Whom a name means, and why: what MAPIResolveName decides, told in full for a person.
#![forbid(unsafe_code)]

use super::people::People;
use super::recipients::{Addressee, addressees};
use crate::error::{Error, Kind, Result};
use crate::model::{Mailbox, Recipient, RecipientClass};
use crate::providers::address_book::{Found, Query};
use crate::session::Session;

/// What the address books say of a name.
pub struct Contacts {
    /// Each book by its description, and whom it finds; no book where the name is an address.
    pub found: Vec<(String, Result<Found>)>,
    /// Who gets what is sent to the name.
    pub reached: Result<Vec<Mailbox>>,
}

/// Asks every book for a name, and resolves it as it would be for a message.
pub fn contacts(session: &Session, name: &str) -> Contacts {
    let recipient = Recipient {
        class: RecipientClass::To,
        name: name.to_owned(),
        address: String::new(),
        entry_id: Vec::new(),
    };
    let people = People::of(session);
    Contacts {
        found: match crate::model::written(name) {
            None => asked(session, name),
            Some(_) => Vec::new(),
        },
        reached: reached(session, &recipient, &people),
    }
}

fn asked(session: &Session, name: &str) -> Vec<(String, Result<Found>)> {
    let Some(query) = Query::new(name) else {
        return Vec::new();
    };
    let books = session.address_books().iter();
    books
        .map(|book| (book.description(), book.find(&query, session.deadline())))
        .collect()
}

fn reached(session: &Session, recipient: &Recipient, people: &People<'_>) -> Result<Vec<Mailbox>> {
    let most = session.limits().recipients as usize;
    let mut reached = Vec::new();
    for addressee in addressees(recipient, people)? {
        match addressee {
            Addressee::Mailbox(mailbox) => reached.push(mailbox),
            Addressee::List(list) => reached.extend(people.members(&list, most)?),
        }
    }
    if reached.is_empty() {
        return Err(Error::new(Kind::UnknownRecipient, "nobody is named"));
    }
    Ok(reached)
}
