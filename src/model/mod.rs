//! Owned, validated values. Nothing here does input or output, and no text from a caller leaves
//! here able to break a header.

mod address;
mod address_form;
mod draft;
mod entry_id;
mod envelope;
mod header_text;
mod message;
mod message_id;
mod received;
mod recipient;

pub use address::Address;
pub use address_form::{Written, split_list, written};
pub use draft::{Draft, OpenAttachment};
pub use entry_id::{Known, book_entry_id, entry_id, read_entry_id};
pub use envelope::Envelope;
pub use header_text::header_text;
pub use message::{Attachment, Message};
pub use message_id::MessageId;
pub use received::{Correspondent, Received, ReceivedFile, TransferEncoding, local_minute};
pub use recipient::{Mailbox, Person, Recipient, RecipientClass};
