//! MAPIResolveName.
#![forbid(unsafe_code)]

use super::asking::{Asked, ask};
use super::people::People;
use super::recipients::{known, written_addressees};
use super::{Access, Person};
use crate::dialogs::{Dialog, Dialogs, Proposal, ResolveDialog};
use crate::error::{Error, Kind, Result};
use crate::session::Session;

/// Whether a person may be asked whom a name means.
#[derive(Clone, Copy)]
pub enum Asking<'d> {
    /// The books alone decide.
    Nobody,
    /// A window may show several to choose from.
    Dialog(&'d dyn Dialogs),
}

/// Finds whom a name means. An address means itself, and no book is asked.
///
/// # Errors
/// [`Kind::UnknownRecipient`] when nobody has the name, or mail could not reach what is written;
/// [`Kind::AmbiguousRecipient`] when several have it; [`Kind::NotSupported`] when a dialog should ask which and cannot,
/// [`Kind::UserAborted`].
pub fn resolve_name(access: Access, name: &str, asking: Asking<'_>) -> Result<Person> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::new(Kind::UnknownRecipient, "lpszName is empty"));
    }
    let session = access.session()?;
    let people = People::of(&session);
    match (resolve(name, &people), asking) {
        (Err(several), Asking::Dialog(dialogs)) if several.kind() == Kind::AmbiguousRecipient => {
            which(&session, name, several, dialogs)
        }
        // A code that this call does not have, and nobody to be found all the same.
        (Err(error), _) if error.kind() == Kind::InvalidRecipients => {
            Err(error.recast(Kind::UnknownRecipient))
        }
        (resolved, _) => resolved,
    }
}

/// Asks which of several is meant.
fn which(session: &Session, name: &str, several: Error, dialogs: &dyn Dialogs) -> Result<Person> {
    let (people, more) = People::of(session).candidates(name)?;
    if people.is_empty() {
        return Err(several);
    }
    if let Err(nobody) = dialogs.available() {
        return Err(nobody.because(several));
    }
    let dialog = Dialog::Resolve(ResolveDialog {
        text: name.to_owned(),
        people: people.into_iter().map(Person::from).collect(),
        more,
    });
    ask(dialogs, &dialog, Asked::Of(session), &mut |proposal| {
        let Proposal::Resolve { person } = proposal else {
            return None;
        };
        let found = known(&person.entry_id, &People::of(session));
        Some(found.map(|found| (String::new(), found.into())))
    })
}

fn resolve(name: &str, people: &People<'_>) -> Result<Person> {
    let Some(written) = written_addressees(name, "", people) else {
        return people.find(name).map(|found| found.entry.into());
    };
    let mut written = written?.into_iter();
    match (written.next(), written.next()) {
        (Some(one), None) => Ok(one.into()),
        _ => Err(Error::new(
            Kind::AmbiguousRecipient,
            "several addresses are written out: resolve them one by one",
        )),
    }
}
