//! One message: MAIL, RCPT, the body, and the server's word that it has it. For all or for none.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::body::{Framing, Outgoing};
use super::refusal::{kind, refusal};
use super::reply::Reply;
use super::session::Session;
use crate::error::{Error, Kind, Refused};
use crate::mime::{Composed, CopyError};
use crate::model::{Address, Envelope};

const DATA: &str = "DATA\r\n";

/// How many commands may be unanswered at once.
const WINDOW: usize = 500;
/// How much most messages without attachments take, with their commands.
const USUAL_FLIGHT: usize = 2048;
/// How long a server may take to store a message it has all of (RFC 5321 4.5.3.2.6): whoever gives
/// up sooner sends it twice.
const FINAL_ANSWER: Duration = Duration::from_secs(600);

/// Why a message did not go out.
#[derive(Debug)]
pub(super) struct Failed {
    /// For the caller.
    pub(super) error: Error,
    /// Whether the server had gone before it heard of the message: a new connection may do.
    pub(super) untouched: bool,
}

/// Sends one message over a connection that waits for a command.
pub(super) fn send(
    session: &mut Session,
    envelope: &Envelope,
    message: &Composed,
) -> Result<(), Failed> {
    session.in_step = false;
    let Session { offered, .. } = &*session;
    let at_once = offered.pipelining && offered.chunking && envelope.recipients.len() == 1;
    let mut transaction = Transaction {
        envelope,
        server: Arc::clone(&session.server),
        heard: 0,
        refused: Vec::new(),
    };
    let sent = if at_once {
        transaction.send_at_once(session, message)
    } else {
        transaction.send_in_steps(session, message)
    };
    sent.map_err(|failure| {
        // A 421 in place of the first answer is a server that has just closed an idle connection.
        let untouched = match &failure {
            Failure::Lost(_) => transaction.heard == 0,
            Failure::Closing(_) => transaction.heard <= 1,
            Failure::Told(_) => false,
        };
        Failed {
            error: failure.into_error(),
            untouched,
        }
    })
}

/// What ended a transaction.
enum Failure {
    /// The connection, before the server had all of the message.
    Lost(Error),
    /// The server, closing the connection: 421.
    Closing(Error),
    /// Anything else that the server said, or that happened on this side.
    Told(Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Self::Lost(error) | Self::Closing(error) | Self::Told(error) => error,
        }
    }
}

struct Transaction<'a> {
    envelope: &'a Envelope,
    server: Arc<str>,
    /// How many answers there have been: the first is to MAIL, then one to each recipient.
    heard: usize,
    refused: Vec<(usize, Reply)>,
}

impl Transaction<'_> {
    /// Everything in one flight: one round trip. With a single recipient that is safe: if it is
    /// refused, the server has nobody to give the body to.
    fn send_at_once(&mut self, session: &mut Session, message: &Composed) -> Result<(), Failure> {
        session
            .wire
            .expect_quiet()
            .map_err(|error| self.lost(error))?;
        let mut flight = self.mail(session, message);
        for recipient in &self.envelope.recipients {
            push_rcpt(&mut flight, recipient);
        }
        self.send_body(session, message, flight, Framing::Counted)
    }

    /// First the envelope, then the body: two round trips where commands may be pipelined.
    fn send_in_steps(&mut self, session: &mut Session, message: &Composed) -> Result<(), Failure> {
        let pipelining = session.offered.pipelining;
        let framing = if session.offered.chunking {
            Framing::Counted
        } else {
            Framing::Dot
        };
        let window = if pipelining { WINDOW } else { 1 };

        let mut flight = self.mail(session, message);
        let mut commands = 1;
        let envelope = self.envelope;
        for recipient in &envelope.recipients {
            if commands == window {
                self.exchange(session, &flight, commands)?;
                flight.clear();
                commands = 0;
            }
            push_rcpt(&mut flight, recipient);
            commands += 1;
        }
        let data = framing == Framing::Dot;
        let data_at_once = data && pipelining && self.refused.is_empty();
        if data_at_once {
            flight.push_str(DATA);
        }
        self.exchange(session, &flight, commands)?;

        let mut go_on = None;
        if data_at_once {
            go_on = Some(self.read(session, session.timeout)?);
        }
        // After a 354 the only way not to send is to hang up.
        session.in_step = go_on.as_ref().is_none_or(|reply| !reply.is_go_on());
        self.all_accepted()?;
        if data && !data_at_once {
            session.wire.say(DATA).map_err(|error| self.lost(error))?;
            go_on = Some(self.read(session, session.timeout)?);
        }
        if let Some(reply) = go_on.filter(|reply| !reply.is_go_on()) {
            return Err(self.told(format!("{} refused the message", self.server), &reply));
        }
        session.in_step = false;
        session
            .wire
            .expect_quiet()
            .map_err(|error| self.lost(error))?;
        self.send_body(session, message, String::new(), framing)
    }

    /// Sends a flight of commands and hears the answers to the envelope's among them.
    fn exchange(
        &mut self,
        session: &mut Session,
        flight: &str,
        commands: usize,
    ) -> Result<(), Failure> {
        if let Err(error) = session.wire.say(flight) {
            return Err(self.last_words(session, error));
        }
        for _ in 0..commands {
            let reply = self.read(session, session.timeout)?;
            self.hear(reply)?;
        }
        Ok(())
    }

    fn send_body(
        &mut self,
        session: &mut Session,
        message: &Composed,
        mut commands: String,
        framing: Framing,
    ) -> Result<(), Failure> {
        if framing == Framing::Counted {
            let _ = write!(commands, "BDAT {} LAST\r\n", message.size());
        }
        let mut verdict = Ok(());
        let size = message.size();
        let mut outgoing = Outgoing::new(
            &mut session.wire,
            commands.into_bytes(),
            framing,
            size,
            |wire| {
                // Nobody pushes a gigabyte at a server that has already said no.
                while let Some(reply) = wire.poll_reply()? {
                    verdict = self.hear(reply).and_then(|()| self.all_accepted());
                    if verdict.is_err() {
                        return Err(io::Error::other("the server refused the message"));
                    }
                }
                Ok(())
            },
        );
        let copied = match message.copy_to(&mut outgoing) {
            Ok(()) => outgoing.finish(),
            Err(CopyError::Sink(error)) => Err(error),
            // What is on the wire is not the message: without its end the server throws it away.
            Err(CopyError::Source(error)) => return Err(Failure::Told(error)),
        };
        verdict?;
        match copied {
            Ok(room) => {
                session.flight = room;
                self.hear_the_end(session)
            }
            Err(error) => Err(self.last_words(session, error)),
        }
    }

    /// The answers that are still to come once the server has everything.
    fn hear_the_end(&mut self, session: &mut Session) -> Result<(), Failure> {
        let patience = FINAL_ANSWER.max(session.timeout);
        loop {
            let reply = session.wire.read_reply(patience).map_err(|error| {
                let what = format!(
                    "{} did not answer to the end of the message: it may have been delivered",
                    self.server
                );
                Failure::Told(Error::new(Kind::Network, what).because(error).in_doubt())
            })?;
            if self.heard <= self.envelope.recipients.len() {
                self.hear(reply)?;
                self.all_accepted()?;
            } else if reply.is_done() {
                session.in_step = session.wire.is_quiet();
                return Ok(());
            } else {
                return Err(self.told(format!("{} refused the message", self.server), &reply));
            }
        }
    }

    /// Takes the next answer: to MAIL, to a recipient, or one that nobody asked for.
    fn hear(&mut self, reply: Reply) -> Result<(), Failure> {
        let number = self.heard;
        self.heard += 1;
        if reply.code() == 421 {
            return Err(self.told(format!("{} is closing the connection", self.server), &reply));
        }
        let what = match number {
            0 if reply.is_done() => return Ok(()),
            0 => format!(
                "{} refused the sender {}",
                self.server, self.envelope.sender
            ),
            _ if number > self.envelope.recipients.len() => {
                format!("{} interrupted the message", self.server)
            }
            _ if reply.is_done() => return Ok(()),
            _ if reply.is_go_on() => {
                format!("{} answered to a recipient with nonsense", self.server)
            }
            _ => {
                self.refused.push((number - 1, reply));
                return Ok(());
            }
        };
        Err(self.told(what, &reply))
    }

    /// All or nothing: one refused recipient is a refused message. It is the address that is wrong
    /// when a single refusal is for good; otherwise the same message may do later.
    fn all_accepted(&self) -> Result<(), Failure> {
        let Some((_, first)) = self.refused.first() else {
            return Ok(());
        };
        let worst = self
            .refused
            .iter()
            .map(|(_, reply)| reply)
            .find(|reply| !reply.is_temporary());
        let kind = match kind(worst.unwrap_or(first)) {
            Kind::Failure | Kind::AttachmentTooLarge => Kind::InvalidRecipients,
            other => other,
        };
        let mut reason = format!(
            "{} refused {} of {} recipients, and nobody was sent the message",
            self.server,
            self.refused.len(),
            self.envelope.recipients.len()
        );
        for (position, (number, reply)) in self.refused.iter().enumerate() {
            let separator = if position == 0 { ": " } else { "; " };
            if let Some(address) = self.envelope.recipients.get(*number) {
                let _ = write!(reason, "{separator}{address}: {reply}");
            }
        }
        let refused = self.refused.iter().filter_map(|(number, reply)| {
            Some(Refused {
                recipient: self.envelope.recipients.get(*number)?.to_string(),
                answer: reply.to_string(),
                passing: reply.is_temporary(),
            })
        });
        let refused = refused.collect();
        Err(Failure::Told(Error::new(kind, reason).refusing(refused)))
    }

    /// What the server said before it went, or else that it went.
    fn last_words(&mut self, session: &mut Session, error: io::Error) -> Failure {
        while let Ok(Some(reply)) = session.wire.poll_reply() {
            if let Err(failure) = self.hear(reply).and_then(|()| self.all_accepted()) {
                return failure;
            }
        }
        self.lost(error)
    }

    fn read(&self, session: &mut Session, patience: Duration) -> Result<Reply, Failure> {
        session
            .wire
            .read_reply(patience)
            .map_err(|error| self.lost(error))
    }

    fn lost(&self, error: io::Error) -> Failure {
        let what = format!("lost {} before it had the message", self.server);
        Failure::Lost(Error::new(Kind::Network, what).because(error).untaken())
    }

    fn told(&self, what: String, reply: &Reply) -> Failure {
        let mut error = refusal(what, reply);
        if reply.is_temporary() && error.is_passing() {
            error = error.untaken();
        }
        if reply.code() == 421 {
            Failure::Closing(error)
        } else {
            Failure::Told(error)
        }
    }

    /// The first command, with what the server wants to know of the message beforehand.
    fn mail(&self, session: &mut Session, message: &Composed) -> String {
        let offered = &session.offered;
        // It is empty, and so it is text.
        let room = std::mem::take(&mut session.flight);
        let mut flight = String::from_utf8(room).unwrap_or_default();
        flight.reserve(USUAL_FLIGHT);
        flight.push_str("MAIL FROM:<");
        flight.push_str(self.envelope.sender.as_ref());
        flight.push('>');
        if offered.size {
            let _ = write!(flight, " SIZE={}", message.size());
        }
        if message.is_binary() {
            flight.push_str(" BODY=BINARYMIME");
        } else if message.is_eight_bit() && offered.eight_bit_mime {
            flight.push_str(" BODY=8BITMIME");
        }
        if needs_smtp_utf8(self.envelope) {
            flight.push_str(" SMTPUTF8");
        }
        flight.push_str("\r\n");
        flight
    }
}

fn push_rcpt(flight: &mut String, address: &Address) {
    flight.push_str("RCPT TO:<");
    flight.push_str(address.as_ref());
    flight.push_str(">\r\n");
}

/// Whether an address needs a server that speaks UTF-8.
pub(super) fn needs_smtp_utf8(envelope: &Envelope) -> bool {
    envelope.sender.needs_smtputf8() || envelope.recipients.iter().any(Address::needs_smtputf8)
}
