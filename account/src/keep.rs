//! Keeps an account: the password first, then the profile that needs it; or neither.

use simplemapi::config::{
    Environment, Login, Profile, Secret, SecretSource, StoreKind, TransportConfig,
};
use simplemapi::error::Kind;

use crate::account::Account;
use crate::configuration::Configuration;
use crate::keyring::Keyring;
use crate::problem::{Part, Problem};
use crate::profile;

/// Gives the password to the keyring and writes the account into the person's configuration as a new
/// profile, whose name it returns.
///
/// # Errors
/// What is wrong; then neither of the two has been kept.
pub fn keep(account: &Account, password: &Secret) -> Result<String, Problem> {
    let environment = Environment::get();
    if password.reveal().is_empty() || password.reveal().contains(char::is_control) {
        let why = "the password is empty, or has a character that no password has";
        return Err(Problem::new(Part::Settings, Kind::LoginFailed, why));
    }
    let places = places(&profile::checked(account)?);
    let mut configuration = Configuration::open(environment)?;
    let name = configuration.add(account, environment)?;
    let mut kept = Kept::open()?;
    for (host, user) in places {
        kept.set(host, user, password)?;
    }
    configuration.write()?;
    kept.stay();
    Ok(name)
}

/// Under which hosts and users a profile looks for its passwords.
fn places(profile: &Profile) -> Vec<(String, String)> {
    let outgoing = match &profile.transport {
        TransportConfig::Smtp(server) => server.login.as_ref(),
        _ => None,
    };
    let incoming = match profile.store.as_ref().map(|store| &store.kind) {
        Some(StoreKind::Imap(server)) => server.login.as_ref(),
        _ => None,
    };
    let place = |login: &Login| match &login.password {
        SecretSource::Keyring { host, user } => Some((host.clone(), user.clone())),
        _ => None,
    };
    let mut places: Vec<_> = outgoing
        .into_iter()
        .chain(incoming)
        .filter_map(place)
        .collect();
    places.dedup();
    places
}

/// Passwords in the keyring that are as they were again when this is dropped, unless they are to stay.
struct Kept {
    keyring: Keyring,
    before: Vec<(String, String, Option<Secret>)>,
}

impl Kept {
    fn open() -> Result<Self, Problem> {
        let keyring = Keyring::open().map_err(problem)?;
        Ok(Self {
            keyring,
            before: Vec::new(),
        })
    }

    fn set(&mut self, host: String, user: String, password: &Secret) -> Result<(), Problem> {
        let before = self.keyring.get(&host, &user).map_err(problem)?;
        let done = self.keyring.set(&host, &user, password).map_err(problem);
        self.before.push((host, user, before));
        done
    }

    fn stay(mut self) {
        self.before.clear();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for (host, user, before) in &self.before {
            // Nobody is left to be told what the keyring makes of it.
            let _ = match before {
                Some(password) => self.keyring.set(host, user, password),
                None => self.keyring.delete(host, user).map(drop),
            };
        }
    }
}

fn problem(why: String) -> Problem {
    Problem::new(Part::Keyring, Kind::NotSupported, why)
}
