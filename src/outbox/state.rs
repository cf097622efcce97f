//! What is known of a message beside its bytes, which never change.
//!
//! ```text
//! simplemapi-state 1
//! attempts: 2
//! next: 1795380600
//! last: relay.example.org:587 refused the message: 451 4.3.0 later
//! done: grace@example.org
//! failed: nobody@example.org 550 5.1.1 no such user
//! END
//! ```
//!
//! It is replaced as a whole, so that nobody ever finds half of it. A message without one is as it was
//! put in.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{self, Read, Write};

use super::Name;
use super::folder::{Folder, Room};
use super::temporary::Temporary;
use crate::directory::Access;

const MARK: &str = "simplemapi-state 1";
const END: &str = "END";
/// A state names each recipient once.
const MOST: u64 = 1 << 30;

/// A recipient who does not get the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The address.
    pub recipient: String,
    /// Why.
    pub reason: String,
    /// Whether the sender was told.
    pub told: bool,
}

/// What is known of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next, in seconds since 1970.
    pub next: u64,
    /// What the last try failed with; empty before.
    pub last: String,
    /// Why it is not tried any more.
    pub parked: Option<String>,
    /// Who has it.
    pub done: Vec<String>,
    /// Who does not get it.
    pub failed: Vec<Failure>,
}

impl State {
    /// What is known of this message.
    pub(super) fn read(folder: &Folder, name: &Name) -> io::Result<Self> {
        let room = folder.room(Room::State);
        let file = match folder.open(room, name.as_os_str(), Access::Read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            file => file?,
        };
        let mut text = String::new();
        file.take(MOST).read_to_string(&mut text)?;
        Self::parse(&text).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "what was noted of it is damaged",
            )
        })
    }

    /// Notes it, on the disk.
    pub(super) fn write(&self, folder: &Folder, name: &Name) -> io::Result<()> {
        let temporary = Temporary::create(folder)?;
        temporary.file().write_all(self.text().as_bytes())?;
        temporary.replace(Room::State, name.as_os_str())
    }

    /// Whether somebody is still to be told that he failed.
    pub(super) fn has_untold(&self) -> bool {
        self.failed.iter().any(|failure| !failure.told)
    }

    fn text(&self) -> String {
        let mut text = format!("{MARK}\nattempts: {}\nnext: {}\n", self.attempts, self.next);
        let mut line = |field: &str, value: &str| {
            let value: String = value
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            let _ = writeln!(text, "{field}: {value}");
        };
        line("last", &self.last);
        if let Some(reason) = &self.parked {
            line("parked", reason);
        }
        for recipient in &self.done {
            line("done", recipient);
        }
        for failure in &self.failed {
            let field = if failure.told { "told" } else { "failed" };
            line(field, &format!("{} {}", failure.recipient, failure.reason));
        }
        text.push_str(END);
        text.push('\n');
        text
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix(MARK)?.strip_prefix('\n')?.lines();
        let mut state = Self::default();
        loop {
            let line = lines.next()?;
            if line == END {
                return lines.next().is_none().then_some(state);
            }
            let (field, value) = line.split_once(": ")?;
            match field {
                "attempts" => state.attempts = value.parse().ok()?,
                "next" => state.next = value.parse().ok()?,
                "last" => state.last = value.to_owned(),
                "parked" => state.parked = Some(value.to_owned()),
                "done" => state.done.push(value.to_owned()),
                "failed" | "told" => {
                    let (recipient, reason) = value.split_once(' ')?;
                    state.failed.push(Failure {
                        recipient: recipient.to_owned(),
                        reason: reason.to_owned(),
                        told: field == "told",
                    });
                }
                _ => return None,
            }
        }
    }
}

/// How many tries of a message were begun and never ended: it may be what they died of.
///
/// Each adds a byte to a file, which the end of the try removes. It is no harm if a power cut takes
/// the file.
pub(super) fn note_try(folder: &Folder, name: &Name) -> io::Result<u64> {
    let mut file = folder.room(Room::Trying).append_to(name.as_os_str())?;
    let before = file.metadata()?.len();
    match file.write_all(b".") {
        // A full disk is no reason to keep a message on it.
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {}
        written => written?,
    }
    Ok(before)
}

/// Forgets what is noted of messages that are gone. Nothing depends on it.
pub(super) fn sweep(folder: &Folder) {
    let is_there = |room, name: &OsStr| folder.room(room).status(name).is_ok();
    for room in [Room::State, Room::Trying] {
        for name in folder.names(room).unwrap_or_default() {
            let name = OsStr::new(&name);
            // Somebody may be moving it from one to the other.
            let somewhere = [Room::Parked, Room::Queue, Room::Parked];
            if !somewhere.into_iter().any(|room| is_there(room, name)) {
                let _ = folder.remove(room, name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_again_and_half_of_it_never() {
        let state = State {
            attempts: 3,
            next: 17,
            last: "no\nroute".to_owned(),
            parked: Some("for good".to_owned()),
            done: vec!["a@b.test".to_owned()],
            failed: [false, true]
                .map(|told| Failure {
                    recipient: "c@d.test".to_owned(),
                    reason: "550 5.1.1 no such user".to_owned(),
                    told,
                })
                .into(),
        };
        let text = state.text();
        let again = State::parse(&text).unwrap();
        assert_eq!(again.last, "no route");
        assert_eq!((again.failed, again.done), (state.failed, state.done));
        for cut in 0..text.len() - 1 {
            assert_eq!(State::parse(&text[..cut]), None, "{cut}");
        }
        assert_eq!(
            State::parse(&State::default().text()),
            Some(State::default())
        );
    }
}
