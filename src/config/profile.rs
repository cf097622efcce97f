//! What a profile says, checked and with its defaults filled in.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::SecretSource;
use crate::model::Mailbox;

/// One `[profile.NAME]` of the configuration.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The name that MAPILogon is given.
    pub name: String,
    /// Who it sends as.
    pub sender: Mailbox,
    /// Further senders that a message's originator may pick.
    pub identities: Vec<Mailbox>,
    /// Its way out.
    pub transport: TransportConfig,
    /// Where else its server is, for one by SMTP.
    pub relays: Relays,
    /// Its limits.
    pub limits: Limits,
    /// What becomes of a message that cannot go out at once.
    pub outbox: OutboxConfig,
    /// Where its mail is kept.
    pub store: Option<StoreConfig>,
    /// Where it finds people, in the order they are asked.
    pub address_books: Vec<AddressBookConfig>,
}

impl Profile {
    /// Where its passwords come from.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &SecretSource> {
        let transport = match &self.transport {
            TransportConfig::Smtp(server) => server.login.as_ref(),
            _ => None,
        };
        let store = match self.store.as_ref().map(|store| &store.kind) {
            Some(StoreKind::Imap(server)) => server.login.as_ref(),
            _ => None,
        };
        let books = self.address_books.iter().filter_map(|book| match book {
            AddressBookConfig::Ldap(directory) => directory.server.login.as_ref(),
            AddressBookConfig::Vcard { .. } => None,
        });
        transport
            .into_iter()
            .chain(store)
            .chain(books)
            .map(|login| &login.password)
    }
}

/// `[profile.NAME.transport]`.
#[derive(Debug, Clone)]
pub enum TransportConfig {
    /// A submission server or relay.
    Smtp(Server),
    /// The local mail system's `sendmail` program.
    Sendmail {
        /// Its absolute path.
        program: PathBuf,
    },
    /// A local Maildir, in which every message is put once whoever it is for.
    Maildir {
        /// Its folder; made when it is missing.
        path: PathBuf,
    },
    /// Any program that takes the message on its standard input.
    Command {
        /// The program's absolute path and its arguments.
        program: Vec<String>,
    },
}

/// Where a server is beside the place that its settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relays {
    /// At these hosts and ports, in the order in which they are tried.
    Listed(Vec<(String, u16)>),
    /// Wherever DNS says: the host of the settings is a domain, which has records about it.
    Discovered(Discovery),
}

impl Default for Relays {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// How the servers of a domain are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Which protection a server may have; what is preferred comes first.
    pub security: Vec<Security>,
    /// Whom to ask, where it is not whom this machine asks.
    pub nameserver: Option<SocketAddr>,
}

/// `[profile.NAME.outbox]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxConfig {
    /// Which messages go into it.
    pub when: Queueing,
    /// Its folder; made when it is first needed. None where it is not set and there is no home for one.
    pub path: Option<PathBuf>,
}

/// Which messages go into the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Queueing {
    /// None: what cannot go out at once has failed.
    Never,
    /// Those that cannot go out at once, for a reason that passes by itself.
    #[default]
    Offline,
    /// All: who sends never waits for a server.
    Always,
}

/// `[profile.NAME.store]`.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Where it is.
    pub kind: StoreKind,
    /// What becomes of a message that a program deletes.
    pub deletion: Deletion,
    /// Whether a copy of what is sent is kept in the folder for that.
    pub keep_sent: bool,
}

/// What becomes of a deleted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deletion {
    /// It goes to the folder for what is to be thrown away.
    #[default]
    Trash,
    /// It is gone.
    Permanent,
}

/// A kind of store.
#[derive(Debug, Clone)]
pub enum StoreKind {
    /// A local Maildir, which is the Inbox; folders are those of Maildir++.
    Maildir {
        /// Its folder.
        path: PathBuf,
    },
    /// An IMAP server.
    Imap(Server),
}

/// One `[[profile.NAME.address-book]]`.
#[derive(Debug, Clone)]
pub enum AddressBookConfig {
    /// Business cards in files.
    Vcard {
        /// A `.vcf` file, or a folder of them.
        path: PathBuf,
    },
    /// A directory server.
    Ldap(Directory),
}

/// The settings of `kind = "ldap"`.
#[derive(Debug, Clone)]
pub struct Directory {
    /// Where it is. The login, where there is one, is a simple bind: its user is the `bind-dn`.
    pub server: Server,
    /// The entry below which people are looked for.
    pub base: String,
    /// How many entries a single search may bring.
    pub results: u32,
}

/// The settings of `kind = "smtp"`.
pub type Smtp = Server;

/// The settings of every kind that is a server.
#[derive(Debug, Clone, Hash)]
pub struct Server {
    /// A host name or an address.
    pub host: String,
    /// For smtp 465 with tls, 587 with starttls and 25 with none, for imap 993, 143 and 143, for ldap
    /// 636, 389 and 389, unless it is set.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Whom the server's certificate has to be for, where that is not the host.
    pub certificate_name: Option<String>,
    /// Name and password, where the server wants them.
    pub login: Option<Login>,
    /// A trust anchor beside the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// How long to connect and to wait for an answer.
    pub timeout: Duration,
    /// How long a whole call may take.
    pub deadline: Duration,
}

impl Server {
    /// `host:port`, for reasons.
    pub fn address(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whom its certificate has to be for.
    pub fn certificate_name(&self) -> &str {
        self.certificate_name.as_deref().unwrap_or(&self.host)
    }
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, or nothing.
    StartTls,
    /// In the clear. With a password only to this very machine.
    None,
}

/// How to log in to a server.
#[derive(Debug, Clone, Hash)]
pub struct Login {
    /// The user name.
    pub user: String,
    /// Where the password comes from.
    pub password: SecretSource,
    /// Which way of authentication; the strongest that the server offers where there is none.
    pub mechanism: Option<Mechanism>,
}

/// A way of authentication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// The old one of two prompts.
    Login,
    /// An OAuth 2 access token in the password's place.
    XOauth2,
}

/// `[profile.NAME.limits]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many attachments a message may have.
    pub attachments: u32,
    /// How large a single attachment may be.
    pub attachment_bytes: u64,
    /// How many recipients a message may have.
    pub recipients: u32,
    /// How long its text may be.
    pub body_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            attachments: 1000,
            attachment_bytes: 1 << 30,
            recipients: 10_000,
            body_bytes: 64 << 20,
        }
    }
}
