//! People and lists as directories describe them: OpenLDAP's inetOrgPerson and groups, and Active
//! Directory's users, contacts and groups.
#![forbid(unsafe_code)]

use super::message::Attributes;
use crate::model::{Address, header_text};
use crate::providers::address_book::{Entry, Reaches};

/// What is asked for of each.
pub(super) const ATTRIBUTES: [&str; 10] = [
    "objectClass",
    "displayName",
    "cn",
    "givenName",
    "sn",
    "mail",
    "proxyAddresses",
    "mailNickname",
    "sAMAccountName",
    "uid",
];

/// What is a list rather than a person, as long as it has no address of its own.
pub(super) const LIST_CLASSES: [&str; 6] = [
    "groupOfNames",
    "groupOfUniqueNames",
    "groupOfMembers",
    "group",
    "mailGroup",
    "nisMailAlias",
];

/// Nobody goes by more names than that, or has more mailboxes.
const MOST_NAMES: usize = 100;

/// Marks the keys of this kind of book.
const KEY: &str = "ldap:";

/// The distinguished name that a key holds; `None` for the key of another kind of book.
pub(super) fn name_in_key(key: &str) -> Option<&str> {
    key.strip_prefix(KEY).filter(|dn| !dn.is_empty())
}

impl Attributes {
    /// The values of an attribute, whatever language or option they have.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let same = move |description: &str| {
            let described = description.split(';').next().unwrap_or_default();
            described.eq_ignore_ascii_case(name)
        };
        self.values
            .iter()
            .filter(move |(description, _)| same(description))
            .flat_map(|(_, values)| values.iter().map(String::as_str))
    }

    /// Whether it is a list, unless it has an address of its own.
    pub(super) fn is_list(&self) -> bool {
        self.all("objectClass").any(|class| {
            LIST_CLASSES
                .iter()
                .any(|list| list.eq_ignore_ascii_case(class))
        })
    }

    /// The address that is preferred, of those that mail can be sent to.
    pub(super) fn address(&self) -> Option<Address> {
        self.addresses().next()
    }

    fn addresses(&self) -> impl Iterator<Item = Address> {
        // Exchange writes the type of its preferred address in capitals.
        let proxies = |kind| {
            let of_kind = move |text: &'_ str| text.starts_with(kind);
            self.all("proxyAddresses")
                .filter(move |text| of_kind(text))
                .filter_map(|text| text.get(5..))
        };
        self.all("mail")
            .chain(proxies("SMTP:"))
            .chain(proxies("smtp:"))
            .filter_map(|text| Address::new(text).ok())
    }

    /// The name to show; empty where there is none.
    pub(super) fn display_name(&self) -> String {
        let whole = self.all("displayName").chain(self.all("cn"));
        let whole = whole.map(header_text).find(|name| !name.is_empty());
        whole.unwrap_or_else(|| {
            let parts = ["givenName", "sn"].map(|part| self.all(part).next().unwrap_or_default());
            header_text(&parts.join(" "))
        })
    }

    /// What else somebody may call it by: the parts of its name, its nicknames and its mailboxes.
    pub(super) fn other_names(&self) -> Vec<String> {
        let names = [
            "cn",
            "givenName",
            "sn",
            "mailNickname",
            "sAMAccountName",
            "uid",
        ];
        let names = names.iter().flat_map(|name| self.all(name));
        let mailboxes = self.addresses().map(|address| address.local().to_owned());
        // Each of them costs time to compare.
        let names = names.map(str::to_owned).take(MOST_NAMES);
        names.chain(mailboxes.take(MOST_NAMES)).collect()
    }

    /// Whom mail to it reaches; `None` where that is nobody.
    pub(super) fn reaches(&self) -> Option<Reaches> {
        match self.address() {
            Some(address) => Some(Reaches::Person(address)),
            None => self.is_list().then_some(Reaches::List),
        }
    }

    /// The key that leads back to it; `None` where it would be too long.
    pub(super) fn key(&self) -> Option<String> {
        let key = format!("{KEY}{}", self.dn);
        let fits = !self.dn.is_empty() && !key.contains('\0') && key.len() <= Entry::MOST_OF_KEY;
        fits.then_some(key)
    }

    /// It as an address book shows it; `None` for what mail cannot reach or nobody can name.
    pub(super) fn entry(&self) -> Option<Entry> {
        let reaches = self.reaches()?;
        let name = match (self.display_name(), &reaches) {
            (name, Reaches::Person(address)) if name.is_empty() => address.to_string(),
            (name, _) => name,
        };
        (!name.is_empty()).then_some(())?;
        let key = self.key()?;
        Some(Entry { key, name, reaches })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(&str, &[&str])]) -> Attributes {
        let owned = |(name, values): &(&str, &[&str])| {
            let values = values.iter().map(|value| (*value).to_owned());
            ((*name).to_owned(), values.collect())
        };
        Attributes {
            dn: "cn=x,dc=example".to_owned(),
            values: values.iter().map(owned).collect(),
        }
    }

    fn shown(values: &[(&str, &[&str])]) -> Option<(String, String)> {
        let entry = of(values).entry()?;
        assert_eq!(name_in_key(&entry.key), Some("cn=x,dc=example"));
        let reaches = match entry.reaches {
            Reaches::Person(address) => address.to_string(),
            Reaches::List => "a list".to_owned(),
        };
        Some((entry.name, reaches))
    }

    #[test]
    fn people_are_understood_in_the_terms_of_openldap_and_active_directory() {
        for (values, name, reaches) in [
            (
                &[("cn", &["Ada"][..]), ("mail", &["ada@example.org"])][..],
                "Ada",
                "ada@example.org",
            ),
            (
                &[
                    ("displayname;lang-en", &["Lovelace, Ada"]),
                    ("cn", &["ada"]),
                    (
                        "proxyaddresses",
                        &["smtp:b@c.test", "X400:c=US", "SMTP:a@b.test"],
                    ),
                ],
                "Lovelace, Ada",
                "a@b.test",
            ),
            (
                &[
                    ("givenname", &["Ada"]),
                    ("sn", &["King"]),
                    ("mail", &["a@b.test"]),
                ],
                "Ada King",
                "a@b.test",
            ),
            (&[("mail", &["a@b.test"])], "a@b.test", "a@b.test"),
            (
                &[
                    ("objectclass", &["top", "GroupOfNames"]),
                    ("cn", &["Staff"]),
                ],
                "Staff",
                "a list",
            ),
            (
                &[
                    ("objectclass", &["group"]),
                    ("cn", &["Staff"]),
                    ("mail", &["staff@b.test"]),
                ],
                "Staff",
                "staff@b.test",
            ),
        ] {
            assert_eq!(shown(values), Some((name.to_owned(), reaches.to_owned())));
        }
    }

    #[test]
    fn what_would_break_a_header_reaches_none() {
        let evil = "evil@example.org\r\nBcc: spy@example.org";
        assert_eq!(shown(&[("cn", &["Evil"]), ("mail", &[evil])]), None);
        let (name, reaches) = shown(&[
            ("cn", &["Evil\r\nBcc: spy@example.org"]),
            ("mail", &[evil, "evil@example.org"]),
        ])
        .unwrap();
        assert_eq!(name, "Evil Bcc: spy@example.org");
        assert_eq!(reaches, "evil@example.org");
        assert_eq!(shown(&[("cn", &["Printer"])]), None);
        assert_eq!(shown(&[("objectclass", &["group"])]), None);
    }

    #[test]
    fn an_entry_whose_name_fits_into_no_key_is_left_out() {
        let mut person = of(&[("cn", &["Ada"]), ("mail", &["ada@example.org"])]);
        person.dn = "x".repeat(Entry::MOST_OF_KEY);
        assert_eq!(person.entry(), None);
        person.dn = "cn=\0".to_owned();
        assert_eq!(person.entry(), None);
    }
}
