//! Who we are, proven to the server: AUTH (RFC 4954).
#![forbid(unsafe_code)]

use std::time::Duration;

use encodify::base64::STANDARD;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use zeroize::Zeroizing;

use super::Wire;
use super::capabilities::Capabilities;
use super::refusal::refusal;
use super::reply::Reply;
use crate::config::{self, Login, Secret};
use crate::error::{Error, Kind, Result};

/// Longest command line: a longer initial response has to wait for its prompt (RFC 4954 section 4).
const MAX_COMMAND: usize = 512;
/// More prompts than any mechanism here has.
const MAX_PROMPTS: usize = 4;

/// Logs in, and tells by which mechanism.
pub(super) fn log_in(
    wire: &mut Wire,
    server: &str,
    offered: &Capabilities,
    login: &Login,
    timeout: Duration,
) -> Result<Mechanism> {
    let mechanism = choose(server, offered, login.mechanism)?;
    let password = login
        .password
        .fetch(wire.deadline())
        .map_err(|error| error.within(format!("the password of {} for {server}", login.user)))?;
    let exchange = Exchange {
        wire,
        server,
        mechanism,
        user: &login.user,
        password: &password,
        timeout,
    };
    exchange.run().map(|()| mechanism)
}

/// The mechanism that is configured, or the best that is offered.
///
/// XOAUTH2 is last: with it the password has to be an access token, which nobody has by accident.
fn choose(
    server: &str,
    offered: &Capabilities,
    configured: Option<config::Mechanism>,
) -> Result<Mechanism> {
    let wanted: &[Mechanism] = match configured {
        Some(config::Mechanism::Plain) => &[Mechanism::Plain],
        Some(config::Mechanism::Login) => &[Mechanism::Login],
        Some(config::Mechanism::XOauth2) => &[Mechanism::Xoauth2],
        None => &[Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2],
    };
    let chosen = wanted
        .iter()
        .find(|mechanism| offered.mechanisms.contains(mechanism));
    chosen.copied().ok_or_else(|| {
        let list = |mechanisms: &[Mechanism]| {
            mechanisms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let reason = if offered.mechanisms.is_empty() {
            format!("{server} takes no password; leave user and password out, or is it another port that does?")
        } else {
            format!("{server} offers AUTH {}, not {}", list(&offered.mechanisms), list(wanted))
        };
        Error::new(Kind::LoginFailed, reason)
    })
}

struct Exchange<'a> {
    wire: &'a mut Wire,
    server: &'a str,
    mechanism: Mechanism,
    user: &'a str,
    password: &'a Secret,
    timeout: Duration,
}

impl Exchange<'_> {
    fn run(mut self) -> Result<()> {
        let mut reply = self.open()?;
        for _ in 0..MAX_PROMPTS {
            if !reply.is_go_on() {
                break;
            }
            let answer = self.answer(&reply)?;
            reply = self.ask(answer)?;
        }
        if reply.code() == 235 {
            return Ok(());
        }
        // A server may repeat what it was sent; then its words are a secret.
        let told = reply.to_string();
        if self
            .secrets()
            .iter()
            .any(|secret| told.contains(secret.as_str()))
        {
            reply = reply.without_words();
        }
        let mut error = refusal(
            format!(
                "{} did not accept the name {} and its password",
                self.server, self.user
            ),
            &reply,
        );
        if (500..600).contains(&reply.code()) {
            error = error.recast(Kind::LoginFailed);
        }
        Err(error)
    }

    /// The AUTH command, with the whole proof in it where it fits.
    fn open(&mut self) -> Result<Reply> {
        let mut command = Zeroizing::new(format!("AUTH {}", self.mechanism));
        if self.mechanism.supports_initial_response() {
            let proof = self.proof(None)?;
            if command.len() + 1 + proof.len() + 2 <= MAX_COMMAND {
                command.push(' ');
                command.push_str(&proof);
            }
        }
        self.ask(command)
    }

    /// What to say to a prompt.
    fn answer(&self, prompt: &Reply) -> Result<Zeroizing<String>> {
        let words = prompt.lines().next().unwrap_or_default();
        let challenge = STANDARD.decode(words.trim()).unwrap_or_default();
        let challenge = String::from_utf8_lossy(&challenge);
        match self.mechanism {
            Mechanism::Login => self.proof(Some(challenge.as_ref())),
            _ if challenge.is_empty() => self.proof(None),
            // XOAUTH2 tells an error as a prompt; the verdict follows an empty answer.
            _ => Ok(Zeroizing::default()),
        }
    }

    fn proof(&self, challenge: Option<&str>) -> Result<Zeroizing<String>> {
        let credentials = Credentials::new(self.user.to_owned(), self.password.reveal().to_owned());
        let proof = self
            .mechanism
            .response(&credentials, challenge)
            .map_err(|error| {
                Error::new(
                    Kind::LoginFailed,
                    format!("{} asked for something unknown", self.server),
                )
                .because(error)
            })?;
        Ok(Zeroizing::new(
            STANDARD.encode(Zeroizing::new(proof).as_bytes()),
        ))
    }

    fn secrets(&self) -> Vec<Zeroizing<String>> {
        let password = self.password.reveal();
        let mut secrets = vec![
            Zeroizing::new(password.to_owned()),
            Zeroizing::new(STANDARD.encode(password)),
        ];
        secrets.extend(self.proof(None).ok());
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }

    fn ask(&mut self, mut line: Zeroizing<String>) -> Result<Reply> {
        line.push_str("\r\n");
        self.wire
            .say(&line)
            .and_then(|()| self.wire.read_reply(self.timeout))
            .map_err(|error| {
                Error::new(Kind::Network, format!("cannot log in to {}", self.server))
                    .because(error)
            })
    }
}
