//! Programs run on the side: `sendmail`, password commands, mail clients, front ends for dialogs.
//!
//! They run inside somebody else's process, so nothing that the host did to its signals, its
//! children, its environment or its descriptors may change what the program sees or how its end is
//! told, and nothing of the program may stay behind. `src/ffi/sys/unix/spawn.rs` says how.
#![forbid(unsafe_code)]

#[cfg_attr(unix, path = "child/unix/mod.rs")]
#[cfg_attr(windows, path = "child/windows.rs")]
mod running;
#[cfg(test)]
#[cfg(unix)]
mod tests;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

#[cfg(unix)]
pub use self::running::{Conversation, Unread};
use self::running::{Running, signal};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::signals;

/// A program to run, and what to run it with.
#[derive(Debug, Clone)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
}

/// How a program ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code, or the signal that killed it.
    pub status: ExitStatus,
    /// What it wrote to its standard output, at most the first 64 KiB.
    pub stdout: Vec<u8>,
    /// What it wrote to its standard error, at most the first 64 KiB.
    pub stderr: Vec<u8>,
    /// Whether it let its whole input be written: a program that closes it early did not.
    pub took_all_input: bool,
}

impl Ended {
    /// Whether it read everything and says that all is well.
    pub fn succeeded(&self) -> bool {
        self.took_all_input && self.status.success()
    }

    /// The last line it complained with, for a reason; empty when it was silent.
    pub fn last_complaint(&self) -> String {
        last_line(&self.stderr)
    }
}

/// The last line with something in it, not too long for a reason.
fn last_line(said: &[u8]) -> String {
    String::from_utf8_lossy(said)
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or_default()
        .chars()
        .take(500)
        .collect()
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status.code(), signal(self.status)) {
            (Some(0), _) if !self.took_all_input => {
                f.write_str("it ended before it had read the whole message")?;
            }
            (Some(code), _) => write!(f, "it ended with exit code {code}")?,
            (None, Some(signal)) => write!(f, "it was killed by signal {signal}")?,
            (None, None) => f.write_str("it ended in an unknown way")?,
        }
        match self.last_complaint() {
            complaint if complaint.is_empty() => Ok(()),
            complaint => write!(f, ": {complaint}"),
        }
    }
}

impl Program {
    /// The program at this absolute path. Nothing is looked for in `PATH`, and no shell is asked.
    ///
    /// # Errors
    /// [`Kind::Failure`] for a relative path: it would mean another program in each directory.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        if !path.is_absolute() {
            return Err(Error::new(
                Kind::Failure,
                format!(
                    "the program {} has to be named by its absolute path",
                    path.display()
                ),
            ));
        }
        Ok(Self {
            path,
            arguments: Vec::new(),
        })
    }

    /// The same program with further arguments, each passed on as one, whatever is in it.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, more: impl IntoIterator<Item = A>) -> Self {
        self.arguments.extend(more.into_iter().map(Into::into));
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the program, feeds it and waits for its end.
    ///
    /// `feed` writes the program's standard input. If it fails, or time runs out, or this very
    /// process is killed, the program is killed before it can take what it got for all there is.
    /// A program that stops reading makes the writes of `feed` fail; then its own end counts, and
    /// not what `feed` returned.
    ///
    /// It runs in `/` and in a session without a terminal, with the environment this process was
    /// started with.
    ///
    /// # Errors
    /// [`Kind::OutOfMemory`] when the system has no process or descriptor left,
    /// [`Kind::AccessDenied`] or [`Kind::Failure`] when the program cannot be run,
    /// [`Kind::TooManyRecipients`] when its arguments are longer than the system allows,
    /// [`Kind::Network`] when it was not done by the deadline, and whatever `feed` fails with.
    pub fn run(
        &self,
        deadline: Deadline,
        feed: impl FnOnce(&mut dyn Write) -> Result<()>,
    ) -> Result<Ended> {
        // Whoever calls from a thread that has not blocked it lives on too.
        let _quiet = signals::Blocked::broken_pipes().map_err(|error| self.cannot_run(error))?;
        let mut running = Running::start(self, deadline)?;
        let mut input = Input {
            running: &mut running,
            broken: None,
        };
        let fed = feed(&mut input);
        let took_all_input = match (input.broken, fed) {
            (Some(io::ErrorKind::BrokenPipe), _) => false,
            (Some(io::ErrorKind::TimedOut), _) => {
                return Err(self.killed_late(&mut running, "had not read its whole input in time"));
            }
            // Dropped, the program is killed.
            (Some(other), _) => return Err(self.cannot_run(other.into())),
            (None, Err(error)) => return Err(error),
            (None, Ok(())) => true,
        };
        self.ended(running, took_all_input)
    }

    /// Closes the input as whole, and waits for the end.
    fn ended(&self, mut running: Running, took_all_input: bool) -> Result<Ended> {
        running.close_input();
        match running.wait() {
            Ok(End::Ended(status)) => Ok(Ended {
                status,
                stdout: running.take_stdout(),
                stderr: running.take_stderr(),
                took_all_input,
            }),
            Ok(End::NotStarted(error)) => Err(self.cannot_run(error)),
            Ok(End::Unknown) => Err(Error::new(
                Kind::Failure,
                format!(
                    "cannot tell how {} ended: its keeper was killed",
                    self.path.display()
                ),
            )),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                let what =
                    "had its whole input, which it may have acted on, and was not done in time";
                Err(self.killed_late(&mut running, what).in_doubt())
            }
            Err(error) => Err(self.cannot_run(error)),
        }
    }

    /// Kills the program for being late, and says so with its last words.
    fn killed_late(&self, running: &mut Running, what: &str) -> Error {
        running.kill();
        let mut reason = format!("{} {what}", self.path.display());
        let last_words = last_line(&running.take_stderr());
        if !last_words.is_empty() {
            reason = format!("{reason}; it last said: {last_words}");
        }
        Error::new(Kind::Network, reason)
    }

    fn cannot_run(&self, error: io::Error) -> Error {
        let kind = match error.kind() {
            // The one list of arguments that a caller can lengthen is that of the recipients.
            io::ErrorKind::ArgumentListTooLong => Kind::TooManyRecipients,
            // No further process may be started.
            io::ErrorKind::WouldBlock => Kind::OutOfMemory,
            _ => Kind::of_system_error(&error),
        };
        Error::new(kind, format!("cannot run {}", self.path.display()))
            .because(error)
            .at_the_server()
    }
}

/// How a program ended, as far as that can be known.
#[cfg_attr(
    windows,
    expect(dead_code, reason = "there the start and the end are known at once")
)]
enum End {
    Ended(ExitStatus),
    NotStarted(io::Error),
    Unknown,
}

/// The program's standard input, as the one who feeds it sees it.
struct Input<'a> {
    running: &'a mut Running,
    /// What the first write that failed failed with.
    broken: Option<io::ErrorKind>,
}

impl Write for Input<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.running.write_input(bytes).inspect_err(|error| {
            self.broken.get_or_insert(error.kind());
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
