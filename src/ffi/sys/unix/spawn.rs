//! Starting a program from inside a process that is not ours.
//!
//! The host may ignore SIGCHLD, or reap every child it hears of: then the exit code of `sendmail`
//! would be lost, or a child of ours would be taken for one of the host's. So the program gets a
//! parent of its own, the *keeper*: a copy of this process without an exit signal, which the host's
//! `wait` does not see and its SIGCHLD handler is not told of. The keeper starts the program, waits
//! for it, and reports over a pipe.
//!
//! The keeper also holds the writing end of the program's standard input. If the host is killed in
//! the middle of a message, the program does not see the end of it, as `sendmail` would take half
//! of a message for a whole one: the keeper kills the program first.
//!
//! Everything after the copy runs with locks of the host's other threads in unknown states, so it
//! is system calls only: no allocation, no formatting, no panic, and no handler of `pthread_atfork`.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;

use libc::{c_char, c_int, c_uint, c_void, pid_t};

use super::signals;

/// The byte by which the owner says that the whole input has been written.
pub(crate) const INPUT_IS_WHOLE: u8 = b'c';
/// The byte by which the owner has the program killed.
pub(crate) const KILL: u8 = b'k';

/// What the keeper tells: how the program ended, in the form of `waitpid`.
pub(crate) const ENDED: i32 = 1;
/// What the keeper tells: the program could not be started, with the error number.
pub(crate) const NOT_STARTED: i32 = 2;
/// A report: one of the above and its value.
pub(crate) type Report = [i32; 2];

/// How often and how long a killed program is waited for, so that it leaves no zombie. Only one
/// that hangs in the kernel itself needs longer, and is left to it.
const LAST_BREATHS: u32 = 10;
/// In milliseconds.
const LAST_BREATH: c_int = 100;

/// A program to start, and the descriptors that it and its keeper get. All of them are above 2.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    /// The program's absolute path.
    pub(crate) program: &'a CStr,
    /// Its arguments, its own name first.
    pub(crate) arguments: &'a [CString],
    /// Its whole environment.
    pub(crate) environment: &'a [CString],
    /// Its standard input.
    pub(crate) stdin: OwnedFd,
    /// Its standard output.
    pub(crate) stdout: OwnedFd,
    /// Its standard error.
    pub(crate) stderr: OwnedFd,
    /// The writing end of its standard input, for the keeper to hold.
    pub(crate) held_input: OwnedFd,
    /// Where the keeper hears [`INPUT_IS_WHOLE`] and [`KILL`]. When it is closed before the input
    /// was whole, the program is killed.
    pub(crate) control: OwnedFd,
    /// Where the keeper writes each [`Report`].
    pub(crate) report: OwnedFd,
}

/// The parent of a program, itself our child.
#[derive(Debug)]
pub(crate) struct Keeper(pid_t);

impl Keeper {
    /// Waits for the keeper to be gone: shortly after it reported or was told to kill.
    pub(crate) fn reap(self) {
        let mut status = 0;
        loop {
            // SAFETY: waits for one known child and writes to a valid status. Without __WALL a
            // child that has no exit signal is not waited for.
            let waited = unsafe { libc::waitpid(self.0, &raw mut status, libc::__WALL) };
            if waited >= 0 || io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                return;
            }
        }
    }
}

/// Starts a program under a keeper.
///
/// The program has the descriptors 0, 1 and 2 and no others, default signal dispositions, an empty
/// mask, a session of its own without a terminal, the directory `/` and the umask 077, whatever the
/// host has of each. Its limits and rights are the host's.
///
/// # Errors
/// The system's, when there can be no further process. A program that cannot be run is reported by
/// the keeper instead.
pub(crate) fn spawn(plan: Plan<'_>) -> io::Result<Keeper> {
    let arguments = pointers(plan.arguments);
    let environment = pointers(plan.environment);
    let raw = RawPlan {
        program: plan.program.as_ptr(),
        arguments: arguments.as_ptr(),
        environment: environment.as_ptr(),
        stdin: plan.stdin.as_raw_fd(),
        stdout: plan.stdout.as_raw_fd(),
        stderr: plan.stderr.as_raw_fd(),
        held_input: plan.held_input.as_raw_fd(),
        control: plan.control.as_raw_fd(),
        report: plan.report.as_raw_fd(),
    };
    // No handler of the host may run in the copy.
    let quiet = signals::Blocked::all()?;
    // SAFETY: the copy runs `keep`, which keeps to system calls and never returns.
    let pid = unsafe { copy_process(0) };
    match pid {
        // SAFETY: this is the copy; everything `raw` points to was copied along.
        0 => unsafe { keep(&raw) },
        -1 => {
            let error = io::Error::last_os_error();
            drop(quiet);
            Err(error)
        }
        pid => Ok(Keeper(pid)),
    }
}

/// The strings as C wants them: pointers with NULL at the end, good while the strings live.
fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings
        .iter()
        .map(|string| string.as_ptr())
        .chain([ptr::null()])
        .collect()
}

/// [`Plan`] without anything to drop, allocate or check.
struct RawPlan {
    program: *const c_char,
    arguments: *const *const c_char,
    environment: *const *const c_char,
    stdin: RawFd,
    stdout: RawFd,
    stderr: RawFd,
    held_input: RawFd,
    control: RawFd,
    report: RawFd,
}

/// Copies this process: `fork` without the host's atfork handlers and with an exit signal to choose.
///
/// # Safety
/// The copy may use only what is safe in a signal handler, and must not return into Rust code that
/// expects its other threads.
unsafe fn copy_process(exit_signal: c_int) -> pid_t {
    // SAFETY: no flag but the exit signal: memory is copied, and no stack or TLS is handed over.
    // The remaining arguments are zero, so that their order, which differs, does not matter but on
    // s390x, where the flags come second.
    unsafe {
        #[cfg(not(target_arch = "s390x"))]
        let pid = libc::syscall(libc::SYS_clone, exit_signal, 0, 0, 0, 0);
        #[cfg(target_arch = "s390x")]
        let pid = libc::syscall(libc::SYS_clone, 0, exit_signal, 0, 0, 0);
        pid as pid_t
    }
}

/// The keeper's whole life.
///
/// # Safety
/// Runs in a copy of the process, once, with all signals blocked; `plan` is valid in it.
unsafe fn keep(plan: &RawPlan) -> ! {
    // SAFETY: system calls on numbers and on local, initialised memory only. What is closed or
    // replaced belongs to this copy.
    unsafe {
        // Whoever kills the host with its process group does not kill the keeper with it.
        libc::setsid();
        // Ignored, it would have the kernel reap the program before its end can be told.
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        let program = copy_process(libc::SIGCHLD);
        if program == 0 {
            become_program(plan);
        }
        if program < 0 {
            tell(plan.report, NOT_STARTED, errno());
            libc::_exit(0);
        }

        // Nothing of the host's stays open here: somebody may wait for the end of it.
        let (control, held_input, report) = (0, 1, 2);
        libc::dup2(plan.control, control);
        libc::dup2(plan.held_input, held_input);
        libc::dup2(plan.report, report);
        close_from(3);

        let mut child_signal: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut child_signal);
        libc::sigaddset(&raw mut child_signal, libc::SIGCHLD);
        let ended = libc::signalfd(
            -1,
            &raw const child_signal,
            libc::SFD_CLOEXEC | libc::SFD_NONBLOCK,
        );

        let mut whole = false;
        let mut hears = true;
        loop {
            let mut status = 0;
            if libc::waitpid(program, &raw mut status, libc::WNOHANG) == program {
                tell(report, ENDED, status);
                libc::_exit(0);
            }
            wait_readable(if hears { control } else { -1 }, ended, -1);
            drain(ended);
            let mut order = 0_u8;
            if !hears || !readable(control) {
                continue;
            }
            match libc::read(control, (&raw mut order).cast::<c_void>(), 1) {
                1 if order == INPUT_IS_WHOLE => {
                    whole = true;
                    libc::close(held_input);
                }
                0 if whole => hears = false,
                -1 if errno() == libc::EINTR => {}
                _ => break,
            }
        }

        // The group, and the program itself in case it has no group of its own yet.
        libc::kill(-program, libc::SIGKILL);
        libc::kill(program, libc::SIGKILL);
        for _ in 0..LAST_BREATHS {
            let mut status = 0;
            if libc::waitpid(program, &raw mut status, libc::WNOHANG) == program {
                tell(report, ENDED, status);
                break;
            }
            wait_readable(-1, ended, LAST_BREATH);
            drain(ended);
        }
        libc::_exit(0);
    }
}

/// Turns this copy into the program.
///
/// # Safety
/// As for [`keep`].
unsafe fn become_program(plan: &RawPlan) -> ! {
    // SAFETY: as in `keep`; the strings and their arrays are valid and end as exec expects.
    unsafe {
        // No terminal to be stopped by, and a group that can be killed as one.
        libc::setsid();
        libc::dup2(plan.stdin, 0);
        libc::dup2(plan.stdout, 1);
        libc::dup2(plan.stderr, 2);
        let report = 3;
        if plan.report != report {
            libc::dup3(plan.report, report, libc::O_CLOEXEC);
        }
        close_from(4);
        libc::chdir(c"/".as_ptr());
        libc::umask(0o077);
        // Before the mask is opened: a handler of the host must not run here.
        for signal in 1..=libc::SIGRTMAX() {
            libc::signal(signal, libc::SIG_DFL);
        }
        let mut none: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &raw const none, ptr::null_mut());
        libc::execve(plan.program, plan.arguments, plan.environment);
        tell(report, NOT_STARTED, errno());
        libc::_exit(127)
    }
}

/// Writes a report; when nobody listens any more there is nobody to tell that either.
///
/// # Safety
/// None beyond that of a write to a descriptor of this copy.
unsafe fn tell(report: RawFd, what: i32, value: i32) {
    let words: Report = [what, value];
    // SAFETY: the words are initialised and of the size given; pipes take them as a whole.
    unsafe { libc::write(report, words.as_ptr().cast::<c_void>(), size_of::<Report>()) };
}

fn errno() -> c_int {
    // SAFETY: the C library hands out the valid address of this thread's own errno.
    unsafe { *libc::__errno_location() }
}

/// Closes this number and all above it.
///
/// # Safety
/// The caller's process is a copy that owns all of them.
unsafe fn close_from(first: RawFd) {
    // SAFETY: closing numbers has no other effect than that, whether they are open or not.
    unsafe {
        if libc::syscall(libc::SYS_close_range, first, c_uint::MAX, 0) == 0 {
            return;
        }
        // Before Linux 5.9, or forbidden by a sandbox.
        let mut limit: libc::rlimit = std::mem::zeroed();
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
        for number in first..limit.rlim_cur.min(1 << 20) as RawFd {
            libc::close(number);
        }
    }
}

/// Waits until one of two descriptors has something; a negative one is left out.
///
/// # Safety
/// As for [`keep`].
unsafe fn wait_readable(first: RawFd, second: RawFd, milliseconds: c_int) {
    let mut polled = [first, second].map(|fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    });
    // Where there could be no signalfd, the end of the program is looked for every now and then.
    let milliseconds = if second < 0 { 50 } else { milliseconds };
    // SAFETY: an array of two initialised entries.
    unsafe { libc::poll(polled.as_mut_ptr(), 2, milliseconds) };
}

/// Whether a read would return at once.
///
/// # Safety
/// As for [`keep`].
unsafe fn readable(descriptor: RawFd) -> bool {
    let mut polled = libc::pollfd {
        fd: descriptor,
        events: libc::POLLIN,
        revents: 0,
    };
    // SAFETY: one initialised entry.
    unsafe { libc::poll(&raw mut polled, 1, 0) == 1 }
}

/// Takes the news out of a signalfd, so that it wakes only for further news.
///
/// # Safety
/// As for [`keep`].
unsafe fn drain(signals: RawFd) {
    let mut news = [0_u8; size_of::<libc::signalfd_siginfo>()];
    // SAFETY: the buffer is as large as one piece of news.
    unsafe { libc::read(signals, news.as_mut_ptr().cast::<c_void>(), news.len()) };
}
