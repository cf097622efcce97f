//! Large providers, whose settings are facts: `providers.txt`, one a line.

use simplemapi::config::Security;
use simplemapi::model::Address;

use super::Settings;
use crate::account::{Hint, Server};

const PROVIDERS: &str = include_str!("providers.txt");

/// A line of the list.
struct Provider<'a> {
    outgoing: &'a str,
    incoming: &'a str,
    hint: Option<Hint>,
}

/// The settings of an address at a provider of the list.
pub(super) fn settings(address: &Address) -> Option<Settings> {
    let provider = provider(address.domain())?;
    Some(Settings {
        outgoing: server(provider.outgoing, address)?,
        incoming: Some(server(provider.incoming, address)?),
        hint: provider.hint,
    })
}

/// What the provider of a domain wants of a person, whoever says what the settings are.
pub(super) fn hint(domain: &str) -> Option<Hint> {
    provider(domain)?.hint
}

fn provider(domain: &str) -> Option<Provider<'static>> {
    lines().find_map(|line| {
        let mut columns = line.split('|').map(str::trim);
        let mut domains = columns.next()?.split_whitespace();
        domains.find(|known| known.eq_ignore_ascii_case(domain))?;
        Some(Provider {
            outgoing: columns.next()?,
            incoming: columns.next()?,
            hint: columns.next().and_then(told),
        })
    })
}

fn lines() -> impl Iterator<Item = &'static str> {
    let lines = PROVIDERS.lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// `host:port tls`, or `starttls`; and `local` where the part before the at sign is the user.
fn server(text: &str, address: &Address) -> Option<Server> {
    let mut words = text.split_whitespace();
    let (host, port) = words.next()?.split_once(':')?;
    let security = match words.next()? {
        "tls" => Security::Tls,
        "starttls" => Security::StartTls,
        _ => return None,
    };
    let user = match words.next() {
        None => address.as_ref(),
        Some("local") => address.local(),
        Some(_) => return None,
    };
    Some(Server {
        host: host.to_owned(),
        port: port.parse().ok()?,
        security,
        user: user.to_owned(),
    })
}

fn told(text: &str) -> Option<Hint> {
    let (what, page) = text.split_once(' ').unwrap_or((text, ""));
    match what {
        "app-password" => Some(Hint::AppPassword(page.to_owned())),
        "enable" => Some(Hint::Enable(page.to_owned())),
        "oauth" => Some(Hint::OAuthOnly),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::account::Account;
    use crate::profile;

    #[test]
    fn every_line_is_a_profile_and_no_domain_is_there_twice() {
        let mut seen = BTreeSet::new();
        for line in lines() {
            let columns: Vec<_> = line.split('|').map(str::trim).collect();
            for domain in columns[0].split_whitespace() {
                assert!(seen.insert(domain), "{domain} is there twice");
                let address = Address::new(&format!("ada@{domain}")).unwrap();
                let settings = settings(&address).unwrap_or_else(|| panic!("{line}"));
                assert_eq!(settings.hint.is_some(), columns.len() == 4, "{line}");
                let account = Account {
                    name: String::new(),
                    address: address.to_string(),
                    outgoing: settings.outgoing,
                    incoming: settings.incoming,
                };
                profile::checked(&account).unwrap();
            }
        }
        assert!(seen.len() > 50);
    }

    #[test]
    fn a_provider_is_known_by_any_of_its_domains() {
        let of = |address| settings(&Address::new(address).unwrap());
        let gmail = of("ada@GoogleMail.com").unwrap();
        assert_eq!(gmail.outgoing.host, "smtp.gmail.com");
        assert!(
            matches!(gmail.hint, Some(Hint::AppPassword(page)) if page.starts_with("https://"))
        );
        assert_eq!(of("ada@hotmail.fr").unwrap().hint, Some(Hint::OAuthOnly));
        assert_eq!(of("ada@icloud.com").unwrap().incoming.unwrap().user, "ada");
        assert_eq!(of("ada@mail.example.org"), None);
    }
}
