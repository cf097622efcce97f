//! On Windows a program that is ended is not asked. It may be at any time: what is under way is tried
//! again by the next one.
#![forbid(unsafe_code)]

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use simplemapi::deadline::Hurry;

/// Nobody tells.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(super) fn stop_when_told(_hurry: &Arc<Hurry>, _grace: Duration) -> io::Result<Receiver<()>> {
    let (stop, stopped) = mpsc::channel();
    // Otherwise it would seem to have been told.
    std::mem::forget(stop);
    Ok(stopped)
}

pub(super) fn tell_ready() {}

pub(super) fn tell_stopping() {}
