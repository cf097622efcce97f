//! MAPIAddress.
#![forbid(unsafe_code)]

use super::asking::{Asked, ask};
use super::people::People;
use super::recipients::{addressees, known};
use super::{Access, check_counts};
use crate::dialogs::{AddressDialog, Dialog, Dialogs, Field, Proposal};
use crate::error::{Error, Kind, Result};
use crate::model::{Person, Recipient, RecipientClass};
use crate::session::Session;

/// What MAPIAddress asks for.
#[derive(Debug)]
pub struct AddressRequest {
    /// The title of the window; empty for its own.
    pub caption: String,
    /// How many fields it has.
    pub fields: u32,
    /// The label of a single field; empty for its own.
    pub label: String,
    /// Whom to begin with.
    pub recipients: Vec<Recipient>,
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

/// Lets a person choose recipients. They come in the order To, Cc, Bcc, everyone with an entry id; where
/// the book is only looked at, those come back who were given.
///
/// # Errors
/// [`Kind::InvalidRecipients`] when mail could never reach one of those to begin with; a name that is not
/// known may be mended in the window. [`Kind::NotSupported`] where there is nothing to show it on,
/// [`Kind::UserAborted`].
pub fn choose_recipients(
    access: Access,
    request: AddressRequest,
    dialogs: &dyn Dialogs,
) -> Result<Vec<(RecipientClass, Person)>> {
    let AddressRequest {
        caption,
        fields,
        label,
        recipients,
    } = request;
    check_reachable(&recipients, &access)?;
    let session = access.session()?;
    dialogs.available()?;
    let recipients = shown(recipients, &People::of(&session));
    let dialog = AddressDialog {
        caption,
        fields: field_list(fields, label, &recipients),
        recipients,
    };
    let only_looked_at = dialog.fields.is_empty();
    let dialog = Dialog::Address(dialog);
    let chosen = ask(dialogs, &dialog, Asked::Of(&session), &mut |proposal| {
        let Proposal::Address { recipients } = proposal else {
            return None;
        };
        Some(chosen(&session, recipients).map(|chosen| (String::new(), chosen)))
    })?;
    Ok(match dialog {
        Dialog::Address(dialog) if only_looked_at => {
            let given = dialog.recipients.into_iter();
            in_order(given.map(|one| (one.class, one.into())).collect())
        }
        _ => chosen,
    })
}

/// That mail could reach everyone, once they are found.
fn check_reachable(recipients: &[Recipient], access: &Access) -> Result<()> {
    let nobody = People::nobody("names are looked for in the window");
    for (index, recipient) in recipients.iter().enumerate() {
        let known = match recipient.entry_id.as_slice() {
            [] => addressees(recipient, &nobody).map(drop),
            id => known(id, &access.people()).map(drop),
        };
        match known {
            Err(error) if error.kind() == Kind::InvalidRecipients => {
                return Err(error.within(format!("recipient {}", index + 1)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Recipients as a window shows them: with name, address and entry id where one person or list is
/// meant, else as they came.
pub(super) fn shown(recipients: Vec<Recipient>, people: &People<'_>) -> Vec<Recipient> {
    let shown = recipients.into_iter().map(|recipient| {
        let class = recipient.class;
        let found = addressees(&recipient, people).unwrap_or_default();
        let mut found = found.into_iter().map(Person::from);
        match (found.next(), found.next()) {
            (Some(one), None) => one.to(class),
            _ => recipient,
        }
    });
    shown.collect()
}

/// The fields of the window. The classes that are there already have theirs, however few were asked for,
/// and only a single one has a label of the caller's.
fn field_list(wanted: u32, label: String, recipients: &[Recipient]) -> Vec<Field> {
    const ALL: [RecipientClass; 3] = [RecipientClass::To, RecipientClass::Cc, RecipientClass::Bcc];
    if wanted == 0 {
        return Vec::new();
    }
    let is_there = |class: &RecipientClass| recipients.iter().any(|one| one.class == *class);
    let mut classes: Vec<_> = ALL.into_iter().filter(is_there).collect();
    let missing = ALL.into_iter().filter(|class| !is_there(class));
    let more = (wanted as usize).saturating_sub(classes.len());
    classes.extend(missing.take(more));
    classes.sort_unstable();
    let label = match (wanted, classes.as_slice()) {
        (1, [_]) => label,
        _ => String::new(),
    };
    let fields = classes.into_iter().map(|class| Field {
        class,
        label: label.clone(),
    });
    fields.collect()
}

/// Everyone whom a person chose, found.
fn chosen(session: &Session, recipients: Vec<Recipient>) -> Result<Vec<(RecipientClass, Person)>> {
    check_counts(&session.limits(), recipients.len(), 0)?;
    let people = People::of(session);
    let mut chosen = Vec::with_capacity(recipients.len());
    for (index, recipient) in recipients.iter().enumerate() {
        let found = addressees(recipient, &people)
            .map_err(|error| error.within(format!("recipient {}", index + 1)))?;
        chosen.extend(found.into_iter().map(|one| (recipient.class, one.into())));
    }
    Ok(in_order(chosen))
}

fn in_order(mut chosen: Vec<(RecipientClass, Person)>) -> Vec<(RecipientClass, Person)> {
    chosen.sort_by_key(|(class, _)| *class);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecipientClass::{Bcc, Cc, To};

    fn classes(wanted: u32, there: &[RecipientClass]) -> Vec<RecipientClass> {
        let recipients: Vec<_> = there
            .iter()
            .map(|class| {
                let person = Person {
                    name: "Ada".to_owned(),
                    address: String::new(),
                    entry_id: Vec::new(),
                };
                person.to(*class)
            })
            .collect();
        let fields = field_list(wanted, "Owner".to_owned(), &recipients);
        let labelled = fields.iter().any(|field| field.label == "Owner");
        assert_eq!(labelled, wanted == 1 && fields.len() == 1);
        fields.into_iter().map(|field| field.class).collect()
    }

    #[test]
    fn who_is_there_has_a_field_and_others_as_many_as_are_asked_for() {
        assert_eq!(classes(0, &[Cc]), []);
        assert_eq!(classes(1, &[]), [To]);
        assert_eq!(classes(1, &[Cc, Cc]), [Cc]);
        assert_eq!(classes(1, &[Bcc, To]), [To, Bcc]);
        assert_eq!(classes(2, &[]), [To, Cc]);
        assert_eq!(classes(2, &[Bcc]), [To, Bcc]);
        assert_eq!(classes(3, &[]), [To, Cc, Bcc]);
        assert_eq!(classes(4, &[Cc]), [To, Cc, Bcc]);
    }
}
