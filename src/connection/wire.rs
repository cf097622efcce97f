//! The two-way stream of commands and replies, in the clear or in TLS, bounded in time and memory.
//! What a reply is, a [`Framing`] knows.
#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, BufRead, IoSlice, Write};
use std::mem::MaybeUninit;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion};

use super::socket::{Readiness, Socket};
use super::tls::{self, Trust};
use crate::config::Server;
use crate::deadline::Deadline;
use crate::error::Result;

/// How much is taken from the socket at once.
const READ_SIZE: usize = 16 * 1024;
/// How much TLS encrypts before it is written.
const TLS_BUFFER: usize = 256 * 1024;
/// How far a server may answer ahead while it does not read; then it has to.
const MAX_WAITING: usize = 256 * 1024;

/// How the bytes of a protocol become replies. It holds what has come in and not been read yet, and
/// bounds what a reply may be.
pub(crate) trait Framing: Default {
    /// What a server says in one go.
    type Reply: fmt::Display;

    /// Takes what has come in.
    fn take(&mut self, bytes: &[u8]);

    /// How many bytes wait to be read.
    fn waiting(&self) -> usize;

    /// Whether nothing waits, not even part of a reply.
    fn is_empty(&self) -> bool;

    /// The next reply, once all of it has come in.
    ///
    /// # Errors
    /// `InvalidData` for what is no reply, or is larger than any reply may be. The connection can
    /// only be dropped then.
    fn next_reply(&mut self) -> io::Result<Option<Self::Reply>>;
}

/// A connection on which nothing takes longer than it may.
///
/// While it waits to write it reads: a server that answers a long pipeline and is not listened to
/// would stop reading, and both would wait for ever.
#[derive(Debug)]
pub(crate) struct Wire<F> {
    socket: Socket,
    tls: Option<Box<ClientConnection>>,
    replies: F,
    /// How long one answer, or a pause while writing, may take.
    timeout: Duration,
    /// When the whole call has to be over.
    deadline: Deadline,
}

impl<F: Framing> Wire<F> {
    pub(crate) fn new(socket: Socket, timeout: Duration, deadline: Deadline) -> Self {
        Self {
            socket,
            tls: None,
            replies: F::default(),
            timeout,
            deadline,
        }
    }

    /// Begins another call on the same connection.
    pub(crate) fn renew(&mut self, deadline: Deadline) {
        self.deadline = deadline;
    }

    /// The deadline of the call.
    pub(crate) fn deadline(&self) -> Deadline {
        self.deadline
    }

    /// The address of this end.
    pub(crate) fn local_ip(&self) -> io::Result<IpAddr> {
        self.socket.local_ip()
    }

    /// Protects what follows, and says how: done when the server's certificate has been verified.
    pub(crate) fn protect(&mut self, settings: &Server, trust: &Trust) -> Result<String> {
        let host = settings.certificate_name();
        let name = tls::server_name(host)?;
        self.start_tls(trust.config(&settings.address())?, name)
            .map_err(|error| tls::refused(&settings.address(), host, error))?;
        let version = match self.tls.as_ref().and_then(|tls| tls.protocol_version()) {
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        Ok(format!("{version}; its certificate is good for {host}"))
    }

    fn start_tls(
        &mut self,
        config: Arc<ClientConfig>,
        name: ServerName<'static>,
    ) -> io::Result<()> {
        let mut tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
        tls.set_buffer_limit(Some(TLS_BUFFER));
        self.tls = Some(Box::new(tls));
        let by = self.answer_by(self.timeout)?;
        loop {
            self.flush_tls()?;
            if !self.tls.as_ref().is_some_and(|tls| tls.is_handshaking()) {
                return Ok(());
            }
            self.fill(by, self.timeout)?;
        }
    }

    /// How replies are read, for a protocol whose bounds depend on what was asked.
    pub(crate) fn framing(&mut self) -> &mut F {
        &mut self.replies
    }

    /// Writes commands, which a server must not have answered beforehand.
    pub(crate) fn say(&mut self, commands: &str) -> io::Result<()> {
        self.expect_quiet()?;
        self.write([commands.as_bytes()])
    }

    /// Writes all the parts, in as few segments as they fit into.
    pub(crate) fn write<const N: usize>(&mut self, parts: [&[u8]; N]) -> io::Result<()> {
        if self.tls.is_some() {
            return self.write_tls(&parts);
        }
        let mut slices = parts.map(IoSlice::new);
        let mut rest = slices.as_mut_slice();
        IoSlice::advance_slices(&mut rest, 0);
        while !rest.is_empty() {
            match self.socket.write_vectored(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) => self.wait_to_write(error)?,
            }
        }
        Ok(())
    }

    fn write_tls(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        for part in parts {
            let mut rest = *part;
            while let Some(tls) = &mut self.tls
                && !rest.is_empty()
            {
                let taken = tls.writer().write(rest)?;
                rest = rest.get(taken..).unwrap_or_default();
                if !rest.is_empty() {
                    self.flush_tls()?;
                }
            }
        }
        self.flush_tls()
    }

    fn flush_tls(&mut self) -> io::Result<()> {
        while let Some(tls) = &mut self.tls
            && tls.wants_write()
        {
            if let Err(error) = tls.write_tls(&mut self.socket) {
                self.wait_to_write(error)?;
            }
        }
        Ok(())
    }

    /// Waits until a write that did not go through can be tried again, reading meanwhile.
    fn wait_to_write(&mut self, error: io::Error) -> io::Result<()> {
        match error.kind() {
            io::ErrorKind::Interrupted => return Ok(()),
            io::ErrorKind::WouldBlock => {}
            _ => return Err(error),
        }
        let by = self.answer_by(self.timeout)?;
        loop {
            let wanted = Readiness {
                readable: self.replies.waiting() < MAX_WAITING,
                writable: true,
            };
            let ready = self.wait(wanted, by, self.timeout)?;
            if ready.readable {
                self.pump()?;
            }
            if ready.writable {
                return Ok(());
            }
        }
    }

    /// The next reply, complete within the patience however it comes in.
    pub(crate) fn read_reply(&mut self, patience: Duration) -> io::Result<F::Reply> {
        if let Some(reply) = self.replies.next_reply()? {
            return Ok(reply);
        }
        let by = self.answer_by(patience)?;
        loop {
            self.fill(by, patience)?;
            if let Some(reply) = self.replies.next_reply()? {
                return Ok(reply);
            }
        }
    }

    /// The next reply, however long it takes to come in, as long as something comes: for replies
    /// with a whole message in them. The deadline of the call still counts.
    pub(crate) fn read_long_reply(&mut self, patience: Duration) -> io::Result<F::Reply> {
        loop {
            if let Some(reply) = self.replies.next_reply()? {
                return Ok(reply);
            }
            let by = self.answer_by(patience)?;
            self.fill(by, patience)?;
        }
    }

    /// A reply that has already come in. What a server said before it hung up is still heard.
    pub(crate) fn poll_reply(&mut self) -> io::Result<Option<F::Reply>> {
        let mut pumped = Ok(true);
        while matches!(pumped, Ok(true)) && self.replies.waiting() < MAX_WAITING {
            pumped = self.pump();
        }
        match self.replies.next_reply()? {
            Some(reply) => Ok(Some(reply)),
            None => pumped.map(|_| None),
        }
    }

    /// Whether the server has said nothing that it was not asked.
    pub(crate) fn is_quiet(&self) -> bool {
        self.replies.is_empty()
    }

    /// Makes sure that the next answer will be one to the next question.
    pub(crate) fn expect_quiet(&mut self) -> io::Result<()> {
        let unasked = match self.replies.next_reply()? {
            Some(reply) => reply.to_string(),
            None if self.is_quiet() => return Ok(()),
            None => "part of a reply".to_owned(),
        };
        let text = format!("the server said, without being asked: {unasked}");
        Err(io::Error::new(io::ErrorKind::InvalidData, text))
    }

    /// Whether an idle connection is still good: the server neither closed it nor said anything.
    pub(crate) fn is_alive(&mut self) -> bool {
        loop {
            match self.pump() {
                // New session tickets of TLS 1.3 are no words of the server.
                Ok(true) if self.is_quiet() => {}
                Ok(false) => return self.is_quiet(),
                _ => return false,
            }
        }
    }

    /// Writes what can be written at once, and does not care whether it was.
    pub(crate) fn write_last(&mut self, bytes: &[u8]) {
        let Some(tls) = &mut self.tls else {
            let _ = self.socket.write(bytes);
            return;
        };
        let _ = tls.writer().write(bytes);
        tls.send_close_notify();
        while tls.wants_write() && tls.write_tls(&mut self.socket).is_ok() {}
    }

    /// Waits for bytes and takes them in.
    fn fill(&mut self, by: Deadline, patience: Duration) -> io::Result<()> {
        let wanted = Readiness {
            readable: true,
            writable: false,
        };
        while !self.wait(wanted, by, patience)?.readable {}
        self.pump().map(drop)
    }

    /// Takes in what has arrived, without waiting; false when there was nothing.
    fn pump(&mut self) -> io::Result<bool> {
        let Some(tls) = &mut self.tls else {
            // Not zeroed first, which would cost more than most replies do.
            let mut buffer = [MaybeUninit::uninit(); READ_SIZE];
            return match self.socket.receive(&mut buffer) {
                Ok([]) => Err(closed()),
                Ok(received) => {
                    self.replies.take(received);
                    Ok(true)
                }
                Err(error) => nothing_yet(error),
            };
        };
        match tls.read_tls(&mut self.socket) {
            Ok(0) => return Err(closed()),
            Ok(_) => {}
            Err(error) => return nothing_yet(error),
        }
        if let Err(error) = tls.process_new_packets() {
            // The alert that tells the server why; it may not care.
            let _ = tls.write_tls(&mut self.socket);
            return Err(io::Error::new(io::ErrorKind::InvalidData, error));
        }
        loop {
            match tls.reader().into_first_chunk() {
                // The end of the stream is told by the next read of the socket.
                Ok([]) => return Ok(true),
                Ok(chunk) => {
                    self.replies.take(chunk);
                    let length = chunk.len();
                    tls.reader().consume(length);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
        }
    }

    fn answer_by(&self, patience: Duration) -> io::Result<Deadline> {
        self.deadline.within(patience)
    }

    fn wait(&self, wanted: Readiness, by: Deadline, patience: Duration) -> io::Result<Readiness> {
        let Ok(limit) = by.allow(patience) else {
            // The call's own deadline tells itself; the step's has to be put into words.
            self.deadline.allow(patience)?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("no answer within {} seconds", patience.as_secs_f32().ceil()),
            ));
        };
        self.socket.wait(wanted, limit)
    }
}

fn closed() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "the server closed the connection",
    )
}

fn nothing_yet(error: io::Error) -> io::Result<bool> {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(false),
        _ => Err(error),
    }
}
