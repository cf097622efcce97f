//! The host's locale, as far as it says what its bytes mean.

use std::ffi::CStr;

/// The name of the character set that the calling thread's locale uses, such as `UTF-8` or
/// `ISO-8859-15`; `ANSI_X3.4-1968` in a program that never called `setlocale`.
///
/// A thread may have a locale of its own: ask on the caller's thread, not on a worker.
pub(crate) fn codeset() -> String {
    // SAFETY: nl_langinfo takes any item and returns a NUL-terminated string or NULL.
    let name = unsafe { libc::nl_langinfo(libc::CODESET) };
    if name.is_null() {
        return String::new();
    }
    // SAFETY: not null, NUL-terminated, and the C library's until the next setlocale; a host that
    // calls setlocale in one thread while another uses the locale has broken its own program.
    unsafe { CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_program_that_never_chose_a_locale_speaks_ascii() {
        assert_eq!(super::codeset(), "ANSI_X3.4-1968");
    }
}
