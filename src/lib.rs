//! Simple MAPI: the thirteen C functions by which a program says Send, natively.
//!
//! This is the map of the building; there is no code here. A call goes down and up one line, and
//! each floor knows only the one below:
//!
//! ```text
//! C program -> ffi (pointers become values) -> calls (meaning) -> session (which profile) -> providers (the world)
//! ```
//!
//! * [`ffi`]: the C boundary, and the only unsafe code.
//! * [`calls`]: what each MAPI call means, a file a call.
//! * [`session`]: handles, opened profiles, implicit and shared sessions.
//! * [`model`]: owned, validated values: messages, recipients, addresses, attachments.
//! * [`attachment`]: from the path a caller names to a file that is safe to send.
//! * [`mime`]: the model as RFC 5322 bytes, and back.
//! * `connection`: a server reached, in the clear or in TLS, within bounds.
//! * `maildir`: the format that a transport and a store share.
//! * `directory`: open folders and the files in them, for what stays on the disk.
//! * [`providers`]: the world outside: transports, stores, address books.
//! * [`outbox`]: messages on the disk until somebody takes responsibility for them.
//! * [`drafts`]: messages that a person has not finished, on the disk.
//! * [`dialogs`]: windows that a person answers, in a program of their own.
//! * `companion`: programs of ours that stand beside the library.
//! * [`config`]: the file, the environment, secrets.
//! * [`error`]: what went wrong, in our words. [`trace`]: one line a call, for the curious.
//! * [`deadline`]: a bound on the time of a whole call. [`child`]: programs run on the side.
//!   [`services`]: hosts that a domain names in DNS.
//!   [`regular_file`], `descriptor`: files opened without surprises for the host. `stamp`: whether a
//!   file is still the one that was read. `host_name`: whose machine this is.

pub mod attachment;
pub mod calls;
pub mod child;
#[cfg(unix)]
mod companion;
pub mod config;
mod connection;
pub mod deadline;
#[cfg_attr(windows, path = "descriptor/windows.rs")]
pub mod descriptor;
pub mod dialogs;
mod directory;
pub mod drafts;
pub mod error;
pub mod ffi;
mod host_name;
mod maildir;
pub mod mime;
pub mod model;
pub mod outbox;
pub mod providers;
pub mod regular_file;
pub mod services;
pub mod session;
mod stamp;
pub mod trace;
