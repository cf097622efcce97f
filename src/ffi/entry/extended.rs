//! What programs on Windows ask of any provider of extended MAPI. This is none, and says so; only memory
//! can be had, which MAPIFreeBuffer takes back.
#![expect(non_snake_case, reason = "the names are the ABI")]

use std::ffi::c_void;

use crate::ffi::abi::*;
use crate::ffi::process::Process;
use crate::ffi::write::Out;

/// A result of extended MAPI: negative for failures.
type SCODE = i32;

const S_OK: SCODE = 0;
/// MAPI_E_NO_SUPPORT.
const NO_SUPPORT: SCODE = 0x8004_0102_u32.cast_signed();
/// MAPI_E_INVALID_PARAMETER.
const INVALID_PARAMETER: SCODE = 0x8007_0057_u32.cast_signed();
/// MAPI_E_NOT_ENOUGH_MEMORY.
const NOT_ENOUGH_MEMORY: SCODE = 0x8007_000E_u32.cast_signed();

/// Would begin to use extended MAPI, which is not there.
#[unsafe(no_mangle)]
pub extern "system" fn MAPIInitialize(_init: LPVOID) -> SCODE {
    NO_SUPPORT
}

/// Would end it.
#[unsafe(no_mangle)]
pub extern "system" fn MAPIUninitialize() {}

/// Lends memory of this size, all zeros, until MAPIFreeBuffer.
///
/// # Safety
/// NULL, or a place for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIAllocateBuffer(cbSize: ULONG, lppBuffer: *mut LPVOID) -> SCODE {
    // SAFETY: the caller guarantees the place.
    let Ok(place) = (unsafe { Out::new(lppBuffer, std::ptr::null_mut(), "lppBuffer") }) else {
        return INVALID_PARAMETER;
    };
    // As aligned as any type needs it.
    let count = (cbSize as usize).div_ceil(size_of::<u128>()).max(1);
    let mut buffer: Vec<u128> = Vec::new();
    if buffer.try_reserve_exact(count).is_err() {
        return NOT_ENOUGH_MEMORY;
    }
    buffer.resize(count, 0);
    place.fill(Process::current().lent.lend(buffer, ()).cast::<c_void>());
    S_OK
}

/// Would lend memory that goes with other memory.
///
/// # Safety
/// NULL, or a place for a pointer.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn MAPIAllocateMore(
    _cbSize: ULONG,
    _lpObject: LPVOID,
    lppBuffer: *mut LPVOID,
) -> SCODE {
    // SAFETY: the caller guarantees the place, which is emptied.
    match unsafe { Out::new(lppBuffer, std::ptr::null_mut(), "lppBuffer") } {
        Ok(_) => NO_SUPPORT,
        Err(_) => INVALID_PARAMETER,
    }
}
