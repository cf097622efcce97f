//! Connections that outlive the calls they were made for: those of calls without a session.
#![forbid(unsafe_code)]

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

use super::session::Session;
use crate::config;
use crate::connection::{Kept, is_recent};

/// At how many servers they are kept.
const MAX_PLACES: usize = 8;

/// The connections that calls without a session have left to the next one.
///
/// Of a program that sends a single message nobody would close it. So one is left only by a call that
/// follows another to the same server within a minute. It serves for a minute; it is closed by the next
/// call that finds it too old, by the last MAPILogoff, or at the end of the program.
#[derive(Default)]
pub struct Lingering(Mutex<Vec<Place>>);

/// A server that was sent to lately.
struct Place {
    login: Login,
    since: SystemTime,
    /// Whether not for the first time.
    again: bool,
    kept: Arc<Kept<Session>>,
}

/// Where to, and as whom: a digest of all settings of a server, so that no password stays.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Login([u8; SHA256_OUTPUT_LEN]);

impl Login {
    pub(super) fn of(settings: &config::Smtp) -> Self {
        /// Whatever says itself to a hasher, said to a better one.
        struct Digest(Context);
        impl Hasher for Digest {
            fn write(&mut self, bytes: &[u8]) {
                self.0.update(bytes);
            }
            fn finish(&self) -> u64 {
                0
            }
        }
        let mut digest = Digest(Context::new(&SHA256));
        settings.hash(&mut digest);
        let mut login = Self([0; SHA256_OUTPUT_LEN]);
        // Both have as many bytes as the algorithm says.
        for (byte, of) in login.0.iter_mut().zip(digest.0.finish().as_ref()) {
            *byte = *of;
        }
        login
    }
}

impl Lingering {
    /// A connection that still works, if one was left.
    pub(super) fn take(&self, login: Login) -> Option<Session> {
        let (kept, too_old) = {
            let mut places = self.lock();
            let too_old: Vec<_> = places
                .extract_if(.., |place| !is_recent(place.since))
                .collect();
            let since = SystemTime::now();
            let known = places.extract_if(.., |place| place.login == login).next();
            let kept = known.map(|place| place.kept);
            let again = kept.is_some();
            let kept = kept.unwrap_or_default();
            if places.len() < MAX_PLACES {
                places.push(Place {
                    login,
                    since,
                    again,
                    kept: Arc::clone(&kept),
                });
            }
            (kept, too_old)
        };
        // After the lock: to close one is to say goodbye to a server.
        drop(too_old);
        kept.take()
    }

    /// Leaves connections to the next call, where there is likely to be one.
    pub(super) fn leave(&self, login: Login, sessions: Vec<Session>) {
        let kept = {
            let places = self.lock();
            let mut again = places.iter().filter(|place| place.again);
            let place = again.find(|place| place.login == login);
            place.map(|place| Arc::clone(&place.kept))
        };
        if let Some(kept) = kept {
            for session in sessions {
                kept.put(session);
            }
        }
    }

    /// Closes all of them, unless another thread is at it: the program may be ending.
    pub fn close(&self) {
        let places = self
            .0
            .try_lock()
            .map(|mut places| std::mem::take(&mut *places));
        drop(places);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Lingering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lingering")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::{Login as Credentials, Secret, SecretSource, Security, Server};

    #[test]
    fn another_password_is_another_login() {
        let settings = |password: &str, port| Server {
            host: "mail.example.org".to_owned(),
            port,
            security: Security::Tls,
            certificate_name: None,
            login: Some(Credentials {
                user: "ada".to_owned(),
                password: SecretSource::Given(Secret::new(password.to_owned())),
                mechanism: None,
            }),
            ca_file: None,
            timeout: Duration::from_secs(1),
            deadline: Duration::from_secs(1),
        };
        let login = |password, port| Login::of(&settings(password, port));
        assert!(login("right", 465) == login("right", 465));
        assert!(login("right", 465) != login("wrong", 465));
        assert!(login("right", 465) != login("right", 587));
    }
}
