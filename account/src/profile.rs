//! An account as a profile: the very text that is tried is the one that is kept.

use std::path::Path;

use simplemapi::config::{Config, Environment, Profile, Security};
use simplemapi::error::Kind;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::account::{Account, Server};
use crate::problem::{Part, Problem};

/// The kinds of servers, and their ports with TLS and with STARTTLS, which need not be written down.
const SMTP: (&str, u16, u16) = ("smtp", 465, 587);
const IMAP: (&str, u16, u16) = ("imap", 993, 143);

/// The profile that an account makes, if it makes one.
///
/// # Errors
/// What in it is missing or wrong.
pub(crate) fn checked(account: &Account) -> Result<Profile, Problem> {
    let refuse = |why: String| Problem::new(Part::Settings, Kind::LoginFailed, why);
    let name = "account";
    let text = text(account, name);
    // Its path and lines would mean nothing to a person who has seen neither.
    let path = Path::new("");
    let config = Config::parse(&text, path, Environment::get()).map_err(|error| {
        let reason = error.reason();
        let why = reason.splitn(3, ':').nth(2).unwrap_or(&reason).trim();
        let mut why = why.to_owned();
        for (table, words) in [
            ("account.transport", " for outgoing mail"),
            ("account.store", " for incoming mail"),
            ("account", ""),
        ] {
            why = why.replace(&format!(" in [profile.{table}]"), words);
        }
        refuse(why)
    })?;
    let profile = config.profile(None);
    profile.cloned().map_err(|error| refuse(error.reason()))
}

/// The account as text, under this name.
pub(crate) fn text(account: &Account, name: &str) -> String {
    let mut document = DocumentMut::new();
    insert(&mut document, account, name);
    document.to_string()
}

/// A name that programs and people can type: that of the domain, and a number where it is taken.
pub(crate) fn new_name(address: &str, taken: &[String]) -> String {
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    let label = domain.split('.').next().unwrap_or_default().to_lowercase();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let base = match label.as_str() {
        "" => "mail",
        label if label.chars().all(plain) => label,
        _ => "mail",
    };
    let is_free = |name: &String| !taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    let numbered = (2_u32..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    names.find(is_free).unwrap_or_default()
}

/// Puts the account into a configuration, under a name that is not there yet.
pub(crate) fn insert(document: &mut DocumentMut, account: &Account, name: &str) {
    let profiles = document.entry("profile").or_insert_with(|| {
        let mut profiles = Table::new();
        profiles.set_implicit(true);
        Item::Table(profiles)
    });
    if let Some(profiles) = profiles.as_table_like_mut() {
        profiles.insert(name, Item::Table(table(account)));
    }
}

fn table(account: &Account) -> Table {
    let mut profile = Table::new();
    if !account.name.trim().is_empty() {
        profile.insert("name", value(account.name.trim()));
    }
    profile.insert("address", value(account.address.trim()));
    profile.insert("transport", Item::Table(server(&account.outgoing, SMTP)));
    if let Some(incoming) = &account.incoming {
        profile.insert("store", Item::Table(server(incoming, IMAP)));
    }
    profile
}

fn server(server: &Server, (kind, tls, starttls): (&str, u16, u16)) -> Table {
    let mut table = Table::new();
    table.insert("kind", value(kind));
    table.insert("host", value(server.host.trim()));
    let (security, usual) = match server.security {
        Security::Tls => ("tls", tls),
        Security::StartTls => ("starttls", starttls),
        Security::None => ("none", 0),
    };
    if server.port != usual {
        table.insert("port", value(i64::from(server.port)));
    }
    table.insert("security", value(security));
    table.insert("user", value(server.user.trim()));
    table.insert("keyring", value(true));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Account {
        Account {
            name: "Ada \"L\" Lovelace".to_owned(),
            ..Account::guess("ada@example.org", "")
        }
    }

    #[test]
    fn an_account_is_written_as_a_person_would() {
        let mut account = ada();
        account.outgoing.security = Security::StartTls;
        account.outgoing.port = 587;
        account.incoming.as_mut().unwrap().port = 1993;
        assert_eq!(
            text(&account, "example"),
            r#"[profile.example]
name = 'Ada "L" Lovelace'
address = "ada@example.org"

[profile.example.transport]
kind = "smtp"
host = "smtp.example.org"
security = "starttls"
user = "ada@example.org"
keyring = true

[profile.example.store]
kind = "imap"
host = "imap.example.org"
port = 1993
security = "tls"
user = "ada@example.org"
keyring = true
"#
        );
        checked(&account).unwrap();
    }

    #[test]
    fn what_is_missing_is_told_without_lines_that_nobody_has_seen() {
        let refused = |change: &dyn Fn(&mut Account)| {
            let mut account = ada();
            change(&mut account);
            let problem = checked(&account).unwrap_err();
            assert_eq!(problem.part, Part::Settings);
            problem.reason
        };
        assert_eq!(
            refused(&|account| account.outgoing.host = String::new()),
            "\"host\" for outgoing mail is empty"
        );
        let refusal = refused(&|account| account.address = "ada".to_owned());
        assert!(refusal.starts_with("\"address\" is wrong"), "{refusal}");
        let refusal = refused(&|account| account.outgoing.security = Security::None);
        assert!(refusal.contains("in the clear"), "{refusal}");
        let refusal = refused(&|account| account.incoming.as_mut().unwrap().port = 0);
        assert!(refusal.contains("\"port\" for incoming mail"), "{refusal}");
        let refusal = refused(&|account| account.name = "a\nb".to_owned());
        assert!(refusal.contains("control character"), "{refusal}");
    }
}
