//! From a mail address and a password to a profile that sends.
//!
//! [`find`] looks for the servers of an address, a person may change what it found, [`try_out`] logs in
//! to them, and [`keep`] writes the profile and gives the password to the keyring. All of it blocks:
//! a program with windows calls it on a thread of its own.
//!
//! ```no_run
//! use simplemapi::config::Secret;
//! use simplemapi_account::{Account, find, keep, try_out};
//!
//! # fn main() -> Result<(), simplemapi_account::Problem> {
//! let found = find("ada@example.org", "Ada Lovelace", &|| true);
//! // With hints for the person, and where it comes from.
//! let account = found.map_or_else(|| Account::guess("ada@example.org", "Ada Lovelace"), |found| found.account);
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
mod problem;

pub use account::{Account, Found, Hint, Server, Source};
pub use problem::{Part, Problem};
pub use simplemapi::config::{Secret, Security};

/// Looks for the servers of a mail address, for 20 seconds at most. `go_on` is asked between the steps.
///
/// Nothing that is found was tried yet, and all of it is meant to be shown to the person. `None`: nobody
/// knows the address, or it is none; the person has to say where the servers are.
pub fn find(address: &str, name: &str, go_on: &dyn Fn() -> bool) -> Option<Found> {
    let _ = (address, name, go_on);
    None
}

/// Logs in to the servers, for a minute at most, and sends nothing.
///
/// # Errors
/// What is wrong, at which server or with which field, and what to mend.
pub fn try_out(account: &Account, password: &Secret) -> Result<(), Problem> {
    let _ = (account, password);
    Err(Problem::new(Part::Settings, "nothing is tried yet"))
}

/// Gives the password to the keyring and writes the account into the person's configuration as a new
/// profile, whose name it returns.
///
/// # Errors
/// What is wrong; then neither of the two has been kept.
pub fn keep(account: &Account, password: &Secret) -> Result<String, Problem> {
    let _ = (account, password);
    Err(Problem::new(Part::Configuration, "nothing is kept yet"))
}
