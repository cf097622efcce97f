//! Messages that a person has not finished, each a private folder that outlives the process:
//!
//! ```text
//! $XDG_STATE_HOME/simplemapi/drafts/1795380000-123456-89abcdef/
//!     lock           held while somebody has it open
//!     draft.json     what it was when a window first showed it
//!     letter.json    what a person has made of it, by the front end
//!     files/0/a.pdf  copies of its files
//! ```
//!
//! Nobody but its user can have written any of it, and all the same none of it is trusted: it is read
//! within bounds, and no link is followed.
#![forbid(unsafe_code)]

mod contents;
mod copies;
mod folder;
mod listing;
#[cfg(all(test, unix))]
mod tests;

pub(crate) use contents::{Contents, FileEntry};
pub(crate) use folder::{Folder, Room};
pub use listing::{Listed, discard, list};
