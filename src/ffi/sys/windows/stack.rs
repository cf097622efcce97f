//! How much room there is on the stack of the thread that runs.

use std::ptr;

use windows_sys::Win32::System::Memory::{MEMORY_BASIC_INFORMATION, VirtualQuery};

/// Whether the stack has room for this many bytes more, whether it is a thread's or a fiber's: each is
/// reserved as a whole.
pub(crate) fn has_room(bytes: usize) -> bool {
    let here = 0_u8;
    let mut region = MEMORY_BASIC_INFORMATION::default();
    // SAFETY: any address may be asked about; the structure and its size are given.
    let told = unsafe {
        VirtualQuery(
            ptr::from_ref(&here).cast(),
            &raw mut region,
            size_of::<MEMORY_BASIC_INFORMATION>(),
        )
    };
    told != 0 && ptr::from_ref(&here).addr() - region.AllocationBase.addr() >= bytes
}
