//! What surrounds every call: no panic gets out, no signal gets in, and nothing of the host changes.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::abi::{FLAGS, SUCCESS_SUCCESS, ULONG};
use super::{code, last_error, sys, text};
use crate::error::{Error, Kind, Result};
use crate::session::ON_THE_SIDE;
use crate::trace;

#[cfg(panic = "abort")]
compile_error!("a panic has to be caught at the C boundary: build with panic = \"unwind\"");

thread_local! {
    /// Whether this thread is inside a call of ours, or does the work of one.
    static INSIDE: Cell<bool> = const { Cell::new(false) };

    /// Gone once the thread is ending: whatever else is kept for a thread is gone then, too.
    static LIVING: Living = const { Living };
}

struct Living;

impl Drop for Living {
    fn drop(&mut self) {}
}

/// Enough for a TLS handshake and a parser.
const STACK: usize = 2 << 20;

/// What has to be there before a call is begun: its stack, and more than it ever takes in small
/// pieces, each of which would abort the host when it could not be had.
const WORKING_MEMORY: usize = STACK + (16 << 20);

/// Runs one exported call and returns its code.
///
/// The host's signals are held back wherever we do not wait, so a server that hangs up cannot kill the
/// host by SIGPIPE, and a Ctrl-C still reaches it. For a thread with too little stack, or one that is
/// ending, the work is done by one of ours, which is gone before this returns.
pub(super) fn run(
    function: &'static str,
    flags: FLAGS,
    call: impl FnOnce() -> Result<()>,
) -> ULONG {
    let _errno = sys::errno::Preserved::new();
    let _cancellation = sys::cancellation::Delayed::new();
    let Some(inside) = Inside::enter() else {
        let reason = format!(
            "{function} was called from within a call of the same thread, perhaps by a signal handler"
        );
        return finish(Err(Error::new(Kind::Failure, reason)));
    };
    if !sys::memory::has_room(WORKING_MEMORY) {
        let reason = format!("there is too little memory left for {function}");
        return finish(Err(Error::new(Kind::OutOfMemory, reason)));
    }
    silence_own_panics();
    #[cfg(windows)]
    sys::module::stay_loaded();
    let locale = text::Locale::of_this_thread();
    let work = move || {
        locale.read_by();
        let outcome = caught(call);
        // A failure says itself what it is.
        let said = trace::take_outcome();
        let (code, reason) = told(outcome.map(|()| said));
        trace::record(function, flags, code, code::name(code), &reason);
        (code, reason)
    };
    let can_work = sys::stack::has_room(STACK) && LIVING.try_with(|_| ()).is_ok();
    let answer = match can_work.then(sys::wait::HeldBack::new) {
        Some(Ok(_held_back)) => caught(|| Ok(work())),
        _ => on_a_worker(function, Borrowed(work)),
    };
    drop(inside);
    end_with(answer.unwrap_or_else(|error| told(Err(error))))
}

/// Does the work on a thread of ours, with every signal blocked and a stack of known size.
fn on_a_worker<W>(function: &str, work: Borrowed<W>) -> Result<Answer>
where
    W: FnOnce() -> Answer,
{
    thread::scope(|scope| {
        let worker = {
            // The worker is born with what its parent blocks: no signal finds it unprepared.
            let _blocked = sys::signals::Blocked::all();
            thread::Builder::new()
                .name("simplemapi".into())
                .stack_size(STACK)
                .spawn_scoped(scope, move || {
                    let _inside = Inside::enter();
                    work.take()()
                })
        };
        match worker {
            Ok(worker) => worker.join().map_err(bug),
            Err(error) => Err(Error::new(
                Kind::OutOfMemory,
                format!("cannot start a thread for {function}"),
            )
            .because(error)),
        }
    })
}

/// Runs a call that does no input or output and needs next to no stack, on the caller's thread.
pub(super) fn run_here(function: &'static str, call: impl FnOnce() -> Result<()>) -> ULONG {
    if trace::enabled() {
        return run(function, 0, call);
    }
    silence_own_panics();
    // Where it is inside a call already, that one's mark stays.
    let _inside = Inside::enter();
    finish(caught(call).map(|()| None))
}

/// What comes of a call: its code, and the reason, or what a success means where it says so.
type Answer = (ULONG, String);

/// A closure that borrows the caller's memory, on its way to the worker.
struct Borrowed<F>(F);

// SAFETY: the caller's thread waits in `run` until the worker is done, so whatever the closure
// points to stays as alive and as exclusive to this call as it was on the caller's thread.
unsafe impl<F> Send for Borrowed<F> {}

impl<F> Borrowed<F> {
    /// A method, so that the closure moves as a whole.
    fn take(self) -> F {
        self.0
    }
}

/// Marks that this thread is inside a call.
struct Inside;

impl Inside {
    /// `None` when it is inside one already. A thread past its destructors counts as outside.
    fn enter() -> Option<Self> {
        let already = INSIDE
            .try_with(|inside| inside.replace(true))
            .unwrap_or(false);
        (!already).then_some(Self)
    }

    fn now() -> bool {
        INSIDE.try_with(Cell::get).unwrap_or(false)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let _ = INSIDE.try_with(|inside| inside.set(false));
    }
}

fn caught<T>(call: impl FnOnce() -> Result<T>) -> Result<T> {
    // What a panic leaves half done is dropped with the closure, or stands behind locks whose
    // holders leave nothing half done.
    panic::catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|panic| Err(bug(panic)))
}

fn bug(panic: Box<dyn Any + Send>) -> Error {
    let said = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    let reason = format!(
        "a bug in simplemapi, please report it: {}",
        said.unwrap_or("no message")
    );
    // The payload's own destructor may panic; it is not worth a host.
    std::mem::forget(panic);
    Error::new(Kind::Failure, reason)
}

fn told(outcome: Result<Option<String>>) -> Answer {
    match outcome {
        Ok(said) => (SUCCESS_SUCCESS, said.unwrap_or_default()),
        Err(error) => (code::code(error.kind()), error.reason()),
    }
}

fn finish(outcome: Result<Option<String>>) -> ULONG {
    end_with(told(outcome))
}

fn end_with((code, reason): Answer) -> ULONG {
    if code != SUCCESS_SUCCESS || !reason.is_empty() {
        last_error::set(reason);
    }
    code
}

/// Keeps the panics that we catch off the host's stderr, which may be anything: a closed
/// descriptor's number can belong to the file being written. Everybody else's go where they went.
fn silence_own_panics() {
    // Not a Once: a fork while another thread is in it would leave the child waiting for ever.
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return;
    }
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !Inside::now() && thread::current().name() != Some(ON_THE_SIDE) {
            previous(info);
        }
    }));
}
