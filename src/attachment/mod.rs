//! Files at both ends of a mail: from the path that a caller names to an open file that is safe to
//! send, and from a received file to one that the caller finds.

mod extract;
mod name;
mod open;
mod uri;

pub(crate) use extract::unwritable;
pub use extract::{Extraction, KeptFolder};
pub(crate) use name::display_name;
pub use open::open;
pub(crate) use uri::{local_path, uri_of};
