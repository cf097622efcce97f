//! `simplemapi outbox flush` and `retry`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use serde_json::json;
use simplemapi::config::Config;
use simplemapi::error::{Error, Result};
use simplemapi::outbox::{Event, Selection, Summary};
use simplemapi::session::Session;

use super::{Common, Failed, One, Place, find, places};
use crate::exit;
use crate::times::until;

pub(super) fn flush(common: &Common, out: &mut impl Write) -> std::result::Result<u8, Failed> {
    let config = Config::load()?;
    let places = places(&config, &common.chosen)?;
    let mut code = exit::OK;
    for place in &places {
        if place.outbox.is_bare() {
            continue;
        }
        let summary = deliver(&config, place, Selection::All, common.json, out)?;
        if let Some(error) = &summary.halted {
            code = exit::status(error.kind());
        } else if summary.waiting > 0 && code == exit::OK {
            code = exit::UNAVAILABLE;
        }
    }
    Ok(code)
}

pub(super) fn retry(one: &One, out: &mut impl Write) -> std::result::Result<u8, Failed> {
    let config = Config::load()?;
    let places = places(&config, &one.common.chosen)?;
    let (place, entry) = find(&places, &one.message)?;
    place.outbox.retry(&entry)?;
    let selection = Selection::Only(&entry.name);
    let summary = deliver(&config, place, selection, one.common.json, out)?;
    Ok(match &summary.halted {
        Some(error) => exit::status(error.kind()),
        None if summary.sent == 0 => exit::UNAVAILABLE,
        None => exit::OK,
    })
}

/// Delivers, printing a line for each message as it goes.
fn deliver(
    config: &Config,
    place: &Place<'_>,
    selection: Selection<'_>,
    json: bool,
    out: &mut impl Write,
) -> std::result::Result<Summary, Failed> {
    let mut printed = Ok(());
    let session = Session::open(config, Some(&place.profile.name), None)?;
    let summary = session.deliver(&place.outbox, selection, &|| true, &mut |event| {
        if printed.is_ok() {
            printed = tell(place, event, json, out);
        }
    });
    printed?;
    let summary = summary?;
    if let Some(error) = &summary.halted {
        halted(place, error, json, out)?;
    }
    Ok(summary)
}

fn halted(place: &Place<'_>, error: &Error, json: bool, out: &mut impl Write) -> io::Result<()> {
    let (profile, reason) = (&place.profile.name, error.reason());
    match json {
        true => writeln!(
            out,
            "{}",
            json!({ "profile": profile, "outcome": "stopped", "reason": reason })
        ),
        false => writeln!(out, "{profile}: stopped: {reason}"),
    }
}

fn tell(place: &Place<'_>, event: &Event<'_>, json: bool, out: &mut impl Write) -> io::Result<()> {
    let (name, outcome, reason, words) = match event {
        Event::Sent(name) => (name.as_ref(), "sent", "", "sent".to_owned()),
        Event::Waiting(name, next, why) => (
            name.as_ref(),
            "waits",
            *why,
            format!("put off, again {}: {why}", until(*next)),
        ),
        Event::Parked(name, why) => (name.as_ref(), "parked", *why, format!("given up: {why}")),
        Event::Note(name, what) => (name.as_ref(), "note", what.as_str(), what.clone()),
        Event::Foreign(name, why) => (*name, "ignored", *why, format!("ignored: {why}")),
    };
    if json {
        let profile = &place.profile.name;
        let object = json!({
            "profile": profile, "name": name, "outcome": outcome, "reason": reason,
        });
        writeln!(out, "{object}")?;
    } else {
        let line = format!("{name}  {words}");
        let line: String = line
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        writeln!(out, "{line}")?;
    }
    // Whoever watches wants to see it as it happens.
    out.flush()
}

/// For the spooler, which prints nothing: the log has every message.
pub(super) fn deliver_quietly(
    config: &Config,
    place: &Place<'_>,
    go_on: &dyn Fn() -> bool,
) -> Result<Summary> {
    let session = Session::open(config, Some(&place.profile.name), None)?;
    session.deliver(&place.outbox, Selection::Due, go_on, &mut |_| {})
}
