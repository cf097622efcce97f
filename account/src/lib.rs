//! From a mail address and a password to a profile that sends.
//!
//! [`find`] looks for the servers of an address, a person may change what it found, [`try_out`] logs in
//! to them, and [`keep`] writes the profile and gives the password to the keyring. All of it blocks:
//! a program with windows calls it on a thread of its own.
//!
//! ```no_run
//! use simplemapi_account::{Account, Secret, find, keep, try_out};
//!
//! # fn main() -> Result<(), simplemapi_account::Problem> {
//! let found = find("ada@example.org", "Ada Lovelace", &|| true);
//! // A person is shown where it comes from, and what is said about the password.
//! let account = found.map_or_else(
//!     || Account::guess("ada@example.org", "Ada Lovelace"),
//!     |found| found.account,
//! );
//! let password = Secret::new("hunter2".to_owned());
//! try_out(&account, &password)?;
//! let profile = keep(&account, &password)?;
//! # let _ = profile;
//! # Ok(())
//! # }
//! ```
#![cfg(unix)]
#![forbid(unsafe_code)]

mod account;
mod configuration;
mod find;
mod keep;
mod keyring;
mod problem;
mod profile;
mod try_out;

pub use account::{Account, Found, Hint, Server, Source};
pub use find::find;
pub use keep::keep;
pub use keyring::Keyring;
pub use problem::{Part, Problem};
pub use simplemapi::config::{Secret, Security};
pub use try_out::try_out;
