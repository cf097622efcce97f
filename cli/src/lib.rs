//! A message that a person writes in their own editor: what `simplemapi` and `simplemapi-compose` share.
#![forbid(unsafe_code)]

#[path = "writing/draft.rs"]
mod draft;
#[path = "writing/editor.rs"]
pub mod editor;

pub use draft::Draft;
