//! Where the servers of an address are. Each step is a file beside this one, and the first that knows
//! decides: what the site says, what the domain says, the list of large providers, DNS.

mod autoconfig;
mod dns;
mod fetch;
mod known;

use std::env;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use simplemapi::deadline::Deadline;
use simplemapi::model::Address;
use simplemapi::services;

use crate::account::{Account, Found, Hint, Server, Source};
use crate::profile;

/// How long all of it may take.
const WHOLE: Duration = Duration::from_secs(20);
/// How long one file may take.
const FILE: Duration = Duration::from_secs(5);
/// What may stand in a URL as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What somebody knows of an account: the servers, and what to say about them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Settings {
    outgoing: Server,
    incoming: Option<Server>,
    hint: Option<Hint>,
}

/// Looks for the servers of a mail address, for 20 seconds at most. `go_on` is asked between the steps.
///
/// Nothing that is found was tried yet, and all of it is meant to be shown to the person. `None`: nobody
/// knows the address, or it is none; the person has to say where the servers are.
pub fn find(address: &str, name: &str, go_on: &dyn Fn() -> bool) -> Option<Found> {
    let address = Address::new(address.trim()).ok()?;
    let deadline = Deadline::after(WHOLE);
    let site = env::var("SIMPLEMAPI_AUTOCONFIG");
    let site = site.ok().filter(|template| !template.is_empty());
    let from_site = site.map(|template| {
        (
            filled(&template, &address),
            Source::Site as fn(String) -> Source,
        )
    });
    let from_domain =
        domain_urls(&address).map(|url| (url, Source::Domain as fn(String) -> Source));
    for (url, source) in from_site.into_iter().chain(from_domain) {
        let limit = deadline.allow(FILE).ok().filter(|_| go_on())?;
        let Some(file) = fetch::fetch(&url, limit) else {
            continue;
        };
        if let Some(mut settings) = autoconfig::read(&file, &address) {
            // A domain's file has no words for what its provider wants of a person.
            settings.hint = settings.hint.or_else(|| known::hint(address.domain()));
            if let Some(found) = found(&address, name, settings, source(url)) {
                return Some(found);
            }
        }
    }
    if let Some(settings) = known::settings(&address) {
        return found(&address, name, settings, Source::Known);
    }
    let look_up = |service: &str| {
        go_on()
            .then(|| services::hosts_of(service, deadline).ok())
            .flatten()
    };
    let settings = dns::settings(&address, &look_up)?;
    found(&address, name, settings, Source::Dns)
}

/// Settings as a whole account, if they could be a profile.
fn found(address: &Address, name: &str, settings: Settings, source: Source) -> Option<Found> {
    let account = Account {
        name: name.trim().to_owned(),
        address: address.to_string(),
        outgoing: settings.outgoing,
        incoming: settings.incoming,
    };
    profile::checked(&account).ok()?;
    Some(Found {
        account,
        source,
        hint: settings.hint,
    })
}

/// A site's URL for an address: `%a` is the address, `%d` its domain, `%%` a percent sign.
fn filled(template: &str, address: &Address) -> String {
    let mut url = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('%') {
        url.push_str(before);
        let mut letters = after.chars();
        match letters.next() {
            Some('a') => url.push_str(&encoded(address.as_ref())),
            Some('d') => url.push_str(&encoded(address.domain())),
            Some('%') => url.push('%'),
            // Something that is encoded already.
            Some(other) => url.extend(['%', other]),
            None => url.push('%'),
        }
        rest = letters.as_str();
    }
    url + rest
}

/// Where a domain has its file for mail programs. By TLS only: whoever is on the way could name servers of
/// their own in one that came without, and get the password.
fn domain_urls(address: &Address) -> impl Iterator<Item = String> {
    let domain = address.domain();
    let urls = [
        format!(
            "https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={}",
            encoded(address.as_ref())
        ),
        format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
    ];
    // An address in brackets has no files.
    let is_name = !domain.starts_with('[');
    urls.into_iter().filter(move |_| is_name)
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Address {
        Address::new("ada+x@example.org").unwrap()
    }

    #[test]
    fn a_site_says_where_the_address_stands_in_its_url() {
        let filled = |template| filled(template, &ada());
        assert_eq!(
            filled("https://mail.example.org/%d.xml?a=%a"),
            "https://mail.example.org/example.org.xml?a=ada%2Bx%40example.org"
        );
        assert_eq!(filled("https://h/100%%/%20/%"), "https://h/100%/%20/%");
    }

    #[test]
    fn a_domain_is_asked_by_tls_only() {
        let urls: Vec<_> = domain_urls(&ada()).collect();
        assert_eq!(
            urls,
            [
                "https://autoconfig.example.org/mail/config-v1.1.xml?emailaddress=ada%2Bx%40example.org",
                "https://example.org/.well-known/autoconfig/mail/config-v1.1.xml",
            ]
        );
        let literal = Address::new("ada@[192.0.2.1]").unwrap();
        assert_eq!(domain_urls(&literal).count(), 0);
    }

    #[test]
    fn what_is_no_address_is_not_looked_for() {
        let asked = std::cell::Cell::new(false);
        let go_on = || {
            asked.set(true);
            false
        };
        assert_eq!(find("ada", "Ada", &go_on), None);
        assert!(!asked.get());
    }

    #[test]
    fn whoever_does_not_want_to_go_on_waits_for_nobody() {
        assert_eq!(find("ada@example.org", "Ada", &|| false), None);
    }
}
