//! What each MAPI call means, a file a call: no C types, no sockets.

mod access;
mod address;
mod asking;
mod composing;
mod contacts;
mod delete;
mod details;
mod documents;
mod find;
mod handing;
mod limits;
mod logon;
mod people;
mod person;
mod read;
mod recipients;
mod resolve;
mod save;
mod send;

pub use crate::model::Person;
pub use access::Access;
pub use address::{AddressRequest, check_fields, choose_recipients};
pub use contacts::{Contacts, contacts};
pub use delete::delete_mail;
pub use details::show_details;
pub use documents::{Documents, send_documents};
pub use find::find_next;
pub use handing::Handed;
pub use limits::check_counts;
pub use logon::{LogonRequest, MayAsk, log_off, log_on};
pub use read::{Extent, ReadFile, ReadMessage, ReadRequest, read_mail};
pub use resolve::{Asking, resolve_name};
pub use save::{SaveAs, save_mail};
pub use send::{Compose, send};
