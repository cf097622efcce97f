//! Whom to trust, and what is wrong with whom we do not.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use once_cell::race::OnceBox;
use rustls::client::{ClientSessionMemoryCache, Resumption};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};

use super::authorities;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::process;

/// The certificate authorities of a profile, read when the first certificate has to be verified.
#[derive(Debug)]
pub(crate) struct Trust {
    ca_file: Option<PathBuf>,
    prepared: OnceBox<Prepared>,
}

impl Trust {
    /// The system's authorities and those of the file.
    pub(crate) fn new(ca_file: Option<PathBuf>) -> Self {
        Self {
            ca_file,
            prepared: OnceBox::new(),
        }
    }

    /// How to do TLS with that trust and this server, `host:port`.
    pub(crate) fn config(&self, server: &str) -> Result<Arc<ClientConfig>> {
        let prepared = self.prepared()?;
        let mut config = ClientConfig::clone(&prepared.config);
        config.resumption = Resumption::store(prepared.tickets.of(server));
        Ok(Arc::new(config))
    }

    fn prepared(&self) -> Result<&Prepared> {
        self.prepared.get_or_try_init(|| {
            let stamp = Stamp::of(self.ca_file.as_deref());
            if let Some(known) = Known::last(&stamp) {
                return Ok(Box::new(known));
            }
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|error| Error::new(Kind::Network, "cannot set up TLS").because(error))?
                .with_root_certificates(self.roots()?)
                .with_no_client_auth();
            let prepared = Prepared {
                config: Arc::new(config),
                tickets: Arc::default(),
            };
            Known::keep(stamp, prepared.clone());
            Ok(Box::new(prepared))
        })
    }

    fn roots(&self) -> Result<RootCertStore> {
        let mut roots = RootCertStore::empty();
        // Some authority on most systems is too odd to parse; the others still count.
        roots.add_parsable_certificates(authorities::of_this_machine());
        if let Some(path) = &self.ca_file {
            add_file(&mut roots, path)?;
        }
        if roots.is_empty() {
            return Err(Error::new(
                Kind::Network,
                "there is no certificate authority to verify the server with: install the \
                 system's (ca-certificates), or name one with ca-file",
            )
            .for_good());
        }
        Ok(roots)
    }
}

/// What this process set up last, for the next session that needs the same: to read the system's
/// authorities takes milliseconds, and a connection can begin where an earlier one to its server ended.
struct Known {
    stamp: Stamp,
    since: Instant,
    prepared: Prepared,
}

/// What every connection with the same trust begins with.
#[derive(Debug, Clone)]
struct Prepared {
    config: Arc<ClientConfig>,
    tickets: Arc<Tickets>,
}

/// Nobody ever waits for it: a fork may leave it held for ever.
static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

impl Known {
    /// After this the system's authorities are read again.
    const LIFETIME: Duration = Duration::from_secs(600);

    fn last(stamp: &Stamp) -> Option<Prepared> {
        let known = KNOWN.try_lock().ok()?;
        let known = known.as_ref()?;
        (known.stamp == *stamp && known.since.elapsed() < Self::LIFETIME)
            .then(|| known.prepared.clone())
    }

    fn keep(stamp: Stamp, prepared: Prepared) {
        if let Ok(mut known) = KNOWN.try_lock() {
            *known = Some(Self {
                stamp,
                since: Instant::now(),
                prepared,
            });
        }
    }
}

/// What servers gave for the next connection to begin with. Each has its own by its port: with such a ticket it
/// shows no certificate, and that of another port of the host may be another, or no good.
#[derive(Debug, Default)]
struct Tickets(Mutex<HashMap<String, Arc<ClientSessionMemoryCache>>>);

impl Tickets {
    /// More servers than any profile has.
    const SERVERS: usize = 64;
    /// rustls keeps up to eight for a name, and nobody calls one server by more names than two.
    const EACH: usize = 16;

    fn of(&self, server: &str) -> Arc<ClientSessionMemoryCache> {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.len() >= Self::SERVERS && !servers.contains_key(server) {
            servers.clear();
        }
        let tickets = servers
            .entry(server.to_owned())
            .or_insert_with(|| Arc::new(ClientSessionMemoryCache::new(Self::EACH)));
        Arc::clone(tickets)
    }
}

/// Whose it is, and what it was made of.
#[derive(PartialEq, Eq)]
struct Stamp {
    /// A forked child makes its own: what is in its parent's may be locked for ever.
    process: u32,
    ca_file: Option<(PathBuf, u64, Option<SystemTime>)>,
}

impl Stamp {
    fn of(ca_file: Option<&Path>) -> Self {
        Self {
            process: process::id(),
            ca_file: ca_file.map(|path| {
                let metadata = path.metadata().ok();
                let modified = metadata.as_ref().and_then(|found| found.modified().ok());
                let size = metadata.map_or(0, |found| found.len());
                (path.to_owned(), size, modified)
            }),
        }
    }
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<()> {
    let failed = || {
        Error::new(
            Kind::Network,
            format!("cannot use the ca-file {}", path.display()),
        )
        .for_good()
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|error| failed().because(error))?;
    if certificates.is_empty() {
        return Err(failed().because("it holds no certificate in PEM"));
    }
    for certificate in certificates {
        roots
            .add(certificate)
            .map_err(|error| failed().because(error))?;
    }
    Ok(())
}

/// The name that the server's certificate has to be for.
pub(super) fn server_name(host: &str) -> Result<ServerName<'static>> {
    let literal = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let ascii = idna::domain_to_ascii(literal).unwrap_or_else(|_| literal.to_owned());
    ServerName::try_from(literal.to_owned())
        .or_else(|_| ServerName::try_from(ascii))
        .map_err(|error| {
            Error::new(
                Kind::Network,
                format!("\"{host}\" is not the name of a host"),
            )
            .because(error)
            .for_good()
        })
}

/// Why TLS did not come about, in words that say how to mend it where it can be mended.
pub(super) fn refused(server: &str, host: &str, error: io::Error) -> Error {
    let certificate = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
        .and_then(|inner| match inner {
            rustls::Error::InvalidCertificate(certificate) => Some(in_words(certificate, host)),
            _ => None,
        });
    match certificate {
        Some(words) => Error::new(
            Kind::Network,
            format!("the certificate of {server} was refused"),
        )
        .because(words)
        .for_good(),
        None => {
            // What is no TLS at all is a wrong port or a wrong server, and stays one.
            let lasting = error.kind() == io::ErrorKind::InvalidData;
            let error = Error::new(Kind::Network, format!("no TLS with {server}")).because(error);
            if lasting { error.for_good() } else { error }
        }
    }
}

fn in_words(error: &CertificateError, host: &str) -> String {
    match error {
        CertificateError::Expired => {
            "it has expired; the server's administrator has to renew it, unless this machine's \
             clock is wrong"
                .to_owned()
        }
        CertificateError::ExpiredContext { time, not_after } => format!(
            "it expired {} days ago; the server's administrator has to renew it, unless this \
             machine's clock is wrong",
            time.as_secs().saturating_sub(not_after.as_secs()) / 86_400
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; is this machine's clock right?".to_owned()
        }
        CertificateError::NotValidForName => {
            format!("it is not for {host}; use a host name that it is for")
        }
        CertificateError::NotValidForNameContext { presented, .. } => format!(
            "it is not for {host} but for {}; use a host name that it is for",
            if presented.is_empty() {
                "nobody".to_owned()
            } else {
                presented.join(", ")
            }
        ),
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "nobody this machine trusts has signed it; if that is as it should be, name the \
             authority that did with ca-file"
                .to_owned()
        }
        CertificateError::Revoked => "it has been revoked".to_owned(),
        other => other.to_string(),
    }
}
