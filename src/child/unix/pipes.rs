//! The near ends of a program's pipes, all served at once so that neither side waits for the other.
#![forbid(unsafe_code)]

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::PollFlags;
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::deadline::Deadline;
use crate::descriptor::{lift, open_above};
use crate::ffi::sys::spawn;
use crate::ffi::sys::wait::{Awaited, wait};

/// How much of what a program writes is kept. The rest is read and forgotten.
const KEPT_OUTPUT: usize = 64 << 10;
/// A step of waiting, where the deadline allows a longer one.
const LONG: Duration = Duration::from_secs(3600);

/// Our ends.
#[derive(Debug)]
pub(super) struct Pipes {
    deadline: Deadline,
    stdin: Option<OwnedFd>,
    stdout: Output,
    stderr: Output,
    control: OwnedFd,
    report: OwnedFd,
}

/// The ends of the program and its keeper.
#[derive(Debug)]
pub(super) struct FarEnds {
    pub(super) stdin: OwnedFd,
    pub(super) stdout: OwnedFd,
    pub(super) stderr: OwnedFd,
    pub(super) held_input: OwnedFd,
    pub(super) control: OwnedFd,
    pub(super) report: OwnedFd,
}

/// What a program writes to one of its streams.
#[derive(Debug)]
struct Output {
    pipe: Option<OwnedFd>,
    kept: Vec<u8>,
}

impl Pipes {
    /// Opens them; `input` makes what will be the program's standard input, its end first.
    pub(super) fn new(deadline: Deadline, input: Pair) -> io::Result<(Self, FarEnds)> {
        open_above(|| Self::open(deadline, input))
    }

    fn open(deadline: Deadline, input: Pair) -> io::Result<(Self, FarEnds)> {
        let (stdin_far, stdin) = input()?;
        let (stdout, stdout_far) = pipe()?;
        let (stderr, stderr_far) = pipe()?;
        let (control_far, control) = pipe()?;
        let (report, report_far) = pipe()?;
        let held_input = rustix::io::fcntl_dupfd_cloexec(&stdin, 3)?;
        // Only our own ends: the program's have to block as programs expect. Each end of a pipe has
        // its own flags.
        for ours in [&stdin, &stdout, &stderr, &report] {
            fcntl_setfl(ours, OFlags::NONBLOCK)?;
        }
        let near = Self {
            deadline,
            stdin: Some(stdin),
            stdout: Output::new(stdout),
            stderr: Output::new(stderr),
            control,
            report,
        };
        let far = FarEnds {
            stdin: stdin_far,
            stdout: stdout_far,
            stderr: stderr_far,
            held_input,
            control: control_far,
            report: report_far,
        };
        Ok((near, far))
    }

    /// Sets another bound on what is waited for from here on.
    pub(super) fn until(&mut self, deadline: Deadline) {
        self.deadline = deadline;
    }

    /// Writes some of these bytes, reading what the program writes meanwhile.
    pub(super) fn write_input(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            let stdin = self.stdin.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
            match rustix::io::write(stdin, bytes) {
                Ok(written) => return Ok(written),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(PollFlags::OUT)?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Reads some of what the program writes into its input, which is a socket. Nothing is the end.
    pub(super) fn read_words(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            // Asked for first: what was written before the end is there then.
            let ended = self.has_ended()?;
            let stdin = self.stdin.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
            match rustix::io::read(stdin, &mut *into) {
                Ok(length) => return Ok(length),
                Err(Errno::CONNRESET) => return Ok(0),
                Err(Errno::INTR) => {}
                // Somebody whom it started may hold the socket open.
                Err(Errno::AGAIN) if ended => return Ok(0),
                Err(Errno::AGAIN) => self.wait(PollFlags::IN)?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Another descriptor of the program's input, which is a socket.
    pub(super) fn unread(&self) -> io::Result<OwnedFd> {
        let stdin = self.stdin.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        open_above(|| stdin.try_clone())
    }

    /// Waits until [`Pipes::read_words`] does not wait.
    pub(super) fn wait_for_words(&mut self) -> io::Result<()> {
        loop {
            let stdin = self.stdin.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
            let mut there = [Awaited::new(stdin, PollFlags::IN)];
            wait(&mut there, Duration::ZERO)?;
            let [there] = there;
            if !there.is().is_empty() || self.has_ended()? {
                return Ok(());
            }
            self.wait(PollFlags::IN)?;
        }
    }

    /// Whether the keeper has told the program's end, or is gone.
    fn has_ended(&self) -> io::Result<bool> {
        let mut report = [Awaited::new(&self.report, PollFlags::IN)];
        wait(&mut report, Duration::ZERO)?;
        let [report] = report;
        Ok(!report.is().is_empty())
    }

    /// Ends the input: the program has all there is.
    pub(super) fn close_input(&mut self) {
        // If the keeper is gone, its report says why.
        let _ = rustix::io::write(&self.control, &[spawn::INPUT_IS_WHOLE]);
        self.stdin = None;
    }

    /// Has the program killed.
    pub(super) fn order_kill(&mut self) {
        // If the keeper is gone, so is the program.
        let _ = rustix::io::write(&self.control, &[spawn::KILL]);
    }

    /// The first report of the keeper, or none when it is gone without one.
    pub(super) fn wait_for_report(&mut self) -> io::Result<Option<spawn::Report>> {
        let mut bytes = [0; size_of::<spawn::Report>()];
        loop {
            match rustix::io::read(&self.report, &mut bytes) {
                Ok(0) => return Ok(None),
                Ok(_whole) => {
                    let [a, b, c, d, e, f, g, h] = bytes;
                    return Ok(Some([
                        i32::from_ne_bytes([a, b, c, d]),
                        i32::from_ne_bytes([e, f, g, h]),
                    ]));
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => self.wait(PollFlags::empty())?,
                Err(error) => return Err(error.into()),
            }
        }
    }

    pub(super) fn take_stdout(&mut self) -> Vec<u8> {
        self.stdout.take()
    }

    pub(super) fn take_stderr(&mut self) -> Vec<u8> {
        self.stderr.take()
    }

    /// Waits until the program complains of something, which is taken, until its input is as wanted,
    /// or, where nobody waits for room in it, until its end is told.
    fn wait(&mut self, input: PollFlags) -> io::Result<()> {
        let left = self.deadline.allow(LONG)?;
        let mut polled = Vec::with_capacity(4);
        if let Some(stdin) = self.stdin.as_ref().filter(|_| !input.is_empty()) {
            polled.push(Awaited::new(stdin, input));
        }
        if input != PollFlags::OUT {
            polled.push(Awaited::new(&self.report, PollFlags::IN));
        }
        for output in [&self.stdout, &self.stderr] {
            if let Some(pipe) = &output.pipe {
                polled.push(Awaited::new(pipe, PollFlags::IN));
            }
        }
        wait(&mut polled, left)?;
        self.stdout.read_what_is_there();
        self.stderr.read_what_is_there();
        Ok(())
    }
}

impl Output {
    fn new(pipe: OwnedFd) -> Self {
        Self {
            pipe: Some(pipe),
            kept: Vec::new(),
        }
    }

    /// Reads one piece, if there is one: not more, as a program may write without end.
    fn read_what_is_there(&mut self) {
        let Some(pipe) = &self.pipe else { return };
        let mut piece = [0; 8192];
        match rustix::io::read(pipe, &mut piece) {
            Err(Errno::INTR | Errno::AGAIN) => {}
            Ok(0) | Err(_) => self.pipe = None,
            Ok(length) => {
                let room = KEPT_OUTPUT.saturating_sub(self.kept.len());
                self.kept
                    .extend(piece.iter().take(length.min(room)).copied());
            }
        }
    }

    /// What was written, as far as it is kept. Whoever still holds the other end is not waited for.
    fn take(&mut self) -> Vec<u8> {
        loop {
            let before = self.kept.len();
            self.read_what_is_there();
            if self.kept.len() == before {
                return std::mem::take(&mut self.kept);
            }
        }
    }
}

/// Makes two ends: the program's, then ours.
pub(super) type Pair = fn() -> io::Result<(OwnedFd, OwnedFd)>;

/// A socket in which both sides read and write.
pub(super) fn socket_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (theirs, ours) = socketpair(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    Ok((lift(theirs)?, lift(ours)?))
}

/// A pipe: the end to read and the end to write.
pub(super) fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC)?;
    Ok((lift(read)?, lift(write)?))
}
