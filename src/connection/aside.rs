//! Work that knows no time limit, done on a thread that may be left behind.
#![forbid(unsafe_code)]

use std::io;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::deadline::Deadline;

/// Does the work on a thread of this name, and waits for what comes of it no longer than this.
///
/// # Errors
/// When there is no thread to be had, and `TimedOut`.
pub(super) fn aside<T: Send + 'static>(
    name: &str,
    limit: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    let (answer, answered) = mpsc::sync_channel(1);
    let (over, at_work) = bell()?;
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            // Nobody may be waiting any more.
            let _ = answer.send(work());
            drop(at_work);
        })?;
    let deadline = Deadline::after(limit);
    while let Ok(left) = deadline.allow(limit) {
        if let Some(answer) = wait(&over, &answered, left)? {
            return Ok(answer);
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// A pipe, whose other end tells: no channel can be waited for while signals are let through.
#[cfg(unix)]
fn bell() -> io::Result<(std::os::fd::OwnedFd, std::os::fd::OwnedFd)> {
    use rustix::pipe::{PipeFlags, pipe_with};
    crate::descriptor::open_above(|| Ok(pipe_with(PipeFlags::CLOEXEC)?))
}

#[cfg(unix)]
fn wait<T>(
    over: &std::os::fd::OwnedFd,
    answered: &Receiver<T>,
    limit: Duration,
) -> io::Result<Option<T>> {
    use crate::ffi::sys::wait::{Awaited, wait};
    use rustix::event::PollFlags;
    wait(&mut [Awaited::new(over, PollFlags::IN)], limit)?;
    match answered.try_recv() {
        Err(mpsc::TryRecvError::Disconnected) => Err(gone()),
        answer => Ok(answer.ok()),
    }
}

/// The channel tells itself.
#[cfg(windows)]
struct Silent;

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn bell() -> io::Result<(Silent, Silent)> {
    Ok((Silent, Silent))
}

#[cfg(windows)]
fn wait<T>(_over: &Silent, answered: &Receiver<T>, limit: Duration) -> io::Result<Option<T>> {
    use crate::deadline;
    match answered.recv_timeout(deadline::bounded(limit)) {
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(gone()),
        answer => Ok(answer.ok()),
    }
}

fn gone() -> io::Error {
    io::Error::other("the thread that was to answer is gone")
}
