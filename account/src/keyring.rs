//! The person's keyring, by the Secret Service that every desktop has.

use std::collections::HashMap;
use std::sync::Arc;

use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use simplemapi::config::Secret;
use zbus_secret_service_keyring_store::Store;

/// The keyring of this session. What goes wrong with it is told in one line.
#[derive(Debug)]
pub struct Keyring {
    store: Arc<Store>,
}

impl Keyring {
    /// Connects to it. It may be locked: what needs it open asks the person.
    ///
    /// # Errors
    /// There is no session, or nothing in it that keeps passwords.
    pub fn open() -> Result<Self, String> {
        let store = Store::new().map_err(|error| told(&error))?;
        Ok(Self { store })
    }

    /// The password of a user of a host, if there is one.
    ///
    /// # Errors
    /// It is locked, or fails.
    pub fn get(&self, host: &str, user: &str) -> Result<Option<Secret>, String> {
        match self.entry(host, user)?.get_password() {
            Ok(password) => Ok(Some(Secret::new(password))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(told(&error)),
        }
    }

    /// Keeps the password of a user of a host, in the place of the one that is there.
    ///
    /// # Errors
    /// It is locked, or fails.
    pub fn set(&self, host: &str, user: &str, password: &Secret) -> Result<(), String> {
        let entry = self.entry(host, user)?;
        entry
            .set_password(password.reveal())
            .map_err(|error| told(&error))
    }

    /// Does away with the password of a user of a host; whether there was one.
    ///
    /// # Errors
    /// It is locked, or fails.
    pub fn delete(&self, host: &str, user: &str) -> Result<bool, String> {
        match self.entry(host, user)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(told(&error)),
        }
    }

    fn entry(&self, host: &str, user: &str) -> Result<Entry, String> {
        // A name that no other program's entries have: theirs are not ours to replace.
        let service = format!("simplemapi/{host}");
        // What the person sees in the desktop's own program for passwords.
        let label = format!("Mail: {user} on {host}");
        let label = HashMap::from([("label", label.as_str())]);
        let entry = self.store.build(&service, user, Some(&label));
        entry.map_err(|error| told(&error))
    }
}

fn told(error: &Error) -> String {
    let text = match error {
        Error::NoStorageAccess(why) => {
            format!("the keyring is locked, and was not unlocked: {why}")
        }
        Error::PlatformFailure(why) => format!("the keyring cannot be asked: {why}"),
        Error::Ambiguous(_) => {
            "the keyring has several such passwords; delete them and set one anew".to_owned()
        }
        other => format!("the keyring: {other}"),
    };
    text.replace(char::is_control, " ")
}
