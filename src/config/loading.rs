//! The whole configuration, and the choice of a profile in it.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Encoding, WINDOWS_1252};

use super::file::Found;
use super::reader::{Document, nearest, quoted};
#[cfg(unix)]
use super::warnings::warnings;
use super::{Environment, Profile, file, kept, read_profile, values};
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
    pub fn load() -> Result<Arc<Self>> {
        static TOLD: AtomicBool = AtomicBool::new(false);
        let environment = Environment::get();
        let found = file::find(environment)?;
        if let Some(config) = kept::last(&found) {
            return Ok(config);
        }
        let config = Arc::new(Self::read(&found, environment)?);
        kept::keep(&found, &config);
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
        Self::read(&file::find(environment)?, environment)
    }

    fn read(found: &Found, environment: &Environment) -> Result<Self> {
        let mut config = Self::parse(&found.read()?, &found.path, environment)?;
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
}

/// Who may read what is a matter of the folder there.
#[cfg(not(unix))]
fn warnings(_: &Config, _: &std::fs::Metadata) -> Vec<String> {
    Vec::new()
}
