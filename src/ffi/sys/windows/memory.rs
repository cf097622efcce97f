//! Whether there is memory to work with.

use windows_sys::Win32::System::SystemInformation::{GlobalMemoryStatusEx, MEMORYSTATUSEX};

/// Whether this process could be given this much right now: a small allocation that fails aborts it,
/// and there is no way to hear of that.
pub(crate) fn has_room(bytes: usize) -> bool {
    let bytes = bytes as u64;
    let mut status = MEMORYSTATUSEX {
        dwLength: size_of::<MEMORYSTATUSEX>() as u32,
        ..MEMORYSTATUSEX::default()
    };
    // SAFETY: the structure says its own size, and the call fills it in.
    let known = unsafe { GlobalMemoryStatusEx(&raw mut status) } != 0;
    !known || (status.ullAvailVirtual >= bytes && status.ullAvailPageFile >= bytes)
}
