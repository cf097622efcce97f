//! A program that runs, on Windows: in a job that ends with this process.
//!
//! Its pipes are served by threads, as those of Windows cannot be waited for together; each is gone when
//! its end of the pipe is.
#![forbid(unsafe_code)]

use std::io::{self, Read, Write};
use std::os::windows::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use windows_sys::Win32::System::Threading::CREATE_NO_WINDOW;

use super::{End, Program};
use crate::deadline::{self, Deadline};
use crate::error::Result;
use crate::ffi::sys::job::{self, Job};

/// How much of what a program writes is kept. The rest is read and forgotten.
const KEPT_OUTPUT: usize = 64 << 10;
/// How much is handed to the thread that writes at once.
const PIECE: usize = 64 << 10;
/// A step of waiting, where the deadline allows a longer one.
const LONG: Duration = Duration::from_secs(3600);
/// How long the last words of a program are waited for: what it left behind may hold their pipe open.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// There are none.
pub(super) fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

/// A started program. Dropped before its end, it is killed with all that it started.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// None after its end.
    job: Option<Job>,
    input: Option<Input>,
    stdout: Output,
    stderr: Output,
    deadline: Deadline,
}

impl Running {
    pub(super) fn start(program: &Program, deadline: Deadline) -> Result<Self> {
        Self::spawn(program, deadline).map_err(|error| program.cannot_run(error))
    }

    fn spawn(program: &Program, deadline: Deadline) -> io::Result<Self> {
        let mut command = Command::new(&program.path);
        command
            .args(&program.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .creation_flags(CREATE_NO_WINDOW);
        // Not the host's: it could not be removed as long as the program runs.
        if let Some(own) = program.path.parent() {
            command.current_dir(own);
        }
        let job = Job::new()?;
        let mut child = command.spawn()?;
        job.take_in(&child);
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let stdin = child.stdin.take().ok_or_else(gone)?;
        let stdout = child.stdout.take().ok_or_else(gone)?;
        let stderr = child.stderr.take().ok_or_else(gone)?;
        Ok(Self {
            input: Some(Input::new(stdin)?),
            stdout: Output::new(stdout)?,
            stderr: Output::new(stderr)?,
            child,
            job: Some(job),
            deadline,
        })
    }

    /// Writes some of its standard input.
    ///
    /// # Errors
    /// `BrokenPipe` when it reads no more, `TimedOut`, and the system's.
    pub(super) fn write_input(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let input = self.input.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        input.settle(self.deadline)?;
        input.write(bytes)
    }

    /// Ends its input: it has all there is.
    pub(super) fn close_input(&mut self) {
        if let Some(mut input) = self.input.take() {
            // What came of the last piece shows in how the program ends.
            let _ = input.settle(self.deadline);
        }
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// `TimedOut`, and the system's.
    pub(super) fn wait(&mut self) -> io::Result<End> {
        loop {
            let limit = self.deadline.allow(LONG)?;
            if job::wait(&self.child, deadline::bounded(limit))? {
                let status = self.child.wait()?;
                if let Some(job) = self.job.take() {
                    job.release();
                }
                return Ok(End::Ended(status));
            }
        }
    }

    pub(super) fn take_stdout(&mut self) -> Vec<u8> {
        self.stdout.take()
    }

    pub(super) fn take_stderr(&mut self) -> Vec<u8> {
        self.stderr.take()
    }

    pub(super) fn kill(&mut self) {
        if let Some(job) = self.job.take() {
            job.end();
        }
        // It may not have been in the job.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.job.is_some() {
            self.kill();
        }
    }
}

/// The thread that writes a program's standard input, and whether it is at it.
#[derive(Debug)]
struct Input {
    pieces: SyncSender<Vec<u8>>,
    written: Receiver<io::Result<()>>,
    is_writing: bool,
}

impl Input {
    fn new(mut stdin: ChildStdin) -> io::Result<Self> {
        let (pieces, to_write) = mpsc::sync_channel::<Vec<u8>>(1);
        let (tell, written) = mpsc::sync_channel(1);
        start("simplemapi-stdin", move || {
            while let Ok(piece) = to_write.recv() {
                if tell.send(stdin.write_all(&piece)).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self {
            pieces,
            written,
            is_writing: false,
        })
    }

    /// Waits until what was handed over is written.
    fn settle(&mut self, deadline: Deadline) -> io::Result<()> {
        while self.is_writing {
            let limit = deadline::bounded(deadline.allow(LONG)?);
            match self.written.recv_timeout(limit) {
                Ok(written) => {
                    self.is_writing = false;
                    written?;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(io::ErrorKind::BrokenPipe.into()),
            }
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = bytes.get(..PIECE).unwrap_or(bytes);
        self.pieces
            .send(piece.to_vec())
            .map_err(|_| io::ErrorKind::BrokenPipe)?;
        self.is_writing = true;
        Ok(piece.len())
    }
}

/// What a program writes to one of its streams.
#[derive(Debug)]
struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    end: Receiver<()>,
}

impl Output {
    fn new(mut pipe: impl Read + Send + 'static) -> io::Result<Self> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (at_work, end) = mpsc::sync_channel::<()>(0);
        let its = Arc::clone(&kept);
        start("simplemapi-output", move || {
            let mut piece = [0; 8192];
            while let Ok(count @ 1..) = pipe.read(&mut piece) {
                let mut kept = its.lock().unwrap_or_else(PoisonError::into_inner);
                let room = KEPT_OUTPUT.saturating_sub(kept.len());
                kept.extend(piece.iter().take(count.min(room)));
            }
            drop(at_work);
        })?;
        Ok(Self { kept, end })
    }

    /// What was written, as far as it is kept.
    fn take(&mut self) -> Vec<u8> {
        // Nobody sends: it ends when the thread does.
        let _ = self.end.recv_timeout(LAST_WORDS);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept)
    }
}

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(drop)
}
