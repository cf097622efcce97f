//! `simplemapi outbox list`, `parked`, `show` and `cancel`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use serde_json::{Value, json};
use simplemapi::config::Config;
use simplemapi::mime::Sink;
use simplemapi::outbox::{Entry, Foreign, Stage};

use super::{Common, Failed, One, Place, find, places};
use crate::exit;
use crate::plain::plain;
use crate::times::{now, span, until};

pub(super) fn list(common: &Common, stage: Stage, out: &mut impl Write) -> Result<u8, Failed> {
    let config = Config::load()?;
    let places = places(&config, &common.chosen)?;
    let mut count = 0;
    for place in &places {
        let (entries, others) = place.outbox.entries(stage)?;
        count += entries.len() + others.len();
        if common.json {
            for entry in &entries {
                writeln!(out, "{}", object(place, entry))?;
            }
            for Foreign { name, why } in &others {
                let ignored = json!({
                    "profile": place.profile.name, "name": name, "stage": "ignored", "reason": why,
                });
                writeln!(out, "{ignored}")?;
            }
            continue;
        }
        if let Some((moment, why)) = place.outbox.pause()
            && stage == Stage::Queued
            && !entries.is_empty()
        {
            writeln!(
                out,
                "{}: the server is tried again {}: {}",
                place.profile.name,
                until(moment),
                plain(&why)
            )?;
        }
        for entry in &entries {
            tell(place, entry, out)?;
        }
        for Foreign { name, why } in &others {
            writeln!(out, "{}  ignored: {}", plain(name), plain(why))?;
        }
    }
    if count == 0 && !common.json {
        let nothing = match stage {
            Stage::Queued => "nothing waits",
            Stage::Parked => "nothing was given up",
        };
        writeln!(out, "{nothing}")?;
    }
    Ok(exit::OK)
}

/// A message in two lines.
fn tell(place: &Place<'_>, entry: &Entry, out: &mut impl Write) -> io::Result<()> {
    let to = match entry.recipients.as_slice() {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
        [] => String::new(),
    };
    writeln!(
        out,
        "{}  {}  {} bytes, {} old, to {to}",
        entry.name,
        place.profile.name,
        entry.size,
        span(now().saturating_sub(entry.accepted)),
    )?;
    let state = &entry.state;
    match (&state.parked, state.attempts) {
        (Some(why), _) => writeln!(out, "    given up: {}", plain(why)),
        (None, 0) if state.last.is_empty() => writeln!(out, "    not tried yet"),
        (None, tries) => writeln!(
            out,
            "    tried {tries} times, again {}: {}",
            until(state.next),
            plain(&state.last)
        ),
    }
}

pub(super) fn show(one: &One, out: &mut impl Write) -> Result<u8, Failed> {
    let config = Config::load()?;
    let places = places(&config, &one.common.chosen)?;
    let (place, entry) = find(&places, &one.message)?;
    if one.common.json {
        writeln!(out, "{}", object(place, &entry))?;
        return Ok(exit::OK);
    }
    tell(place, &entry, out)?;
    writeln!(out, "    Message-ID: <{}>", plain(&entry.message_id))?;
    writeln!(out, "    from {}", entry.sender)?;
    for recipient in &entry.recipients {
        writeln!(out, "    to {recipient}: {}", fate(&entry, recipient))?;
    }
    let header = header(place, &entry)?;
    writeln!(out)?;
    for line in header.lines() {
        writeln!(out, "{}", plain(line))?;
    }
    Ok(exit::OK)
}

fn fate(entry: &Entry, recipient: &str) -> String {
    if entry.state.done.iter().any(|done| done == recipient) {
        return "has it".to_owned();
    }
    let mut failed = entry.state.failed.iter();
    match failed.find(|failed| failed.recipient == recipient) {
        Some(failed) => format!("given up: {}", plain(&failed.reason)),
        None => "waits".to_owned(),
    }
}

fn header(place: &Place<'_>, entry: &Entry) -> simplemapi::error::Result<String> {
    /// Takes a header and no more.
    struct Header(Vec<u8>);
    impl Sink for Header {
        fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
            self.0.extend_from_slice(bytes);
            match String::from_utf8_lossy(&self.0).contains("\r\n\r\n") {
                true => Err(io::ErrorKind::WriteZero.into()),
                false => Ok(()),
            }
        }
    }
    let mut header = Header(Vec::new());
    // Its end is the end of the copy.
    let _ = place.outbox.message(entry)?.copy_to(&mut header);
    let text = String::from_utf8_lossy(&header.0);
    let end = text.find("\r\n\r\n").unwrap_or(text.len());
    Ok(text.get(..end).unwrap_or_default().to_owned())
}

pub(super) fn cancel(one: &One) -> Result<u8, Failed> {
    let config = Config::load()?;
    let places = places(&config, &one.common.chosen)?;
    let (place, entry) = find(&places, &one.message)?;
    place.outbox.cancel(&entry)?;
    Ok(exit::OK)
}

fn object(place: &Place<'_>, entry: &Entry) -> Value {
    let state = &entry.state;
    let failed = state.failed.iter().map(|failed| {
        json!({ "recipient": failed.recipient, "reason": failed.reason, "reported": failed.told })
    });
    json!({
        "profile": place.profile.name,
        "name": entry.name.to_string(),
        "stage": match entry.stage { Stage::Queued => "queued", Stage::Parked => "parked" },
        "accepted": entry.accepted,
        "message-id": entry.message_id,
        "sender": entry.sender,
        "recipients": entry.recipients,
        "size": entry.size,
        "attempts": state.attempts,
        "next": state.next,
        "last": state.last,
        "parked": state.parked,
        "done": state.done,
        "failed": failed.collect::<Vec<_>>(),
    })
}
