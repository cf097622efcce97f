//! A TCP socket that does not block its host.
#![forbid(unsafe_code)]

use std::io::{self, IoSlice, Read, Write};
use std::mem::MaybeUninit;
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use crate::deadline;
use crate::ffi::sys::poll;

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
        let stream = TcpStream::connect_timeout(address, limit)?;
        stream.set_nonblocking(true)?;
        // Every write of ours is a whole flight: waiting for more only costs a round trip.
        stream.set_nodelay(true)?;
        Ok(Self(stream))
    }

    /// Waits until the socket is ready for one of the wanted, or the limit has passed: then it is
    /// ready for nothing.
    pub(crate) fn wait(&self, wanted: Readiness, limit: Duration) -> io::Result<Readiness> {
        let (readable, writable) = poll::wait(
            &self.0,
            wanted.readable,
            wanted.writable,
            deadline::bounded(limit),
        )?;
        Ok(Readiness { readable, writable })
    }

    /// Takes what has arrived, without waiting; nothing when the other side has closed.
    pub(crate) fn receive<'b>(&self, buffer: &'b mut [MaybeUninit<u8>]) -> io::Result<&'b [u8]> {
        const MOST: usize = 16 << 10;
        let mut received = [0; MOST];
        let room = buffer.len().min(MOST);
        let count = (&self.0).read(received.get_mut(..room).unwrap_or_default())?;
        let (received, buffer) = (received.get(..count), buffer.get_mut(..count));
        let (Some(received), Some(buffer)) = (received, buffer) else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        Ok(buffer.write_copy_of_slice(received))
    }

    /// The address of this end.
    pub(crate) fn local_ip(&self) -> io::Result<IpAddr> {
        self.0.local_addr().map(|address| address.ip())
    }
}

/// Waits until something has come, or the limit has passed.
pub(crate) fn wait_to_receive(socket: &UdpSocket, limit: Duration) -> io::Result<()> {
    poll::wait(socket, true, false, deadline::bounded(limit)).map(drop)
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write_vectored(slices)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
