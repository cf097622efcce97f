//! Whether there is memory to work with.

use std::cell::Cell;
use std::ptr;
use std::time::{Duration, Instant};

use once_cell::race::OnceBool;
use rustix::process::{Resource, getrlimit};

/// Whether this much could be mapped right now.
///
/// A small allocation that fails aborts the process, and there is no way to hear of it. Asking for
/// room first turns nearly all of those aborts into an error. It is asked of the kernel and not of
/// malloc, which changes its ways after a large block was freed; and only where something bounds what
/// the kernel gives, as a mapping costs as much as all else that surrounds a call.
pub(crate) fn has_room(bytes: usize) -> bool {
    (kernel_overcommits() && !is_limited()) || can_map(bytes)
}

/// Whether this process may not map as much as it likes. That seldom changes, and to ask takes longer
/// than all else that surrounds a call, so a no counts for a moment: for whoever calls without a pause.
fn is_limited() -> bool {
    const MOMENT: Duration = Duration::from_millis(10);
    thread_local! {
        static UNLIMITED: Cell<Option<Instant>> = const { Cell::new(None) };
    }
    if UNLIMITED.get().is_some_and(|at| at.elapsed() < MOMENT) {
        return false;
    }
    let limited = [Resource::As, Resource::Data]
        .into_iter()
        .any(|resource| getrlimit(resource).current.is_some());
    UNLIMITED.set((!limited).then(Instant::now));
    limited
}

/// Whether the kernel promises more memory than there is, as it does unless it was told not to.
fn kernel_overcommits() -> bool {
    // It never waits, so a fork in the middle of it does no harm.
    static ANSWER: OnceBool = OnceBool::new();
    ANSWER.get_or_init(|| {
        let strictly = b"2\n";
        std::fs::read("/proc/sys/vm/overcommit_memory").is_ok_and(|policy| policy != strictly)
    })
}

fn can_map(bytes: usize) -> bool {
    // SAFETY: a fresh private mapping wherever the kernel likes, of which nothing is used.
    unsafe {
        let room = libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        room != libc::MAP_FAILED && libc::munmap(room, bytes) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::can_map;

    #[test]
    fn there_is_room_for_little_and_none_for_everything() {
        assert!(can_map(1 << 20));
        assert!(!can_map(usize::MAX >> 1));
    }
}
