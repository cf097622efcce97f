//! Which process this is, without asking the kernel each time.

use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

/// The number of this process, in a page that the kernel empties for a forked child, however it was
/// forked: a handler of `pthread_atfork` does not hear of every way.
static NUMBER: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut());

/// What is asked of the kernel, which gives whole pages.
const SIZE: usize = size_of::<AtomicU32>();

/// Whether the kernel has no such pages.
static IS_ASKED: AtomicBool = AtomicBool::new(false);

/// The number of this process.
pub(crate) fn id() -> u32 {
    let Some(number) = page() else {
        return std::process::id();
    };
    match number.load(Ordering::Relaxed) {
        0 => {
            let id = std::process::id();
            number.store(id, Ordering::Relaxed);
            id
        }
        id => id,
    }
}

/// The page, made with the first call.
fn page() -> Option<&'static AtomicU32> {
    let page = NUMBER.load(Ordering::Acquire);
    if page.is_null() && !IS_ASKED.load(Ordering::Relaxed) {
        return make_page();
    }
    // SAFETY: it is NULL or a page that is never given back, and zero is a number.
    unsafe { page.as_ref() }
}

#[cold]
fn make_page() -> Option<&'static AtomicU32> {
    let Some(fresh) = wiped_on_fork() else {
        IS_ASKED.store(true, Ordering::Relaxed);
        return None;
    };
    let put = NUMBER.compare_exchange(ptr::null_mut(), fresh, Ordering::AcqRel, Ordering::Acquire);
    let page = match put {
        Ok(_) => fresh,
        Err(quicker) => {
            // SAFETY: this page is known here only.
            unsafe { libc::munmap(fresh.cast(), SIZE) };
            quicker
        }
    };
    // SAFETY: as in `page`.
    unsafe { page.as_ref() }
}

/// A page of zeros, and of zeros again in every forked child; `None` where the kernel has none.
#[cfg(target_os = "linux")]
fn wiped_on_fork() -> Option<*mut AtomicU32> {
    /// No kernel knows it. An emulator that says yes to it says yes to all, and does nothing.
    const NO_ADVICE: libc::c_int = -1;

    // SAFETY: a fresh private mapping wherever the kernel likes, which is given back if it is no use.
    unsafe {
        let page = libc::mmap(
            ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if page == libc::MAP_FAILED {
            return None;
        }
        if libc::madvise(page, SIZE, NO_ADVICE) == 0
            || libc::madvise(page, SIZE, libc::MADV_WIPEONFORK) != 0
        {
            libc::munmap(page, SIZE);
            return None;
        }
        Some(page.cast())
    }
}

#[cfg(not(target_os = "linux"))]
fn wiped_on_fork() -> Option<*mut AtomicU32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a child answers by its exit code that was forked by this, and may do nothing but ask.
    fn in_a_child(fork: impl FnOnce() -> libc::pid_t, is_right: fn() -> bool) -> bool {
        let child = fork();
        if child == 0 {
            let code = if is_right() { 0 } else { 1 };
            // SAFETY: the child ends here.
            unsafe { libc::_exit(code) };
        }
        let mut status = 0;
        // SAFETY: a child of ours that nobody else waits for.
        assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
        libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
    }

    #[test]
    fn a_forked_child_is_another_process_however_it_was_forked() {
        assert_eq!(id(), std::process::id());
        let is_right = || id() == std::process::id() && id() == std::process::id();
        // SAFETY: the child calls nothing that could wait for a lock.
        assert!(in_a_child(|| unsafe { libc::fork() }, is_right));
        // Past the C library and its handlers.
        let past = || {
            // SAFETY: as above; without flags it is what fork is.
            let child = unsafe { libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0) };
            libc::pid_t::try_from(child).unwrap()
        };
        assert!(in_a_child(past, is_right));
    }
}
