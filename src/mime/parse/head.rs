//! What the header of a message says.
#![forbid(unsafe_code)]

use jiff::Timestamp;
use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue};

use super::charset;
use super::fields::{self, Header, unfolded};
use crate::error::{Error, Kind, Result};
use crate::mime::{headers, message_class};
use crate::model::{Correspondent, Received, RecipientClass, header_text, split_list};

/// How many recipients a message may name.
const MAX_RECIPIENTS: usize = 100_000;

/// How much of what names one of them is looked at.
const MAX_PERSON: usize = 64 * 1024;

/// Reads a header; the text and the files of its message are left empty.
///
/// # Errors
/// [`Kind::TooManyRecipients`].
pub(super) fn read(header: &Header<'_>) -> Result<Received> {
    let mut found = Found::default();
    let mut recipients = Vec::new();
    // One pass: a header may have a million fields.
    for (name, value) in header.fields() {
        if let Some(field) = found.field(name) {
            field.get_or_insert(value);
        } else if let Some(class) = class(name) {
            let room = MAX_RECIPIENTS.saturating_sub(recipients.len());
            let people = people(value, room)?;
            recipients.extend(people.into_iter().map(|person| (class, person)));
        }
    }
    // Stable, so that within a class everyone stays where they were.
    recipients.sort_by_key(|(class, _)| *class as u8);
    let from = match found.from.or(found.sender) {
        Some(value) => people(value, MAX_RECIPIENTS)?.into_iter().next(),
        None => None,
    };
    let text = |field: Option<&[u8]>| field.map(fields::text).unwrap_or_default();
    Ok(Received {
        subject: text(found.subject),
        class: text(found.class),
        conversation_id: text(found.conversation),
        date: found.date.and_then(date),
        from: from.unwrap_or_default(),
        recipients,
        receipt_requested: found.receipt_to.is_some_and(|value| !value.is_empty()),
        ..Received::default()
    })
}

/// The fields of which readers go by the first.
#[derive(Default)]
struct Found<'a> {
    subject: Option<&'a [u8]>,
    from: Option<&'a [u8]>,
    sender: Option<&'a [u8]>,
    date: Option<&'a [u8]>,
    receipt_to: Option<&'a [u8]>,
    class: Option<&'a [u8]>,
    conversation: Option<&'a [u8]>,
}

impl<'a> Found<'a> {
    fn field(&mut self, name: &[u8]) -> Option<&mut Option<&'a [u8]>> {
        let is = |expected: &str| name.eq_ignore_ascii_case(expected.as_bytes());
        if is("Subject") {
            Some(&mut self.subject)
        } else if is("From") {
            Some(&mut self.from)
        } else if is("Sender") {
            Some(&mut self.sender)
        } else if is("Date") {
            Some(&mut self.date)
        } else if is("Disposition-Notification-To") {
            Some(&mut self.receipt_to)
        } else if is(message_class::FIELD) {
            Some(&mut self.class)
        } else if is(headers::CONVERSATION_ID) {
            Some(&mut self.conversation)
        } else {
            None
        }
    }
}

/// Which recipients a field of this name has.
fn class(name: &[u8]) -> Option<RecipientClass> {
    [
        ("To", RecipientClass::To),
        ("Cc", RecipientClass::Cc),
        ("Bcc", RecipientClass::Bcc),
    ]
    .iter()
    .find(|(field, _)| name.eq_ignore_ascii_case(field.as_bytes()))
    .map(|(_, class)| *class)
}

/// Everyone in a list of addresses, members of groups included.
///
/// Each is parsed alone, which bounds the memory that it takes; what ends a group of several is
/// then a separator like any other.
fn people(value: &[u8], room: usize) -> Result<Vec<Correspondent>> {
    let value = unfolded(value);
    let value = charset::assumed(&value);
    let mut people = Vec::new();
    for member in split_list(&value) {
        if people.len() >= room {
            return Err(Error::new(
                Kind::TooManyRecipients,
                format!("the message names more than {MAX_RECIPIENTS} people"),
            ));
        }
        let (member, _) = member.split_at(member.floor_char_boundary(MAX_PERSON));
        append_people(member, &mut people);
    }
    Ok(people)
}

/// Adds whom one member of a list names.
fn append_people(member: &str, people: &mut Vec<Correspondent>) {
    // mail-parser takes a field without its line end for an unfinished one.
    let line = format!("{member}\n");
    let shown = |text: Option<&str>| text.map(header_text).unwrap_or_default();
    let mut add = |name: Option<&str>, address: Option<&str>| {
        let person = Correspondent {
            name: shown(name),
            address: shown(address),
        };
        if person != Correspondent::default() {
            people.push(person);
        }
    };
    match MessageStream::new(line.as_bytes()).parse_address() {
        HeaderValue::Address(Address::List(list)) => {
            for person in &list {
                add(person.name(), person.address());
            }
        }
        HeaderValue::Address(Address::Group(groups)) => {
            for group in &groups {
                for person in &group.addresses {
                    add(person.name(), person.address());
                }
                // Saved by its name, to be found in an address book when it is sent.
                if group.addresses.is_empty() && !is_nobody(group.name.as_deref()) {
                    add(group.name.as_deref(), None);
                }
            }
        }
        _ => {}
    }
}

/// Whether an empty group says that nobody is named, rather than name somebody.
fn is_nobody(name: Option<&str>) -> bool {
    let letters = name.unwrap_or_default().replace(['-', ' '], "");
    letters.is_empty() || letters.eq_ignore_ascii_case("undisclosedrecipients")
}

fn date(value: &[u8]) -> Option<Timestamp> {
    /// Longer than any date with its comments.
    const MAX_DATE: usize = 1000;

    let value = unfolded(value.get(..MAX_DATE).unwrap_or(value));
    let line = [value.as_ref(), b"\n"].concat();
    let HeaderValue::DateTime(date) = MessageStream::new(&line).parse_date() else {
        return None;
    };
    date.is_valid()
        .then(|| Timestamp::from_second(date.to_timestamp()).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Received {
        read(&Header::new(text.as_bytes())).unwrap()
    }

    #[test]
    fn an_empty_group_is_somebody_without_an_address_or_nobody() {
        let received = header("To: \"Ada\": ;, bob@example.net\nCc: undisclosed-recipients:;\n");
        let names: Vec<_> = received
            .recipients
            .iter()
            .map(|(_, who)| (who.name.as_str(), who.address.as_str()))
            .collect();
        assert_eq!(names, [("Ada", ""), ("", "bob@example.net")]);
    }

    #[test]
    fn people_are_read_with_their_names_and_classes() {
        let received = header(concat!(
            "From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>, other@example.org\n",
            "To: \"Lovelace, Ada\" <ada@example.org>, bob@example.net (Bob)\n",
            "Cc: Team: carol@example.net, Dan <dan@example.net>;\n",
            "To: late@example.net\n",
            "Bcc: hidden@example.net\n",
        ));
        assert_eq!(received.from.name, "Jürgen");
        assert_eq!(received.from.address, "j@example.org");
        let shown: Vec<_> = received
            .recipients
            .iter()
            .map(|(class, person)| (*class, person.name.as_str(), person.address.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (RecipientClass::To, "Lovelace, Ada", "ada@example.org"),
                (RecipientClass::To, "Bob", "bob@example.net"),
                (RecipientClass::To, "", "late@example.net"),
                (RecipientClass::Cc, "", "carol@example.net"),
                (RecipientClass::Cc, "Dan", "dan@example.net"),
                (RecipientClass::Bcc, "", "hidden@example.net"),
            ]
        );
    }

    #[test]
    fn what_is_missing_is_empty() {
        let received = header("To: undisclosed-recipients:;\n");
        assert_eq!(received.from, Correspondent::default());
        assert_eq!(received.recipients, []);
        assert_eq!(received.date, None);
        assert_eq!(received.subject, "");
        assert!(!received.receipt_requested);
    }

    #[test]
    fn dates_are_read_in_every_form_that_is_in_use() {
        let moment = Some("2024-02-29T22:05:59Z".parse().unwrap());
        for value in [
            "Thu, 29 Feb 2024 23:05:59 +0100",
            "29 Feb 2024 22:05:59 GMT",
            "Thu, 29 Feb 2024\n 17:05:59 -0500 (EST)",
            "29 Feb 24 22:05:59 +0000",
        ] {
            assert_eq!(header(&format!("Date: {value}\n")).date, moment, "{value}");
        }
        for value in [
            "",
            "yesterday",
            "99 Foo 2024 99:99:99",
            "()",
            "((((",
            "2024",
        ] {
            assert_eq!(header(&format!("Date: {value}\n")).date, None, "{value}");
        }
    }

    #[test]
    fn a_receipt_is_asked_for_by_an_address() {
        assert!(header("Disposition-Notification-To: a@example.org\n").receipt_requested);
        assert!(!header("Disposition-Notification-To: \n").receipt_requested);
    }
}
