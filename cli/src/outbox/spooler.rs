//! `simplemapi outbox run`: delivers what comes, until it is told to stop.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, SystemTime};

use simplemapi::config::Config;
use simplemapi::deadline::Hurry;
use simplemapi::error::Result;

use super::delivering::deliver_quietly;
use super::service;
use super::{Chosen, Failed, places};
use crate::exit;
use crate::times::now;

/// How often it looks for new messages: a look at one folder.
const LOOK: Duration = Duration::from_secs(2);
/// How long a delivery that is under way may still take after SIGTERM.
const GRACE: Duration = Duration::from_secs(20);

/// What is remembered of an outbox between two looks.
#[derive(Default)]
struct Known {
    changed: Option<SystemTime>,
    due: Option<u64>,
    complaint: String,
}

pub(super) fn run(chosen: &Chosen, err: &mut impl Write) -> std::result::Result<u8, Failed> {
    // A mistake in the configuration is told at once; later ones wait to be mended.
    let config = Config::load()?;
    places(&config, chosen)?;
    let hurry = Arc::new(Hurry::default());
    let stopped = service::stop_when_told(&hurry, GRACE)?;
    hurry.heed();
    service::tell_ready();
    let mut known: HashMap<String, Known> = HashMap::new();
    let mut trouble = String::new();
    while !hurry.is_asked() {
        let went = look(chosen, &hurry, &mut known, err);
        let said = went.err().map_or(String::new(), |error| error.reason());
        // Every two seconds the same would fill the journal.
        if said != trouble && !said.is_empty() {
            writeln!(err, "simplemapi: {said}")?;
        }
        trouble = said;
        match stopped.recv_timeout(LOOK) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => break,
        }
    }
    service::tell_stopping();
    Ok(exit::OK)
}

/// Looks into every outbox, and delivers where something is new or due.
fn look(
    chosen: &Chosen,
    hurry: &Hurry,
    known: &mut HashMap<String, Known>,
    err: &mut impl Write,
) -> Result<()> {
    let config = Config::load()?;
    for place in places(&config, chosen)? {
        let known = known.entry(place.profile.name.clone()).or_default();
        // The first look also finds what somebody who was killed left to be done.
        let nothing = match known.changed {
            None => place.outbox.is_bare(),
            Some(_) => place.outbox.is_empty(),
        };
        let is_new = known.changed != place.outbox.changed();
        let is_due = known.due.is_some_and(|due| due <= now());
        if nothing || !(is_new || is_due) {
            known.changed = place.outbox.changed();
            continue;
        }
        known.changed = place.outbox.changed();
        let went = deliver_quietly(&config, &place, &|| !hurry.is_asked());
        let complaint = match &went {
            Ok(summary) => summary.halted.as_ref().map(|error| error.reason()),
            Err(error) => Some(error.reason()),
        }
        .unwrap_or_default();
        known.due = match &went {
            // What others were busy with may come back to us.
            Ok(summary) if summary.busy > 0 => Some(now() + 10),
            Ok(summary) => summary.next,
            Err(_) => Some(now() + 60),
        };
        if complaint != known.complaint && !complaint.is_empty() {
            let _ = writeln!(err, "simplemapi: {}: {complaint}", place.profile.name);
        }
        known.complaint = complaint;
    }
    Ok(())
}
