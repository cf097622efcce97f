//! Several relays that do the same: the first that can be had takes the message.
#![forbid(unsafe_code)]

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Smtp, Transport};
use crate::config::Server;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;

/// How long one that failed comes after the others.
const GRUDGE: Duration = Duration::from_secs(60);

/// A server at several places, in the order in which they are tried.
#[derive(Debug)]
pub struct Relays(Vec<Relay>);

#[derive(Debug)]
struct Relay {
    smtp: Smtp,
    failed: Mutex<Option<Instant>>,
}

impl Relay {
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
    pub fn new(first: &Server, others: &[(String, u16)]) -> Self {
        let others = others.iter().map(|(host, port)| Server {
            host: host.clone(),
            port: *port,
            ..first.clone()
        });
        let relay = |server| Relay {
            smtp: Smtp::new(server),
            failed: Mutex::default(),
        };
        Self(
            std::iter::once(first.clone())
                .chain(others)
                .map(relay)
                .collect(),
        )
    }
}

impl Transport for Relays {
    /// Only one that could not be had at all is passed over: one that broke off may have the message.
    /// That is remembered, too, so that the next message, or the next try of this one, goes elsewhere.
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        let (resented, fresh): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|relay| relay.is_resented());
        let mut reasons = Vec::new();
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
            if !(error.is_at_the_server() && error.is_passing()) {
                return Err(error);
            }
            reasons.push(error.reason());
        }
        Err(Error::new(Kind::Network, reasons.join("; ")).at_the_server())
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
