//! Who a name means: the address books of a session, asked in their order.
#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::model::{Mailbox, header_text};
use crate::providers::address_book::{
    AddressBook, Entry, Found, MatchedBy, Member, Query, Reaches,
};
use crate::session::Session;
use crate::trace;

/// The address books that a call may ask.
pub(super) struct People<'s> {
    books: &'s [Box<dyn AddressBook>],
    deadline: Deadline,
    /// Why there is no book at all.
    without: Without<'s>,
    /// What looking for a name fails with where no session could be opened.
    failed: Option<Kind>,
}

/// Why nobody is known, and how to mend it.
enum Without<'s> {
    /// The profile of this name has no book.
    NoBook(&'s str),
    Other(String),
}

impl fmt::Display for Without<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBook(name) => write!(
                f,
                "profile \"{name}\" has no address book: give it a [[profile.{name}.address-book]]"
            ),
            Self::Other(why) => f.write_str(why),
        }
    }
}

/// An entry and the book it stands in.
pub(super) struct InBook<'s> {
    pub(super) book: &'s dyn AddressBook,
    pub(super) entry: Entry,
}

impl<'s> People<'s> {
    /// Those whom a session knows.
    pub(super) fn of(session: &'s Session) -> Self {
        Self {
            books: session.address_books(),
            deadline: session.deadline(),
            without: Without::NoBook(&session.profile().name),
            failed: None,
        }
    }

    /// Nobody, where no name is to be looked for.
    pub(super) fn nobody(why: &str) -> Self {
        Self {
            books: &[],
            deadline: Deadline::after(Duration::ZERO),
            without: Without::Other(why.to_owned()),
            failed: None,
        }
    }

    /// Nobody, because no session could be opened.
    pub(super) fn unreachable(error: &Error) -> Self {
        Self {
            failed: Some(error.kind()),
            ..Self::nobody(&error.reason())
        }
    }

    /// The one entry that a name means.
    ///
    pub(super) fn find(&self, name: &str) -> Result<InBook<'s>> {
        let (book, found) = self.seek(name)?;
        match (found.matches.as_slice(), found.more) {
            ([(_, entry)], false) => Ok(InBook {
                book,
                entry: entry.clone(),
            }),
            _ => Err(ambiguous(name, &found)),
        }
    }

    /// Those whom a name may mean, and whether there are more.
    pub(super) fn candidates(&self, name: &str) -> Result<(Vec<Entry>, bool)> {
        match self.seek(name) {
            Ok((_, found)) => Ok((entries(found.matches).collect(), found.more)),
            Err(error) if error.kind() == Kind::UnknownRecipient => Ok((Vec::new(), false)),
            Err(error) => Err(error),
        }
    }

    /// Whom somebody may mean who is still writing, in any book that can be asked.
    pub(super) fn suggested(&self, text: &str) -> (Vec<Entry>, bool) {
        let Some(query) = Query::new(text) else {
            return (Vec::new(), false);
        };
        let books = self.books.iter();
        let found = books.filter_map(|book| book.find(&query, self.deadline).ok());
        let (mut matches, mut more) = (Vec::new(), false);
        for found in found {
            matches.extend(found.matches);
            more |= found.more;
        }
        let found = Found::new(matches, more);
        (entries(found.matches).collect(), found.more)
    }

    /// The book that decides who has a name, and whom it knows by it.
    ///
    /// A whole display name goes before a guess, in whichever book it stands, so a guess is made only
    /// when every book has been asked: not while one cannot be. Then the first book that knows anybody
    /// decides: where it knows several, somebody who is found in a later one would be a worse guess
    /// still.
    fn seek(&self, name: &str) -> Result<(&'s dyn AddressBook, Found)> {
        let query = Query::new(name).ok_or_else(|| self.unknown(name))?;
        let mut guess = None;
        let mut unreached = None;
        for book in self.books {
            let book = book.as_ref();
            let mut found = match book.find(&query, self.deadline) {
                Ok(found) => found,
                Err(error) => {
                    unreached.get_or_insert(error);
                    continue;
                }
            };
            let exact = |(by, _): &(MatchedBy, Entry)| *by == MatchedBy::DisplayName;
            if found.matches.iter().any(exact) {
                found.matches.retain(exact);
                found.more &= found.matches.len() == Found::MOST;
                passed_over(unreached.as_ref());
                return Ok((book, found));
            }
            if guess.is_none() && !found.matches.is_empty() {
                guess = Some((book, found));
            }
        }
        match (unreached, guess) {
            (Some(error), _) => Err(error),
            (None, Some(guess)) => Ok(guess),
            (None, None) => Err(self.unknown(name)),
        }
    }

    /// The entry of a key as it is today.
    pub(super) fn entry(&self, key: &str) -> Result<InBook<'s>> {
        let mut unreached = None;
        for book in self.books {
            let book = book.as_ref();
            match book.entry(key, self.deadline) {
                Ok(Some(entry)) => {
                    passed_over(unreached.as_ref());
                    return Ok(InBook { book, entry });
                }
                Ok(None) => {}
                Err(error) => {
                    unreached.get_or_insert(error);
                }
            }
        }
        if let Some(error) = unreached {
            return Err(error);
        }
        let why = match self.books {
            [] => self.without.to_string(),
            _ => "resolve the name again".to_owned(),
        };
        Err(Error::new(
            self.failed.unwrap_or(Kind::InvalidRecipients),
            format!("the address book entry of its entry id is not there: {why}"),
        ))
    }

    /// Everyone on a list and on the lists in it, each once, in the order in which they are named.
    pub(super) fn members(&self, list: &InBook<'s>, most: usize) -> Result<Vec<Mailbox>> {
        let InBook { book, entry } = list;
        let mut seen: HashSet<String> = HashSet::from([entry.key.clone()]);
        let mut people = HashSet::new();
        let mut mailboxes = Vec::new();
        let mut open = vec![entry.key.clone()];
        while let Some(key) = open.pop() {
            let members = book
                .members(&key, most, self.deadline)
                .and_then(|members| members.ok_or_else(|| gone(&key)))
                .map_err(|error| error.within(format!("the list \"{}\"", entry.name)))?;
            let mut inner = Vec::new();
            for member in members {
                match member {
                    Member::Person(mailbox) => {
                        if people.insert(mailbox.address.as_ref().to_lowercase()) {
                            mailboxes.push(mailbox);
                        }
                    }
                    Member::List(key) => {
                        if seen.insert(key.clone()) {
                            inner.push(key);
                        }
                    }
                }
            }
            if mailboxes.len() > most || seen.len() > most {
                return Err(Error::new(
                    Kind::TooManyRecipients,
                    format!("the list \"{}\" has more than {most} members", entry.name),
                ));
            }
            open.extend(inner.into_iter().rev());
        }
        if mailboxes.is_empty() {
            return Err(Error::new(
                Kind::InvalidRecipients,
                format!("the list \"{}\" has no members", entry.name),
            ));
        }
        Ok(mailboxes)
    }

    fn unknown(&self, name: &str) -> Error {
        let name = shown(name);
        let reason = match self.books {
            [] => format!("\"{name}\" has no address, and {}", self.without),
            [book] => format!("nobody is found by \"{name}\" in {}", book.description()),
            books => format!(
                "nobody is found by \"{name}\" in any of {} address books",
                books.len()
            ),
        };
        Error::new(self.failed.unwrap_or(Kind::UnknownRecipient), reason)
    }
}

fn entries(matches: Vec<(MatchedBy, Entry)>) -> impl Iterator<Item = Entry> {
    matches.into_iter().map(|(_, entry)| entry)
}

/// Has the call say which book was not asked, although it did without.
fn passed_over(unreached: Option<&Error>) {
    if let Some(error) = unreached {
        trace::note(format!("done without a book: {}", error.reason()));
    }
}

fn gone(key: &str) -> Error {
    let reason = format!("a list in it is gone: {}", shown(key));
    Error::new(Kind::InvalidRecipients, reason)
}

fn ambiguous(name: &str, found: &Found) -> Error {
    const SHOWN: usize = 5;
    let matches = found.matches.iter();
    let mut may_mean: Vec<_> = matches.take(SHOWN).map(|(_, entry)| told(entry)).collect();
    if found.more || found.matches.len() > SHOWN {
        may_mean.push("others".to_owned());
    }
    Error::new(
        Kind::AmbiguousRecipient,
        format!(
            "\"{}\" may mean {}: write more of the name, or the address",
            shown(name),
            may_mean.join(", ")
        ),
    )
}

fn told(entry: &Entry) -> String {
    match &entry.reaches {
        Reaches::Person(address) => format!("{} <{address}>", entry.name),
        Reaches::List => format!("the list {}", entry.name),
    }
}

/// A caller's text, cut and cleaned for a reason.
pub(super) fn shown(text: &str) -> String {
    header_text(text).chars().take(100).collect()
}
