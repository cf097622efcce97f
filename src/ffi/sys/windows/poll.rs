//! Waiting for a socket.

use std::io;
use std::os::windows::io::AsRawSocket;
use std::time::Duration;

use windows_sys::Win32::Networking::WinSock::{
    POLLERR, POLLHUP, POLLNVAL, POLLRDNORM, POLLWRNORM, SOCKET, WSAPOLLFD, WSAPoll,
};

/// Waits until a connected socket can be read from, or written to, or the limit has passed, and says
/// which. An error is for the next read or write to tell.
///
/// # Errors
/// The system's.
pub(crate) fn wait(
    socket: &impl AsRawSocket,
    to_read: bool,
    to_write: bool,
    limit: Duration,
) -> io::Result<(bool, bool)> {
    let wanted = |is_wanted, flag| if is_wanted { flag } else { 0 };
    let mut polled = WSAPOLLFD {
        fd: socket.as_raw_socket() as SOCKET,
        events: wanted(to_read, POLLRDNORM) | wanted(to_write, POLLWRNORM),
        revents: 0,
    };
    // Rounded up, so that nobody comes back too early over and over.
    let milliseconds = limit.as_nanos().div_ceil(1_000_000);
    let milliseconds = i32::try_from(milliseconds).unwrap_or(i32::MAX);
    // SAFETY: one element, which is ours, and the socket is open.
    if unsafe { WSAPoll(&raw mut polled, 1, milliseconds) } < 0 {
        return Err(io::Error::last_os_error());
    }
    let is = |flags| polled.revents & flags != 0;
    let is_broken = is(POLLERR | POLLHUP | POLLNVAL);
    Ok((
        to_read && (is_broken || is(POLLRDNORM)),
        to_write && (is_broken || is(POLLWRNORM)),
    ))
}
