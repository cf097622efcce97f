//! A profile in use.
#![forbid(unsafe_code)]

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::courier::Courier;
use super::round::Round;
use crate::config::{
    Config, Environment, Limits, Login, Profile, Secret, SecretSource, TransportConfig,
};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::outbox::{Event, Outbox, Selection, Summary};
use crate::providers::address_book::{self, AddressBook, Shelf};
use crate::providers::store::{self, Store};
use crate::providers::transport::{self, Lingering, Transport};

/// A profile in use. Opening one touches no network: a transport connects when it is first needed
/// and keeps its connections until the session is dropped.
pub struct Session {
    profile: Profile,
    transport: Arc<dyn Transport>,
    store: OnceLock<Box<dyn Store>>,
    courier: Courier,
    address_books: OnceLock<Vec<Box<dyn AddressBook>>>,
    shelf: Arc<Shelf>,
}

impl Session {
    /// Opens the profile of this name, or the default one.
    ///
    /// A password from the caller stands in for one that the configuration does not hold; against
    /// one that it does hold it is checked.
    ///
    /// # Errors
    /// [`Kind::LoginFailed`] when there is no such profile, when its password is not the one given,
    /// or when it needs one and nobody may be asked.
    pub fn open(config: &Config, name: Option<&str>, password: Option<Secret>) -> Result<Self> {
        Self::open_with(config, name, password, None)
    }

    /// The same for a single call, which takes over connections and leaves its own.
    pub(super) fn open_with(
        config: &Config,
        name: Option<&str>,
        password: Option<Secret>,
        lingering: Option<&Arc<Lingering>>,
    ) -> Result<Self> {
        let mut profile = config.profile(name)?.clone();
        if let TransportConfig::Smtp(smtp) = &mut profile.transport
            && let Some(login) = &mut smtp.login
        {
            settle_password(login, password, &profile.name)?;
        }
        let transport = transport::open_with(&profile.transport, &profile.relays, lingering);
        Ok(Self {
            profile,
            transport: transport.into(),
            store: OnceLock::new(),
            courier: Courier::default(),
            address_books: OnceLock::new(),
            shelf: Arc::new(Shelf::new(Environment::get().cache_home.clone())),
        })
    }

    /// The same, over address books that other sessions have read too.
    #[must_use]
    pub(super) fn sharing(self, shelf: &Arc<Shelf>) -> Self {
        Self {
            shelf: Arc::clone(shelf),
            ..self
        }
    }

    /// The profile it was opened from.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What its messages may measure.
    pub fn limits(&self) -> Limits {
        self.profile.limits
    }

    /// Its way out.
    pub fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// Where its mail is kept, opened with the first call that needs it: a session that only sends
    /// works without.
    ///
    /// # Errors
    /// [`Kind::NotSupported`] when the profile has none.
    pub fn store(&self) -> Result<&dyn Store> {
        if let Some(store) = self.store.get() {
            return Ok(store.as_ref());
        }
        let name = &self.profile.name;
        let config = self.profile.store.as_ref().ok_or_else(|| {
            Error::new(
                Kind::NotSupported,
                format!("profile \"{name}\" keeps no mail: give it a [profile.{name}.store]"),
            )
        })?;
        let opened = store::open(config)?;
        // Another thread may have been quicker; then its store is everybody's.
        Ok(self.store.get_or_init(|| opened).as_ref())
    }

    /// Where people are found, in the order in which they are asked; opened with the first call that
    /// needs them, and then kept.
    pub fn address_books(&self) -> &[Box<dyn AddressBook>] {
        self.address_books.get_or_init(|| {
            let configured = self.profile.address_books.iter();
            configured
                .map(|config| address_book::open(config, &self.shelf))
                .collect()
        })
    }

    /// Where its messages wait, made when it is missing.
    ///
    /// # Errors
    /// [`Kind::NotSupported`] when there is no place for one, and those of [`Outbox::open`].
    pub fn outbox(&self) -> Result<Outbox> {
        let path = self.profile.outbox.path.as_deref();
        let path = path.ok_or_else(|| {
            let name = &self.profile.name;
            Error::new(
                Kind::NotSupported,
                format!(
                    "there is no place for an outbox: set path in [profile.{name}.outbox], or HOME"
                ),
            )
        })?;
        Outbox::open(path)
    }

    /// Delivers what waits in an outbox, and tells and logs what happens.
    ///
    /// # Errors
    /// Those of the file system below the outbox.
    pub fn deliver(
        &self,
        outbox: &Outbox,
        selection: Selection<'_>,
        go_on: &dyn Fn() -> bool,
        tell: &mut dyn FnMut(&Event<'_>),
    ) -> Result<Summary> {
        Round {
            profile: &self.profile,
            transport: self.transport(),
            store: &|| self.store(),
        }
        .deliver(outbox, selection, go_on, tell)
    }

    /// Has what waits in the outbox delivered on the side, while this session is open.
    pub(super) fn deliver_on_the_side(&self) {
        self.courier.call(&self.profile, &self.transport);
    }

    /// The bound on a call that starts now.
    pub fn deadline(&self) -> Deadline {
        deadline(&self.profile)
    }

    /// Whether somebody who gives this password may join.
    pub(super) fn accepts(&self, password: &Secret) -> bool {
        match &self.profile.transport {
            TransportConfig::Smtp(smtp) => match smtp.login.as_ref().map(|login| &login.password) {
                Some(SecretSource::Given(own)) => own == password,
                _ => true,
            },
            _ => true,
        }
    }
}

/// The bound on a call with this profile that starts now.
pub(super) fn deadline(profile: &Profile) -> Deadline {
    /// Local programs and disks have no setting of their own.
    const LOCAL: Duration = Duration::from_secs(900);
    Deadline::after(match &profile.transport {
        TransportConfig::Smtp(smtp) => smtp.deadline,
        _ => LOCAL,
    })
}

/// Decides which password a login uses.
fn settle_password(login: &mut Login, given: Option<Secret>, profile: &str) -> Result<()> {
    match (&login.password, given) {
        (SecretSource::Given(own), Some(given)) if *own != given => Err(Error::new(
            Kind::LoginFailed,
            format!(
                "the password given to MAPILogon is not the one that profile \"{profile}\" has in its configuration"
            ),
        )),
        (SecretSource::Ask, None) => Err(Error::new(
            Kind::LoginFailed,
            format!(
                "profile \"{profile}\" has a user and no password: give one to MAPILogon, or set keyring, password-command or \
                 password-file in its transport"
            ),
        )),
        (_, Some(given)) => {
            login.password = SecretSource::Given(given);
            Ok(())
        }
        (_, None) => Ok(()),
    }
}
