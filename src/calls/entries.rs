//! MAPIDetails and MAPIAddress, as far as they need no window.
#![forbid(unsafe_code)]

use super::people::People;
use super::recipients::{addressees, known};
use super::{Access, unavailable};
use crate::error::{Error, Kind, Result};
use crate::model::Recipient;

/// Shows the entry that an entry id means.
///
/// # Errors
/// [`Kind::AmbiguousRecipient`] without an entry id, [`Kind::InvalidRecipients`] for one that means nobody;
/// then [`Kind::NotSupported`]: there is no window to show it in.
pub fn show_details(access: Access, entry_id: &[u8]) -> Result<()> {
    if entry_id.is_empty() {
        return Err(Error::new(
            Kind::AmbiguousRecipient,
            "ulEIDSize is 0: resolve the name first, and pass what MAPIResolveName returns",
        ));
    }
    // What is no entry id at all is told even where no profile can be opened.
    known(entry_id, &access.people()).map(drop)?;
    access.session()?;
    Err(unavailable("the window that shows an entry"))
}

/// Most fields that a window for choosing recipients has.
const MOST_FIELDS: u32 = 4;

/// Checks how many fields the window for choosing recipients is to have.
///
/// # Errors
/// [`Kind::InvalidEditFields`].
pub fn check_fields(fields: u32) -> Result<()> {
    if fields > MOST_FIELDS {
        return Err(Error::new(
            Kind::InvalidEditFields,
            format!("nEditFields is {fields}; it may be from 0 to {MOST_FIELDS}"),
        ));
    }
    Ok(())
}

/// Lets a person choose recipients, beginning with these.
///
/// # Errors
/// [`Kind::InvalidRecipients`] when mail could never reach one of them; a name that is not known may be
/// mended in the window. Then [`Kind::NotSupported`]: there is none.
pub fn choose_recipients(access: Access, recipients: &[Recipient]) -> Result<()> {
    let people = People::nobody("names are looked for in the window");
    for (index, recipient) in recipients.iter().enumerate() {
        let known = match recipient.entry_id.as_slice() {
            [] => addressees(recipient, &people).map(drop),
            id => known(id, &access.people()).map(drop),
        };
        match known {
            Err(error) if error.kind() == Kind::InvalidRecipients => {
                return Err(error.within(format!("recipient {}", index + 1)));
            }
            _ => {}
        }
    }
    access.session()?;
    Err(unavailable("the window for choosing recipients"))
}
