//! Finds the configuration file, and reads it.
#![forbid(unsafe_code)]

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::Environment;
use crate::error::{Error, Kind, Result};
use crate::regular_file;
use crate::stamp::Stamp;

/// No configuration that a person wrote comes near it.
const MOST_BYTES: usize = 1 << 20;

/// A configuration file that was found.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) metadata: Metadata,
    /// Taken before the file is read, so that what changes meanwhile is noticed.
    pub(super) stamp: Stamp,
    file: File,
}

impl Found {
    /// What is written there, wiped when dropped: a password may be in it.
    pub(super) fn read(&self) -> Result<Zeroizing<String>> {
        let mut bytes = Zeroizing::new(Vec::new());
        regular_file::read(&self.file, MOST_BYTES, &mut bytes)
            .map_err(|cause| unreadable(&self.path, cause))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = 1 + bytes
                .iter()
                .take(error.valid_up_to())
                .filter(|&&b| b == b'\n')
                .count();
            Error::new(
                Kind::LoginFailed,
                format!("{}:{line}: not UTF-8", self.path.display()),
            )
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

fn unreadable(path: &Path, cause: io::Error) -> Error {
    let kind = match Kind::of_system_error(&cause) {
        // Nothing is wrong with the configuration: the host has no descriptor left.
        Kind::OutOfMemory => Kind::OutOfMemory,
        _ => Kind::LoginFailed,
    };
    let context = format!("cannot read the configuration {}", path.display());
    Error::new(kind, context).because(cause)
}

/// Where a configuration is looked for, in this order; the first that exists is the one.
pub fn places(environment: &Environment) -> Vec<PathBuf> {
    if let Some(path) = &environment.config {
        return vec![path.clone()];
    }
    [&environment.config_home, &environment.system_config]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("simplemapi").join("config.toml"))
        .collect()
}

/// Finds the configuration.
pub(super) fn find(environment: &Environment) -> Result<Found> {
    let places = places(environment);
    for path in &places {
        match regular_file::open(path) {
            Ok((file, metadata)) => {
                return Ok(Found {
                    path: path.clone(),
                    stamp: Stamp::of(&metadata),
                    metadata,
                    file,
                });
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
            Err(error) => return Err(unreadable(path, error)),
        }
    }
    Err(none(&places, environment))
}

/// The least configuration that sends, for somebody who has none.
pub const EXAMPLE: &str = r#"[profile.work]
address = "ada@example.org"
transport.kind = "smtp"
transport.host = "smtp.example.org"
transport.user = "ada"
transport.password-command = ["pass", "show", "mail/work"]"#;

/// The same on one line, for reasons, which have only one.
pub(super) const EXAMPLE_LINE: &str = r#"profile.work = { address = "ada@example.org", transport = { kind = "smtp", host = "smtp.example.org", user = "ada", password-command = ["pass", "show", "mail/work"] } }"#;

/// There is no configuration: says where it was looked for, and what to write there.
fn none(places: &[PathBuf], environment: &Environment) -> Error {
    let places: Vec<_> = places
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let why = match environment {
        Environment {
            config: Some(_), ..
        } => " (SIMPLEMAPI_CONFIG names it)",
        Environment {
            privileged: true, ..
        } => " (a program with raised privileges heeds no other)",
        _ => "",
    };
    Error::new(
        Kind::LoginFailed,
        format!(
            "no configuration: there is no {}{why}; write one, for example: {EXAMPLE_LINE}",
            places.join(" and no "),
        ),
    )
    .unconfigured()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::config::Config;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    const PLAIN: &str = "[profile.NAME]\naddress = \"a@b.test\"\ntransport.kind = \"sendmail\"\n";
    const WITH_PASSWORD: &str = "[profile.work]\naddress = \"a@b.test\"\n\
        transport = { kind = \"smtp\", host = \"h.test\", user = \"u\", password = \"hunter2\" }\n";

    /// Three places, of which the first counts only when `named`.
    struct Places {
        folder: tempfile::TempDir,
        environment: Environment,
    }

    impl Places {
        fn new(named: bool) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            let environment = Environment {
                config: named.then(|| at("named.toml")),
                config_home: Some(at("home")),
                system_config: Some(at("etc")),
                ..Environment::read(|_| None, false)
            };
            Self {
                folder,
                environment,
            }
        }

        fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
            let path = self.folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        }

        fn write_profile(&self, file: &str, profile: &str) {
            self.write(file, PLAIN.replace("NAME", profile));
        }

        fn load(&self) -> Result<Config> {
            Config::load_from(&self.environment)
        }

        #[track_caller]
        fn loaded(&self) -> String {
            self.load().unwrap().profile(None).unwrap().name.clone()
        }

        #[track_caller]
        fn refusal(&self) -> String {
            let error = self.load().unwrap_err();
            assert_eq!(error.kind(), Kind::LoginFailed);
            error.reason()
        }
    }

    #[test]
    fn the_first_file_that_exists_is_the_one() {
        let places = Places::new(false);
        places.write_profile("etc/simplemapi/config.toml", "system");
        assert_eq!(places.loaded(), "system");
        places.write_profile("home/simplemapi/config.toml", "own");
        assert_eq!(places.loaded(), "own");
        places.write_profile("named.toml", "named");
        assert_eq!(places.loaded(), "own");
    }

    #[test]
    fn a_named_file_is_the_only_one() {
        let places = Places::new(true);
        places.write_profile("home/simplemapi/config.toml", "own");
        assert!(
            places
                .refusal()
                .contains("named.toml (SIMPLEMAPI_CONFIG names it); write one")
        );
        places.write_profile("named.toml", "named");
        assert_eq!(places.loaded(), "named");
    }

    #[test]
    fn without_a_file_the_reason_names_every_place_and_shows_an_example() {
        let places = Places::new(false);
        let at = |name: &str| places.folder.path().join(name).display().to_string();
        assert!(places.load().unwrap_err().is_unconfigured());
        assert_eq!(
            places.refusal(),
            format!(
                "no configuration: there is no {} and no {}; write one, for example: {EXAMPLE_LINE}",
                at("home/simplemapi/config.toml"),
                at("etc/simplemapi/config.toml")
            )
        );
    }

    #[test]
    fn a_file_that_is_there_and_unusable_is_not_passed_over() {
        let places = Places::new(false);
        places.write_profile("etc/simplemapi/config.toml", "system");
        let own = places.write("home/simplemapi/config.toml", b"[profile]\n\xff");
        let shown = own.display();
        assert_eq!(places.refusal(), format!("{shown}:2: not UTF-8"));
        assert!(!places.load().unwrap_err().is_unconfigured());
        fs::write(&own, vec![b'#'; MOST_BYTES + 1]).unwrap();
        assert_eq!(
            places.refusal(),
            format!("cannot read the configuration {shown}: it has more than 1048576 bytes")
        );
        fs::remove_file(&own).unwrap();
        fs::create_dir(&own).unwrap();
        assert_eq!(
            places.refusal(),
            format!("cannot read the configuration {shown}: it is a folder")
        );
    }

    #[test]
    fn a_file_that_holds_a_password_and_others_may_read_is_warned_of() {
        let places = Places::new(true);
        let path = places.write("named.toml", WITH_PASSWORD);
        let warnings = |mode| warnings(&places, &path, mode);
        assert_eq!(warnings(0o600), [""; 0]);
        let path = path.display();
        for mode in [0o640, 0o604, 0o644] {
            assert_eq!(
                warnings(mode),
                [format!(
                    "{path} holds a password and others may read it: chmod 600 {path}, or use password-command"
                )]
            );
        }
    }

    #[test]
    fn a_file_that_anyone_may_write_is_warned_of() {
        let places = Places::new(true);
        places.write_profile("named.toml", "work");
        let path = places.folder.path().join("named.toml");
        assert_eq!(warnings(&places, &path, 0o664), [""; 0]);
        assert_eq!(
            warnings(&places, &path, 0o666),
            [format!(
                "anyone may write to {0}, and thereby run programs as you: chmod o-w {0}",
                path.display()
            )]
        );
    }

    fn warnings(places: &Places, path: &Path, mode: u32) -> Vec<String> {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        places.load().unwrap().warnings
    }
}
