//! From Rust to C: what a call gives back, written last.

use std::ffi::c_char;

use super::read::null;
use crate::error::Result;
use crate::model::MessageId;

/// A place of the caller's for one value, empty until it is filled: after a failure it holds zero,
/// because callers free and use what they find there all the same.
pub(super) struct Out<T> {
    place: *mut T,
}

impl<T> Out<T> {
    /// Takes the place and empties it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failure`] for NULL.
    ///
    /// # Safety
    /// NULL, or a place for one value, of any alignment.
    pub(super) unsafe fn new(place: *mut T, empty: T, what: &str) -> Result<Self> {
        if place.is_null() {
            return Err(null(what));
        }
        // SAFETY: not NULL, so the caller guarantees the place.
        unsafe { place.write_unaligned(empty) };
        Ok(Self { place })
    }

    /// Fills the place.
    pub(super) fn fill(self, value: T) {
        // SAFETY: `new` was promised the place for as long as the call runs.
        unsafe { self.place.write_unaligned(value) };
    }
}

/// A caller's buffer for a message id, which holds "" until it is filled.
pub(super) struct OutId {
    buffer: *mut c_char,
}

impl OutId {
    /// The smaller of the two sizes that buffers for ids have; every id of ours fits.
    const BYTES: usize = 64;

    /// Takes the buffer and empties it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Failure`] for NULL.
    ///
    /// # Safety
    /// NULL, or a buffer for an id.
    pub(super) unsafe fn new(buffer: *mut c_char) -> Result<Self> {
        // SAFETY: passed on from the caller.
        unsafe { Out::new(buffer, 0, "lpszMessageID") }?;
        Ok(Self { buffer })
    }

    /// Fills the buffer, and touches no byte behind the id.
    pub(super) fn fill(self, id: &MessageId) {
        const { assert!(MessageId::MOST_BYTES < Self::BYTES) };
        // SAFETY: `new` was promised a buffer for an id for as long as the call runs.
        unsafe { text(self.buffer, Self::BYTES, id.as_str()) };
    }
}

/// Writes as much of a text as fits, whole characters only, with its NUL.
///
/// # Safety
/// NULL, or `size` bytes to write to.
pub(super) unsafe fn text(buffer: *mut c_char, size: usize, text: &str) {
    if buffer.is_null() || size == 0 {
        return;
    }
    let kept = text.floor_char_boundary(size - 1);
    // SAFETY: `kept` and the NUL are within the caller's `size` bytes, which are not our text's.
    unsafe {
        text.as_ptr()
            .cast::<c_char>()
            .copy_to_nonoverlapping(buffer, kept);
        buffer.add(kept).write(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_ends_in_the_buffer() {
        for (size, expected) in [
            (5, &b"gr\xc3\xbc\0"[..]),
            (4, b"gr\0"),
            (3, b"gr\0"),
            (1, b"\0"),
        ] {
            let mut buffer = [0x7f; 8];
            // SAFETY: the buffer has at least `size` bytes.
            unsafe { text(buffer.as_mut_ptr(), size, "grü") };
            let written: Vec<u8> = buffer.iter().map(|byte| *byte as u8).collect();
            assert_eq!(&written[..expected.len()], expected, "{size}");
            assert!(
                written[expected.len()..].iter().all(|byte| *byte == 0x7f),
                "{size}"
            );
        }
    }
}
