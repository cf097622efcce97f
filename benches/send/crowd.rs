//! A machine with more to do than it has processors for.

use std::hint::spin_loop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// How many want each processor.
pub(crate) const CROWD: usize = 4;

/// Threads that do nothing, as fast as they can, until this is dropped.
pub(crate) struct Crowd(Arc<AtomicBool>);

impl Crowd {
    pub(crate) fn gather() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..CROWD * thread::available_parallelism().map_or(1, usize::from) {
            let over = Arc::clone(&over);
            thread::spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    spin_loop();
                }
            });
        }
        Self(over)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
