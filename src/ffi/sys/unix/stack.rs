//! How much room there is on the stack of the thread that runs.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::ptr;

thread_local! {
    /// Where this thread's stack lies. For a first thread the C library reads a file to know.
    static BOUNDS: Cell<Option<(usize, usize)>> = const { Cell::new(None) };
}

/// Whether the stack has room for this many bytes more. A thread that runs on memory which the C
/// library does not know as its stack, as coroutines do, has none.
pub(crate) fn has_room(bytes: usize) -> bool {
    let here = 0_u8;
    let here = ptr::from_ref(&here).addr();
    let bounds = bounds();
    bounds.contains(&here) && here - bounds.start >= bytes
}

fn bounds() -> Range<usize> {
    let (lowest, end) = BOUNDS.get().unwrap_or_else(|| {
        let bounds = ask().unwrap_or_default();
        BOUNDS.set(Some(bounds));
        bounds
    });
    lowest..end
}

/// The lowest address of the stack that may be touched, and the end of it.
fn ask() -> Option<(usize, usize)> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut lowest, mut size, mut guard) = (ptr::null_mut(), 0, 0);
    // SAFETY: the attributes are filled in by the first call, and only then used and given back; the
    // other places are ours.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let attributes = attributes.as_mut_ptr();
        let known = libc::pthread_attr_getstack(attributes, &raw mut lowest, &raw mut size) == 0
            && libc::pthread_attr_getguardsize(attributes, &raw mut guard) == 0;
        libc::pthread_attr_destroy(attributes);
        // Some C libraries count the guard as stack.
        known.then(|| (lowest.addr() + guard, lowest.addr() + size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_about_the_stack_that_it_was_given() {
        let given = 4 << 20;
        std::thread::Builder::new()
            .stack_size(given)
            .spawn(move || {
                assert!(has_room(given - (256 << 10)));
                assert!(!has_room(given + (256 << 10)));
            })
            .unwrap()
            .join()
            .unwrap();
    }
}
