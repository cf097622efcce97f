//! What this process holds: its sessions and the memory it has lent. A forked child starts with
//! nothing, and never waits for a lock that a thread of its parent held.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::lend::Lent;
use super::sys;
use crate::config::Config;
use crate::session::Sessions;

/// Everything that outlives a call.
pub(super) struct Process {
    id: u32,
    pub(super) sessions: Sessions,
    pub(super) lent: Lent,
}

static CURRENT: AtomicPtr<Process> = AtomicPtr::new(ptr::null_mut());

impl Process {
    /// What this process holds.
    pub(super) fn current() -> &'static Self {
        let id = sys::process::id();
        loop {
            let held = CURRENT.load(Ordering::Acquire);
            // SAFETY: CURRENT is NULL or came from Box::into_raw below and is never freed.
            if let Some(process) = unsafe { held.as_ref() }
                && process.id == id
            {
                return process;
            }
            // The first call of this process, or of a forked child. What the child inherited is left
            // alone for ever: its locks may be held by threads that exist in the parent only.
            let fresh = Box::into_raw(Box::new(Self {
                id,
                sessions: Sessions::new(Config::load),
                lent: Lent::default(),
            }));
            if CURRENT
                .compare_exchange(held, fresh, Ordering::AcqRel, Ordering::Acquire)
                .is_err()
            {
                // SAFETY: `fresh` came from Box::into_raw and another thread's was taken instead.
                drop(unsafe { Box::from_raw(fresh) });
            }
        }
    }
}

/// Says goodbye to the servers that calls without a session have left connected. Only what this very process
/// holds: a forked child ends without a word to its parent's servers.
#[cfg(target_os = "linux")]
extern "C" fn part() {
    // SAFETY: as above.
    let held = unsafe { CURRENT.load(Ordering::Acquire).as_ref() };
    if let Some(process) = held.filter(|process| process.id == sys::process::id()) {
        // Nobody is left who could hear of a panic, and none may reach the C library.
        let _ = std::panic::catch_unwind(|| process.sessions.close_lingering());
    }
}

/// The C library runs it when the program ends by `exit` or by a return from `main`.
#[cfg(target_os = "linux")]
#[used]
#[unsafe(link_section = ".fini_array")]
static AT_THE_END: extern "C" fn() = part;
