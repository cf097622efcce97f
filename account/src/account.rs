//! What is known of an account, and where it is known from.

use std::fmt;

use simplemapi::config::Security;

use crate::problem::Problem;
use crate::profile;

/// What is known of an account before it is tried. A person may change all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The person's name, as recipients see it; may be empty.
    pub name: String,
    /// The mail address.
    pub address: String,
    /// Where mail is handed in, by SMTP.
    pub outgoing: Server,
    /// Where mail is kept, by IMAP; none for an account that only sends.
    pub incoming: Option<Server>,
}

impl Account {
    /// Settings to begin with where nothing was found: the names that most providers use.
    pub fn guess(address: &str, name: &str) -> Self {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let server = |first: &str, port| Server {
            host: format!("{first}.{domain}"),
            port,
            security: Security::Tls,
            user: address.to_owned(),
        };
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            outgoing: server("smtp", 465),
            incoming: Some(server("imap", 993)),
        }
    }

    /// The profile that [`keep`](crate::keep) would write, as text.
    ///
    /// # Errors
    /// What in the account is missing or wrong.
    pub fn profile(&self) -> Result<String, Problem> {
        profile::checked(self)?;
        Ok(profile::text(self, &profile::new_name(&self.address, &[])))
    }
}

/// A server that is logged in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A host name or an IP address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way there is protected.
    pub security: Security,
    /// The name to log in with.
    pub user: String,
}

/// What was found of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its settings.
    pub account: Account,
    /// Who says so.
    pub source: Source,
    /// What the person should know before giving a password.
    pub hint: Option<Hint>,
}

/// Who says what the settings of an account are. Shown, it ends a sentence: "These settings are from …".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The address that `SIMPLEMAPI_AUTOCONFIG` names, asked first.
    Site(String),
    /// A file that the domain has for mail programs, at this URL.
    Domain(String),
    /// The list of large providers that comes with simplemapi.
    Known,
    /// The domain's records in DNS.
    Dns,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(url) | Self::Domain(url) => f.write_str(url),
            Self::Known => f.write_str("the list of providers that comes with simplemapi"),
            Self::Dns => f.write_str("the domain's records in DNS"),
        }
    }
}

/// What a person should know before giving a password. Shown, it is a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// The provider refuses the person's own password: one for mail programs has to be made on this page.
    AppPassword(String),
    /// Mail programs have to be allowed in the provider's settings first; this page tells how.
    Enable(String),
    /// The provider takes OAuth 2 only, for which a profile needs a program that has tokens: see
    /// `docs/configuration.md`. A password will be refused.
    OAuthOnly,
    /// DNS alone says that this server, which is not within the domain, is the right one, and DNS can be
    /// forged. The person has to say whether it is.
    Elsewhere(String),
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AppPassword(page) => write!(
                f,
                "This provider wants a password made for mail programs in place of your own: {page}"
            ),
            Self::Enable(page) => write!(
                f,
                "Mail programs have to be allowed at this provider first: {page}"
            ),
            Self::OAuthOnly => f.write_str(
                "This provider takes no passwords from mail programs, only OAuth 2: \
                 set auth = \"xoauth2\" with a password-command in the configuration",
            ),
            Self::Elsewhere(host) => write!(
                f,
                "Only DNS says that your mail is at {host}: is that your provider?"
            ),
        }
    }
}
