//! The host's locale, as far as it says what its bytes mean.

use std::ffi::CStr;

/// What the name of the character set that the calling thread's locale uses is read as: of `UTF-8` or
/// `ISO-8859-15`, say; of `ANSI_X3.4-1968` in a program that never called `setlocale`.
///
/// A thread may have a locale of its own: ask on the caller's thread, not on a worker.
pub(crate) fn codeset<R>(read: impl FnOnce(&[u8]) -> R) -> R {
    // SAFETY: nl_langinfo takes any item and returns a NUL-terminated string or NULL.
    let name = unsafe { libc::nl_langinfo(libc::CODESET) };
    if name.is_null() {
        return read(b"");
    }
    // SAFETY: not null, NUL-terminated, and the C library's until the next setlocale; a host that
    // calls setlocale in one thread while another uses the locale has broken its own program.
    read(unsafe { CStr::from_ptr(name) }.to_bytes())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_that_never_chose_a_locale_speaks_ascii() {
        assert_eq!(super::codeset(<[u8]>::to_vec), b"ANSI_X3.4-1968");
    }
}
