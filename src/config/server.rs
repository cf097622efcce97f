//! The keys that every kind with a server has: where it is, how the way there is protected, and
//! who logs in.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::time::Duration;

use super::reader::{Checked, Place, Table};
use super::values::{self, host, is_loopback};
use super::{Discovery, Environment, Login, Mechanism, Relays, SecretSource, Security, Server};
use crate::error::Result;

/// The words for how a connection is protected.
pub(super) const SECURITY: [(&str, Security); 3] = [
    ("tls", Security::Tls),
    ("starttls", Security::StartTls),
    ("none", Security::None),
];

/// The ports a kind of server has by default.
pub(super) struct Ports {
    pub(super) tls: u16,
    pub(super) starttls: u16,
    pub(super) none: u16,
}

/// Reads a table that has the keys of a server and no others.
pub(super) fn server(table: Table<'_>, ports: &Ports, environment: &Environment) -> Result<Server> {
    let host = |text: &str| host(text).map(Host::Named);
    settings(table, ports, environment, host, None, None).map(|(server, _)| server)
}

/// The same where there may be several: a list of hosts in the place of one, or a domain that has them.
pub(super) fn servers(
    mut table: Table<'_>,
    ports: &Ports,
    environment: &Environment,
) -> Result<(Server, Relays)> {
    let hosts = table.texts_as("hosts", host_and_port)?;
    let nameserver = table.text_as("nameserver", values::nameserver)?;
    settings(table, ports, environment, host_or_domain, hosts, nameserver)
}

/// What stands for a server's place.
enum Host {
    Named(String),
    /// A domain that says in DNS where it is.
    Domain(String),
}

fn host_or_domain(text: &str) -> Checked<Host> {
    match text.strip_prefix("srv:") {
        Some(domain) => values::domain(domain).map(Host::Domain),
        None => host(text).map(Host::Named),
    }
}

fn settings(
    mut table: Table<'_>,
    ports: &Ports,
    environment: &Environment,
    host: impl FnOnce(&str) -> Checked<Host>,
    hosts: Option<Vec<HostAndPort>>,
    nameserver: Option<SocketAddr>,
) -> Result<(Server, Relays)> {
    let host = table.text_as("host", host)?;
    let port = table.number("port", 1..=u64::from(u16::MAX))?;
    let set_security = table.choice("security", &SECURITY)?;
    let security = set_security.unwrap_or(Security::StartTls);
    let user = table.text("user")?;
    let password = password(&mut table, environment)?;
    let mechanism = table.choice(
        "auth",
        &[
            ("plain", Mechanism::Plain),
            ("login", Mechanism::Login),
            ("xoauth2", Mechanism::XOauth2),
        ],
    )?;
    let ca_file = table.text_as("ca-file", |text| values::path(text, environment))?;
    let timeout = table.number("timeout", 1..=3600)?.unwrap_or(60);
    let deadline = table.number("deadline", 1..=86_400)?.unwrap_or(900);

    let place = table.finish()?;
    let mut discovery = None;
    let (host, others) = match (host, hosts) {
        (Some(_), Some(_)) => return Err(place.refuse("hosts", "stands beside \"host\"")),
        (Some(Host::Domain(_)), None) if port.is_some() => {
            return Err(place.refuse("port", "stands beside a \"host\" whose ports DNS says"));
        }
        (Some(Host::Domain(domain)), None) => {
            // RFC 8314: TLS from the first byte is preferred.
            let all = || vec![Security::Tls, Security::StartTls];
            discovery = Some(Discovery {
                security: set_security.map_or_else(all, |one| vec![one]),
                nameserver,
            });
            ((domain, None), Vec::new())
        }
        (Some(Host::Named(host)), None) => ((host, None), Vec::new()),
        (None, None) => (place.require("host", None)?, Vec::new()),
        (None, Some(hosts)) => {
            let mut hosts = hosts.into_iter();
            let first = hosts.next();
            let first = first.ok_or_else(|| place.refuse("hosts", "names no host"))?;
            (first, hosts.collect())
        }
    };
    if nameserver.is_some() && discovery.is_none() {
        let why = "is asked only where \"host\" is \"srv:DOMAIN\"";
        return Err(place.refuse("nameserver", why));
    }
    let login = login(&place, &host.0, user, password, mechanism)?;
    let default_port = match security {
        Security::Tls => ports.tls,
        Security::StartTls => ports.starttls,
        Security::None => ports.none,
    };
    let usual_port = port
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or(default_port);
    let server = Server {
        host: host.0,
        port: host.1.unwrap_or(usual_port),
        security,
        certificate_name: None,
        login,
        ca_file,
        timeout: Duration::from_secs(timeout),
        deadline: Duration::from_secs(deadline),
    };
    refuse_clear_text(&place, &server)?;
    let mut relays = Vec::new();
    for (host, port) in others {
        let relay = Server {
            host,
            port: port.unwrap_or(usual_port),
            ..server.clone()
        };
        refuse_clear_text(&place, &relay)?;
        relays.push((relay.host, relay.port));
    }
    let relays = discovery.map_or(Relays::Listed(relays), Relays::Discovered);
    Ok((server, relays))
}

/// A host, and the port where it is not the usual one.
pub(super) type HostAndPort = (String, Option<u16>);

/// Reads `host` or `host:port`; an IPv6 address with a port stands in brackets.
pub(super) fn host_and_port(text: &str) -> Checked<HostAndPort> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (text, None),
    };
    let number = |port: &str| match port.parse() {
        Ok(0) | Err(_) => Err(format!("has the port \"{port}\"; 1 to 65535 is wanted")),
        Ok(port) => Ok(port),
    };
    Ok((host(name)?, port.map(number).transpose()?))
}

/// Refuses settings by which a password would leave this machine unprotected.
pub(super) fn refuse_clear_text(place: &Place<'_>, server: &Server) -> Result<()> {
    let Server {
        host,
        security,
        login,
        ..
    } = server;
    if *security == Security::None && login.is_some() && !is_loopback(host) {
        return Err(place.refuse(
            "security",
            format_args!(
                "is \"none\", so that the password would travel to {host} in the clear; \
                 use \"starttls\" or \"tls\""
            ),
        ));
    }
    Ok(())
}

/// A password as it is named in a table.
pub(super) struct Password {
    /// The key that names it.
    pub(super) key: &'static str,
    /// Where it comes from; the keyring knows it by host and user.
    source: Option<SecretSource>,
}

impl Password {
    /// Where that of a user of this host comes from.
    pub(super) fn of(self, host: &str, user: &str) -> SecretSource {
        self.source.unwrap_or_else(|| SecretSource::Keyring {
            host: host.to_owned(),
            user: user.to_owned(),
        })
    }
}

/// Reads the keys of a password, of which at most one may be there.
pub(super) fn password(
    table: &mut Table<'_>,
    environment: &Environment,
) -> Result<Option<Password>> {
    let given = table.secret("password")?.map(SecretSource::Given);
    let command = table
        .texts_as("password-command", values::word)?
        .map(|words| values::command(words, environment))
        .transpose()
        .map_err(|why| table.place().refuse("password-command", why))?
        .map(SecretSource::Command);
    let file = table
        .text_as("password-file", |text| values::path(text, environment))?
        .map(SecretSource::File);
    let keyring = table.flag("keyring")? == Some(true);
    if keyring && cfg!(not(unix)) {
        return Err(table.place().refuse(
            "keyring",
            "is true, and keyrings are not in the version for this system; use password-command",
        ));
    }
    let sources = [
        ("password", given.map(Some)),
        ("password-command", command.map(Some)),
        ("password-file", file.map(Some)),
        ("keyring", keyring.then_some(None)),
    ];
    let mut sources = sources.into_iter().filter_map(|(key, source)| {
        let source = source?;
        Some(Password { key, source })
    });
    let (first, second) = (sources.next(), sources.next());
    match (&first, second) {
        (Some(one), Some(other)) => {
            let why = format!(
                "stands beside \"{}\"; only one of them can be the password",
                one.key
            );
            Err(table.place().refuse(other.key, why))
        }
        _ => Ok(first),
    }
}

fn login(
    place: &Place<'_>,
    host: &str,
    user: Option<String>,
    password: Option<Password>,
    mechanism: Option<Mechanism>,
) -> Result<Option<Login>> {
    let Some(user) = user else {
        return match (password, mechanism) {
            (Some(password), _) => Err(place.refuse(password.key, "has no \"user\" beside it")),
            (None, Some(_)) => Err(place.refuse("auth", "has no \"user\" beside it")),
            (None, None) => Ok(None),
        };
    };
    let password = password.map_or(SecretSource::Ask, |password| password.of(host, &user));
    Ok(Some(Login {
        user,
        password,
        mechanism,
    }))
}
