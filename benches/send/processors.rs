//! Which processors a server and its client have.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Where a server and its client run.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Processors {
    /// Wherever the system puts them.
    Any,
    /// On the same one: each runs while the other waits, and nothing else is measured.
    One,
    /// On one each: with every message a processor has to be woken that slept, and for whoever is quick
    /// it may not have slept yet.
    Two,
}

impl Processors {
    /// Whether this process may use so many.
    pub(crate) fn are_there(self) -> bool {
        self != Self::Two || sched_getaffinity(None).unwrap().count() > 1
    }

    /// Starts a server.
    pub(crate) fn of_server<T>(self, start: impl FnOnce() -> T) -> T {
        match self {
            Self::Any => start(),
            Self::One | Self::Two => on(0, start),
        }
    }

    /// Runs a client.
    pub(crate) fn of_client<T>(self, run: impl FnOnce() -> T) -> T {
        match self {
            Self::Any => run(),
            Self::One => on(0, run),
            Self::Two => on(1, run),
        }
    }
}

/// Has what is started meanwhile stay on one of the processors that this thread may use.
fn on<T>(number: usize, work: impl FnOnce() -> T) -> T {
    let all = sched_getaffinity(None).unwrap();
    let mut allowed = (0..CpuSet::MAX_CPU).filter(|number| all.is_set(*number));
    let mut one = CpuSet::new();
    one.set(allowed.nth(number).unwrap());
    sched_setaffinity(None, &one).unwrap();
    let done = work();
    sched_setaffinity(None, &all).unwrap();
    done
}
