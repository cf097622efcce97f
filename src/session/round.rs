//! A round of deliveries out of an outbox, by what a profile says.
#![forbid(unsafe_code)]

use super::opened::deadline;
use crate::config::Profile;
use crate::error::Result;
use crate::mime::Composed;
use crate::outbox::{Event, Keep, Outbox, Selection, Summary, Way};
use crate::providers::store::{Flags, Store};
use crate::providers::transport::Transport;
use crate::trace;

/// What a round works with.
pub(super) struct Round<'a> {
    pub(super) profile: &'a Profile,
    pub(super) transport: &'a dyn Transport,
    pub(super) store: &'a dyn Fn() -> Result<&'a dyn Store>,
}

impl Round<'_> {
    pub(super) fn deliver(
        &self,
        outbox: &Outbox,
        selection: Selection<'_>,
        go_on: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Summary> {
        let unread = Flags {
            unread: true,
            sent: false,
        };
        let report = |report: &Composed| (self.store)()?.save(report, unread).map(drop);
        let keep_sent = |copy: &Composed| (self.store)()?.keep_sent(copy);
        let store = self.profile.store.as_ref();
        let way = Way {
            sender: &self.profile.sender,
            transport: self.transport,
            deadline: &|| deadline(self.profile),
            store: store.map(|_| &report as Keep<'_>),
            keep_sent: store
                .filter(|store| store.keep_sent)
                .map(|_| &keep_sent as Keep<'_>),
            go_on,
        };
        let summary = outbox.deliver(selection, &way, &mut |event| {
            log(&event);
            tell(&event);
        })?;
        if let Some(error) = &summary.halted {
            trace::record("outbox", 0, 0, "stopped", &error.reason());
        }
        Ok(summary)
    }
}

fn log(event: &Event<'_>) {
    let (outcome, what) = match event {
        Event::Sent(name) => ("sent", name.to_string()),
        Event::Waiting(name, _, why) => ("waits", format!("{name}: {why}")),
        Event::Parked(name, why) => ("parked", format!("{name}: {why}")),
        Event::Note(name, what) => ("note", format!("{name}: {what}")),
        Event::Foreign(name, why) => ("ignored", format!("{name}: {why}")),
    };
    trace::record("outbox", 0, 0, outcome, &what);
}
