//! MAPIResolveName.
#![forbid(unsafe_code)]

use super::people::People;
use super::recipients::{Addressee, written_addressees};
use super::{Access, Person, unavailable};
use crate::error::{Error, Kind, Result};

/// Whether a person may be asked whom a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// The books alone decide.
    Nobody,
    /// A window may show several to choose from.
    Dialog,
}

/// Finds whom a name means. An address means itself, and no book is asked.
///
/// # Errors
/// [`Kind::UnknownRecipient`] when nobody has the name, or mail could not reach what is written;
/// [`Kind::AmbiguousRecipient`] when several have it; [`Kind::NotSupported`] when a dialog should ask which.
pub fn resolve_name(access: Access, name: &str, asking: Asking) -> Result<Person> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::new(Kind::UnknownRecipient, "lpszName is empty"));
    }
    let session = access.session()?;
    let people = People::of(&session);
    match resolve(name, &people) {
        Err(error) if error.kind() == Kind::AmbiguousRecipient && asking == Asking::Dialog => {
            Err(unavailable("the dialog that asks which of several is meant").because(error))
        }
        // A code that this call does not have, and nobody to be found all the same.
        Err(error) if error.kind() == Kind::InvalidRecipients => {
            Err(error.recast(Kind::UnknownRecipient))
        }
        resolved => resolved,
    }
}

fn resolve(name: &str, people: &People<'_>) -> Result<Person> {
    let Some(written) = written_addressees(name, "", people) else {
        return people.find(name).map(|found| found.entry.into());
    };
    let mut written = written?.into_iter();
    match (written.next(), written.next()) {
        (Some(Addressee::Mailbox(mailbox)), None) => Ok(mailbox.into()),
        (Some(Addressee::List(list)), None) => Ok(list.entry.into()),
        _ => Err(Error::new(
            Kind::AmbiguousRecipient,
            "several addresses are written out: resolve them one by one",
        )),
    }
}
