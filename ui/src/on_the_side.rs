//! Work that takes a while, on a thread of its own, so that the window stays alive.
#![forbid(unsafe_code)]

use std::thread;

/// What the work comes to; [`None`] if it could not be done at all.
pub(crate) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, done) = async_channel::bounded(1);
    thread::Builder::new()
        .spawn(move || sender.send_blocking(work()))
        .ok()?;
    done.recv().await.ok()
}
