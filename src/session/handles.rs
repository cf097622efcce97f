//! The table of open sessions.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Session;
use crate::config::{Config, Environment, Secret};
use crate::error::{Error, Kind, Result};
use crate::providers::address_book::Shelf;
use crate::providers::transport::Lingering;

/// How a caller names an open session: a number that is never 0, never a pointer, and below 2^31,
/// because old bindings cut handles or read them as signed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle(u32);

impl Handle {
    const LAST: u32 = i32::MAX as u32;

    /// The handle with this number; `None` for 0 and for what no handle can be.
    pub fn from_number(number: usize) -> Option<Self> {
        u32::try_from(number)
            .ok()
            .filter(|number| (1..=Self::LAST).contains(number))
            .map(Self)
    }

    /// Its number.
    pub fn number(self) -> usize {
        self.0 as usize
    }

    fn next(self) -> Self {
        if self.0 >= Self::LAST {
            Self(1)
        } else {
            Self(self.0 + 1)
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

/// Whether a logon may join a session that is already open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Join the shared session, or open it.
    Shared,
    /// Open a session of one's own.
    New,
}

/// All sessions of this process.
pub struct Sessions {
    load: fn() -> Result<Arc<Config>>,
    table: Mutex<Table>,
    /// What address books have been read, for every session.
    shelf: Arc<Shelf>,
    /// What calls without a session leave to the next.
    lingering: Arc<Lingering>,
}

struct Table {
    next: Handle,
    open: HashMap<Handle, Entry>,
}

struct Entry {
    session: Arc<Session>,
    sharing: Sharing,
}

impl Sessions {
    /// More than any program needs, and few enough to notice one that never logs off.
    const MAX_OPEN: usize = 1024;

    /// An empty table. Handles start at a random number and count on, so that one which is stale,
    /// or another process's, names nothing. Each logon asks `load` for the configuration.
    pub fn new(load: fn() -> Result<Arc<Config>>) -> Self {
        let random = RandomState::new().build_hasher().finish();
        let next = Handle((random % u64::from(Handle::LAST)) as u32 + 1);
        Self {
            load,
            table: Mutex::new(Table {
                next,
                open: HashMap::new(),
            }),
            shelf: Arc::new(Shelf::new(Environment::get().cache_home.clone())),
            lingering: Arc::default(),
        }
    }

    /// Opens a session, or joins the shared one, under a handle of its own.
    ///
    /// # Errors
    /// [`Kind::TooManySessions`], or why the profile could not be opened.
    pub fn log_on(
        &self,
        profile: Option<&str>,
        password: Option<Secret>,
        sharing: Sharing,
    ) -> Result<Handle> {
        let joined = match sharing {
            Sharing::Shared => self.shared(profile),
            Sharing::New => None,
        };
        let session = match joined {
            Some(session)
                if password
                    .as_ref()
                    .is_none_or(|password| session.accepts(password)) =>
            {
                session
            }
            Some(session) => {
                return Err(Error::new(
                    Kind::LoginFailed,
                    format!(
                        "the password is not that of the open session of profile \"{}\"",
                        session.profile().name
                    ),
                ));
            }
            None => self.open_with(profile, password, None)?,
        };
        let handle = self.insert(Arc::clone(&session), sharing)?;
        session.deliver_on_the_side();
        Ok(handle)
    }

    fn insert(&self, session: Arc<Session>, sharing: Sharing) -> Result<Handle> {
        let mut table = self.lock();
        if table.open.len() >= Self::MAX_OPEN {
            return Err(Error::new(
                Kind::TooManySessions,
                format!(
                    "this process has {} open sessions: log off those that are done",
                    Self::MAX_OPEN
                ),
            ));
        }
        let mut handle = table.next;
        while table.open.contains_key(&handle) {
            handle = handle.next();
        }
        table.next = handle.next();
        table.open.insert(handle, Entry { session, sharing });
        Ok(handle)
    }

    /// Gives a handle up; the session closes with its last one, once nobody uses it any more. With the last
    /// of all, what calls without a session have left is closed, too.
    ///
    /// # Errors
    /// [`Kind::InvalidSession`].
    pub fn log_off(&self, handle: Option<Handle>) -> Result<()> {
        let (entry, was_last) = {
            let mut table = self.lock();
            let entry = handle.and_then(|handle| table.open.remove(&handle));
            (entry, table.open.is_empty())
        };
        if entry.is_some() && was_last {
            self.close_lingering();
        }
        // Dropped here, after the lock: closing may say goodbye to a server.
        entry.map(drop).ok_or_else(unknown)
    }

    /// The session that a handle names.
    ///
    /// # Errors
    /// [`Kind::InvalidSession`].
    pub fn get(&self, handle: Option<Handle>) -> Result<Arc<Session>> {
        let handle = handle.ok_or_else(unknown)?;
        let session = self
            .lock()
            .open
            .get(&handle)
            .map(|entry| Arc::clone(&entry.session))
            .ok_or_else(unknown)?;
        session.deliver_on_the_side();
        Ok(session)
    }

    /// The session for a call without a handle: the shared one, or else one for this call alone.
    ///
    /// # Errors
    /// Why no profile could be opened.
    pub fn implicit(&self, sharing: Sharing) -> Result<Arc<Session>> {
        if sharing == Sharing::Shared
            && let Some(session) = self.shared(None)
        {
            session.deliver_on_the_side();
            return Ok(session);
        }
        self.open(None, None)
    }

    /// Opens a session that has no handle and that nobody joins.
    ///
    /// # Errors
    /// Why the profile could not be opened.
    pub fn open(&self, profile: Option<&str>, password: Option<Secret>) -> Result<Arc<Session>> {
        self.open_with(profile, password, Some(&self.lingering))
    }

    fn open_with(
        &self,
        profile: Option<&str>,
        password: Option<Secret>,
        lingering: Option<&Arc<Lingering>>,
    ) -> Result<Arc<Session>> {
        let session = Session::open_with(&*(self.load)()?, profile, password, lingering)?;
        Ok(Arc::new(session.sharing(&self.shelf)))
    }

    /// Says goodbye to the servers that calls without a session were connected to.
    pub fn close_lingering(&self) {
        self.lingering.close();
    }

    /// The names of the profiles there are, and of the default one; none where the configuration cannot
    /// be read.
    pub fn profiles(&self) -> (Vec<String>, Option<String>) {
        let Ok(config) = (self.load)() else {
            return (Vec::new(), None);
        };
        let profiles = config.profiles.iter().map(|profile| profile.name.clone());
        (profiles.collect(), config.default_profile.clone())
    }

    /// The shared session of this profile, or any one where none is named. The lowest handle wins,
    /// so that the answer does not depend on the order of a hash table.
    fn shared(&self, profile: Option<&str>) -> Option<Arc<Session>> {
        let table = self.lock();
        let joinable = table.open.iter().filter(|(_, entry)| {
            entry.sharing == Sharing::Shared
                && profile.is_none_or(|name| entry.session.profile().name == name)
        });
        joinable
            .min_by_key(|(handle, _)| handle.0)
            .map(|(_, entry)| Arc::clone(&entry.session))
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing under this lock can leave the table half changed.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown() -> Error {
    Error::new(
        Kind::InvalidSession,
        "the handle names no open session of this process: it was never given out, was logged off, or is from before a fork",
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::Environment;

    fn config() -> Result<Arc<Config>> {
        let text = r#"
            default-profile = "work"
            [profile.work]
            address = "ada@example.org"
            transport = { kind = "smtp", host = "smtp.example.org", user = "ada", password = "right" }
            [profile.home]
            address = "ada@home.example"
            transport = { kind = "maildir", path = "/nowhere" }
            [profile.asks]
            address = "ada@example.org"
            transport = { kind = "smtp", host = "smtp.example.org", user = "ada" }
        "#;
        let environment = Environment::read(|_| None, false);
        Config::parse(text, Path::new("config.toml"), &environment).map(Arc::new)
    }

    fn secret(text: &str) -> Option<Secret> {
        Some(Secret::new(text.to_owned()))
    }

    fn refusal<T: fmt::Debug>(result: Result<T>) -> Kind {
        result.unwrap_err().kind()
    }

    #[test]
    fn every_logon_has_a_handle_of_its_own_over_one_shared_session() {
        let sessions = Sessions::new(config);
        let first = sessions.log_on(None, None, Sharing::Shared).unwrap();
        let second = sessions.log_on(None, None, Sharing::Shared).unwrap();
        let apart = sessions.log_on(None, None, Sharing::New).unwrap();
        assert!(first != second && second != apart);
        let session = |handle| sessions.get(Some(handle)).unwrap();
        assert!(Arc::ptr_eq(&session(first), &session(second)));
        assert!(!Arc::ptr_eq(&session(first), &session(apart)));
    }

    #[test]
    fn a_shared_session_outlives_the_first_of_its_handles() {
        let sessions = Sessions::new(config);
        let first = sessions.log_on(None, None, Sharing::Shared).unwrap();
        let second = sessions.log_on(None, None, Sharing::Shared).unwrap();
        sessions.log_off(Some(first)).unwrap();
        assert!(sessions.get(Some(second)).is_ok());
        assert_eq!(refusal(sessions.log_off(Some(first))), Kind::InvalidSession);
        assert_eq!(
            refusal(sessions.get(Some(first)).map(drop)),
            Kind::InvalidSession
        );
    }

    #[test]
    fn naming_another_profile_does_not_join_the_shared_session() {
        let sessions = Sessions::new(config);
        sessions
            .log_on(Some("home"), None, Sharing::Shared)
            .unwrap();
        let work = sessions
            .log_on(Some("work"), None, Sharing::Shared)
            .unwrap();
        assert_eq!(sessions.get(Some(work)).unwrap().profile().name, "work");
    }

    #[test]
    fn a_call_without_a_handle_joins_the_shared_session_or_opens_one_for_itself() {
        let sessions = Sessions::new(config);
        assert_eq!(
            sessions.implicit(Sharing::Shared).unwrap().profile().name,
            "work"
        );
        sessions
            .log_on(Some("home"), None, Sharing::Shared)
            .unwrap();
        assert_eq!(
            sessions.implicit(Sharing::Shared).unwrap().profile().name,
            "home"
        );
        assert_eq!(
            sessions.implicit(Sharing::New).unwrap().profile().name,
            "work"
        );
        assert_eq!(sessions.lock().open.len(), 1, "nothing is left behind");
    }

    #[test]
    fn a_password_is_checked_against_the_configuration_and_fills_what_it_lacks() {
        let sessions = Sessions::new(config);
        let log_on = |name, password| sessions.log_on(Some(name), password, Sharing::Shared);
        assert_eq!(refusal(log_on("work", secret("wrong"))), Kind::LoginFailed);
        assert!(log_on("work", secret("right")).is_ok());
        assert_eq!(refusal(log_on("work", secret("wrong"))), Kind::LoginFailed);
        assert_eq!(refusal(log_on("asks", None)), Kind::LoginFailed);
        assert!(log_on("asks", secret("anything")).is_ok());
        assert_eq!(refusal(log_on("nobody", None)), Kind::LoginFailed);
    }

    #[test]
    fn numbers_that_are_no_handles_name_nothing() {
        for number in [0, 1 << 31, usize::MAX] {
            assert_eq!(Handle::from_number(number), None);
        }
        assert_eq!(Handle(Handle::LAST).next(), Handle(1));
    }

    #[test]
    fn a_program_that_never_logs_off_is_told() {
        let sessions = Sessions::new(config);
        for _ in 0..Sessions::MAX_OPEN {
            sessions
                .log_on(Some("home"), None, Sharing::Shared)
                .unwrap();
        }
        assert_eq!(
            refusal(sessions.log_on(Some("home"), None, Sharing::Shared)),
            Kind::TooManySessions
        );
    }
}
