//! Passwords and tokens: where they come from, and that they are never shown.
#![forbid(unsafe_code)]

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::child::Program;
#[cfg(unix)]
use crate::companion;
#[cfg(unix)]
use crate::config::Environment;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::regular_file;

/// A password or token: wiped when dropped, and never shown.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, for the one who has to present it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.reveal().hash(state);
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SecretSource {
    /// It stands in the configuration, or a caller handed it in.
    Given(Secret),
    /// The first line that a program prints.
    Command(Vec<String>),
    /// The first line of a file that only its owner may read.
    File(PathBuf),
    /// The person's keyring, which `simplemapi-keyring` asks for us.
    Keyring {
        /// The server that it is for.
        host: String,
        /// The user there.
        user: String,
    },
    /// Nowhere: somebody has to be asked.
    Ask,
}

impl SecretSource {
    /// Fetches the secret, however often it is asked: a token may have been renewed since.
    ///
    /// # Errors
    /// [`Kind::LoginFailed`]: its program or its file does not tell it, or only a person could.
    pub fn fetch(&self, deadline: Deadline) -> Result<Secret> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::Command(words) => {
                let (program, arguments) = words
                    .split_first()
                    .ok_or_else(|| refuse("no password-command"))?;
                printed(Path::new(program), arguments, deadline)
            }
            Self::File(path) => written(path),
            Self::Keyring { host, user } => kept(host, user, deadline),
            Self::Ask => Err(refuse(
                "there is no password: set keyring, password-command or password-file beside the \
                 user, or give one when logging on",
            )),
        }
    }
}

fn refuse(why: impl Into<String>) -> Error {
    Error::new(Kind::LoginFailed, why)
}

/// What the keyring has.
#[cfg(unix)]
fn kept(host: &str, user: &str, deadline: Deadline) -> Result<Secret> {
    const PROGRAM: &str = "simplemapi-keyring";
    if Environment::get().privileged {
        // Which keyring that is would be for whoever started it to say.
        return Err(refuse(
            "a program with more rights than its user asks no keyring",
        ));
    }
    let program = companion::find(PROGRAM)
        .map_err(|error| refuse("the keyring cannot be asked").because(error))?;
    printed(&program, &["get", host, user], deadline)
}

#[cfg(not(unix))]
fn kept(_host: &str, _user: &str, _deadline: Deadline) -> Result<Secret> {
    Err(refuse("keyrings are not in this version"))
}

/// The first line that a program prints.
fn printed(program: &Path, arguments: &[impl AsRef<str>], deadline: Deadline) -> Result<Secret> {
    let what = format!("no password from {}", program.display());
    let mut ended = Program::new(program)
        .and_then(|program| {
            program
                .arguments(arguments.iter().map(AsRef::as_ref))
                .run(deadline, |_nothing| Ok(()))
        })
        .map_err(|error| refuse(what.as_str()).because(error))?;
    let stdout = Zeroizing::new(mem::take(&mut ended.stdout));
    if !ended.status.success() {
        return Err(refuse(format!("{what}: {ended}")));
    }
    first_line(&stdout).map_err(|why| refuse(format!("{what}: {why}")))
}

/// The first line of a file that nobody else can read.
fn written(path: &Path) -> Result<Secret> {
    /// No password or token comes near it.
    const MOST_BYTES: usize = 1 << 16;
    let what = format!("no password from {}", path.display());
    let read = || -> io::Result<Zeroizing<Vec<u8>>> {
        let (file, metadata) = regular_file::open(path)?;
        private(&metadata)?;
        let mut bytes = Zeroizing::new(Vec::new());
        regular_file::read(&file, MOST_BYTES, &mut bytes)?;
        Ok(bytes)
    };
    let bytes = read().map_err(|error| refuse(what.as_str()).because(error))?;
    first_line(&bytes).map_err(|why| refuse(format!("{what}: {why}")))
}

fn first_line(bytes: &[u8]) -> std::result::Result<Secret, &'static str> {
    let line = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| "its first line is not UTF-8")?;
    if text.is_empty() {
        return Err("its first line is empty");
    }
    if text.contains('\0') {
        return Err("its first line has a NUL");
    }
    Ok(Secret::new(text.to_owned()))
}

/// Whether a file is its owner's alone, and the owner is somebody to trust.
#[cfg(unix)]
fn private(metadata: &std::fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let refuse = |why| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    let user = rustix::process::geteuid().as_raw();
    match (metadata.mode() & 0o077, metadata.uid()) {
        (0, owner) if owner == user || owner == 0 => Ok(()),
        (0, _) => refuse("it belongs to another user"),
        _ => refuse("others may read or write it; mend it with chmod 600"),
    }
}

#[cfg(not(unix))]
fn private(_: &std::fs::Metadata) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    fn fetch(source: &SecretSource) -> Result<Secret> {
        source.fetch(Deadline::after(Duration::from_secs(20)))
    }

    fn shell(script: &str) -> SecretSource {
        SecretSource::Command(["/bin/sh", "-c", script].map(str::to_owned).into())
    }

    #[track_caller]
    fn refusal(source: &SecretSource) -> String {
        let error = fetch(source).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        error.reason()
    }

    fn file(content: &[u8], mode: u32) -> (tempfile::TempDir, SecretSource) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (folder, SecretSource::File(path))
    }

    #[test]
    fn the_first_line_that_a_program_prints_is_the_password() {
        for script in [
            "printf hunter2",
            "echo hunter2; echo url: x",
            "printf 'hunter2\\r\\n'",
        ] {
            assert_eq!(
                fetch(&shell(script)).unwrap().reveal(),
                "hunter2",
                "{script}"
            );
        }
        assert_eq!(fetch(&shell("echo ' a b '")).unwrap().reveal(), " a b ");
    }

    #[test]
    fn a_program_that_fails_is_told_with_its_complaint_and_not_with_its_output() {
        assert_eq!(
            refusal(&shell("echo hunter2; echo no such entry >&2; exit 3")),
            "no password from /bin/sh: it ended with exit code 3: no such entry"
        );
        assert_eq!(
            refusal(&shell("true")),
            "no password from /bin/sh: its first line is empty"
        );
        assert_eq!(
            refusal(&shell("printf 'a\\000b'")),
            "no password from /bin/sh: its first line has a NUL"
        );
        assert_eq!(
            refusal(&shell("printf 'a\\377b'")),
            "no password from /bin/sh: its first line is not UTF-8"
        );
        let missing = SecretSource::Command(vec!["/no/such/program".to_owned()]);
        assert!(refusal(&missing).starts_with("no password from /no/such/program: cannot run"));
    }

    #[test]
    fn a_program_that_hangs_is_given_up_at_the_deadline() {
        let started = std::time::Instant::now();
        let error = shell("sleep 60")
            .fetch(Deadline::after(Duration::from_millis(300)))
            .unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        assert!(started.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn the_first_line_of_a_private_file_is_the_password() {
        for mode in [0o600, 0o400] {
            let (_folder, source) = file(b"hunter2\nsecond\n", mode);
            assert_eq!(fetch(&source).unwrap().reveal(), "hunter2");
        }
    }

    #[test]
    fn a_file_that_others_may_read_or_write_is_refused() {
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610] {
            let (_folder, source) = file(b"hunter2\n", mode);
            let reason = refusal(&source);
            assert!(
                reason.ends_with("others may read or write it; mend it with chmod 600"),
                "{reason}"
            );
            assert!(!reason.contains("hunter2"));
        }
    }

    #[test]
    fn a_file_that_is_none_is_refused() {
        let (folder, source) = file(b"", 0o600);
        assert!(refusal(&source).ends_with("its first line is empty"));
        let missing = SecretSource::File(folder.path().join("missing"));
        assert!(refusal(&missing).contains("No such file"));
        let itself = SecretSource::File(folder.path().to_owned());
        assert!(refusal(&itself).ends_with("it is a folder"));
        let (_folder, large) = file(&[b'x'; (1 << 16) + 1], 0o600);
        assert!(refusal(&large).ends_with("it has more than 65536 bytes"));
    }

    #[test]
    fn where_nobody_may_be_asked_the_reason_says_what_to_set() {
        assert!(
            refusal(&SecretSource::Ask).contains("set keyring, password-command or password-file")
        );
    }
}
