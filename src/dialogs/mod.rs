//! Windows that a person answers.
//!
//! The library draws none: its host may have any toolkit, or none. It asks a front end, a program of its
//! own (`helper.rs`), in words that `docs/dialogs.md` has for whoever writes one (`words.rs`), and does
//! everything else itself: names are found, messages sent and profiles opened on this side.
#![forbid(unsafe_code)]

#[cfg(unix)]
pub mod frames;
#[cfg(unix)]
mod helper;
mod nobody;
mod words;

use std::ffi::OsStr;

pub use nobody::Nobody;
pub use words::{
    AddressDialog, Answer, ComposeDialog, CopiedFile, DetailsDialog, Dialog, Field, HandOverDialog,
    Letter, LetterFile, LogonDialog, OpenDraftDialog, Proposal, Request, ResolveDialog, Said, Show,
    ShownFile, VERSION,
};

#[cfg(unix)]
use crate::companion;
use crate::config::Environment;
use crate::error::Result;

/// The front end that stands beside the library.
#[cfg(unix)]
const FRONT_END: &str = "simplemapi-ui";

/// Somebody who can be asked.
pub trait Dialogs {
    /// Whether a dialog could be shown here; nothing is shown yet.
    ///
    /// # Errors
    /// [`Kind::NotSupported`](crate::error::Kind::NotSupported), and why nobody can be asked.
    fn available(&self) -> Result<()>;

    /// Shows a dialog, and has each request of the person's answered, one after the other, until one is
    /// [`Answer::Accepted`]. There is no limit on how long a person thinks.
    ///
    /// # Errors
    /// [`Kind::UserAborted`](crate::error::Kind::UserAborted) when the person cancelled, and never else;
    /// [`Kind::NotSupported`](crate::error::Kind::NotSupported) when there is nothing to show it on;
    /// [`Kind::Failure`](crate::error::Kind::Failure) when the front end failed.
    fn show(&self, dialog: &Dialog, answer: &mut dyn FnMut(Request) -> Answer) -> Result<()>;
}

/// Whoever can be asked from this process, over the window that the caller has: the front end that
/// SIMPLEMAPI_UI names, or the one that stands beside the library.
pub fn open(parent: usize) -> Box<dyn Dialogs> {
    let environment = Environment::get();
    match environment.ui.as_deref() {
        _ if environment.privileged => Box::new(Nobody::new(
            "a program with more rights than its user shows no dialogs",
        )),
        Some(none) if none == "none" => Box::new(Nobody::new("SIMPLEMAPI_UI is none")),
        named => front_end(named, environment, parent),
    }
}

#[cfg(unix)]
fn front_end(named: Option<&OsStr>, environment: &Environment, parent: usize) -> Box<dyn Dialogs> {
    match named {
        // It may well need no display.
        Some(program) => Box::new(helper::Helper::new(program.into(), parent)),
        // It would say so itself, after it was started.
        None if !environment.has_display => Box::new(Nobody::new(
            "there is no screen: neither WAYLAND_DISPLAY nor DISPLAY is set",
        )),
        None => match companion::find(FRONT_END) {
            Ok(program) => Box::new(helper::Helper::new(program, parent)),
            Err(error) => Box::new(Nobody::new(error.reason())),
        },
    }
}

#[cfg(not(unix))]
fn front_end(_: Option<&OsStr>, _: &Environment, _: usize) -> Box<dyn Dialogs> {
    Box::new(Nobody::new("there are no dialogs on this system yet"))
}
