//! A connection from its greeting to the point where messages can be sent.
#![forbid(unsafe_code)]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::commands::{Quit, Starttls};

use super::capabilities::Capabilities;
use super::client_name::client_name;
use super::refusal::unfit;
use super::reply::Reply;
use super::{Wire, login};
use crate::config::{self, Security};
use crate::connection::{Keep, Trust, dial};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::process;

/// A connection that is ready for messages: protected and logged in as the profile says.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) wire: Wire,
    pub(super) offered: Capabilities,
    /// `host:port`, for reasons.
    pub(super) server: Arc<str>,
    pub(super) timeout: Duration,
    /// Room for a flight, which every message would have to ask for anew.
    pub(super) flight: Vec<u8>,
    /// Whether the server waits for a command, so that it can be told goodbye.
    pub(super) in_step: bool,
    /// The process that opened it. A forked child has the same socket and must not touch it.
    process: u32,
}

impl Session {
    /// Connects, and does everything that comes before the first message.
    pub(super) fn open(
        settings: &config::Smtp,
        trust: &Trust,
        deadline: Deadline,
        report: &mut dyn FnMut(&dyn fmt::Display),
    ) -> Result<Self> {
        let server: Arc<str> = settings.address().into();
        let (socket, address) = dial(settings, deadline)?;
        report(&format_args!("connected to {server} at {}", address.ip()));
        let mut session = Self {
            wire: Wire::new(socket, settings.timeout, deadline),
            offered: Capabilities::default(),
            server,
            timeout: settings.timeout,
            flight: Vec::new(),
            in_step: false,
            process: process::id(),
        };
        session.prepare(settings, trust, report)?;
        session.in_step = true;
        Ok(session)
    }

    fn prepare(
        &mut self,
        settings: &config::Smtp,
        trust: &Trust,
        report: &mut dyn FnMut(&dyn fmt::Display),
    ) -> Result<()> {
        if settings.security == Security::Tls {
            report(&self.wire.protect(settings, trust)?);
        }
        let greeting = self.hear(None)?;
        if greeting.code() != 220 {
            return Err(unfit(
                format!("{} does not want to talk", self.server),
                &greeting,
            ));
        }
        report(&format_args!("it greets: {greeting}"));
        self.hello()?;
        if settings.security == Security::StartTls {
            self.start_tls()?;
            report(&self.wire.protect(settings, trust)?);
            // What was offered in the clear counts for nothing.
            self.hello()?;
        }
        report(&format_args!("it offers {}", self.offered));
        match &settings.login {
            Some(login) => {
                let mechanism = login::log_in(
                    &mut self.wire,
                    &self.server,
                    &self.offered,
                    login,
                    self.timeout,
                )?;
                report(&format_args!(
                    "logged in as {} with AUTH {mechanism}",
                    login.user
                ));
            }
            None => report(&"no user is configured: not logged in"),
        }
        Ok(())
    }

    /// Introduces this machine and learns what the server offers.
    fn hello(&mut self) -> Result<()> {
        let name = self.wire.local_ip().map(client_name).map_err(|error| {
            Error::new(Kind::Network, format!("lost {}", self.server)).because(error)
        })?;
        let answer = self.ask(&format!("EHLO {name}\r\n"), "EHLO")?;
        if answer.is_done() {
            self.offered = Capabilities::read(&answer);
            return Ok(());
        }
        // A server from before 1995 knows no EHLO; one that has no time for us now is not asked
        // again.
        self.offered = Capabilities::default();
        let refused = if (500..600).contains(&answer.code()) {
            let answer = self.ask(&format!("HELO {name}\r\n"), "HELO")?;
            if answer.is_done() {
                return Ok(());
            }
            answer
        } else {
            answer
        };
        Err(unfit(
            format!("{} does not want to talk", self.server),
            &refused,
        ))
    }

    /// Agrees with the server that TLS begins with the next byte.
    fn start_tls(&mut self) -> Result<()> {
        if !self.offered.start_tls {
            return Err(Error::new(
                Kind::Network,
                format!(
                    "{} offers no STARTTLS, so nothing was sent: somebody may be listening in; set \
                     security to tls if that port is for TLS from the start",
                    self.server
                ),
            )
            .for_good());
        }
        let answer = self.ask(&Starttls.to_string(), "STARTTLS")?;
        if answer.code() != 220 {
            return Err(unfit(format!("{} refused STARTTLS", self.server), &answer));
        }
        // Whatever follows in the clear could have been put there by anybody, and would be taken
        // for the server's first words under TLS.
        self.wire.expect_quiet().map_err(|error| {
            let what = format!(
                "{} sent more than its answer to STARTTLS: somebody may have tampered with the \
                 connection",
                self.server
            );
            Error::new(Kind::Network, what).because(error).for_good()
        })
    }

    /// Sends a command and waits for its answer.
    fn ask(&mut self, command: &str, name: &str) -> Result<Reply> {
        self.wire
            .say(command)
            .map_err(|error| self.lost(&format!("cannot send {name} to"), error))?;
        self.hear(Some(name))
    }

    /// Waits for the answer to a command, or for the greeting.
    fn hear(&mut self, command: Option<&str>) -> Result<Reply> {
        self.wire.read_reply(self.timeout).map_err(|error| {
            let what = command.map_or_else(
                || "no greeting from".to_owned(),
                |name| format!("no answer to {name} from"),
            );
            self.lost(&what, error)
        })
    }

    fn lost(&self, what: &str, error: std::io::Error) -> Error {
        Error::new(Kind::Network, format!("{what} {}", self.server)).because(error)
    }
}

impl Keep for Session {
    fn is_in_step(&self) -> bool {
        self.in_step
    }

    fn is_good(&mut self) -> bool {
        self.process == process::id() && self.in_step && self.wire.is_alive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Goodbye without waiting for an answer: the message has gone, and nobody is to wait for
        // a server's manners.
        if self.in_step && self.process == process::id() {
            self.wire.write_last(Quit.to_string().as_bytes());
        }
    }
}
