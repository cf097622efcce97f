//! The configuration that was read last, for a program that logs on for every message.
//!
//! It is kept only where nothing but its file says what it is: no password stands in it, which would
//! stay in memory, and it names no program, which is looked for anew each time.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex};

use super::file::Found;
use super::{Config, SecretSource, TransportConfig};
use crate::stamp::Stamp;

struct Kept {
    stamp: Stamp,
    config: Arc<Config>,
}

/// Nobody ever waits for it: a fork may leave it held for ever.
static KEPT: Mutex<Option<Kept>> = Mutex::new(None);

/// What the file said when it was read last, if it is the same.
pub(super) fn last(found: &Found) -> Option<Arc<Config>> {
    let kept = KEPT.try_lock().ok()?;
    let kept = kept.as_ref()?;
    let is_same = kept.config.path == found.path && kept.stamp.same(&found.stamp);
    is_same.then(|| Arc::clone(&kept.config))
}

/// Keeps what the file said.
pub(super) fn keep(found: &Found, config: &Arc<Config>) {
    if !may_be_kept(config) {
        return;
    }
    if let Ok(mut kept) = KEPT.try_lock() {
        *kept = Some(Kept {
            stamp: found.stamp,
            config: Arc::clone(config),
        });
    }
}

fn may_be_kept(config: &Config) -> bool {
    config.profiles.iter().all(|profile| {
        let mut secrets = profile.secrets();
        !matches!(profile.transport, TransportConfig::Sendmail { .. })
            && !secrets
                .any(|source| matches!(source, SecretSource::Given(_) | SecretSource::Command(_)))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::time::{Duration, Instant};

    use super::super::{Environment, file};
    use super::*;

    const PLAIN: &str = "[profile.a]\naddress = \"a@b.test\"\n\
        transport = { kind = \"smtp\", host = \"h.test\", security = \"none\" }\n";

    fn read(path: &std::path::Path) -> (Found, Arc<Config>) {
        let environment = Environment {
            config: Some(path.to_owned()),
            path: "/bin".into(),
            ..Environment::read(|_| None, false)
        };
        let found = file::find(&environment).unwrap();
        let config = Config::load_from(&environment).unwrap();
        (found, Arc::new(config))
    }

    fn written(folder: &tempfile::TempDir, text: &str) -> PathBuf {
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        path
    }

    /// One test, as there is one place for all threads.
    #[test]
    fn a_file_is_read_again_once_it_may_have_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = written(&folder, PLAIN);
        // A file that has only just been written may be written again within a tick of the clock.
        let (found, config) = read(&path);
        keep(&found, &config);
        assert!(last(&found).is_none());
        let began = Instant::now();
        let kept = loop {
            let (found, config) = read(&path);
            keep(&found, &config);
            match last(&read(&path).0) {
                Some(kept) => break kept,
                None => assert!(began.elapsed() < Duration::from_secs(10)),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(kept.path, path);
        // Another file, of which there is a copy in the place of the first.
        let copy = folder.path().join("copy.toml");
        fs::copy(&path, &copy).unwrap();
        assert!(last(&read(&copy).0).is_none());
        fs::rename(&copy, &path).unwrap();
        assert!(last(&read(&path).0).is_none());
    }

    #[test]
    fn a_password_or_a_program_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let with = |transport: &str| {
            let text = format!(
                "{PLAIN}[profile.b]\naddress = \"a@b.test\"\ntransport = {{ {transport} }}\n"
            );
            may_be_kept(&read(&written(&folder, &text)).1)
        };
        let login = "kind = \"smtp\", host = \"h.test\", user = \"u\"";
        assert!(with(login));
        assert!(with(&format!("{login}, password-file = \"/secret\"")));
        assert!(with("kind = \"maildir\", path = \"/mail\""));
        assert!(!with(&format!("{login}, password = \"hunter2\"")));
        assert!(!with(&format!("{login}, password-command = [\"sh\"]")));
        assert!(!with("kind = \"sendmail\", program = \"/bin/sh\""));
    }
}
