//! A program that runs, on Unix: under a keeper, as `src/ffi/sys/unix/spawn.rs` says.
#![forbid(unsafe_code)]

mod conversation;
mod environment;
mod pipes;

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

pub use self::conversation::{Conversation, Unread};
use self::pipes::{Pair, Pipes, pipe};
use super::{End, Program};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::spawn;

/// The signal that killed it.
pub(super) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// A started program. Dropped before its end, it is killed; in any case nothing of it stays behind.
#[derive(Debug)]
pub(super) struct Running {
    pipes: Pipes,
    keeper: Option<spawn::Keeper>,
}

impl Running {
    pub(super) fn start(program: &Program, deadline: Deadline) -> Result<Self> {
        Self::with_input(program, deadline, pipe)
    }

    fn with_input(program: &Program, deadline: Deadline, input: Pair) -> Result<Self> {
        let path = c_string(program.path.as_os_str())?;
        // Its whole path, as from a shell: some find the rest of themselves by it.
        let arguments = std::iter::once(program.path.as_os_str())
            .chain(program.arguments.iter().map(OsString::as_os_str))
            .map(c_string)
            .collect::<Result<Vec<_>>>()?;
        let (pipes, far) =
            Pipes::new(deadline, input).map_err(|error| program.cannot_run(error))?;
        let plan = spawn::Plan {
            program: &path,
            arguments: &arguments,
            environment: &environment::initial(),
            stdin: far.stdin,
            stdout: far.stdout,
            stderr: far.stderr,
            held_input: far.held_input,
            control: far.control,
            report: far.report,
        };
        let keeper = spawn::spawn(plan).map_err(|error| program.cannot_run(error))?;
        Ok(Self {
            pipes,
            keeper: Some(keeper),
        })
    }

    /// Writes some of its standard input.
    ///
    /// # Errors
    /// `BrokenPipe` when it reads no more, `TimedOut`, and the system's.
    pub(super) fn write_input(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pipes.write_input(bytes)
    }

    /// Ends its input: it has all there is.
    pub(super) fn close_input(&mut self) {
        self.pipes.close_input();
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// `TimedOut`, and the system's.
    pub(super) fn wait(&mut self) -> io::Result<End> {
        let report = self.pipes.wait_for_report()?;
        self.reap();
        Ok(match report {
            Some([spawn::ENDED, status]) => End::Ended(ExitStatus::from_raw(status)),
            Some([_, errno]) => End::NotStarted(io::Error::from_raw_os_error(errno)),
            None => End::Unknown,
        })
    }

    pub(super) fn take_stdout(&mut self) -> Vec<u8> {
        self.pipes.take_stdout()
    }

    pub(super) fn take_stderr(&mut self) -> Vec<u8> {
        self.pipes.take_stderr()
    }

    pub(super) fn kill(&mut self) {
        self.pipes.order_kill();
        self.reap();
    }

    fn reap(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.reap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.keeper.is_some() {
            self.kill();
        }
    }
}

fn c_string(text: &OsStr) -> Result<CString> {
    CString::new(text.to_owned().into_vec()).map_err(|error| {
        let shown = text.to_string_lossy();
        Error::new(
            Kind::Failure,
            format!("cannot pass \"{shown}\" to a program"),
        )
        .because(error)
    })
}
