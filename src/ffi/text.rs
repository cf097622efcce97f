//! Text from the caller. The ANSI, UTF-8, UTF-16 and UTF-32 doors meet here; [`ansi`] says what bytes
//! mean that nobody says to be UTF-8.

#[cfg_attr(unix, path = "text/locale.rs")]
#[cfg_attr(windows, path = "text/code_page.rs")]
mod ansi;

use std::ffi::{OsString, c_void};
use std::fmt;
use std::ptr;

pub(super) use self::ansi::{Locale, path_to_caller, to_caller};
use crate::error::{Error, Kind, Result};

/// How the strings of a structure are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Bytes: ANSI text, as the system has it.
    Bytes,
    /// Bytes that the caller says to be UTF-8.
    Utf8,
    /// 16-bit units, as Windows and .NET have them.
    Utf16,
    /// 32-bit units, as `wchar_t` has them on Linux.
    Utf32,
}

/// How long a string may be that is not a body, in units with its NUL. It bounds what is read of one
/// that does not end.
pub(super) const MAX_UNITS: usize = 64 << 10;

impl Form {
    /// The text that a pointer leads to; empty for NULL.
    ///
    /// # Errors
    /// [`Kind::TextTooLarge`] when no NUL is found within `max` units.
    ///
    /// # Safety
    /// The pointer is NULL or leads to units of this form up to a NUL, or to at least `max` of them.
    pub(super) unsafe fn text(
        self,
        pointer: *const c_void,
        what: impl fmt::Display,
        max: usize,
    ) -> Result<String> {
        // SAFETY: passed on from the caller.
        unsafe {
            match self {
                Self::Bytes => Ok(ansi::decode(units::<u8>(pointer, what, max)?)),
                Self::Utf8 => Ok(utf8(units::<u8>(pointer, what, max)?)),
                Self::Utf16 => {
                    let units = units::<u16>(pointer, what, max)?;
                    Ok(char::decode_utf16(units)
                        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
                        .collect())
                }
                Self::Utf32 => {
                    let units = units::<u32>(pointer, what, max)?;
                    let character =
                        |unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
                    Ok(units.into_iter().map(character).collect())
                }
            }
        }
    }

    /// The path that a pointer leads to. On Unix a path is bytes, whatever they mean.
    ///
    /// # Errors
    /// As [`Form::text`].
    ///
    /// # Safety
    /// As [`Form::text`].
    pub(super) unsafe fn path(
        self,
        pointer: *const c_void,
        what: impl fmt::Display,
        max: usize,
    ) -> Result<OsString> {
        if matches!(self, Self::Bytes | Self::Utf8) && ansi::PATHS_ARE_BYTES {
            // SAFETY: passed on from the caller.
            return unsafe { units::<u8>(pointer, what, max) }.map(ansi::path);
        }
        // SAFETY: passed on from the caller.
        unsafe { self.text(pointer, what, max) }.map(Into::into)
    }
}

/// Bytes that should be UTF-8, and are ANSI text where they are not.
fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| ansi::decode(error.into_bytes()))
}

/// The units up to a NUL, copied from an address of any alignment.
///
/// # Safety
/// The pointer is NULL or leads to units up to a zero, or to at least `max` of them.
unsafe fn units<T: Copy + Default + PartialEq>(
    pointer: *const c_void,
    what: impl fmt::Display,
    max: usize,
) -> Result<Vec<T>> {
    let mut copied = Vec::new();
    if pointer.is_null() {
        return Ok(copied);
    }
    // SAFETY: passed on from the caller.
    let length = unsafe { length::<T>(pointer, max) };
    if length == max {
        return Err(Error::new(
            Kind::TextTooLarge,
            format!("{what} has no end within {max} characters"),
        ));
    }
    copied.try_reserve_exact(length).map_err(|error| {
        Error::new(Kind::OutOfMemory, format!("no memory for {what}")).because(error)
    })?;
    // SAFETY: `length` units are the caller's, and there is room for as many; bytes have no alignment.
    unsafe {
        let (from, to) = (pointer.cast::<u8>(), copied.as_mut_ptr().cast::<u8>());
        ptr::copy_nonoverlapping(from, to, length * size_of::<T>());
        copied.set_len(length);
    }
    Ok(copied)
}

/// How many units there are before a zero, at most `max`.
///
/// # Safety
/// The pointer leads to units up to a zero, or to at least `max` of them.
unsafe fn length<T: Copy + Default + PartialEq>(pointer: *const c_void, max: usize) -> usize {
    #[cfg(unix)]
    if size_of::<T>() == 1 {
        // SAFETY: passed on from the caller.
        return unsafe { libc::strnlen(pointer.cast(), max) };
    }
    let first = pointer.cast::<T>();
    // SAFETY: everything before was not the end, so this unit is the caller's too.
    let is_end = |index: &usize| unsafe { first.add(*index).read_unaligned() == T::default() };
    (0..max).find(is_end).unwrap_or(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text<T>(form: Form, units: &[T]) -> String {
        // SAFETY: each test's units end in a zero.
        unsafe { form.text(units.as_ptr().cast(), "a test", MAX_UNITS) }.unwrap()
    }

    #[test]
    fn every_form_gives_the_same_text() {
        let expected = "Grüße, 日本 🦀";
        assert_eq!(
            text(Form::Bytes, format!("{expected}\0").as_bytes()),
            expected
        );
        assert_eq!(
            text(
                Form::Utf16,
                &expected.encode_utf16().chain([0]).collect::<Vec<_>>()
            ),
            expected
        );
        assert_eq!(
            text(
                Form::Utf32,
                &expected
                    .chars()
                    .map(u32::from)
                    .chain([0])
                    .collect::<Vec<_>>()
            ),
            expected
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_kept_as_letters() {
        assert_eq!(text(Form::Bytes, b"Gr\xfc\xdfe\0"), "Grüße");
    }

    #[test]
    fn broken_units_become_replacement_characters_and_no_text_is_lost() {
        assert_eq!(text(Form::Utf16, &[0x61u16, 0xd800, 0x62, 0]), "a\u{fffd}b");
        assert_eq!(
            text(Form::Utf32, &[0x61u32, 0x0011_0000, 0xd800, 0x62, 0]),
            "a\u{fffd}\u{fffd}b"
        );
    }

    #[test]
    fn null_is_the_empty_text() {
        // SAFETY: NULL is allowed.
        let text = unsafe { Form::Utf16.text(ptr::null(), "a test", 10) };
        assert_eq!(text.unwrap(), "");
    }

    #[test]
    fn no_more_than_the_limit_is_read_of_a_string_without_an_end() {
        let endless = [b'A'; 16];
        // SAFETY: there are as many units as the limit.
        let refused =
            unsafe { Form::Bytes.text(endless.as_ptr().cast(), "the subject", 16) }.unwrap_err();
        assert_eq!(refused.kind(), Kind::TextTooLarge);
        assert_eq!(
            refused.reason(),
            "the subject has no end within 16 characters"
        );
    }

    #[test]
    fn units_may_stand_at_any_address() {
        let bytes = [0u8, 0x61, 0, 0x62, 0, 0, 0];
        // SAFETY: from the second byte on there are two units and a zero, one byte off alignment.
        let text = unsafe { Form::Utf16.text(bytes.as_ptr().add(1).cast(), "a test", 10) }.unwrap();
        assert_eq!(text, "ab");
    }
}
