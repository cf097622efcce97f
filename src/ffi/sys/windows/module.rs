//! The module that this code is part of: `simplemapi.dll`, as a rule.

use std::ptr;

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Keeps it in memory until the process ends: hosts close the library right after sending, while
/// their threads still have destructors of ours to run.
pub(crate) fn stay_loaded() {
    let mut module = ptr::null_mut();
    let here = stay_loaded as fn();
    // SAFETY: the address is one of this module's, and the place for the handle is ours.
    unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS,
            here as *const u16,
            &raw mut module,
        );
    }
}
