//! Who is on a list.
#![forbid(unsafe_code)]

use super::filter::Filter;
use super::message::Attributes;
use super::person::ATTRIBUTES;
use super::request::{Scope, Search};
use super::session::{End, Session};
use crate::error::{Error, Kind, Result};
use crate::model::{Address, Mailbox, header_text, written};
use crate::providers::address_book::{Member, Reaches};

/// Members by their distinguished names.
const BY_NAME: [&str; 2] = ["member", "uniqueMember"];
/// Members by their addresses.
const BY_ADDRESS: [&str; 2] = ["rfc822MailMember", "mgrpRFC822MailMember"];
/// How many bytes the names of all members may have, where they come in several goes.
const MOST_NAMES: usize = 4 << 20;
/// How many entries are asked for at once.
const FLIGHT: usize = 50;

/// A search for the one entry of this name.
fn look_up(dn: &str, attributes: &[&str]) -> Search {
    Search {
        base: dn.to_owned(),
        scope: Scope::Base,
        filter: Filter::Has("objectClass"),
        attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
        most: 1,
    }
}

/// The entry of this name, if it is there and may be read.
pub(super) fn entry(
    session: &mut Session,
    dn: &str,
    attributes: &[&str],
) -> Result<Option<Attributes>> {
    let mut entry = None;
    session.search(&[look_up(dn, attributes)], &mut |_, found| {
        entry = Some(found)
    })?;
    Ok(entry)
}

/// The members of the list of this name; `None` when there is no such list.
pub(super) fn of_list(session: &mut Session, dn: &str, most: usize) -> Result<Option<Vec<Member>>> {
    let wanted = [
        &["objectClass", "cn", "displayName"],
        &BY_NAME[..],
        &BY_ADDRESS,
    ]
    .concat();
    let Some(list) = entry(session, dn, &wanted)?.filter(Attributes::is_list) else {
        return Ok(None);
    };
    let list = List {
        name: list.display_name(),
        most,
        described: list,
    };
    let mut members = list.addresses()?;
    let names = list.names(session, dn)?;
    list.check_count(members.len() + names.len())?;
    for flight in names.chunks(FLIGHT) {
        list.look_up(session, flight, &mut members)?;
    }
    Ok(Some(members))
}

struct List {
    name: String,
    /// How many members it may have.
    most: usize,
    described: Attributes,
}

impl List {
    fn check_count(&self, count: usize) -> Result<()> {
        match count > self.most {
            false => Ok(()),
            true => Err(Error::new(
                Kind::TooManyRecipients,
                format!(
                    "the list \"{}\" has more than {} members",
                    self.name, self.most
                ),
            )),
        }
    }

    /// Those members who are named by their addresses.
    fn addresses(&self) -> Result<Vec<Member>> {
        let mut members = Vec::new();
        for text in BY_ADDRESS.iter().flat_map(|name| self.described.all(name)) {
            let written =
                written(text).ok_or_else(|| self.unreachable(text, "it is no address"))?;
            let address = Address::new(written.address)
                .map_err(|error| self.unreachable(text, &error.reason()))?;
            let name = header_text(&written.name);
            push(&mut members, Member::Person(Mailbox { name, address }));
        }
        Ok(members)
    }

    /// The names of the others. A server may tell them in several goes: Active Directory gives 1,500
    /// at once, as `member;range=0-1499`.
    fn names(&self, session: &mut Session, dn: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        let mut rest = names_in(&self.described, &mut names);
        while let Some((attribute, from)) = rest {
            self.check_count(names.len())?;
            if names.iter().map(String::len).sum::<usize>() > MOST_NAMES {
                return Err(Error::new(
                    Kind::TooManyRecipients,
                    format!(
                        "the names of the members of \"{}\" take too much memory",
                        self.name
                    ),
                ));
            }
            let had = names.len();
            let more = entry(session, dn, &[&format!("{attribute};range={from}-*")])?;
            rest = more.and_then(|more| names_in(&more, &mut names));
            if names.len() == had {
                return Err(Error::new(
                    Kind::Network,
                    format!(
                        "the directory does not tell all members of the list \"{}\"",
                        self.name
                    ),
                ));
            }
        }
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }

    fn look_up(
        &self,
        session: &mut Session,
        names: &[String],
        members: &mut Vec<Member>,
    ) -> Result<()> {
        let searches: Vec<_> = names
            .iter()
            .map(|name| look_up(name, &ATTRIBUTES))
            .collect();
        // Whoever is found is made a member at once: an entry may be many times as large.
        let mut found: Vec<Option<Option<Member>>> = vec![None; names.len()];
        let ends = session.search(&searches, &mut |at, entry| {
            if let Some(place) = found.get_mut(at) {
                *place = Some(member(&entry));
            }
        })?;
        for ((name, found), end) in names.iter().zip(found).zip(ends) {
            let why = match (&found, end) {
                (Some(_), _) => "it has no address that mail can be sent to",
                (None, End::Elsewhere) => "another server knows it, which is not asked",
                (None, _) => "it is not there, or may not be read",
            };
            let member = found.flatten();
            push(members, member.ok_or_else(|| self.unreachable(name, why))?);
        }
        Ok(())
    }

    fn unreachable(&self, member: &str, why: &str) -> Error {
        let shown: String = header_text(member).chars().take(100).collect();
        Error::new(
            Kind::InvalidRecipients,
            format!(
                "the list \"{}\" has the member \"{shown}\", whom no mail reaches: {why}",
                self.name
            ),
        )
    }
}

/// An entry as a member of a list; `None` for one whom no mail reaches.
fn member(entry: &Attributes) -> Option<Member> {
    match entry.reaches()? {
        Reaches::Person(address) => Some(Member::Person(Mailbox {
            name: entry.display_name(),
            address,
        })),
        Reaches::List => entry.key().map(Member::List),
    }
}

/// Takes the names in an entry; the attribute of which there is more, and from where on.
fn names_in(entry: &Attributes, names: &mut Vec<String>) -> Option<(&'static str, u32)> {
    // A group that must have a member and has none is given the empty name.
    let there = |name: &&str| !name.is_empty();
    for attribute in BY_NAME {
        names.extend(
            entry
                .all(attribute)
                .map(without_uid)
                .filter(there)
                .map(str::to_owned),
        );
    }
    entry.values.iter().find_map(|(description, _)| {
        let (name, range) = description.split_once(";range=")?;
        let attribute = BY_NAME
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name))?;
        let (_, last) = range.split_once('-')?;
        Some((attribute, last.parse::<u32>().ok()?.checked_add(1)?))
    })
}

/// The name in a value that may have a number beside it (RFC 4517 3.3.21): `cn=x#'0101'B`.
fn without_uid(value: &str) -> &str {
    let uid = value
        .strip_suffix("'B")
        .and_then(|value| value.rsplit_once("#'"));
    match uid {
        Some((name, bits)) if bits.bytes().all(|bit| matches!(bit, b'0' | b'1')) => name,
        _ => value,
    }
}

/// Adds a member who is not among them yet.
fn push(members: &mut Vec<Member>, member: Member) {
    let is_known = members.iter().any(|known| match (known, &member) {
        (Member::Person(known), Member::Person(new)) => known.address.same_mailbox(&new.address),
        (known, new) => known == new,
    });
    if !is_known {
        members.push(member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_beside_a_name_is_no_part_of_it() {
        for (value, name) in [
            ("cn=x,dc=y#'0101'B", "cn=x,dc=y"),
            ("cn=x,dc=y#''B", "cn=x,dc=y"),
            ("cn=x#'2'B", "cn=x#'2'B"),
            ("cn=x", "cn=x"),
        ] {
            assert_eq!(without_uid(value), name);
        }
    }

    #[test]
    fn a_range_says_where_the_rest_begins() {
        let entry = |description: &str| Attributes {
            dn: String::new(),
            values: vec![(
                description.to_owned(),
                vec!["cn=a".to_owned(), String::new()],
            )],
        };
        let mut names = Vec::new();
        let rest = names_in(&entry("member;range=0-1499"), &mut names);
        assert_eq!(rest, Some(("member", 1500)));
        assert_eq!(names, ["cn=a"]);
        for last in ["member", "member;range=1500-*", "member;range=0-4294967295"] {
            assert_eq!(names_in(&entry(last), &mut Vec::new()), None, "{last}");
        }
    }
}
