//! What runs services on Unix: signals end them, and systemd is told how they are.
#![forbid(unsafe_code)]

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use simplemapi::deadline::Hurry;

/// Asks for an end when a signal does.
pub(super) fn stop_when_told(hurry: &Arc<Hurry>, grace: Duration) -> io::Result<Receiver<()>> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let (stop, stopped) = mpsc::channel();
    let hurry = Arc::clone(hurry);
    thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                hurry.ask(grace);
                let _ = stop.send(());
            }
        })?;
    Ok(stopped)
}

pub(super) fn tell_ready() {
    // Nobody may be listening.
    let _ = sd_notify::notify(&[NotifyState::Ready]);
}

pub(super) fn tell_stopping() {
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
}
