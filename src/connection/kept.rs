//! Connections kept for the next call.
#![forbid(unsafe_code)]

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// How long a connection may wait. Mail servers wait for five minutes (RFC 5321 4.5.3.2.7), some for
/// less; a middlebox that forgets connections without a word waits longer than this.
const MAX_IDLE: Duration = Duration::from_secs(60);
/// How many connections are worth keeping.
const MAX_KEPT: usize = 8;

/// A connection that can be kept.
pub(crate) trait Keep {
    /// Whether the server waits for a command.
    fn is_in_step(&self) -> bool;

    /// Whether this process opened it, and it can be used for another call.
    fn is_good(&mut self) -> bool;
}

/// Idle connections, the one used last on top.
pub(crate) struct Kept<S>(Mutex<Vec<(SystemTime, S)>>);

impl<S: Keep> Kept<S> {
    /// A connection that still works, if there is one.
    pub(crate) fn take(&self) -> Option<S> {
        loop {
            // The lock is for the list alone: neither the look at a connection nor its end may
            // keep another thread waiting.
            let (since, mut session) = self.lock().pop()?;
            if is_recent(since) && session.is_good() {
                return Some(session);
            }
        }
    }

    /// Keeps a connection, unless it is out of step or there are enough.
    pub(crate) fn put(&self, session: S) {
        let mut sessions = self.lock();
        if session.is_in_step() && sessions.len() < MAX_KEPT {
            sessions.push((SystemTime::now(), session));
        }
    }

    /// Those that are kept, which are kept no longer.
    pub(crate) fn drain(&self) -> Vec<S> {
        let sessions = std::mem::take(&mut *self.lock());
        sessions.into_iter().map(|(_, session)| session).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(SystemTime, S)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Default for Kept<S> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<S> fmt::Debug for Kept<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

/// By the clock on the wall: the monotonic one stands still while a laptop sleeps, and the
/// connection does not survive that. A clock that was set back makes nothing recent.
pub(crate) fn is_recent(since: SystemTime) -> bool {
    since.elapsed().is_ok_and(|idle| idle < MAX_IDLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_used_within_the_last_minute_is_recent() {
        let now = SystemTime::now();
        assert!(is_recent(now));
        assert!(!is_recent(now - MAX_IDLE));
        assert!(!is_recent(now + MAX_IDLE));
    }
}
