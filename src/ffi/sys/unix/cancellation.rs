//! Cancellation of the host's threads.

use libc::c_int;

/// From `pthread.h` of glibc and musl; the libc crate has neither.
const PTHREAD_CANCEL_DISABLE: c_int = 1;

unsafe extern "C" {
    safe fn pthread_setcancelstate(state: c_int, previous: Option<&mut c_int>) -> c_int;
}

/// Holds back a cancellation of this thread, until it is dropped.
///
/// A cancelled thread is unwound from whatever system call it is in. Through our frames that would
/// abort the whole process; and the call would be left half done.
#[derive(Debug)]
#[must_use = "cancellation is let through again when this is dropped"]
pub(crate) struct Delayed(c_int);

impl Delayed {
    /// Holds back cancellation, unless the host does so already.
    pub(crate) fn new() -> Self {
        let mut previous = PTHREAD_CANCEL_DISABLE;
        // With a state that exists it cannot fail.
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, Some(&mut previous));
        Self(previous)
    }
}

impl Drop for Delayed {
    fn drop(&mut self) {
        pthread_setcancelstate(self.0, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_can_be_cancelled_as_before() {
        let outer = Delayed::new();
        drop(Delayed::new());
        let inner = Delayed::new();
        assert_eq!(inner.0, PTHREAD_CANCEL_DISABLE);
        assert_ne!(outer.0, PTHREAD_CANCEL_DISABLE);
    }
}
