//! Which session a call works in.
#![forbid(unsafe_code)]

use std::sync::Arc;

use super::MayAsk;
use super::logon::ask_for_session;
use super::people::People;
use crate::config::Limits;
use crate::error::Result;
use crate::session::{Handle, Session, Sessions, Sharing};

/// The session a call works in: the one its handle names, or an implicit one.
///
/// A call is told that it may not log on only after everything else about it was found right, so
/// that a program sees its own mistakes first, on every machine the same.
pub struct Access {
    session: Result<Arc<Session>>,
}

impl Access {
    /// The session that this handle number names, or an implicit one for 0.
    ///
    /// # Errors
    /// [`crate::error::Kind::InvalidSession`] for a number that names no session.
    pub fn of(sessions: &Sessions, number: usize, sharing: Sharing) -> Result<Self> {
        let session = match number {
            0 => sessions.implicit(sharing),
            _ => Ok(sessions.get(Handle::from_number(number))?),
        };
        Ok(Self { session })
    }

    /// The same, where a person may be asked for what it takes to open an implicit session.
    #[must_use]
    pub fn or_ask(self, sessions: &Sessions, may_ask: MayAsk<'_>) -> Self {
        let open = |profile: Option<&str>, password| sessions.open(profile, password);
        Self {
            session: self
                .session
                .or_else(|failed| ask_for_session(sessions, "", failed, may_ask, open)),
        }
    }

    /// Whether there is no session because nothing at all is configured.
    pub(super) fn is_unconfigured(&self) -> bool {
        self.session
            .as_ref()
            .is_err_and(|failed| failed.is_unconfigured())
    }

    /// The limits that hold: the profile's, or the defaults where there is none.
    pub fn limits(&self) -> Limits {
        self.session
            .as_ref()
            .map(|session| session.limits())
            .unwrap_or_default()
    }

    /// The people whom names may mean.
    pub(super) fn people(&self) -> People<'_> {
        match &self.session {
            Ok(session) => People::of(session),
            Err(error) => People::unreachable(error),
        }
    }

    /// The session itself.
    ///
    /// # Errors
    /// Why no implicit session could be opened.
    pub fn session(self) -> Result<Arc<Session>> {
        self.session
    }
}

impl From<Arc<Session>> for Access {
    fn from(session: Arc<Session>) -> Self {
        Self {
            session: Ok(session),
        }
    }
}
