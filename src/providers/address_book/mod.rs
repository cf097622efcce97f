//! Where people are found: each kind one file or folder beside this one.
#![forbid(unsafe_code)]

mod fold;
mod ldap;
mod query;
mod vcard;

pub use fold::{caseless, words};
pub use ldap::LdapBook;
pub use query::{MatchedBy, Query};
pub use vcard::{Shelf, VcardBook};

use crate::config::AddressBookConfig;
use crate::deadline::Deadline;
use crate::error::Result;
use crate::model::{Address, Mailbox};

/// An address book: people and distribution lists, by what somebody types and by keys that stay.
///
/// What it gives out is safe to put into a header: names have been through
/// [`header_text`](crate::model::header_text) and addresses through [`Address::new`]. An entry of which
/// that cannot be made is left out, as one without an address is: mail could not reach it.
///
/// A book opens files and connections when it is first asked, and may keep them. It is bounded in
/// time by the deadline of the call and by its own settings, and in memory whatever the file or the
/// server holds. Safe to use from several threads at once.
pub trait AddressBook: Send + Sync {
    /// Everyone whom the query may mean: those that [`Query::judge`] accepts, from [`Found::new`].
    ///
    /// Entries whose whole display name it is are never left out for others. A book that cannot look
    /// for every rule of [`Query::judge`] (a server that knows accents, say) looks for what it can and
    /// has each entry judged.
    ///
    /// # Errors
    /// What is wrong with the file or the server, and never [`Kind::UnknownRecipient`](crate::error::Kind::UnknownRecipient): nobody found is
    /// an empty answer. [`Kind::Network`](crate::error::Kind::Network) and [`Kind::LoginFailed`](crate::error::Kind::LoginFailed) as a transport has them.
    fn find(&self, query: &Query, deadline: Deadline) -> Result<Found>;

    /// The entry of this key as it is today; `None` when there is none any more, and, without looking,
    /// for a key of another kind of book. Keys come back from programs: nothing in one is to be trusted.
    ///
    /// # Errors
    /// As [`AddressBook::find`].
    fn entry(&self, key: &str, deadline: Deadline) -> Result<Option<Entry>>;

    /// The direct members of the list of this key, each once; `None` when there is no such list.
    /// Whoever asks expands the lists among them.
    ///
    /// # Errors
    /// As [`AddressBook::find`]; [`Kind::TooManyRecipients`](crate::error::Kind::TooManyRecipients) for more than `most`;
    /// [`Kind::InvalidRecipients`](crate::error::Kind::InvalidRecipients) when a member that the list names has no address, because to leave it
    /// out would be to report success for a mail that somebody did not get.
    fn members(&self, key: &str, most: usize, deadline: Deadline) -> Result<Option<Vec<Member>>>;

    /// Tries whether it can be asked, telling each step in words, for `simplemapi doctor`.
    ///
    /// # Errors
    /// The step that failed, as [`AddressBook::find`] would report it.
    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()>;

    /// What it is, for reasons: `the vCards in /home/ada/.contacts`.
    fn description(&self) -> String;
}

/// A person or a distribution list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// By which its book knows it: the kind of the book, a colon, and what stays the same for as long
    /// as the entry is there (`vcard:` and a UID, `ldap:` and a name). No NUL; [`Entry::MOST_OF_KEY`] bytes
    /// at most. The same in every process.
    pub key: String,
    /// The display name, not empty.
    pub name: String,
    /// Whom mail to it reaches.
    pub reaches: Reaches,
}

impl Entry {
    /// Longer keys fit into no entry id; an entry that needs one is left out.
    pub const MOST_OF_KEY: usize = 2048;
}

/// Whom mail to an entry reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaches {
    /// A person, at the one address that is preferred.
    Person(Address),
    /// Everyone on a list. Its own address is none that mail is sent to: [`AddressBook::members`]
    /// tells its members. A list that a server expands, with an address of its own, is a person here.
    List,
}

/// Somebody on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// A person.
    Person(Mailbox),
    /// Another list of the same book, by its key.
    List(String),
}

/// Whom a query may mean, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Those found, and why. The better reasons come first, and within one reason the names in their
    /// order.
    pub matches: Vec<(MatchedBy, Entry)>,
    /// Whether more were found than are listed.
    pub more: bool,
}

impl Found {
    /// More than anybody would choose from.
    pub const MOST: usize = 100;

    /// Puts what a book found in order and keeps the best. Entries that reach the same address under
    /// the same name are one, as a person has whose card is there twice.
    ///
    /// `more`: whether the book itself left some out.
    pub fn new(mut matches: Vec<(MatchedBy, Entry)>, more: bool) -> Self {
        matches.sort_by_cached_key(|(by, entry)| (*by, caseless(&entry.name), entry.key.clone()));
        let mut kept: Vec<(MatchedBy, Entry)> = Vec::new();
        let mut cut = more;
        for (by, entry) in matches {
            let known = kept.iter().any(|(_, known)| {
                (known.key == entry.key && known.reaches == entry.reaches)
                    || (known.name == entry.name && same_person(known, &entry))
            });
            if known {
                continue;
            }
            if kept.len() == Self::MOST {
                cut = true;
                break;
            }
            kept.push((by, entry));
        }
        Self {
            matches: kept,
            more: cut,
        }
    }
}

fn same_person(one: &Entry, other: &Entry) -> bool {
    match (&one.reaches, &other.reaches) {
        (Reaches::Person(one), Reaches::Person(other)) => one.same_mailbox(other),
        _ => false,
    }
}

/// The book of this configuration, not yet looked at. What is costly to open stands on the shelf, for
/// the other sessions of a process.
pub fn open(config: &AddressBookConfig, shelf: &Shelf) -> Box<dyn AddressBook> {
    match config {
        AddressBookConfig::Vcard { path } => Box::new(VcardBook::new(path, shelf)),
        AddressBookConfig::Ldap(directory) => Box::new(LdapBook::new(directory.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(by: MatchedBy, key: &str, name: &str, address: &str) -> (MatchedBy, Entry) {
        let entry = Entry {
            key: key.to_owned(),
            name: name.to_owned(),
            reaches: Reaches::Person(Address::new(address).unwrap()),
        };
        (by, entry)
    }

    #[test]
    fn the_best_reason_comes_first_and_a_person_once() {
        use MatchedBy::{DisplayName, Words};
        let found = Found::new(
            vec![
                person(Words, "vcard:1", "Ada King", "king@example.org"),
                person(Words, "vcard:2", "Ada Byron", "byron@example.org"),
                person(Words, "vcard:3", "Ada Byron", "BYRON@example.org"),
                person(DisplayName, "vcard:4", "Ada", "ada@example.org"),
            ],
            false,
        );
        let keys: Vec<_> = found.matches.iter().map(|(_, entry)| &*entry.key).collect();
        assert_eq!(keys, ["vcard:4", "vcard:2", "vcard:1"]);
        assert!(!found.more);
    }

    #[test]
    fn what_is_left_out_is_said() {
        let many = (0..=Found::MOST).map(|at| {
            person(
                MatchedBy::Words,
                &format!("vcard:{at}"),
                "Ada",
                &format!("a{at}@example.org"),
            )
        });
        let found = Found::new(many.collect(), false);
        assert_eq!((found.matches.len(), found.more), (Found::MOST, true));
    }
}
