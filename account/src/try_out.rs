//! Whether an account works: really logs in, with the library's own transport and store.

use std::time::Duration;

use simplemapi::config::{Secret, SecretSource, Server, StoreKind, TransportConfig};
use simplemapi::deadline::Deadline;
use simplemapi::error::{Kind, Result as Tried};
use simplemapi::providers::store::{self, Wanted};
use simplemapi::providers::transport;

use crate::account::Account;
use crate::problem::{Part, Problem};
use crate::profile;

/// How long a server may take for an answer, and for all of them.
const ANSWER: Duration = Duration::from_secs(15);
const WHOLE: Duration = Duration::from_secs(30);

/// Logs in to the servers, for a minute at most, and sends nothing.
///
/// # Errors
/// What is wrong, at which server or with which field, and what to mend.
pub fn try_out(account: &Account, password: &Secret) -> Result<(), Problem> {
    let mut profile = profile::checked(account)?;
    if let TransportConfig::Smtp(server) = &mut profile.transport {
        make_ready(server, password);
    }
    let outgoing = transport::open_with(&profile.transport, &profile.relays, None);
    outgoing
        .check(Deadline::after(WHOLE), &mut |_step| {})
        .map_err(|error| Problem::of(Part::Outgoing, &error))?;
    if let Some(mut store) = profile.store {
        if let StoreKind::Imap(server) = &mut store.kind {
            make_ready(server, password);
        }
        look(&store).map_err(|error| Problem::of(Part::Incoming, &error))?;
    }
    Ok(())
}

fn make_ready(server: &mut Server, password: &Secret) {
    server.timeout = ANSWER;
    server.deadline = WHOLE;
    if let Some(login) = &mut server.login {
        login.password = SecretSource::Given(password.clone());
    }
}

/// Opens the Inbox, whatever is in it.
fn look(config: &simplemapi::config::StoreConfig) -> Tried<()> {
    match store::open(config)?.next(None, &Wanted::default()) {
        Err(error) if error.kind() != Kind::NoMessages => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
