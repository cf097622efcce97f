//! The reason of this thread's last failed call, for SimpleMapiLastError.
#![forbid(unsafe_code)]

use std::cell::RefCell;

thread_local! {
    static REASON: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps a reason until this thread's next failed call.
pub(super) fn set(reason: String) {
    // A thread that is past its destructors has nobody left to ask.
    let _ = REASON.try_with(|kept| kept.replace(reason));
}

/// The reason that is kept; empty when no call of this thread has failed.
pub(super) fn get() -> String {
    REASON
        .try_with(|kept| kept.borrow().clone())
        .unwrap_or_default()
}
