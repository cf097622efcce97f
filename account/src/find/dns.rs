//! What a domain's records say (RFC 6186, RFC 8314).

use simplemapi::config::Security;
use simplemapi::model::Address;

use super::Settings;
use crate::account::{Hint, Server};

/// The preferred one first.
const OUTGOING: [(&str, Security); 2] = [
    ("_submissions", Security::Tls),
    ("_submission", Security::StartTls),
];
const INCOMING: [(&str, Security); 2] = [("_imaps", Security::Tls), ("_imap", Security::StartTls)];

type Hosts = Option<Vec<(String, u16)>>;

/// The settings of an address, where its domain has a server to send with.
pub(super) fn settings(address: &Address, look_up: &dyn Fn(&str) -> Hosts) -> Option<Settings> {
    let domain = address.domain();
    if domain.starts_with('[') {
        return None;
    }
    let server = |services: [(&str, Security); 2]| {
        services.into_iter().find_map(|(service, security)| {
            let hosts = look_up(&format!("{service}._tcp.{domain}"))?;
            let (host, port) = hosts.into_iter().next()?;
            Some(Server {
                host,
                port,
                security,
                user: address.to_string(),
            })
        })
    };
    let outgoing = server(OUTGOING)?;
    let incoming = server(INCOMING);
    // A forged record leads anywhere, and there a certificate proves nothing.
    let elsewhere = [Some(&outgoing), incoming.as_ref()]
        .into_iter()
        .flatten()
        .find(|server| !is_within(&server.host, domain))
        .map(|server| Hint::Elsewhere(server.host.clone()));
    Some(Settings {
        outgoing,
        incoming,
        hint: elsewhere,
    })
}

fn is_within(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    host.strip_suffix(&domain)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(records: &[(&str, &str, u16)]) -> Option<Settings> {
        settings(&Address::new("ada@example.org").unwrap(), &|service| {
            let hosts = records
                .iter()
                .filter(|(name, ..)| *name == service)
                .map(|(_, host, port)| ((*host).to_owned(), *port));
            Some(hosts.collect())
        })
    }

    #[test]
    fn tls_from_the_first_byte_is_preferred() {
        let records = [
            ("_submission._tcp.example.org", "mail.example.org", 587),
            ("_imap._tcp.example.org", "mail.example.org", 143),
            ("_submissions._tcp.example.org", "Mail.Example.org", 465),
        ];
        let settings = found(&records).unwrap();
        let Server { port, security, .. } = settings.outgoing;
        assert_eq!((port, security), (465, Security::Tls));
        let incoming = settings.incoming.unwrap();
        assert_eq!(
            (incoming.port, incoming.security),
            (143, Security::StartTls)
        );
        assert_eq!(incoming.user, "ada@example.org");
        assert_eq!(settings.hint, None);
    }

    #[test]
    fn a_server_elsewhere_is_for_the_person_to_confirm() {
        for host in ["mail.provider.example", "evilexample.org"] {
            let settings = found(&[("_submissions._tcp.example.org", host, 465)]).unwrap();
            assert_eq!(settings.hint, Some(Hint::Elsewhere(host.to_owned())));
            assert_eq!(settings.incoming, None);
        }
        assert_eq!(
            found(&[("_imaps._tcp.example.org", "mail.example.org", 993)]),
            None
        );
    }
}
