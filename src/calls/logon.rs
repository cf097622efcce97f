//! MAPILogon and MAPILogoff.
#![forbid(unsafe_code)]

use super::asking::{Asked, ask};
use crate::config::Secret;
use crate::dialogs::{Dialog, Dialogs, LogonDialog, Proposal};
use crate::error::{Error, Kind, Result};
use crate::session::{Handle, Sessions, Sharing};

/// What MAPILogon asks for.
pub struct LogonRequest<'d> {
    /// The profile's name; empty for the default one.
    pub profile: String,
    /// The password; empty for the configuration's own.
    pub password: Secret,
    /// Whether to join the shared session.
    pub sharing: Sharing,
    /// What a person may be asked for, if it is missing.
    pub may_ask: MayAsk<'d>,
}

/// What a person may be asked for.
#[derive(Clone, Copy)]
pub enum MayAsk<'d> {
    /// Nothing.
    Nothing,
    /// The password of the profile that was named.
    Password(&'d dyn Dialogs),
    /// Which profile, and its password.
    Profile(&'d dyn Dialogs),
}

/// The reference allows a profile name and a password 256 characters each.
const MAX_CHARS: usize = 256;

/// Opens or joins a session.
///
/// A profile that needs no input opens without any being named: unattended programs rely on it. So
/// nobody is asked for anything either before it is known to be missing.
///
/// # Errors
/// [`Kind::LoginFailed`] or [`Kind::TooManySessions`]; [`Kind::UserAborted`].
pub fn log_on(sessions: &Sessions, request: LogonRequest<'_>) -> Result<Handle> {
    let LogonRequest {
        profile,
        password,
        sharing,
        may_ask,
    } = request;
    let mut attempt = |profile: &str, password: Secret| {
        let (profile, password) = checked(profile, password)?;
        sessions.log_on(profile, password, sharing)
    };
    let first = attempt(&profile, password);
    first.or_else(|failed| ask_for_login(sessions, &profile, failed, may_ask, &mut attempt))
}

/// Profile and password as [`Sessions`] take them.
fn checked(profile: &str, password: Secret) -> Result<(Option<&str>, Option<Secret>)> {
    for (what, text) in [("profile name", profile), ("password", password.reveal())] {
        if text.chars().count() > MAX_CHARS {
            return Err(Error::new(
                Kind::LoginFailed,
                format!("the {what} is longer than {MAX_CHARS} characters"),
            ));
        }
    }
    Ok((
        Some(profile).filter(|name| !name.is_empty()),
        Some(password).filter(|password| !password.reveal().is_empty()),
    ))
}

/// Asks for what an attempt to log on lacked, until one succeeds.
///
/// # Errors
/// Why it failed, where nobody can be asked or it is for no lack of a login; [`Kind::UserAborted`].
fn ask_for_login<T>(
    sessions: &Sessions,
    profile: &str,
    failed: Error,
    may_ask: MayAsk<'_>,
    attempt: &mut dyn FnMut(&str, Secret) -> Result<T>,
) -> Result<T> {
    let (dialogs, fixed) = match may_ask {
        _ if failed.kind() != Kind::LoginFailed => return Err(failed),
        MayAsk::Nothing => return Err(failed),
        MayAsk::Password(dialogs) => (dialogs, true),
        MayAsk::Profile(dialogs) => (dialogs, false),
    };
    if let Err(nobody) = dialogs.available() {
        return Err(failed.within(nobody.reason()));
    }
    let (profiles, default) = sessions.profiles();
    let shown = Some(profile).filter(|name| !name.is_empty());
    let dialog = Dialog::Logon(LogonDialog {
        profiles,
        profile: shown.map(str::to_owned).or(default).unwrap_or_default(),
        profile_is_fixed: fixed,
        reason: failed.reason(),
    });
    let asked = ask(dialogs, &dialog, Asked::Nobody, &mut |proposal| {
        let Proposal::Logon {
            profile: chosen,
            password,
        } = proposal
        else {
            return None;
        };
        let profile = if fixed { profile } else { &chosen };
        Some(attempt(profile, password).map(|session| (String::new(), session)))
    });
    // A front end that has nothing to show a window on leaves everything as it was.
    asked.map_err(|error| match error.kind() {
        Kind::NotSupported => failed.within(error.reason()),
        _ => error,
    })
}

/// Opens a session that has no handle as a person says, where it cannot be opened without.
pub(super) fn ask_for_session<S>(
    sessions: &Sessions,
    profile: &str,
    failed: Error,
    may_ask: MayAsk<'_>,
    open: impl Fn(Option<&str>, Option<Secret>) -> Result<S>,
) -> Result<S> {
    ask_for_login(
        sessions,
        profile,
        failed,
        may_ask,
        &mut |profile, password| {
            let (profile, password) = checked(profile, password)?;
            open(profile, password)
        },
    )
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
