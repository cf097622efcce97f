//! Beyond the thirteen: what went wrong in words, and which version this is.

use std::ffi::c_char;

use crate::ffi::{last_error, write};

/// Beyond Simple MAPI: this and what follows is in this library only.
///
/// Tells why this thread's last call failed: one line of UTF-8 that says what was tried, what
/// happened and how to mend it. A call that succeeds leaves it as it is, but for one that sends: after
/// that the text begins with "sent", or with "queued" when the message waits in the outbox.
///
/// - buf: where the reason is written, or NULL to ask for its length. It is cut after a whole
///   character if it does not fit, and always ends with a NUL.
/// - len: size of buf in bytes; 0 writes nothing.
///
/// Returns the length of the whole reason in bytes, without the NUL; 0 if no call of this thread has
/// failed or sent anything. The reason was cut if this is not less than len.
///
/// # Safety
///
/// buf is NULL or has room for len bytes.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn SimpleMapiLastError(buf: *mut c_char, len: usize) -> usize {
    let reason = last_error::get();
    // SAFETY: the caller guarantees `len` bytes at `buf`, or NULL.
    unsafe { write::text(buf, len, &reason) };
    reason.len()
}

/// The version of this library, as "0.1.0". The text is the library's, lives for good and must not be
/// freed.
#[unsafe(no_mangle)]
pub extern "system" fn SimpleMapiVersion() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    VERSION.as_ptr().cast()
}
