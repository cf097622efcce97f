//! `kind = "ldap"`: people in a directory server.
//!
//! From the wire up: [`message`] cuts what the server says within bounds and says what it means
//! ([`verdict`]), [`request`] and [`filter`] are what we ask, [`session`] is a connection that is ready
//! to be asked, [`question`] turns a query into searches, [`person`] understands what is found, and
//! [`members`] who is on a list.
//!
//! No other server is ever asked, whatever this one refers to. Connections are kept for the next
//! call and made again when the server has closed them.
#![forbid(unsafe_code)]

mod filter;
mod members;
mod message;
mod person;
mod question;
mod request;
mod session;
mod verdict;

use std::collections::HashMap;

use self::filter::Filter;
use self::message::Attributes;
use self::request::{Scope, Search};
use self::session::{End, Session};
use super::{AddressBook, Entry, Found, Member, Query};
use crate::config::Directory;
use crate::connection::{Keep, Kept, Trust};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};

/// A directory server. Nothing is connected before it is needed.
#[derive(Debug)]
pub struct LdapBook {
    directory: Directory,
    trust: Trust,
    kept: Kept<Session>,
}

impl LdapBook {
    /// The server of these settings.
    pub fn new(directory: Directory) -> Self {
        let trust = Trust::new(directory.server.ca_file.clone());
        Self {
            directory,
            trust,
            kept: Kept::default(),
        }
    }

    fn with_session<T>(
        &self,
        deadline: Deadline,
        mut run: impl FnMut(&mut Session) -> Result<T>,
    ) -> Result<T> {
        let server = &self.directory.server;
        let deadline = self.sooner(deadline)?;
        loop {
            let kept = self.kept.take();
            let reused = kept.is_some();
            let mut session = match kept {
                Some(session) => session,
                None => Session::open(server, &self.trust, deadline, &mut |_| {})?,
            };
            session.renew(deadline);
            let result = run(&mut session);
            let lost = !session.is_in_step();
            self.kept.put(session);
            match result {
                // The server hung up on an idle connection just as it was wanted again.
                Err(error)
                    if reused
                        && lost
                        && error.kind() == Kind::Network
                        && deadline.allow(server.timeout).is_ok() => {}
                result => return result,
            }
        }
    }

    /// The deadline of the call, or the book's own where that is sooner.
    fn sooner(&self, deadline: Deadline) -> Result<Deadline> {
        let left = deadline.allow(self.directory.server.deadline);
        left.map(Deadline::after).map_err(|error| {
            Error::new(Kind::Network, format!("cannot ask {}", self.description())).because(error)
        })
    }

    fn search_for(&self, filter: Filter, most: u32) -> Search {
        Search {
            base: self.directory.base.clone(),
            scope: Scope::Subtree,
            filter,
            attributes: person::ATTRIBUTES.map(str::to_owned).to_vec(),
            most,
        }
    }

    /// Whether a search that began at the base has found all there is.
    fn is_complete(&self, end: End) -> Result<bool> {
        let (description, base) = (self.description(), &self.directory.base);
        match end {
            End::Complete => Ok(true),
            End::Cut => Ok(false),
            End::Missing => Err(Error::new(
                Kind::Failure,
                format!(
                    "{description} has no entry \"{base}\", or does not show it to whom it takes us \
                     for: is base spelled right, and is a bind-dn needed?"
                ),
            )),
            End::Elsewhere => Err(Error::new(
                Kind::Failure,
                format!(
                    "{description} refers to another server for \"{base}\", which is not asked: \
                     name that one in url"
                ),
            )),
        }
    }
}

/// Those found so far whom a query may mean, by their keys.
#[derive(Default)]
struct Gathered(HashMap<String, (super::MatchedBy, Entry)>);

impl Gathered {
    /// Adds whom the query means; whether it does.
    fn judge(&mut self, query: &Query, attributes: &Attributes) -> bool {
        let Some(entry) = attributes.entry() else {
            return false;
        };
        let others = attributes.other_names();
        let judged = query.judge(&entry.name, others.iter().map(String::as_str));
        if let Some(by) = judged {
            self.0.insert(entry.key.clone(), (by, entry));
        }
        judged.is_some()
    }
}

impl AddressBook for LdapBook {
    fn find(&self, query: &Query, deadline: Deadline) -> Result<Found> {
        /// A server may tell this many who are not meant.
        const MOST_GUESSED: u32 = 1000;
        let most = self.directory.results;
        // Whose name it is is never left out for others who have another one as well.
        let most_of_name = most.max(Found::MOST as u32);
        let mut searches = vec![self.search_for(question::whole_name(query), most_of_name)];
        searches.extend(question::words(query).map(|filter| self.search_for(filter, most)));
        let exact = searches.len();
        searches.extend(
            question::accented(query).map(|filter| self.search_for(filter, most.max(MOST_GUESSED))),
        );
        self.with_session(deadline, |session| {
            let mut known = Gathered::default();
            let mut is_known = false;
            let ends = session.search(&searches, &mut |at, found| {
                is_known |= known.judge(query, &found) && at < exact;
            })?;
            let mut more = false;
            for (at, end) in ends.into_iter().enumerate() {
                // Most of what a guess leaves out is nobody who is meant.
                let counts = at < exact || (!is_known && !known.0.is_empty());
                more |= !self.is_complete(end)? && counts;
            }
            Ok(Found::new(known.0.into_values().collect(), more))
        })
    }

    fn entry(&self, key: &str, deadline: Deadline) -> Result<Option<Entry>> {
        let Some(dn) = person::name_in_key(key) else {
            return Ok(None);
        };
        let found = self.with_session(deadline, |session| {
            members::entry(session, dn, &person::ATTRIBUTES)
        })?;
        // By the key it was asked for: servers write names in their own way.
        Ok(found.and_then(|found| found.entry()).map(|entry| Entry {
            key: key.to_owned(),
            ..entry
        }))
    }

    fn members(&self, key: &str, most: usize, deadline: Deadline) -> Result<Option<Vec<Member>>> {
        let Some(dn) = person::name_in_key(key) else {
            return Ok(None);
        };
        self.with_session(deadline, |session| members::of_list(session, dn, most))
    }

    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        let deadline = self.sooner(deadline)?;
        let server = &self.directory.server;
        let mut session = Session::open(server, &self.trust, deadline, report)?;
        let base = &self.directory.base;
        let anybody = self.search_for(Filter::Has("mail"), 1);
        let mut is_empty = true;
        for end in session.search(&[anybody], &mut |_, _| is_empty = false)? {
            self.is_complete(end)?;
        }
        report(&match is_empty {
            true => format!(
                "nobody with a mail address is shown below {base}: is a bind-dn needed, or another \
                 base?"
            ),
            false => format!("people with mail addresses are found below {base}"),
        });
        Ok(())
    }

    fn description(&self) -> String {
        format!("the directory {}", self.directory.server.address())
    }
}
