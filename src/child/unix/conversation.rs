//! A program that is talked with, for as long as it takes.
#![forbid(unsafe_code)]

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;

use rustix::net::{RecvFlags, recv};

use super::Running;
use super::pipes::socket_pair;
use crate::child::{Ended, Program};
use crate::deadline::Deadline;
use crate::error::Result;
use crate::ffi::sys::signals;

/// A running program whose standard input is a socket: what is written here it reads there, and the
/// other way round. Dropped, it is killed; if this very process is killed, so is it.
#[derive(Debug)]
pub struct Conversation<'p> {
    program: &'p Program,
    running: Running,
    /// Whoever calls from a thread that has not blocked it lives on too.
    _quiet: signals::Blocked,
}

impl Program {
    /// Starts the program to be talked with, as [`Program::run`] would run it but for its input.
    ///
    /// # Errors
    /// As for [`Program::run`]. Whether it could be run shows when it is listened to.
    pub fn converse(&self, deadline: Deadline) -> Result<Conversation<'_>> {
        let quiet = signals::Blocked::broken_pipes().map_err(|error| self.cannot_run(error))?;
        Ok(Conversation {
            program: self,
            running: Running::with_input(self, deadline, socket_pair)?,
            _quiet: quiet,
        })
    }
}

impl Conversation<'_> {
    /// From here on reading and writing fail with `TimedOut` after this.
    pub fn until(&mut self, deadline: Deadline) {
        self.running.pipes.until(deadline);
    }

    /// Waits until there is something to read, if only the end.
    ///
    /// # Errors
    /// `TimedOut`.
    pub fn wait_for_words(&mut self) -> io::Result<()> {
        self.running.pipes.wait_for_words()
    }

    /// What the program will have said.
    ///
    /// # Errors
    /// The system's, without a descriptor for it.
    pub fn unread(&self) -> io::Result<Unread> {
        self.running.pipes.unread().map(Unread)
    }

    /// Ends the conversation, and waits for the program's end.
    ///
    /// # Errors
    /// As for [`Program::run`]; whoever is late is killed.
    pub fn end(mut self, deadline: Deadline) -> Result<Ended> {
        self.until(deadline);
        self.program.ended(self.running, true)
    }
}

/// What a program has said and nobody has read yet, to be looked at from elsewhere.
#[derive(Debug)]
pub struct Unread(OwnedFd);

impl Unread {
    /// As much of it as there is room for; nothing where there is none.
    pub fn peek<'b>(&self, into: &'b mut [u8]) -> &'b [u8] {
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        let length = recv(&self.0, &mut *into, flags).map_or(0, |(length, _)| length);
        into.get(..length).unwrap_or_default()
    }
}

impl Read for Conversation<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.running.pipes.read_words(into)
    }
}

impl Write for Conversation<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.running.pipes.write_input(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
