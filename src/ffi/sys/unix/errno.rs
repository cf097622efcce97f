//! The caller's `errno`, which is none of our business.

/// Puts the thread's `errno` back to what it was, when dropped.
#[derive(Debug)]
#[must_use = "errno is put back when this is dropped"]
pub(crate) struct Preserved(libc::c_int);

impl Preserved {
    /// Remembers the `errno` of this thread.
    pub(crate) fn new() -> Self {
        // SAFETY: the C library hands out the valid address of this thread's own errno.
        Self(unsafe { *libc::__errno_location() })
    }
}

impl Drop for Preserved {
    fn drop(&mut self) {
        // SAFETY: as above; nothing else can write to this thread's errno meanwhile.
        unsafe { *libc::__errno_location() = self.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errno_is_what_it_was() {
        // SAFETY: the address of this thread's own errno.
        let errno = || unsafe { libc::__errno_location() };
        // SAFETY: as above.
        unsafe { *errno() = libc::EDOM };
        {
            let _kept = Preserved::new();
            assert!(std::fs::File::open("/does/not/exist").is_err());
            // SAFETY: as above.
            assert_eq!(unsafe { *errno() }, libc::ENOENT);
        }
        // SAFETY: as above.
        assert_eq!(unsafe { *errno() }, libc::EDOM);
    }
}
