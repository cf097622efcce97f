//! The relays that a domain names in DNS (RFC 6186, RFC 8314): `host = "srv:example.org"`.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Relays, Transport};
use crate::config::{Discovery, Security, Server};
use crate::connection::{NameServers, Service};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;

/// How long what DNS said is believed, whatever it says about that.
const SHORTEST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The servers of a domain, looked up with the first message, and again when what was found is too old.
#[derive(Debug)]
pub struct Discovered {
    /// Of each server; their host is the domain.
    settings: Server,
    discovery: Discovery,
    known: Mutex<Option<Known>>,
}

#[derive(Debug, Clone)]
struct Known {
    relays: Arc<Relays>,
    until: Option<Instant>,
}

impl Discovered {
    /// Settings whose host is the domain, and how its servers are found.
    pub fn new(settings: Server, discovery: Discovery) -> Self {
        Self {
            settings,
            discovery,
            known: Mutex::default(),
        }
    }

    fn relays(&self, deadline: Deadline) -> Result<Arc<Relays>> {
        let known = self.lock().clone();
        if let Some(known) = &known
            && known.until.is_some_and(|until| Instant::now() < until)
        {
            return Ok(Arc::clone(&known.relays));
        }
        // Not under the lock: name servers take their time.
        match (self.look_up(deadline, &mut |_| {}), known) {
            (Ok((servers, lasts)), known) => {
                let before = known.as_ref().map(|known| known.relays.as_ref());
                let relays = Arc::new(Relays::at(servers, before));
                *self.lock() = Some(Known {
                    relays: Arc::clone(&relays),
                    until: Instant::now().checked_add(lasts.clamp(SHORTEST, LONGEST)),
                });
                Ok(relays)
            }
            // Name servers that are down are no reason to forget servers that are not.
            (Err(error), Some(known)) if error.is_passing() => Ok(known.relays),
            (Err(error), _) => Err(error),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the servers of each protection, the preferred one first.
    fn look_up(
        &self,
        deadline: Deadline,
        report: &mut dyn FnMut(&str),
    ) -> Result<(Vec<Server>, Duration)> {
        let domain = &self.settings.host;
        let discovery = &self.discovery;
        let name_servers = match discovery.nameserver {
            Some(address) => NameServers::only(address),
            None => NameServers::of_this_machine(),
        };
        let mut servers = Vec::new();
        let mut lasts = LONGEST;
        let mut declined = false;
        for security in &discovery.security {
            let name = service(*security, domain);
            let answer = name_servers.find(&name, deadline).map_err(|error| {
                let what = format!("cannot look up {name}, which says where mail for it goes out");
                Error::new(Kind::Network, what)
                    .because(error)
                    .at_the_server()
            })?;
            declined |= answer.declined;
            if !answer.services.is_empty() {
                lasts = lasts.min(answer.lasts);
            }
            for service in answer.services {
                report(&format!(
                    "{name} is at {}:{} (priority {}, weight {})",
                    service.host, service.port, service.priority, service.weight
                ));
                servers.push(self.server(service, *security));
            }
        }
        match (servers.is_empty(), declined) {
            (false, _) => Ok((servers, lasts)),
            (true, true) => {
                let what = format!("{domain} says in DNS that it has no server to send with");
                Err(Error::new(Kind::Network, what).for_good().at_the_server())
            }
            (true, false) => {
                let asked = discovery.security.iter().map(|one| service(*one, domain));
                let asked: Vec<_> = asked.collect();
                let what = format!(
                    "DNS knows no server to send with: there is no {}; name one with host",
                    asked.join(" and no ")
                );
                Err(Error::new(Kind::Network, what).at_the_server())
            }
        }
    }

    /// A server that DNS named. Whoever can forge that answer can name any host, and may well have a
    /// certificate for one of his own: so only a host of the domain may prove to be itself, and any other
    /// has to prove that it may speak for the domain (RFC 6125 6.2.1, RFC 6186 6).
    fn server(&self, found: Service, security: Security) -> Server {
        let domain = &self.settings.host;
        let is_within = found
            .host
            .strip_suffix(domain.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        Server {
            host: found.host,
            port: found.port,
            security,
            certificate_name: (!is_within).then(|| domain.clone()),
            ..self.settings.clone()
        }
    }
}

/// What a domain calls its servers of this protection.
fn service(security: Security, domain: &str) -> String {
    match security {
        Security::Tls => format!("_submissions._tcp.{domain}"),
        Security::StartTls | Security::None => format!("_submission._tcp.{domain}"),
    }
}

impl Transport for Discovered {
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        self.relays(deadline)?.send(envelope, message, deadline)
    }

    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        let (servers, _) = self.look_up(deadline, report)?;
        Relays::at(servers, None).check(deadline, report)
    }
}

#[cfg(test)]
mod tests {
    use std::net::UdpSocket;

    use super::*;

    fn discovered() -> Discovered {
        // Bound, and never read from: nobody answers.
        let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
        let settings = Server {
            host: "example.org".to_owned(),
            port: 0,
            security: Security::StartTls,
            certificate_name: None,
            login: None,
            ca_file: None,
            timeout: Duration::from_secs(1),
            deadline: Duration::from_secs(1),
        };
        let discovery = Discovery {
            security: vec![Security::Tls, Security::StartTls],
            nameserver: Some(silent.local_addr().unwrap()),
        };
        Discovered::new(settings, discovery)
    }

    fn found(host: &str) -> Service {
        Service {
            host: host.to_owned(),
            port: 465,
            priority: 0,
            weight: 0,
        }
    }

    #[test]
    fn a_host_of_the_domain_proves_to_be_itself_and_another_one_to_speak_for_the_domain() {
        for (host, proves) in [
            ("example.org", "example.org"),
            ("mail.example.org", "mail.example.org"),
            ("mail.example.net", "example.org"),
            ("badexample.org", "example.org"),
        ] {
            let server = discovered().server(found(host), Security::Tls);
            assert_eq!(server.certificate_name(), proves);
            assert_eq!(server.address(), format!("{host}:465"));
        }
    }

    #[test]
    fn servers_that_are_known_are_used_while_no_name_server_answers() {
        let discovered = discovered();
        let soon = || Deadline::after(Duration::from_millis(100));
        assert!(discovered.relays(soon()).unwrap_err().is_passing());
        let server = discovered.server(found("mail.example.org"), Security::Tls);
        let relays = Arc::new(Relays::at([server], None));
        *discovered.lock() = Some(Known {
            relays: Arc::clone(&relays),
            until: Some(Instant::now()),
        });
        assert!(Arc::ptr_eq(&discovered.relays(soon()).unwrap(), &relays));
    }
}
