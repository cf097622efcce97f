//! Memory lent to callers, until MAPIFreeBuffer gives it back. It stays owned here: what a caller
//! passes is looked up, never trusted.

use std::any::Any;
use std::collections::HashMap;
use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Kind, Result};

/// Every block that is out.
#[derive(Default)]
pub(super) struct Lent {
    blocks: Mutex<HashMap<usize, Block>>,
}

/// A value and whatever it points to.
struct Block(#[expect(dead_code, reason = "held only to be dropped")] Box<dyn Any>);

// SAFETY: a block is reached only through the registry's lock, and from outside only by the caller
// it was lent to; its pointers lead into itself.
unsafe impl Send for Block {}

impl Lent {
    /// Lends values out by the address of the first. The parts that they point to live in `rest`, and
    /// go with them.
    pub(super) fn lend<T: 'static, R: 'static>(&self, values: Vec<T>, rest: R) -> *mut T {
        let mut owner = Box::new((values, rest));
        let address = owner.0.as_mut_ptr();
        self.blocks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(address.addr(), Block(owner));
        address
    }

    /// Takes a block back. NULL is nothing, and fine.
    ///
    /// # Errors
    /// [`Kind::Failure`] for an address that was not lent, or not any more; it is not touched.
    pub(super) fn take_back(&self, address: *const c_void) -> Result<()> {
        if address.is_null() {
            return Ok(());
        }
        let block = self
            .blocks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&address.addr());
        block.map(drop).ok_or_else(|| {
            Error::new(
                Kind::Failure,
                "the buffer was not lent by this library, or has been freed already",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_taken_back_once_and_its_parts_with_it() {
        let (lent, witness) = (Lent::default(), std::rc::Rc::new(()));
        let address = lent.lend(vec![1u64, 2], witness.clone());
        assert_eq!(std::rc::Rc::strong_count(&witness), 2);
        lent.take_back(address.cast()).unwrap();
        assert_eq!(std::rc::Rc::strong_count(&witness), 1);
        assert_eq!(
            lent.take_back(address.cast()).unwrap_err().kind(),
            Kind::Failure
        );
    }

    #[test]
    fn what_was_never_lent_is_refused_untouched() {
        let lent = Lent::default();
        let address = lent.lend(vec![1u64, 2], ());
        let own = 0u64;
        assert!(lent.take_back((&raw const own).cast()).is_err());
        assert!(lent.take_back(address.wrapping_add(1).cast()).is_err());
        assert!(lent.take_back(std::ptr::dangling::<u64>().cast()).is_err());
        assert!(lent.take_back(std::ptr::null()).is_ok());
        lent.take_back(address.cast()).unwrap();
    }
}
