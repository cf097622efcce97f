//! What each MAPI call means, a file a call: no C types, no sockets.

mod access;
mod contacts;
mod delete;
mod documents;
mod entries;
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
mod unavailable;

pub use access::Access;
pub use contacts::{Contacts, contacts};
pub use delete::delete_mail;
pub use documents::{Documents, send_documents};
pub use entries::{check_fields, choose_recipients, show_details};
pub use find::find_next;
pub use handing::Handed;
pub use limits::check_counts;
pub use logon::{LogonRequest, log_off, log_on};
pub use person::Person;
pub use read::{Extent, ReadFile, ReadMessage, ReadRequest, read_mail};
pub use resolve::{Asking, resolve_name};
pub use save::{SaveAs, save_mail};
pub use send::{Compose, send};
pub use unavailable::unavailable;
