//! The host's signals during a call on its own thread: held back while we work, let through
//! wherever we wait.
//!
//! So a Ctrl-C ends a host that waits for a server, and no handler of the host's ever finds one of
//! our system calls half done.

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::ptr;
use std::time::Duration;

use rustix::event::PollFlags;

use super::signals::Blocked;
use crate::deadline;

thread_local! {
    /// What this thread blocks while it waits. `None` where it is not the host's: then whatever it
    /// blocks anyway.
    static WHILE_WAITING: Cell<Option<libc::sigset_t>> = const { Cell::new(None) };
}

/// Holds the host's signals back from this thread until it is dropped, but for the time of [`wait`].
#[derive(Debug)]
#[must_use = "the signals are let through again when this is dropped"]
pub(crate) struct HeldBack {
    /// Dropped, it lets them through.
    _blocked: Blocked,
}

impl HeldBack {
    /// # Errors
    /// Whatever the C library answers; it has no reason to.
    pub(crate) fn new() -> io::Result<Self> {
        let blocked = Blocked::all()?;
        WHILE_WAITING.set(Some(blocked.mask_of_the_host()));
        Ok(Self { _blocked: blocked })
    }
}

impl Drop for HeldBack {
    fn drop(&mut self) {
        WHILE_WAITING.set(None);
    }
}

/// Something to wait for.
#[derive(Debug)]
#[repr(transparent)]
pub(crate) struct Awaited<'fd> {
    poll: libc::pollfd,
    fd: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> Awaited<'fd> {
    /// A descriptor, and what it should be ready for.
    pub(crate) fn new(fd: &'fd impl AsFd, wanted: PollFlags) -> Self {
        let poll = libc::pollfd {
            fd: fd.as_fd().as_raw_fd(),
            events: wanted.bits().cast_signed(),
            revents: 0,
        };
        Self {
            poll,
            fd: PhantomData,
        }
    }

    /// What the descriptor is, after a wait.
    pub(crate) fn is(&self) -> PollFlags {
        PollFlags::from_bits_retain(self.poll.revents.cast_unsigned())
    }
}

/// Waits until something is ready, the limit has passed or a signal was handled: who has to know
/// which asks what is ready, and counts the time itself.
///
/// # Errors
/// When the kernel has no memory for it.
pub(crate) fn wait(awaited: &mut [Awaited<'_>], limit: Duration) -> io::Result<()> {
    let limit = deadline::bounded(limit);
    let limit = libc::timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    };
    let mask = WHILE_WAITING.get();
    let count = libc::nfds_t::try_from(awaited.len()).map_err(io::Error::other)?;
    // SAFETY: the elements are transparent over pollfd, `count` of them; the time and the mask are
    // valid, and no mask leaves this thread's as it is.
    let ready = unsafe {
        libc::ppoll(
            awaited.as_mut_ptr().cast(),
            count,
            &raw const limit,
            mask.as_ref().map_or(ptr::null(), ptr::from_ref),
        )
    };
    match ready {
        -1 => match io::Error::last_os_error() {
            // Then the kernel has not filled in what is ready.
            error if error.kind() == io::ErrorKind::Interrupted => {
                for one in awaited {
                    one.poll.revents = 0;
                }
                Ok(())
            }
            error => Err(error),
        },
        _ => Ok(()),
    }
}

/// Lets through what waits, in the middle of long work.
pub(crate) fn let_signals_through() {
    if WHILE_WAITING.get().is_some() {
        // Nothing to wait for, and nothing that could fail.
        let _ = wait(&mut [], Duration::ZERO);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    static HANDLED: AtomicU32 = AtomicU32::new(0);

    extern "C" fn count(_signal: libc::c_int) {
        HANDLED.fetch_add(1, Ordering::Relaxed);
    }

    fn raise_here(signal: libc::c_int) {
        // SAFETY: a signal for this very thread, which exists.
        unsafe { libc::pthread_kill(libc::pthread_self(), signal) };
    }

    #[test]
    fn a_signal_is_handled_while_waiting_and_not_before() {
        // SAFETY: the handler only counts, and no other test uses this signal.
        unsafe {
            libc::signal(
                libc::SIGUSR2,
                count as extern "C" fn(libc::c_int) as libc::sighandler_t,
            )
        };
        let held = HeldBack::new().unwrap();
        raise_here(libc::SIGUSR2);
        assert_eq!(HANDLED.load(Ordering::Relaxed), 0);
        let_signals_through();
        assert_eq!(HANDLED.load(Ordering::Relaxed), 1);
        raise_here(libc::SIGUSR2);
        assert_eq!(HANDLED.load(Ordering::Relaxed), 1);
        drop(held);
        assert_eq!(HANDLED.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_broken_pipe_of_ours_does_not_get_through() {
        let held = HeldBack::new().unwrap();
        // Handled by its default action either would end this process.
        raise_here(libc::SIGPIPE);
        raise_here(libc::SIGXFSZ);
        let_signals_through();
        drop(held);
    }

    #[test]
    fn what_is_ready_is_told_and_what_is_not_is_waited_for() {
        let (reader, writer) = io::pipe().unwrap();
        let mut awaited = [Awaited::new(&reader, PollFlags::IN)];
        wait(&mut awaited, Duration::from_millis(1)).unwrap();
        assert_eq!(awaited[0].is(), PollFlags::empty());
        drop(writer);
        wait(&mut awaited, Duration::from_secs(60)).unwrap();
        assert!(awaited[0].is().contains(PollFlags::HUP));
    }
}
