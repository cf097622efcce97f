//! Signals of the host, kept away from our work.
//!
//! What is interrupted by nothing needs no second try of a system call, a thread of ours never runs the
//! host's handlers on its small stack, and a broken pipe is an error to report, not the end of somebody's
//! word processor.

use std::io;
use std::mem::MaybeUninit;
use std::ptr;

/// Signals that report a fault of the very instruction that runs. They stay open: blocking them
/// hides nothing, it only keeps the host's crash reporter from being told.
const FAULTS: [libc::c_int; 7] = [
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGFPE,
    libc::SIGILL,
    libc::SIGTRAP,
    libc::SIGSYS,
    libc::SIGABRT,
];

/// What a write of ours can raise: on a pipe that nobody reads, in a file that may not grow.
const OF_WRITES: [libc::c_int; 2] = [libc::SIGPIPE, libc::SIGXFSZ];

/// Blocks signals in this thread until it is dropped: then the thread's mask is what it was, and what
/// a write raised meanwhile is gone.
///
/// A thread started while all signals are blocked starts with all of them blocked.
#[derive(Debug)]
#[must_use = "the signals are let through again when this is dropped"]
pub(crate) struct Blocked {
    previous: libc::sigset_t,
    /// Those of writes that did not wait for this thread already.
    to_discard: libc::sigset_t,
}

impl Blocked {
    /// Blocks every signal.
    ///
    /// # Errors
    /// Whatever the C library answers; it has no reason to.
    pub(crate) fn all() -> io::Result<Self> {
        Self::these(&everything_but_faults())
    }

    /// Blocks only the signal of a broken pipe.
    ///
    /// # Errors
    /// Whatever the C library answers; it has no reason to.
    pub(crate) fn broken_pipes() -> io::Result<Self> {
        let mut set = current_mask()?;
        // SAFETY: the set was filled in by the C library, and the signal exists.
        unsafe { libc::sigaddset(&raw mut set, libc::SIGPIPE) };
        Self::these(&set)
    }

    fn these(set: &libc::sigset_t) -> io::Result<Self> {
        let previous = change_mask(set)?;
        let to_discard = not_pending(&OF_WRITES, &previous);
        Ok(Self {
            previous,
            to_discard,
        })
    }

    /// What the thread blocked before, and what a write of ours may have raised.
    pub(super) fn mask_of_the_host(&self) -> libc::sigset_t {
        let mut mask = self.previous;
        for signal in OF_WRITES {
            // SAFETY: the set was filled in by the C library, and the signal exists.
            unsafe { libc::sigaddset(&raw mut mask, signal) };
        }
        mask
    }
}

impl Drop for Blocked {
    fn drop(&mut self) {
        discard(&self.to_discard);
        // Cannot fail: the mask came from the C library itself.
        let _ = change_mask(&self.previous);
    }
}

/// Takes away those of these signals that wait for this thread.
fn discard(signals: &libc::sigset_t) {
    let at_once = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the set was filled in by the C library; the time is valid; no information about the
    // signal is asked for.
    while unsafe { libc::sigtimedwait(signals, ptr::null_mut(), &raw const at_once) } > 0 {}
}

/// Those of these signals that do not wait for this thread, which had this mask until now: what it
/// did not block does not wait.
fn not_pending(signals: &[libc::c_int], mask: &libc::sigset_t) -> libc::sigset_t {
    // SAFETY: every set here was filled in by the C library, and each signal exists.
    let has = |set: &libc::sigset_t, signal| unsafe { libc::sigismember(set, signal) == 1 };
    let pending = signals
        .iter()
        .any(|signal| has(mask, *signal))
        .then(pending);
    let mut others = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset fills the set in and cannot fail with a valid address; each signal exists.
    unsafe {
        libc::sigemptyset(others.as_mut_ptr());
        for &signal in signals {
            if !pending.as_ref().is_some_and(|set| has(set, signal)) {
                libc::sigaddset(others.as_mut_ptr(), signal);
            }
        }
        others.assume_init()
    }
}

/// The signals that wait for this thread.
fn pending() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset fills the set in; sigpending cannot fail with a valid address.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigpending(set.as_mut_ptr());
        set.assume_init()
    }
}

fn everything_but_faults() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigfillset fills the whole set in and cannot fail with a valid address; each signal
    // that is taken out of it exists.
    unsafe {
        libc::sigfillset(set.as_mut_ptr());
        for fault in FAULTS {
            libc::sigdelset(set.as_mut_ptr(), fault);
        }
        set.assume_init()
    }
}

fn current_mask() -> io::Result<libc::sigset_t> {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: without a new mask the call only writes the present one.
    let code = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), set.as_mut_ptr()) };
    match code {
        // SAFETY: a 0 means that the mask was written.
        0 => Ok(unsafe { set.assume_init() }),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// Sets the mask of this thread and returns the one before.
fn change_mask(set: &libc::sigset_t) -> io::Result<libc::sigset_t> {
    let mut previous = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: both sets are valid, and the call touches only this thread's mask.
    let code = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, set, previous.as_mut_ptr()) };
    match code {
        // SAFETY: a 0 means that the previous mask was written.
        0 => Ok(unsafe { previous.assume_init() }),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_blocked(signal: libc::c_int) -> bool {
        let set = current_mask().unwrap();
        // SAFETY: the set was filled in by the C library.
        unsafe { libc::sigismember(&raw const set, signal) == 1 }
    }

    fn broken_pipe_pending() -> bool {
        let pending = pending();
        // SAFETY: the set was filled in by the C library.
        unsafe { libc::sigismember(&raw const pending, libc::SIGPIPE) == 1 }
    }

    fn raise_here(signal: libc::c_int) {
        // SAFETY: a signal for this very thread, which exists.
        unsafe { libc::pthread_kill(libc::pthread_self(), signal) };
    }

    #[test]
    fn a_quiet_thread_hears_only_its_own_faults() {
        std::thread::spawn(|| {
            let _quiet = Blocked::all().unwrap();
            for signal in [libc::SIGPIPE, libc::SIGXFSZ, libc::SIGCHLD, libc::SIGINT] {
                assert!(is_blocked(signal));
            }
            assert!(!is_blocked(libc::SIGSEGV));
            assert!(!is_blocked(libc::SIGABRT));
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_mask_comes_back_and_a_broken_pipe_does_not_outlive_it() {
        std::thread::spawn(|| {
            assert!(!is_blocked(libc::SIGPIPE));
            {
                let _pipes = Blocked::broken_pipes().unwrap();
                assert!(is_blocked(libc::SIGPIPE));
                assert!(!is_blocked(libc::SIGUSR1));
                raise_here(libc::SIGPIPE);
                assert!(broken_pipe_pending());
            }
            assert!(!is_blocked(libc::SIGPIPE));
            assert!(!broken_pipe_pending());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_broken_pipe_of_the_host_that_was_waiting_goes_on_waiting() {
        std::thread::spawn(|| {
            let _quiet = Blocked::all().unwrap();
            raise_here(libc::SIGPIPE);
            drop(Blocked::all().unwrap());
            assert!(broken_pipe_pending());
        })
        .join()
        .unwrap();
    }

    #[test]
    fn a_thread_started_meanwhile_starts_quiet() {
        std::thread::spawn(|| {
            let quiet = Blocked::all().unwrap();
            let child = std::thread::spawn(|| is_blocked(libc::SIGALRM));
            drop(quiet);
            assert!(child.join().unwrap());
            assert!(!is_blocked(libc::SIGALRM));
        })
        .join()
        .unwrap();
    }
}
