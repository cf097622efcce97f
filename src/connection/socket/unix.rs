//! A TCP socket that neither blocks nor kills its host.
#![forbid(unsafe_code)]

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketFlags, SocketType, connect,
    recv, send, sendmsg, socket_with,
};

use crate::deadline::Deadline;
use crate::descriptor::open_above;
use crate::ffi::sys::wait::{Awaited, wait};

/// A connected TCP socket in non-blocking mode.
#[derive(Debug)]
pub(crate) struct Socket(TcpStream);

/// What a socket waits for, and what it then is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Readiness {
    pub(crate) readable: bool,
    pub(crate) writable: bool,
}

impl Socket {
    /// Connects within the limit.
    pub(crate) fn connect(address: &SocketAddr, limit: Duration) -> io::Result<Self> {
        let deadline = Deadline::after(limit);
        let socket = Self(open_above(|| {
            Ok(TcpStream::from(begin_to_connect(address)?))
        })?);
        let connected = Readiness {
            readable: false,
            writable: true,
        };
        while !socket.wait(connected, deadline.allow(limit)?)?.writable {}
        if let Some(error) = socket.0.take_error()? {
            return Err(error);
        }
        // Every write of ours is a whole flight: waiting for more only costs a round trip.
        socket.0.set_nodelay(true)?;
        Ok(socket)
    }

    /// Waits until the socket is ready for one of the wanted, or the limit has passed: then it is
    /// ready for nothing.
    pub(crate) fn wait(&self, wanted: Readiness, limit: Duration) -> io::Result<Readiness> {
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, wanted.readable);
        flags.set(PollFlags::OUT, wanted.writable);
        let mut awaited = [Awaited::new(&self.0, flags)];
        // When it was a signal the caller counts the time and comes back.
        wait(&mut awaited, limit)?;
        let [socket] = awaited;
        let got = socket.is();
        // An error is for the next read or write to tell.
        let broken = got.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);
        Ok(Readiness {
            readable: wanted.readable && (broken || got.contains(PollFlags::IN)),
            writable: wanted.writable && (broken || got.contains(PollFlags::OUT)),
        })
    }

    /// Takes what has arrived, without waiting; nothing when the other side has closed.
    pub(crate) fn receive<'b>(&self, buffer: &'b mut [MaybeUninit<u8>]) -> io::Result<&'b [u8]> {
        let ((received, _), _) = recv(&self.0, buffer, RecvFlags::empty())?;
        Ok(received)
    }

    /// The address of this end.
    pub(crate) fn local_ip(&self) -> io::Result<IpAddr> {
        self.0.local_addr().map(|address| address.ip())
    }
}

/// Waits until something has come, or the limit has passed.
pub(crate) fn wait_to_receive(socket: &UdpSocket, limit: Duration) -> io::Result<()> {
    wait(&mut [Awaited::new(socket, PollFlags::IN)], limit)
}

/// A socket in non-blocking mode that is on its way to this address.
fn begin_to_connect(address: &SocketAddr) -> io::Result<OwnedFd> {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(family, SocketType::STREAM, flags, None)?;
    match connect(&socket, address) {
        Ok(()) | Err(Errno::INPROGRESS | Errno::INTR) => Ok(socket),
        Err(error) => Err(error.into()),
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Socket {
    /// Not the standard library's, which is `write`: on a connection that the server has closed
    /// that raises SIGPIPE, and a host that did not ask for mail to be sent in C dies of it.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(send(&self.0, bytes, SendFlags::NOSIGNAL)?)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        if let [bytes] = slices {
            return self.write(bytes);
        }
        let mut nothing = SendAncillaryBuffer::default();
        Ok(sendmsg(&self.0, slices, &mut nothing, SendFlags::NOSIGNAL)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    #[test]
    fn what_is_written_is_never_held_back_for_more() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let socket = Socket::connect(&address, Duration::from_secs(60)).unwrap();
        assert!(socket.0.nodelay().unwrap());
    }
}
