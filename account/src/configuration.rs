//! The person's configuration file, to which something is added: comments, order and rights stay.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use simplemapi::config::{Config, Environment};
use simplemapi::error::Kind;
use simplemapi::regular_file;
use toml_edit::{DocumentMut, TableLike, value};

use crate::account::Account;
use crate::problem::{Part, Problem};
use crate::profile;

/// As much as the library reads.
const MOST_BYTES: usize = 1 << 20;

/// The file while one account is added to it; nobody else adds one meanwhile.
#[derive(Debug)]
pub(crate) struct Configuration {
    path: PathBuf,
    document: DocumentMut,
    _lock: File,
}

impl Configuration {
    /// Opens it, or begins one in a folder that is made where it is missing.
    ///
    /// # Errors
    /// It cannot be read or understood, or there is no place for it.
    pub(crate) fn open(environment: &Environment) -> Result<Self, Problem> {
        let path = place(environment)?;
        let failed = |error: &io::Error| cannot(&path, error);
        // A link stays one, and what it leads to is written.
        let path = match path.canonicalize() {
            Ok(real) => real,
            Err(error) if error.kind() == ErrorKind::NotFound => path.clone(),
            Err(error) => return Err(failed(&error)),
        };
        let folder = path.parent().unwrap_or(Path::new("/"));
        let mut made = DirBuilder::new();
        made.recursive(true).mode(0o700);
        made.create(folder).map_err(|error| failed(&error))?;
        let lock = File::open(folder).map_err(|error| failed(&error))?;
        lock.lock().map_err(|error| failed(&error))?;

        let text = match read(&path) {
            Ok(text) => text,
            // The first file that exists is used, alone: one that begins now takes over the machine's.
            Err(error) if error.kind() == ErrorKind::NotFound => of_this_machine(environment)?,
            Err(error) => return Err(failed(&error)),
        };
        // The library tells mistakes by their lines in the file as it is, and shows none of them.
        let checked = || Config::parse(&text, &path, environment).map(drop);
        let mistaken = |error| Problem::of(Part::Configuration, &error);
        let document = match text.parse::<DocumentMut>() {
            Ok(document) if !has_profiles(&document) => document,
            Ok(document) => checked().map(|()| document).map_err(mistaken)?,
            Err(_) => {
                checked().map_err(mistaken)?;
                return Err(broken(format!("{} is not valid TOML", path.display())));
            }
        };
        Ok(Self {
            path,
            document,
            _lock: lock,
        })
    }

    /// Puts the account into it, as it will be written, and says under which name.
    ///
    /// # Errors
    /// What else is in the file will not do.
    pub(crate) fn add(
        &mut self,
        account: &Account,
        environment: &Environment,
    ) -> Result<String, Problem> {
        let profiles = self
            .document
            .get("profile")
            .and_then(|item| item.as_table_like());
        let names: Vec<String> = profiles
            .into_iter()
            .flat_map(TableLike::iter)
            .map(|(name, _)| name.to_owned())
            .collect();
        let name = profile::new_name(&account.address, &names);
        profile::insert(&mut self.document, account, &name);
        // Programs that name no profile go on with the one that they had.
        let default = match names.as_slice() {
            [] => Some(&name),
            [only] => Some(only),
            _ => None,
        };
        if let Some(default) = default
            && !self.document.contains_key("default-profile")
        {
            self.document.insert("default-profile", value(default));
        }
        Config::parse(&self.document.to_string(), &self.path, environment)
            .map_err(|error| Problem::of(Part::Configuration, &error))?;
        Ok(name)
    }

    /// Writes it: whoever reads meanwhile, or after the power was cut, sees it as it was or as it is.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn write(&self) -> Result<(), Problem> {
        self.replace().map_err(|error| cannot(&self.path, &error))
    }

    fn replace(&self) -> io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        // Nobody else may read it.
        let mut new = tempfile::Builder::new()
            .prefix(".config-")
            .tempfile_in(folder)?;
        new.write_all(self.document.to_string().as_bytes())?;
        if let Ok(old) = fs::metadata(&self.path) {
            let rights = Permissions::from_mode(old.mode() & 0o7777);
            // Root may do it for somebody; whoever is not root is the owner already.
            let _ = chown(new.path(), Some(old.uid()), Some(old.gid()));
            new.as_file().set_permissions(rights)?;
        }
        new.as_file().sync_all()?;
        new.persist(&self.path).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()
    }
}

/// Whether there is more than the beginning of a configuration.
fn has_profiles(document: &DocumentMut) -> bool {
    document.get("profile").is_some_and(|profiles| {
        profiles
            .as_table_like()
            .is_none_or(|profiles| !profiles.is_empty())
    })
}

/// Which file is the person's own.
fn place(environment: &Environment) -> Result<PathBuf, Problem> {
    let own = environment.config_home.as_ref();
    let own = own.map(|folder| folder.join("simplemapi").join("config.toml"));
    let path = environment.config.clone().or(own);
    path.ok_or_else(|| broken("there is no place for it: HOME is not set".to_owned()))
}

/// What the machine's configuration has, where the person has none.
fn of_this_machine(environment: &Environment) -> Result<String, Problem> {
    let folder = match (&environment.config, &environment.system_config) {
        (None, Some(folder)) => folder,
        _ => return Ok(String::new()),
    };
    let path = folder.join("simplemapi").join("config.toml");
    match read(&path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(cannot(&path, &error)),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let (file, _) = regular_file::open(path)?;
    let mut bytes = Vec::new();
    regular_file::read(&file, MOST_BYTES, &mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8"))
}

fn cannot(path: &Path, error: &io::Error) -> Problem {
    Problem::new(
        Part::Configuration,
        Kind::of_system_error(error),
        format!("{}: {error}", path.display()),
    )
}

fn broken(why: String) -> Problem {
    Problem::new(Part::Configuration, Kind::LoginFailed, why)
}

#[cfg(test)]
mod tests;
