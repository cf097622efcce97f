//! The ANSI code page of this process: what bytes mean where nobody says that they are UTF-8.

use std::ptr;

use windows_sys::Win32::Globalization::{CP_ACP, MultiByteToWideChar, WideCharToMultiByte};

/// Text in the ANSI code page as UTF-16. What means nothing there becomes U+FFFD or a question mark, as
/// the system has it.
pub(crate) fn decode(bytes: &[u8]) -> Vec<u16> {
    let Ok(length) = i32::try_from(bytes.len()) else {
        return Vec::new();
    };
    // No character of any code page has more units than bytes.
    let mut units = vec![0; bytes.len()];
    // SAFETY: both lengths are those of what they stand beside.
    let count = unsafe {
        MultiByteToWideChar(
            CP_ACP,
            0,
            bytes.as_ptr(),
            length,
            units.as_mut_ptr(),
            length,
        )
    };
    units.truncate(usize::try_from(count).unwrap_or(0));
    units
}

/// UTF-16 in the ANSI code page. What it lacks becomes what looks most like it, or a question mark.
pub(crate) fn encode(units: &[u16]) -> Vec<u8> {
    /// UTF-8, which may be the ANSI code page, has up to three bytes for a unit; GB 18030 has four.
    const MOST: usize = 4;
    let (Ok(length), Ok(room)) = (
        i32::try_from(units.len()),
        i32::try_from(units.len() * MOST),
    ) else {
        return Vec::new();
    };
    let mut bytes = vec![0; units.len() * MOST];
    // SAFETY: both lengths are those of what they stand beside; NULL has the system choose the
    // question mark, and nobody asks whether it was used.
    let count = unsafe {
        WideCharToMultiByte(
            CP_ACP,
            0,
            units.as_ptr(),
            length,
            bytes.as_mut_ptr(),
            room,
            ptr::null(),
            ptr::null_mut(),
        )
    };
    bytes.truncate(usize::try_from(count).unwrap_or(0));
    bytes
}
