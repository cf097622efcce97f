//! The configuration: the file, the environment, secrets.
//!
//! A [`Config`] is looked for at every logon, so that a change counts from the next one on; `kept` spares
//! reading what has not changed. Reading it goes: `file` finds it, `reader` takes it apart key by key and tells mistakes with their
//! lines, `read_profile` and `server` know the keys, `values` what each may be.

mod directory;
mod environment;
mod file;
mod kept;
mod loading;
mod profile;
mod read_profile;
mod reader;
mod secret;
mod server;
mod values;
#[cfg(unix)]
mod warnings;

#[cfg(test)]
mod tests;

pub use environment::Environment;
pub use file::{EXAMPLE, places};
pub use loading::Config;
pub use profile::{
    AddressBookConfig, Deletion, Directory, Discovery, Limits, Login, Mechanism, OutboxConfig,
    Profile, Queueing, Relays, Security, Server, Smtp, StoreConfig, StoreKind, TransportConfig,
};
pub use secret::{Secret, SecretSource};
