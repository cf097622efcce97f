//! A card: a person or a list, as one line of text, which is also how the index keeps it.
#![forbid(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use calcard::common::IanaType;
use calcard::vcard::{VCard, VCardEntry, VCardKind, VCardParameterName, VCardProperty, VCardValue};
use calcard::{Entry as Parsed, Parser};
use encoding_rs::WINDOWS_1252;
use ring::digest::{SHA256, digest};

use super::super::{Entry, caseless, words};
use crate::model::{Address, header_text, written};

/// Between the fields of a line, and between the members of a field. No text that has been through
/// [`header_text`] has them, and keys are made without.
const FIELD: char = '\u{1f}';
const ITEM: char = '\u{1e}';

/// What a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Person,
    /// A card that names its members.
    Group,
    /// What several cards have in common.
    Category,
}

/// A card, borrowed from its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Card<'t> {
    pub(super) what: What,
    pub(super) key: &'t str,
    /// The display name.
    pub(super) name: &'t str,
    /// The same as [`caseless`] has it.
    pub(super) caseless: &'t str,
    /// The words by which it is found.
    words: &'t str,
    /// The address of a person.
    pub(super) address: &'t str,
    categories: &'t str,
    members: &'t str,
}

impl<'t> Card<'t> {
    /// A card from its line; `None` for what is none.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        let mut fields = line.split(FIELD);
        let what = match fields.next()? {
            "p" => What::Person,
            "g" => What::Group,
            "c" => What::Category,
            _ => return None,
        };
        Some(Self {
            what,
            key: fields.next()?,
            name: fields.next()?,
            caseless: fields.next()?,
            words: fields.next()?,
            address: fields.next()?,
            categories: fields.next()?,
            members: fields.next()?,
        })
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        self.words.split_ascii_whitespace()
    }

    pub(super) fn categories(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        items(self.categories)
    }

    /// The members of a list: keys, or addresses as `mailto:a@b`.
    pub(super) fn members(&self) -> impl Iterator<Item = &'t str> + use<'t> {
        items(self.members)
    }
}

fn items(field: &str) -> impl Iterator<Item = &str> {
    field.split(ITEM).filter(|item| !item.is_empty())
}

/// Where keys of cards come from.
const BY_UID: &str = "vcard:uid:";
const BY_CONTENT: &str = "vcard:card:";
const BY_CATEGORY: &str = "vcard:category:";
/// What each of them begins with.
pub(super) const KEYS: &str = "vcard:";

/// How a member is written that is only an address.
pub(super) const MAILTO: &str = "mailto:";

/// The line of a category.
pub(super) fn category_line(name: &str, members: &[&str]) -> String {
    let key = format!("{BY_CATEGORY}{}", caseless(name));
    line(
        "c",
        &key,
        name,
        &words(name),
        "",
        "",
        &members.join(&ITEM.to_string()),
    )
}

fn line(
    what: &str,
    key: &str,
    name: &str,
    words: &[String],
    address: &str,
    categories: &str,
    members: &str,
) -> String {
    let (caseless, words) = (caseless(name), words.join(" "));
    [
        what, key, name, &caseless, &words, address, categories, members,
    ]
    .join(&FIELD.to_string())
}

/// The line of a card as it stands in a file, reduced by the scanner; `None` for one that no mail could
/// reach.
pub(super) fn to_line(card: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(card) {
        Ok(text) => text.into(),
        // vCard 2.1 knew no UTF-8 unless it said so.
        Err(_) => WINDOWS_1252.decode_without_bom_handling(card).0,
    };
    // A card that its parser stumbles over must not take the others with it.
    let parsed = catch_unwind(AssertUnwindSafe(|| Parser::new(&text).entry()));
    let Ok(Parsed::VCard(card)) = parsed else {
        return None;
    };
    let addresses = addresses(&card);
    let names: Vec<String> = texts(&card, &VCardProperty::Nickname).collect();
    let name = display(&card, &names)
        .or_else(|| addresses.first().map(|(_, address)| address.to_string()))?;
    let categories: Vec<String> = texts(&card, &VCardProperty::Categories).collect();
    let categories = categories.join(&ITEM.to_string());
    if let Some(members) = members(&card) {
        let key = key(&card, &[&name]);
        let members = members.join(&ITEM.to_string());
        return Some(line(
            "g",
            &key,
            &name,
            &words(&name),
            "",
            &categories,
            &members,
        ));
    }
    let (_, address) = addresses.into_iter().next()?;
    let mut found_by = words(&name);
    found_by.extend(names.iter().flat_map(|name| words(name)));
    found_by.extend(words(address.local()));
    found_by.sort();
    found_by.dedup();
    let key = key(&card, &[&name, address.as_ref()]);
    Some(line(
        "p",
        &key,
        &name,
        &found_by,
        address.as_ref(),
        &categories,
        "",
    ))
}

/// The key of a card: its UID, or where it has none that will do, what it says.
fn key(card: &VCard, content: &[&str]) -> String {
    let uid = card.properties(&VCardProperty::Uid).find_map(text);
    let by_uid = uid.as_deref().and_then(uid_key);
    by_uid.unwrap_or_else(|| {
        let hash = digest(&SHA256, content.join("\0").as_bytes());
        let hex = hash
            .as_ref()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"));
        format!("{BY_CONTENT}{}", hex.collect::<String>())
    })
}

/// The key of the card that has this UID, written as a URN or not.
fn uid_key(uid: &str) -> Option<String> {
    const URN: &str = "urn:uuid:";
    let uid = uid.trim().to_ascii_lowercase();
    let uid = uid.strip_prefix(URN).unwrap_or(&uid);
    let key = format!("{BY_UID}{uid}");
    let usable =
        !uid.is_empty() && !uid.contains(char::is_control) && key.len() <= Entry::MOST_OF_KEY;
    usable.then_some(key)
}

/// The display name: FN, or what stands for it in cards without.
fn display(card: &VCard, nicknames: &[String]) -> Option<String> {
    /// Nobody's name is longer.
    const MOST_CHARACTERS: usize = 256;
    let formatted = texts(card, &VCardProperty::Fn).next();
    let name = formatted
        .or_else(|| {
            // Family; given; additional; prefixes; suffixes.
            let parts = card.property(&VCardProperty::N)?;
            let part = |at: usize| parts.values.get(at).map(value_text).unwrap_or_default();
            let name = header_text(&[part(1), part(2), part(0)].join(" "));
            let words: Vec<_> = name.split_whitespace().collect();
            (!words.is_empty()).then(|| words.join(" "))
        })
        .or_else(|| nicknames.first().cloned())
        .or_else(|| texts(card, &VCardProperty::Org).next())?;
    Some(name.chars().take(MOST_CHARACTERS).collect())
}

/// The addresses of a card that mail can reach, the preferred one first.
fn addresses(card: &VCard) -> Vec<(u32, Address)> {
    let mut addresses: Vec<_> = card
        .properties(&VCardProperty::Email)
        .filter_map(|entry| {
            let text = text(entry)?;
            let address = bare(text.trim());
            Some((rank(entry), Address::new(address).ok()?))
        })
        .collect();
    addresses.sort_by_key(|(rank, _)| *rank);
    addresses
}

/// An address without its scheme, which some programs write.
fn bare(text: &str) -> &str {
    let scheme = text.split_at_checked(MAILTO.len());
    match scheme {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(MAILTO) => rest,
        _ => text,
    }
}

/// How much a value is preferred: the less the more, from 1 to 100 where a card says so by number.
fn rank(entry: &VCardEntry) -> u32 {
    const NOT_PREFERRED: u32 = 101;
    let preferred = entry.parameters(&VCardParameterName::Pref).next();
    if let Some(value) = preferred {
        return match value.as_integer() {
            Some(IanaType::Iana(number)) => number,
            _ => 1,
        };
    }
    let mut types = entry.parameters(&VCardParameterName::Type);
    let by_type = types.any(|value| {
        value
            .as_text()
            .is_some_and(|text| text.eq_ignore_ascii_case("pref"))
    });
    if by_type { 1 } else { NOT_PREFERRED }
}

/// The members of a card that is a list, as keys and `mailto:` addresses; `None` for a person.
fn members(card: &VCard) -> Option<Vec<String>> {
    let own = |name: &'static str| {
        card.entries.iter().filter(move |entry| {
            matches!(&entry.name, VCardProperty::Other(other) if other.eq_ignore_ascii_case(name))
        })
    };
    let says = |entry: &VCardEntry, word: &str| {
        entry
            .values
            .first()
            .is_some_and(|value| value_text(value).eq_ignore_ascii_case(word))
    };
    let evolution = own("X-EVOLUTION-LIST").any(|entry| says(entry, "TRUE"));
    let group = card.properties(&VCardProperty::Kind).any(|entry| {
        matches!(
            entry.values.first(),
            Some(VCardValue::Kind(VCardKind::Group))
        ) || says(entry, "group")
    }) || own("X-ADDRESSBOOKSERVER-KIND").any(|entry| says(entry, "group"));
    if evolution {
        // GNOME's lists write everyone out.
        let written_out = card.properties(&VCardProperty::Email).filter_map(text);
        return Some(written_out.filter_map(|text| mailto(&text)).collect());
    }
    group.then(|| {
        card.properties(&VCardProperty::Member)
            .chain(own("X-ADDRESSBOOKSERVER-MEMBER"))
            .filter_map(text)
            .filter_map(|member| member_key(&member))
            .collect()
    })
}

fn member_key(member: &str) -> Option<String> {
    let member = member.trim();
    match bare(member) {
        address if address.len() < member.len() => mailto(address),
        uid => uid_key(uid),
    }
}

/// A member that is written out. One whom no mail can reach stays a member, so that it is told.
fn mailto(text: &str) -> Option<String> {
    let address =
        written(text).map_or_else(|| text.to_owned(), |written| written.address.to_owned());
    let address = header_text(&address);
    (!address.is_empty()).then(|| format!("{MAILTO}{address}"))
}

/// Every text of a property, one line each and not empty.
fn texts<'c>(card: &'c VCard, property: &'c VCardProperty) -> impl Iterator<Item = String> + 'c {
    card.properties(property)
        .flat_map(|entry| entry.values.iter())
        .map(|value| header_text(&value_text(value)))
        .filter(|text| !text.is_empty())
}

fn text(entry: &VCardEntry) -> Option<String> {
    let text = value_text(entry.values.first()?);
    (!text.trim().is_empty()).then_some(text)
}

fn value_text(value: &VCardValue) -> String {
    match value {
        VCardValue::Component(parts) => parts.join(" "),
        value => value.as_text().unwrap_or_default().to_owned(),
    }
}
