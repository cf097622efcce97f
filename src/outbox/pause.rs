//! What is remembered of a server that was not to be had, so that not everybody tries it again.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io::{Read, Write};

use super::folder::{Folder, Room};
use super::schedule::{is_due, pause_until};
use super::temporary::Temporary;
use crate::directory::Access;

const FILE: &str = "pause";

/// How often in a row it failed, until when it is left alone, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pause {
    failures: u32,
    pub(super) until: u64,
    pub(super) reason: String,
}

impl Pause {
    pub(super) fn read(folder: &Folder) -> Option<Self> {
        let file = folder
            .open(folder.root(), OsStr::new(FILE), Access::Read)
            .ok()?;
        let mut text = String::new();
        file.take(10_000).read_to_string(&mut text).ok()?;
        let mut parts = text.trim_end().splitn(3, ' ');
        Some(Self {
            failures: parts.next()?.parse().ok()?,
            until: parts.next()?.parse().ok()?,
            reason: parts.next()?.to_owned(),
        })
    }

    pub(super) fn is_over(&self, now: u64) -> bool {
        is_due(self.until, now)
    }

    /// Notes one more failure. If that cannot be noted, the server is asked once more than needed.
    pub(super) fn prolong(folder: &Folder, now: u64, reason: &str) -> Self {
        let failures = Self::read(folder).map_or(1, |pause| pause.failures.saturating_add(1));
        let pause = Self {
            failures,
            until: pause_until(failures, now),
            reason: reason.chars().take(1000).collect(),
        };
        if let Ok(temporary) = Temporary::create(folder) {
            let text = format!("{} {} {}\n", pause.failures, pause.until, pause.reason);
            if temporary.file().write_all(text.as_bytes()).is_ok() {
                let from = folder.room(Room::Temporary);
                let to = (folder.root(), OsStr::new(FILE));
                let _ = from.rename(temporary.name().as_os_str(), to);
            }
        }
        pause
    }

    /// The server is there again.
    pub(super) fn end(folder: &Folder) {
        let _ = folder.root().remove(OsStr::new(FILE));
    }
}
