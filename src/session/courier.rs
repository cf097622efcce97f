//! Delivers what waits in the outbox on the side, while a session is open.
#![forbid(unsafe_code)]

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::round::Round;
use crate::config::Profile;
use crate::deadline::Hurry;
use crate::ffi::sys;
use crate::outbox::{Outbox, Selection};
use crate::providers::store;
use crate::providers::transport::Transport;

/// The name of the thread.
pub(crate) const ON_THE_SIDE: &str = "simplemapi-out";

/// How long the outbox is not looked at again: a program may call a thousand times a second.
const REST: Duration = Duration::from_secs(2);
/// How long a delivery that is under way may still take when its session is closed.
const GRACE: Duration = Duration::from_secs(2);
/// As for every thread of ours: enough for a TLS handshake.
const STACK: usize = 2 << 20;

/// At most one thread, which is there only while something is due, and gone before the session is.
#[derive(Default)]
pub(super) struct Courier(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    looked: Option<Instant>,
    round: Option<(JoinHandle<()>, Arc<Hurry>)>,
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Courier")
    }
}

impl Courier {
    /// Looks whether anything waits, and has it delivered. Whoever calls waits for nothing but a look
    /// at the disk, and not even that if somebody else is looking.
    pub(super) fn call(&self, profile: &Profile, transport: &Arc<dyn Transport>) {
        let Ok(mut inner) = self.0.try_lock() else {
            return;
        };
        if inner.looked.is_some_and(|looked| looked.elapsed() < REST) {
            return;
        }
        inner.looked = Some(Instant::now());
        match inner.round.take() {
            Some((round, hurry)) if !round.is_finished() => {
                inner.round = Some((round, hurry));
                return;
            }
            Some((round, _)) => drop(round.join()),
            None => {}
        }
        if let Some(path) = &profile.outbox.path
            && has_something(path)
        {
            inner.round = start(profile, transport);
        }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        let inner = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some((round, hurry)) = inner.round.take() {
            hurry.ask(GRACE);
            let _ = round.join();
        }
    }
}

fn has_something(path: &Path) -> bool {
    matches!(Outbox::existing(path), Ok(Some(outbox)) if !outbox.is_empty())
}

/// Starts a round on a thread of its own. If there is no thread to be had, the next call or the
/// spooler delivers.
fn start(
    profile: &Profile,
    transport: &Arc<dyn Transport>,
) -> Option<(JoinHandle<()>, Arc<Hurry>)> {
    let (profile, transport) = (profile.clone(), Arc::clone(transport));
    let hurry = Arc::new(Hurry::default());
    let its = Arc::clone(&hurry);
    // The thread is born with what its parent blocks: no signal of the host's finds it.
    let _blocked = sys::signals::Blocked::all().ok()?;
    let round = thread::Builder::new()
        .name(ON_THE_SIDE.into())
        .stack_size(STACK)
        .spawn(move || {
            its.heed();
            let work = std::panic::AssertUnwindSafe(|| deliver(&profile, transport.as_ref(), &its));
            // A bug here is told by the next delivery that is not on the side.
            let _ = std::panic::catch_unwind(work);
        })
        .ok()?;
    Some((round, hurry))
}

fn deliver(profile: &Profile, transport: &dyn Transport, hurry: &Hurry) {
    let opened = profile.store.as_ref().map(store::open);
    let store = || match &opened {
        Some(Ok(store)) => Ok(store.as_ref()),
        _ => Err(crate::error::Error::new(
            crate::error::Kind::NotSupported,
            "the profile keeps no mail",
        )),
    };
    let Some(Ok(Some(outbox))) = profile.outbox.path.as_deref().map(Outbox::existing) else {
        return;
    };
    let round = Round {
        profile,
        transport,
        store: &store,
    };
    let _ = round.deliver(&outbox, Selection::Due, &|| !hurry.is_asked(), &mut |_| {});
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::sync::OnceLock;

    use tempfile::TempDir;

    use super::*;
    use crate::config::{Config, Environment};
    use crate::error::Result;
    use crate::mime::compose;
    use crate::model::{Address, Draft, Mailbox, RecipientClass};
    use crate::session::{Handle, Sessions, Sharing};

    static FOLDER: OnceLock<TempDir> = OnceLock::new();

    fn path(name: &str) -> PathBuf {
        let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap());
        folder.path().join(name)
    }

    fn config() -> Result<Arc<Config>> {
        let text = format!(
            "[profile.p]\naddress = \"ada@example.org\"\noutbox.path = {:?}\n\
             transport = {{ kind = \"maildir\", path = {:?} }}",
            path("outbox"),
            path("mail")
        );
        let environment = Environment::read(|_| None, false);
        Config::parse(&text, &path("config.toml"), &environment).map(Arc::new)
    }

    fn submit() {
        let ada = Mailbox {
            name: String::new(),
            address: Address::new("ada@example.org").unwrap(),
        };
        let draft = Draft {
            from: ada.clone(),
            recipients: vec![(RecipientClass::To, ada)],
            unresolved: Vec::new(),
            subject: String::new(),
            body: "A text.".to_owned(),
            class: String::new(),
            conversation_id: String::new(),
            receipt_requested: false,
            attachments: Vec::new(),
        };
        let envelope = draft.envelope();
        let outbox = Outbox::open(&path("outbox")).unwrap();
        outbox.submit(&envelope, &compose(draft).unwrap()).unwrap();
    }

    fn couriers() -> usize {
        let threads = fs::read_dir("/proc/self/task").unwrap();
        threads
            .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("comm")).ok())
            .filter(|name| name.trim() == ON_THE_SIDE)
            .count()
    }

    #[test]
    fn an_open_session_delivers_what_waits_and_leaves_no_thread_behind() {
        submit();
        let sessions = Sessions::new(config);
        let handle = sessions.log_on(None, None, Sharing::New).unwrap();
        let begin = Instant::now();
        while fs::read_dir(path("mail/new")).map_or(0, Iterator::count) == 0 {
            assert!(
                begin.elapsed() < Duration::from_secs(120),
                "nobody delivers"
            );
            thread::sleep(Duration::from_millis(5));
        }
        sessions
            .log_off(Handle::from_number(handle.number()))
            .unwrap();
        // The kernel takes a moment to strike a thread that has ended off its list.
        while couriers() > 0 {
            assert!(begin.elapsed() < Duration::from_secs(120), "it stays");
            thread::sleep(Duration::from_millis(5));
        }
        // A session without anything to deliver starts none.
        let outbox = Outbox::open(&path("outbox")).unwrap();
        assert!(outbox.is_empty());
        let handle = sessions.log_on(None, None, Sharing::New).unwrap();
        assert_eq!(couriers(), 0);
        sessions
            .log_off(Handle::from_number(handle.number()))
            .unwrap();
        fs::remove_dir_all(path("")).unwrap();
    }
}
