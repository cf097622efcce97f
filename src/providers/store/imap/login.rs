//! Who we are, proven to the server: AUTHENTICATE and LOGIN (RFC 9051, 6.2).
#![forbid(unsafe_code)]

use encodify::base64::STANDARD;
use lettre::transport::smtp::authentication::{Credentials, Mechanism as Sasl};
use zeroize::Zeroizing;

use super::command::Command;
use super::heard::{Status, Verdict};
use super::session::{Session, harmless};
use crate::config::{Login, Mechanism};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};

/// Logs in as the profile says.
pub(super) fn log_in(session: &mut Session, login: &Login, deadline: Deadline) -> Result<()> {
    let server = session.server.clone();
    let way = choose(session, login.mechanism)?;
    let password = login
        .password
        .fetch(deadline)
        .map_err(|error| error.within(format!("the password of {} for {server}", login.user)))?;
    let password = password.reveal();
    if [login.user.as_str(), password]
        .iter()
        .any(|text| text.contains(['\r', '\n', '\0']))
    {
        return Err(Error::new(
            Kind::LoginFailed,
            format!("the user or the password for {server} has a line end or a NUL in it"),
        ));
    }
    let proof = |mechanism: Sasl| {
        let credentials = Credentials::new(login.user.clone(), password.to_owned());
        let proof = mechanism.response(&credentials, None).map_err(|error| {
            Error::new(Kind::LoginFailed, format!("cannot log in to {server}")).because(error)
        })?;
        let proof = Zeroizing::new(proof);
        Ok(Zeroizing::new(STANDARD.encode(proof.as_bytes())))
    };
    let mut secrets = vec![Zeroizing::new(password.to_owned())];
    let verdict = match way {
        Way::Login => {
            let command = Command::new("LOGIN")
                .text(login.user.as_bytes())
                .text(password.as_bytes());
            session.run(&command, &mut |_| {})?
        }
        Way::Sasl(mechanism) => {
            let proof = proof(mechanism)?;
            secrets.push(proof.clone());
            authenticate(session, mechanism, proof)?
        }
    };
    if verdict.status == Status::Ok {
        return Ok(());
    }
    secrets.retain(|secret| !secret.is_empty());
    let kind = match verdict.code.eq_ignore_ascii_case("UNAVAILABLE") {
        true => Kind::Network,
        false => Kind::LoginFailed,
    };
    Err(Error::new(
        kind,
        format!(
            "{server} did not accept the name {} and its password",
            login.user
        ),
    )
    .because(harmless(&verdict, &secrets)))
}

fn authenticate(
    session: &mut Session,
    mechanism: Sasl,
    proof: Zeroizing<String>,
) -> Result<Verdict> {
    let command = Command::new(format!("AUTHENTICATE {mechanism}"));
    let (command, mut unsaid) = match session.offers("SASL-IR") {
        true => (command.words(&proof), None),
        false => (command, Some(proof)),
    };
    // A prompt after the proof tells an error; the verdict follows an empty answer.
    session.converse(&command, &mut || unsaid.take().unwrap_or_default())
}

enum Way {
    Login,
    Sasl(Sasl),
}

/// The way that is configured, or the best that is offered. XOAUTH2 is last: with it the password has
/// to be an access token, which nobody has by accident.
fn choose(session: &Session, configured: Option<Mechanism>) -> Result<Way> {
    let plain = session
        .offers("AUTH=PLAIN")
        .then_some(Way::Sasl(Sasl::Plain));
    let login = (!session.offers("LOGINDISABLED")).then_some(Way::Login);
    let token = session
        .offers("AUTH=XOAUTH2")
        .then_some(Way::Sasl(Sasl::Xoauth2));
    let (way, name) = match configured {
        Some(Mechanism::Plain) => (plain, "AUTH=PLAIN"),
        Some(Mechanism::Login) => (login, "LOGIN"),
        Some(Mechanism::XOauth2) => (token, "AUTH=XOAUTH2"),
        None => (plain.or(login).or(token), "login with a password"),
    };
    way.ok_or_else(|| {
        Error::new(
            Kind::LoginFailed,
            format!(
                "{} offers no {name}; does it want TLS first, or is it another port that does?",
                session.server
            ),
        )
    })
}
