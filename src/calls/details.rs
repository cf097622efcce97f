//! MAPIDetails.
#![forbid(unsafe_code)]

use super::Access;
use super::asking::{Asked, ask};
use super::people::People;
use super::recipients::{Addressee, known};
use crate::dialogs::{DetailsDialog, Dialog, Dialogs, Proposal};
use crate::error::{Error, Kind, Result};
use crate::model::Person;

/// Shows the entry that an entry id means.
///
/// # Errors
/// [`Kind::AmbiguousRecipient`] without an entry id, [`Kind::InvalidRecipients`] for one that means nobody;
/// [`Kind::NotSupported`] where there is nothing to show it on, [`Kind::UserAborted`].
pub fn show_details(
    access: Access,
    entry_id: &[u8],
    read_only: bool,
    dialogs: &dyn Dialogs,
) -> Result<()> {
    if entry_id.is_empty() {
        return Err(Error::new(
            Kind::AmbiguousRecipient,
            "ulEIDSize is 0: resolve the name first, and pass what MAPIResolveName returns",
        ));
    }
    // What is no entry id at all is told even where no profile can be opened.
    known(entry_id, &access.people()).map(drop)?;
    let session = access.session()?;
    dialogs.available()?;
    let people = People::of(&session);
    let most = session.limits().recipients as usize;
    let (person, members) = match known(entry_id, &people)? {
        Addressee::Mailbox(mailbox) => (Person::from(mailbox), Vec::new()),
        // A list is shown also where mail could not reach all of it.
        Addressee::List(list) => {
            let members = people.members(&list, most).unwrap_or_default();
            let members = members.into_iter().map(Person::from).collect();
            (list.entry.into(), members)
        }
    };
    let dialog = Dialog::Details(DetailsDialog {
        person,
        members,
        read_only,
    });
    ask(dialogs, &dialog, Asked::Of(&session), &mut |proposal| {
        matches!(proposal, Proposal::Details).then(|| Ok((String::new(), ())))
    })
}
