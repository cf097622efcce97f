//! From a host's name to a connected socket.
#![forbid(unsafe_code)]

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use super::aside::aside;
use super::socket::Socket;
use crate::config::{Security, Server};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};

/// Connects to the server of these settings.
///
/// # Errors
/// [`Kind::LoginFailed`] when a password would travel in the clear, before anything is connected.
pub(crate) fn dial(settings: &Server, deadline: Deadline) -> Result<(Socket, SocketAddr)> {
    let server = settings.address();
    let addresses = resolve(&settings.host, settings.port, settings.timeout, deadline)?;
    // Whoever is on the way could read it; on this machine nobody is.
    if settings.security == Security::None
        && settings.login.is_some()
        && !addresses
            .iter()
            .all(|address| address.ip().to_canonical().is_loopback())
    {
        return Err(Error::new(
            Kind::LoginFailed,
            format!(
                "the password would travel to {server} in the clear: set security to starttls or tls"
            ),
        ));
    }
    connect(&server, &addresses, settings.timeout, deadline)
}

/// The addresses of a host. An address in the name's place needs no resolver.
fn resolve(
    host: &str,
    port: u16,
    timeout: Duration,
    deadline: Deadline,
) -> Result<Vec<SocketAddr>> {
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(address) = literal.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    if is_this_machine(host) {
        let loopback = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
        return Ok(loopback
            .map(|address| SocketAddr::new(address, port))
            .into());
    }
    let failed = |error: io::Error| {
        Error::new(
            Kind::Network,
            format!("cannot find the address of {host} (is the host in the configuration spelled right, and is there a network?)"),
        )
        .because(error)
    };
    let limit = deadline.allow(timeout).map_err(failed)?;
    let addresses = look_up(host, port, limit).map_err(failed)?;
    if addresses.is_empty() {
        return Err(failed(io::Error::new(
            io::ErrorKind::NotFound,
            "it has none",
        )));
    }
    Ok(addresses)
}

/// Whether a name is one that always means this machine (RFC 6761 6.3), and is not asked about.
fn is_this_machine(host: &str) -> bool {
    let last_label = host.trim_end_matches('.').rsplit('.').next();
    last_label.is_some_and(|label| label.eq_ignore_ascii_case("localhost"))
}

/// Asks the system's resolver, which knows no time limit.
fn look_up(host: &str, port: u16, limit: Duration) -> io::Result<Vec<SocketAddr>> {
    let name = host.to_owned();
    let asked = aside("simplemapi-dns", limit, move || {
        (name.as_str(), port)
            .to_socket_addrs()
            .map(Iterator::collect)
    });
    match asked {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "the name service did not answer in time",
        )),
        asked => asked?,
    }
}

/// Connects to the first of the addresses that answers.
fn connect(
    server: &str,
    addresses: &[SocketAddr],
    timeout: Duration,
    deadline: Deadline,
) -> Result<(Socket, SocketAddr)> {
    let failed = |error: io::Error| {
        Error::new(Kind::Network, format!("cannot connect to {server}")).because(error)
    };
    let mut last = io::Error::new(io::ErrorKind::NotFound, "it has no address");
    for address in addresses {
        let limit = deadline.allow(timeout).map_err(failed)?;
        match Socket::connect(address, limit) {
            Ok(socket) => return Ok((socket, *address)),
            Err(error) => last = error,
        }
    }
    Err(failed(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn localhost_is_this_machine_and_nothing_that_only_looks_like_it() {
        for name in ["localhost", "LOCALHOST.", "mail.localhost"] {
            assert!(is_this_machine(name), "{name}");
        }
        for name in ["localhost.example.org", "mylocalhost", "", "."] {
            assert!(!is_this_machine(name), "{name}");
        }
        let minute = Duration::from_secs(60);
        let addresses = resolve("localhost", 25, minute, Deadline::after(minute)).unwrap();
        assert!(addresses.iter().all(|address| address.ip().is_loopback()));
        assert_eq!(addresses.len(), 2);
    }
}
