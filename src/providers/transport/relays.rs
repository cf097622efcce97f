//! Several relays that do the same: the first that can be had takes the message.
#![forbid(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Lingering, Smtp, Transport};
use crate::config::Server;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;

/// How long one that failed comes after the others.
const GRUDGE: Duration = Duration::from_secs(60);

/// A server at several places, in the order in which they are tried.
#[derive(Debug)]
pub struct Relays(Vec<Arc<Relay>>);

#[derive(Debug)]
struct Relay {
    server: Server,
    smtp: Smtp,
    failed: Mutex<Option<Instant>>,
}

impl Relay {
    fn new(server: Server, lingering: Option<&Arc<Lingering>>) -> Self {
        Self {
            smtp: Smtp::new(server.clone()).sharing(lingering),
            server,
            failed: Mutex::default(),
        }
    }

    fn is_at(&self, server: &Server) -> bool {
        self.server.host == server.host
            && self.server.port == server.port
            && self.server.security == server.security
    }

    fn is_resented(&self) -> bool {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.is_some_and(|failed| failed.elapsed() < GRUDGE)
    }

    fn remember(&self, failed: bool) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed.then(Instant::now);
    }
}

impl Relays {
    /// The first server, and the hosts and ports of the others.
    pub fn new(
        first: &Server,
        others: &[(String, u16)],
        lingering: Option<&Arc<Lingering>>,
    ) -> Self {
        let others = others.iter().map(|(host, port)| Server {
            host: host.clone(),
            port: *port,
            ..first.clone()
        });
        let servers = std::iter::once(first.clone()).chain(others);
        let relay = |server| Arc::new(Relay::new(server, lingering));
        Self(servers.map(relay).collect())
    }

    /// These servers. Of one that was known before, connections and failures are still known.
    pub(super) fn at(servers: impl IntoIterator<Item = Server>, before: Option<&Self>) -> Self {
        let relay = |server: Server| {
            let known = before.and_then(|before| before.0.iter().find(|one| one.is_at(&server)));
            known.map_or_else(|| Arc::new(Relay::new(server, None)), Arc::clone)
        };
        Self(servers.into_iter().map(relay).collect())
    }
}

impl Transport for Relays {
    /// One that surely has not taken the message is passed over: it could not be had, broke off before
    /// the end of the message, or said "later" to it. When only its last answer was lost it may have
    /// the message, and nobody else is asked: the next try of it, like other messages, goes elsewhere.
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        let (resented, fresh): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|relay| relay.is_resented());
        let mut failures = Vec::new();
        for relay in fresh.into_iter().chain(resented) {
            let error = match relay.smtp.send(envelope, message.clone(), deadline) {
                Ok(()) => {
                    relay.remember(false);
                    return Ok(());
                }
                Err(error) => error,
            };
            if error.is_passing() && error.refused().is_empty() {
                relay.remember(true);
            }
            if !error.is_untaken() {
                return Err(error);
            }
            failures.push(error);
        }
        Err(all_of(&failures))
    }

    /// One that works is enough to send; what is wrong with the others is told.
    fn check(&self, deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        let mut works = false;
        let mut last = Ok(());
        for relay in &self.0 {
            match relay.smtp.check(deadline, report) {
                Ok(()) => works = true,
                Err(error) => {
                    report(&format!("not this one: {}", error.reason()));
                    last = Err(error);
                }
            }
        }
        if works { Ok(()) } else { last }
    }
}

/// What it means that none took the message. As soon as one was ready for it, the message itself may be
/// why.
fn all_of(failures: &[Error]) -> Error {
    let reasons: Vec<_> = failures.iter().map(Error::reason).collect();
    let error = Error::new(Kind::Network, reasons.join("; "));
    match failures.iter().all(Error::is_at_the_server) {
        true => error.at_the_server(),
        false => error.untaken(),
    }
}
