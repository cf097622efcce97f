//! The whole configuration, and the choice of a profile in it.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Encoding, WINDOWS_1252};

use super::reader::{Document, nearest, quoted};
use super::{
    AddressBookConfig, Environment, Profile, SecretSource, StoreKind, TransportConfig, file,
    read_profile, values,
};
use crate::error::{Error, Kind, Result};
use crate::trace;

/// A configuration file, checked from its first line to its last.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it came from.
    pub path: PathBuf,
    /// The profile for those who name none.
    pub default_profile: Option<String>,
    /// The profiles, in the order of their names.
    pub profiles: Vec<Profile>,
    /// How a program's text is decoded that is neither UTF-8 nor in the locale's charset.
    pub legacy_charset: &'static Encoding,
    /// What works and should still be mended.
    pub warnings: Vec<String>,
}

impl Config {
    /// Finds, reads and checks the configuration of this process's environment.
    ///
    /// # Errors
    /// [`Kind::LoginFailed`]: there is none, it cannot be read, or the first mistake in it with its
    /// line.
    pub fn load() -> Result<Self> {
        static TOLD: AtomicBool = AtomicBool::new(false);
        let config = Self::load_from(Environment::get())?;
        // It is loaded at every logon; once in the log is enough.
        if !config.warnings.is_empty() && !TOLD.swap(true, Ordering::Relaxed) {
            for warning in &config.warnings {
                trace::record("configuration", 0, 0, "warning", warning);
            }
        }
        Ok(config)
    }

    /// The same for another environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_from(environment: &Environment) -> Result<Self> {
        let found = file::find(environment)?;
        let mut config = Self::parse(&found.text, &found.path, environment)?;
        config.warnings = warnings(&config, &found.metadata);
        Ok(config)
    }

    /// Checks the text of a configuration, which `path` names in what is said about it.
    ///
    /// # Errors
    /// [`Kind::LoginFailed`]: the first mistake in it with its line.
    pub fn parse(text: &str, path: &Path, environment: &Environment) -> Result<Self> {
        let document = Document::new(path, text);
        let mut top = document.parse()?;
        let default_profile = top.text("default-profile")?;
        let legacy_charset = top.text_as("legacy-charset", values::charset)?;
        let named = top.table("profile")?;
        let place = top.finish()?;
        let profiles = named
            .map(super::reader::Table::named_tables)
            .transpose()?
            .unwrap_or_default();
        let profiles = profiles
            .into_iter()
            .map(|(name, table)| read_profile::profile(name, table, environment))
            .collect::<Result<Vec<_>>>()?;
        if profiles.is_empty() {
            return Err(place.lacks("[profile.NAME]"));
        }
        let config = Self {
            path: path.to_owned(),
            default_profile,
            profiles,
            legacy_charset: legacy_charset.unwrap_or(WINDOWS_1252),
            warnings: Vec::new(),
        };
        if let Some(name) = &config.default_profile
            && config.find(name).is_none()
        {
            let why = format!("names no profile of the file: there are {}", config.names());
            return Err(place.refuse("default-profile", why));
        }
        Ok(config)
    }

    /// The profile of this name, compared exactly; without a name the default one, or the only one.
    ///
    /// # Errors
    /// [`Kind::LoginFailed`] with the names there are.
    pub fn profile(&self, name: Option<&str>) -> Result<&Profile> {
        match (
            name.or(self.default_profile.as_deref()),
            self.profiles.as_slice(),
        ) {
            (None, [only]) => Ok(only),
            (None, _) => Err(Error::new(
                Kind::LoginFailed,
                format!(
                    "{} has the profiles {} and no default-profile: name one of them, or set it",
                    self.path.display(),
                    self.names()
                ),
            )),
            (Some(name), profiles) => self.find(name).ok_or_else(|| {
                let known = profiles.iter().map(|profile| profile.name.as_str());
                let hint = match nearest(name, known) {
                    Some(near) => format!("did you mean {}?", quoted(near)),
                    None => format!("there are {}", self.names()),
                };
                Error::new(
                    Kind::LoginFailed,
                    format!(
                        "no profile {} in {}; {hint}",
                        quoted(name),
                        self.path.display()
                    ),
                )
            }),
        }
    }

    fn find(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    fn names(&self) -> String {
        let names: Vec<_> = self
            .profiles
            .iter()
            .map(|profile| quoted(&profile.name))
            .collect();
        names.join(", ")
    }

    /// Whether a password stands in the file itself.
    #[cfg(unix)]
    fn holds_password(&self) -> bool {
        self.profiles.iter().any(|profile| {
            profile
                .secrets()
                .any(|source| matches!(source, SecretSource::Given(_)))
        })
    }
}

impl Profile {
    /// Where its passwords come from.
    fn secrets(&self) -> impl Iterator<Item = &SecretSource> {
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

#[cfg(unix)]
fn warnings(config: &Config, metadata: &std::fs::Metadata) -> Vec<String> {
    use std::os::unix::fs::MetadataExt;
    let path = config.path.display();
    let mode = metadata.mode();
    let mut warnings = Vec::new();
    if mode & 0o044 != 0 && config.holds_password() {
        warnings.push(format!(
            "{path} holds a password and others may read it: chmod 600 {path}, or use password-command"
        ));
    }
    if mode & 0o002 != 0 {
        warnings.push(format!(
            "anyone may write to {path}, and thereby run programs as you: chmod o-w {path}"
        ));
    }
    warnings
}

#[cfg(not(unix))]
fn warnings(_: &Config, _: &std::fs::Metadata) -> Vec<String> {
    Vec::new()
}
