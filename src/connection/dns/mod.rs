//! What name servers say about a domain's services (RFC 2782): which hosts offer one, and in what order
//! they are to be asked.
//!
//! Addresses are looked up by the system, whose resolver knows more than DNS. It knows no services,
//! so [`exchange`] asks the name servers itself, and [`order`] is that of the answer.
#![forbid(unsafe_code)]

mod exchange;
mod order;
#[cfg_attr(unix, path = "system/unix.rs")]
#[cfg_attr(windows, path = "system/windows.rs")]
mod system;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use simple_dns::rdata::RData;
use simple_dns::{Name, Packet, RCODE};

use crate::deadline::Deadline;

/// A name may be another one for another one, and so on: not without end.
const MOST_ALIASES: usize = 8;
/// More servers than a message will ever try.
const MOST_SERVICES: usize = 32;

/// A server that offers a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) priority: u16,
    pub(crate) weight: u16,
}

/// What is known of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Who offers it, in the order in which they are to be asked; nobody where there is no record.
    pub(crate) services: Vec<Service>,
    /// Whether there is a record by which nobody offers it: the target `.`.
    pub(crate) declined: bool,
    /// How long that may be believed.
    pub(crate) lasts: Duration,
}

/// Who to ask, and how long each of them is waited for.
#[derive(Debug, Clone)]
pub(crate) struct NameServers {
    addresses: Vec<SocketAddr>,
    timeout: Duration,
    rounds: u32,
}

impl NameServers {
    /// Those that this machine asks.
    pub(crate) fn of_this_machine() -> Self {
        system::name_servers()
    }

    /// This one alone.
    pub(crate) fn only(address: SocketAddr) -> Self {
        Self {
            addresses: vec![address],
            timeout: Duration::from_secs(5),
            rounds: 2,
        }
    }

    /// Who offers a service: `_submission._tcp.example.org`.
    ///
    /// # Errors
    /// When no server has an answer within the deadline, with what the last one said.
    pub(crate) fn find(&self, service: &str, deadline: Deadline) -> io::Result<Answer> {
        let name = Name::new(service).map_err(io::Error::other)?;
        let mut last = io::Error::new(
            io::ErrorKind::NotFound,
            "no name server is known: \"nameserver\" can name one",
        );
        for _ in 0..self.rounds {
            for server in &self.addresses {
                let limit = deadline.allow(self.timeout)?;
                let asked = exchange::ask(*server, &name, Deadline::after(limit), deadline);
                match asked.and_then(|bytes| read(&bytes, &name)) {
                    Ok(mut answer) => {
                        order::sort(&mut answer.services, order::random);
                        answer.services.truncate(MOST_SERVICES);
                        return Ok(answer);
                    }
                    Err(error) => {
                        let text = format!("the name server {}: {error}", server.ip());
                        last = io::Error::new(error.kind(), text);
                    }
                }
            }
        }
        Err(last)
    }
}

/// What an answer says, when it is one to this question.
fn read(bytes: &[u8], asked: &Name<'_>) -> io::Result<Answer> {
    let packet = Packet::parse(bytes).map_err(io::Error::other)?;
    match packet.rcode() {
        RCODE::NoError => {}
        // There is no such name: nobody offers the service.
        RCODE::NameError => return Ok(Answer::default()),
        other => return Err(io::Error::other(format!("it answered {other:?}"))),
    }
    let mut name = asked.clone();
    for _ in 0..MOST_ALIASES {
        let alias = packet
            .answers
            .iter()
            .find_map(|record| match &record.rdata {
                RData::CNAME(alias) if record.name == name => Some(&alias.0),
                _ => None,
            });
        match alias {
            Some(alias) => name = alias.clone(),
            None => break,
        }
    }
    let mut answer = Answer::default();
    let mut lasts = u32::MAX;
    for record in packet.answers.iter().filter(|record| record.name == name) {
        let RData::SRV(found) = &record.rdata else {
            continue;
        };
        lasts = lasts.min(record.ttl);
        if found.target.get_labels().is_empty() {
            answer.declined = true;
            continue;
        }
        let host = found.target.to_string().to_ascii_lowercase();
        // A name that reads like an address would be taken for one.
        let is_name = found.target.is_valid_hostname() && host.parse::<IpAddr>().is_err();
        if is_name && found.port != 0 {
            answer.services.push(Service {
                host,
                port: found.port,
                priority: found.priority,
                weight: found.weight,
            });
        }
    }
    // Somebody offers it after all.
    answer.declined &= answer.services.is_empty();
    if lasts != u32::MAX {
        answer.lasts = Duration::from_secs(lasts.into());
    }
    Ok(answer)
}
