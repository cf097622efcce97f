//! Which hosts a domain names in DNS for a service, for whoever helps a person to set an account up.
#![forbid(unsafe_code)]

use crate::connection::NameServers;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};

/// The hosts and ports of a service such as `_imaps._tcp.example.org`, in the order in which they are to be
/// asked; none where the domain has no such service. Whoever can forge DNS can name any.
///
/// # Errors
/// [`Kind::Network`] when no name server answers by the deadline.
pub fn hosts_of(service: &str, deadline: Deadline) -> Result<Vec<(String, u16)>> {
    let found = NameServers::of_this_machine().find(service, deadline);
    let answer = found.map_err(|error| {
        Error::new(Kind::Network, format!("cannot look up {service}")).because(error)
    })?;
    let services = answer.services.into_iter();
    Ok(services.map(|found| (found.host, found.port)).collect())
}
