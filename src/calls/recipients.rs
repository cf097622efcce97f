//! From the people a caller names to mailboxes.
#![forbid(unsafe_code)]

use std::collections::HashSet;

use super::people::{InBook, People, shown};
use super::person::LIST;
use crate::error::{Error, Kind, Result};
use crate::model::{
    Address, Known, Mailbox, Person, Recipient, RecipientClass, Written, header_text,
    read_entry_id, split_list, written,
};
use crate::providers::address_book::Reaches;

/// Whom a recipient names.
pub(super) enum Addressee<'s> {
    Mailbox(Mailbox),
    List(InBook<'s>),
}

/// Finds everyone's mailbox; lists become their members.
///
/// # Errors
/// The first recipient that has none: [`Kind::UnknownRecipient`] for a name in no address book,
/// [`Kind::AmbiguousRecipient`] for one that may mean several, [`Kind::InvalidRecipients`] for an address
/// that no mail reaches; [`Kind::TooManyRecipients`] for a list of more than `most`.
pub(super) fn resolve(
    recipients: &[Recipient],
    people: &People<'_>,
    most: usize,
) -> Result<Vec<(RecipientClass, Mailbox)>> {
    let mut resolved = Vec::with_capacity(recipients.len());
    for (index, recipient) in recipients.iter().enumerate() {
        let within = |error: Error| error.within(format!("recipient {}", index + 1));
        for addressee in addressees(recipient, people).map_err(within)? {
            match addressee {
                Addressee::Mailbox(mailbox) => {
                    resolved.push((recipient.class, Through::Name, mailbox));
                }
                Addressee::List(list) => {
                    let members = people.members(&list, most).map_err(within)?;
                    let members = members.into_iter();
                    resolved.extend(members.map(|one| (recipient.class, Through::List, one)));
                }
            }
        }
    }
    Ok(each_once(resolved))
}

/// How somebody came to be a recipient.
#[derive(PartialEq, Eq)]
enum Through {
    Name,
    List,
}

/// Leaves out whom lists name again. Whoever is named beside the lists stays as the caller has them,
/// and of several lists the one counts that most people see.
fn each_once(
    mut resolved: Vec<(RecipientClass, Through, Mailbox)>,
) -> Vec<(RecipientClass, Mailbox)> {
    use RecipientClass::{Bcc, Cc, To};
    let key = |mailbox: &Mailbox| mailbox.address.as_ref().to_lowercase();
    if resolved
        .iter()
        .any(|(_, through, _)| *through == Through::List)
    {
        let named = resolved
            .iter()
            .filter(|(_, through, _)| *through == Through::Name);
        let mut seen: HashSet<String> = named.map(|(_, _, mailbox)| key(mailbox)).collect();
        let mut kept = HashSet::new();
        for wanted in [To, Cc, Bcc] {
            for (at, (class, through, mailbox)) in resolved.iter().enumerate() {
                if *class == wanted && *through == Through::List && seen.insert(key(mailbox)) {
                    kept.insert(at);
                }
            }
        }
        let mut at = 0;
        resolved.retain(|(_, through, _)| {
            at += 1;
            *through == Through::Name || kept.contains(&(at - 1))
        });
    }
    resolved
        .into_iter()
        .map(|(class, _, mailbox)| (class, mailbox))
        .collect()
}

/// The one mailbox that a recipient's address names; no address book is asked.
///
/// # Errors
/// As [`resolve`]; [`Kind::InvalidRecipients`] for a list.
pub(super) fn mailbox(recipient: &Recipient) -> Result<Mailbox> {
    let people = People::nobody("it is not looked for by name");
    let mut addressees = addressees(recipient, &people)?.into_iter();
    match (addressees.next(), addressees.next()) {
        (Some(Addressee::Mailbox(mailbox)), None) => Ok(mailbox),
        _ => Err(Error::new(
            Kind::InvalidRecipients,
            "not one address but a list",
        )),
    }
}

/// An entry id decides alone, then an address, and a name beside it is for display; a name alone is
/// looked for, unless it is an address written in the name's place.
pub(super) fn addressees<'s>(
    recipient: &Recipient,
    people: &People<'s>,
) -> Result<Vec<Addressee<'s>>> {
    let (name, address) = (recipient.name.trim(), recipient.address.trim());
    if !recipient.entry_id.is_empty() {
        return known(&recipient.entry_id, people).map(|known| vec![known]);
    }
    if !address.is_empty() {
        return written_addressees(address, name, people).unwrap_or_else(|| {
            Err(Error::new(
                Kind::InvalidRecipients,
                format!("\"{}\" is not a mail address", shown(address)),
            ))
        });
    }
    if name.is_empty() {
        return Err(Error::new(
            Kind::UnknownRecipient,
            "it has neither a name nor an address",
        ));
    }
    written_addressees(name, "", people)
        .unwrap_or_else(|| people.find(name).map(|found| vec![found.into()]))
}

/// Whom an entry id means: name and address beside it are not looked at.
///
/// # Errors
/// [`Kind::InvalidRecipients`] when it is not one of ours, or its entry is gone.
pub(super) fn known<'s>(id: &[u8], people: &People<'s>) -> Result<Addressee<'s>> {
    match read_entry_id(id) {
        Some(Known::WrittenOut { name, address }) => Ok(Addressee::Mailbox(Mailbox {
            name: header_text(name),
            address: Address::new(address)?,
        })),
        Some(Known::InABook(key)) => people.entry(key).map(Addressee::from),
        None => Err(Error::new(
            Kind::InvalidRecipients,
            "its entry id is not one of ours: pass ulEIDSize 0 where there is none",
        )),
    }
}

impl From<Addressee<'_>> for Person {
    fn from(addressee: Addressee<'_>) -> Self {
        match addressee {
            Addressee::Mailbox(mailbox) => mailbox.into(),
            Addressee::List(list) => list.entry.into(),
        }
    }
}

impl<'s> From<InBook<'s>> for Addressee<'s> {
    fn from(found: InBook<'s>) -> Self {
        match &found.entry.reaches {
            Reaches::Person(address) => Self::Mailbox(Mailbox {
                name: found.entry.name.clone(),
                address: address.clone(),
            }),
            Reaches::List => Self::List(found),
        }
    }
}

/// Those whom a text writes out: one, or several with `;` or `,` between them. `None` when it is no
/// address at all.
pub(super) fn written_addressees<'s>(
    text: &str,
    display: &str,
    people: &People<'s>,
) -> Option<Result<Vec<Addressee<'s>>>> {
    let members = split_list(text);
    let several = members.len() > 1 && members.iter().all(|member| written(member).is_some());
    if several {
        return Some(
            members
                .into_iter()
                .filter_map(written)
                .map(|written| to_addressee(written, "", people))
                .collect(),
        );
    }
    written(text).map(|written| to_addressee(written, display, people).map(|one| vec![one]))
}

fn to_addressee<'s>(
    written: Written<'_>,
    display: &str,
    people: &People<'s>,
) -> Result<Addressee<'s>> {
    match written.kind {
        None => {}
        Some(kind) if kind.eq_ignore_ascii_case("SMTP") => {}
        // The address that MAPIResolveName gives a list, from a program that keeps no entry ids.
        Some(kind) if kind.eq_ignore_ascii_case(LIST) => {
            return people.find(written.address).map(Addressee::from);
        }
        Some(kind) => {
            return Err(Error::new(
                Kind::InvalidRecipients,
                format!(
                    "addresses of type {} have no gateway here: use SMTP",
                    shown(kind)
                ),
            ));
        }
    }
    let address = Address::new(written.address)?;
    let name = header_text(if display.is_empty() {
        &written.name
    } else {
        display
    });
    // Some programs put the address into the name as well, because "some clients require a name".
    let repeats = written_address(&name).eq_ignore_ascii_case(address.as_ref());
    Ok(Addressee::Mailbox(Mailbox {
        name: if repeats { String::new() } else { name },
        address,
    }))
}

fn written_address(name: &str) -> &str {
    written(name).map_or(name, |written| written.address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entry_id;

    fn recipient(name: &str, address: &str) -> Recipient {
        Recipient {
            class: RecipientClass::To,
            name: name.into(),
            address: address.into(),
            entry_id: Vec::new(),
        }
    }

    fn shown_mailboxes(name: &str, address: &str) -> Vec<(String, String)> {
        let people = People::nobody("there is none");
        let resolved = resolve(&[recipient(name, address)], &people, 10).unwrap();
        resolved
            .into_iter()
            .map(|(_, mailbox)| mailbox)
            .map(|mailbox| (mailbox.name, mailbox.address.to_string()))
            .collect()
    }

    fn refusal(recipient: &Recipient) -> Kind {
        let people = People::nobody("there is none");
        let resolved = resolve(std::slice::from_ref(recipient), &people, 10);
        resolved.unwrap_err().kind()
    }

    fn kind(name: &str, address: &str) -> Kind {
        refusal(&recipient(name, address))
    }

    #[test]
    fn an_address_decides_and_the_name_is_for_display() {
        assert_eq!(
            shown_mailboxes("Ada", "SMTP:a@b.test"),
            [("Ada".into(), "a@b.test".into())]
        );
        assert_eq!(
            shown_mailboxes("Ada, Countess", "a@b.test"),
            [("Ada, Countess".into(), "a@b.test".into())]
        );
        assert_eq!(
            shown_mailboxes("", "Ada <a@b.test>"),
            [("Ada".into(), "a@b.test".into())]
        );
    }

    #[test]
    fn an_address_in_the_names_place_is_used() {
        assert_eq!(
            shown_mailboxes("a@b.test", ""),
            [(String::new(), "a@b.test".into())]
        );
        assert_eq!(
            shown_mailboxes("Ada[SMTP:a@b.test]", ""),
            [("Ada".into(), "a@b.test".into())]
        );
    }

    #[test]
    fn a_name_that_repeats_the_address_is_not_shown() {
        assert_eq!(
            shown_mailboxes("SMTP:A@b.test", "a@b.test"),
            [(String::new(), "a@b.test".into())]
        );
    }

    #[test]
    fn several_addresses_in_one_field_are_several_recipients() {
        assert_eq!(shown_mailboxes("", "a@b.test; Cee <c@d.test>").len(), 2);
    }

    #[test]
    fn an_entry_id_decides_alone() {
        let known = Recipient {
            entry_id: entry_id("Ada", "ada@example.org"),
            ..recipient("Bob", "bob@example.org")
        };
        let found = mailbox(&known).unwrap();
        assert_eq!(found.address.to_string(), "ada@example.org");
        assert_eq!(found.name, "Ada");
        let injected = Recipient {
            entry_id: entry_id("Ada", "a@b.test>\r\nRCPT TO:<spy@c.test"),
            ..recipient("", "")
        };
        assert_eq!(refusal(&injected), Kind::InvalidRecipients);
    }

    #[test]
    fn what_no_mail_reaches_is_told_apart_from_whom_nobody_knows() {
        assert_eq!(kind("Ada", ""), Kind::UnknownRecipient);
        assert_eq!(kind("", ""), Kind::UnknownRecipient);
        assert_eq!(kind("Ada", "nowhere"), Kind::InvalidRecipients);
        assert_eq!(kind("Ada", "FAX:+1 23"), Kind::InvalidRecipients);
        assert_eq!(
            kind("Ada", "a@b.test>\r\nRCPT TO:<spy@c.test"),
            Kind::InvalidRecipients
        );
        let entry = Recipient {
            entry_id: vec![1],
            ..recipient("Ada", "a@b.test")
        };
        assert_eq!(refusal(&entry), Kind::InvalidRecipients);
    }
}
