//! MAPILogon and MAPILogoff.
#![forbid(unsafe_code)]

use crate::config::Secret;
use crate::error::{Error, Kind, Result};
use crate::session::{Handle, Sessions, Sharing};

/// What MAPILogon asks for.
#[derive(Debug)]
pub struct LogonRequest {
    /// The profile's name; empty for the default one.
    pub profile: String,
    /// The password; empty for the configuration's own.
    pub password: Secret,
    /// Whether to join the shared session.
    pub sharing: Sharing,
    /// Whether a person may be asked for what is missing.
    pub may_ask: bool,
}

/// The reference allows a profile name and a password 256 characters each.
const MAX_CHARS: usize = 256;

/// Opens or joins a session.
///
/// A profile that needs no input opens without any being named: unattended programs rely on it.
///
/// # Errors
/// [`Kind::LoginFailed`] or [`Kind::TooManySessions`].
pub fn log_on(sessions: &Sessions, request: LogonRequest) -> Result<Handle> {
    for (what, text) in [
        ("profile name", request.profile.as_str()),
        ("password", request.password.reveal()),
    ] {
        if text.chars().count() > MAX_CHARS {
            return Err(Error::new(
                Kind::LoginFailed,
                format!("the {what} is longer than {MAX_CHARS} characters"),
            ));
        }
    }
    let profile = Some(request.profile.as_str()).filter(|name| !name.is_empty());
    let password = Some(request.password).filter(|password| !password.reveal().is_empty());
    let handle = sessions.log_on(profile, password, request.sharing);
    match handle {
        Err(error) if error.kind() == Kind::LoginFailed && request.may_ask => {
            Err(error.within("the logon dialog is not in this version, so nobody was asked"))
        }
        handle => handle,
    }
}

/// Gives a session handle up.
///
/// # Errors
/// [`Kind::InvalidSession`]; [`Kind::Failure`] for flags that MAPILogoff does not have, and then the
/// session stays open.
pub fn log_off(sessions: &Sessions, number: usize, unknown_flags: u32) -> Result<()> {
    let handle = Handle::from_number(number);
    sessions.get(handle)?;
    if unknown_flags != 0 {
        return Err(Error::new(
            Kind::Failure,
            format!("MAPILogoff has no flags {unknown_flags:#x}: pass 0"),
        ));
    }
    sessions.log_off(handle)
}
