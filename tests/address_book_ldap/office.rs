//! The directory of an office, of which each test has a branch.

use std::time::Duration;

use simplemapi::config::{Directory, Login, Secret, SecretSource, Security, Server};
use simplemapi::deadline::Deadline;
use simplemapi::error::{Error, Kind};
use simplemapi::providers::address_book::{
    AddressBook, Entry, Found, LdapBook, Member, Query, Reaches,
};
use test_servers::Slapd;

/// A branch of the shared directory.
pub(crate) struct Office {
    pub(crate) slapd: &'static Slapd,
    pub(crate) base: String,
}

impl Office {
    /// A new branch of this name with these entries, whose names end in `BASE`; none where there is no
    /// server.
    pub(crate) fn new(name: &str, entries: &str) -> Option<Self> {
        let slapd = test_servers::slapd()?;
        let base = format!("ou={name},{}", Slapd::BASE);
        slapd.add(&format!(
            "dn: {base}\nobjectClass: organizationalUnit\nou: {name}\n"
        ));
        let office = Self { slapd, base };
        office.add(entries);
        Some(office)
    }

    pub(crate) fn add(&self, entries: &str) {
        // LDIF wants each entry to begin with its line.
        let lines: Vec<_> = entries.lines().map(str::trim).collect();
        self.slapd
            .add(&lines.join("\n").replace("BASE", &self.base));
    }

    pub(crate) fn directory(&self) -> Directory {
        directory(self.slapd, &self.base)
    }

    pub(crate) fn book(&self) -> LdapBook {
        LdapBook::new(self.directory())
    }
}

/// The settings of a server, asked in TLS by nobody in particular.
pub(crate) fn directory(slapd: &Slapd, base: &str) -> Directory {
    Directory {
        server: Server {
            host: "localhost".to_owned(),
            port: slapd.port(),
            security: Security::StartTls,
            login: None,
            certificate_name: None,
            ca_file: Some(slapd.certificates().authority.clone()),
            timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(120),
        },
        base: base.to_owned(),
        results: 100,
    }
}

pub(crate) fn admin(password: &str) -> Option<Login> {
    Some(Login {
        user: Slapd::ADMIN.to_owned(),
        password: SecretSource::Given(Secret::new(password.to_owned())),
        mechanism: None,
    })
}

pub(crate) fn soon() -> Deadline {
    Deadline::after(Duration::from_secs(120))
}

pub(crate) fn find(book: &LdapBook, name: &str) -> Found {
    let query = Query::new(name).expect("a name");
    book.find(&query, soon())
        .unwrap_or_else(|error| panic!("{name}: {}", error.reason()))
}

/// The addresses of those found, lists in brackets, in their order.
pub(crate) fn found(book: &LdapBook, name: &str) -> Vec<String> {
    let entries = find(book, name).matches.into_iter();
    entries.map(|(_, entry)| shown(&entry)).collect()
}

pub(crate) fn shown(entry: &Entry) -> String {
    match &entry.reaches {
        Reaches::Person(address) => address.to_string(),
        Reaches::List => format!("[{}]", entry.name),
    }
}

/// The key of the only one of this name.
pub(crate) fn key(book: &LdapBook, name: &str) -> String {
    let matches = find(book, name).matches;
    assert_eq!(matches.len(), 1, "{matches:?}");
    matches[0].1.key.clone()
}

pub(crate) fn members(book: &LdapBook, key: &str) -> Result<Option<Vec<String>>, Error> {
    let members = book.members(key, 1000, soon())?;
    let shown = |member| match member {
        Member::Person(mailbox) => format!("{} <{}>", mailbox.name, mailbox.address),
        Member::List(key) => key,
    };
    Ok(members.map(|members| {
        let mut members: Vec<_> = members.into_iter().map(shown).collect();
        members.sort();
        members
    }))
}

#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(result: Result<T, Error>, kind: Kind, why: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), kind, "{}", error.reason());
    assert!(error.reason().contains(why), "{}", error.reason());
}
