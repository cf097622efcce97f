//! A connection to an IMAP server, logged in, and the commands that go over it.
#![forbid(unsafe_code)]

use std::collections::HashSet;
use std::io;
use std::time::Duration;

use zeroize::Zeroizing;

use super::command::{Command, Stretch};
use super::heard::{Heard, Status, Verdict, understand};
use super::login;
use super::response::{Bounds, ResponseReader, malformed, words};
use crate::config::{Security, Server};
use crate::connection::{self, Trust, dial};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::process;
use crate::mime::{Composed, CopyError, Sink};

type Wire = connection::Wire<ResponseReader>;

/// How much of a message is collected until it is written.
const FLIGHT: usize = 128 * 1024;

/// A connection that is protected and logged in as the profile says.
#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    /// `host:port`, for reasons.
    pub(super) server: String,
    timeout: Duration,
    offers: HashSet<String>,
    tag: u64,
    /// It cannot be used any more.
    lost: bool,
    /// The process that opened it. A forked child has the same socket and must not touch it.
    process: u32,
}

impl Session {
    /// Connects, and does everything that comes before the first mailbox.
    pub(super) fn open(settings: &Server, trust: &Trust, deadline: Deadline) -> Result<Self> {
        let (socket, _) = dial(settings, deadline)?;
        let mut session = Self {
            wire: Wire::new(socket, settings.timeout, deadline),
            server: settings.address(),
            timeout: settings.timeout,
            offers: HashSet::new(),
            tag: 0,
            lost: true,
            process: process::id(),
        };
        if settings.security == Security::Tls {
            session.wire.protect(settings, trust)?;
        }
        let is_known = session.greeting(settings)?;
        session.lost = false;
        if settings.security == Security::StartTls {
            session.start_tls(settings, trust)?;
        }
        // What was offered in the clear counts for nothing.
        session.learn_offers()?;
        if let Some(login) = &settings.login
            && !is_known
        {
            login::log_in(&mut session, login, deadline)?;
            session.learn_offers()?;
        }
        Ok(session)
    }

    /// Hears the greeting; true when the server needs no login.
    fn greeting(&mut self, settings: &Server) -> Result<bool> {
        let greeting = match self.hear("no greeting from")? {
            Heard::Untagged(verdict) => verdict,
            _ => return Err(self.unfit("does not speak IMAP")),
        };
        match greeting.status {
            Status::Ok => Ok(false),
            // Logged in, nobody can STARTTLS any more; and as whom we are taken we do not know.
            Status::Preauth
                if settings.login.is_some() || settings.security == Security::StartTls =>
            {
                Err(self.unfit(
                    "takes us for somebody who is logged in already, so nothing was sent: somebody \
                     may have tampered with the connection",
                ))
            }
            Status::Preauth => Ok(true),
            _ => Err(self.unfit("does not want to talk").because(greeting.words)),
        }
    }

    fn start_tls(&mut self, settings: &Server, trust: &Trust) -> Result<()> {
        self.learn_offers()?;
        if !self.offers("STARTTLS") {
            return Err(self.unfit(
                "offers no STARTTLS, so nothing was sent: somebody may be listening in; set \
                 security to tls if that port is for TLS from the start",
            ));
        }
        let verdict = self.run(&Command::new("STARTTLS"), &mut |_| {})?;
        if verdict.status != Status::Ok {
            return Err(self.unfit("refused STARTTLS").because(verdict.words));
        }
        // Whatever follows in the clear could have been put there by anybody, and would be taken
        // for the server's first words under TLS.
        self.wire.expect_quiet().map_err(|error| {
            self.lost = true;
            self.unfit(
                "sent more than its answer to STARTTLS: somebody may have tampered with the \
                 connection",
            )
            .because(error)
        })?;
        self.lost = true;
        self.wire.protect(settings, trust)?;
        self.lost = false;
        Ok(())
    }

    fn learn_offers(&mut self) -> Result<()> {
        /// More than any server has, however long it goes on about them.
        const MOST_OFFERS: usize = 500;
        const LONGEST_OFFER: usize = 100;
        let mut offers = HashSet::new();
        let verdict = self.run(&Command::new("CAPABILITY"), &mut |heard| {
            if let Heard::Capability(words) = heard {
                let words = words.split_ascii_whitespace();
                let room = MOST_OFFERS.saturating_sub(offers.len());
                let short = words.filter(|word| word.len() <= LONGEST_OFFER);
                offers.extend(short.map(str::to_ascii_uppercase).take(room));
            }
        })?;
        self.expect(verdict, "does not say what it offers")?;
        self.offers = offers;
        Ok(())
    }

    /// Whether the server offers something.
    pub(super) fn offers(&self, what: &str) -> bool {
        self.offers.contains(what)
    }

    /// Begins another call on the same connection.
    pub(super) fn renew(&mut self, deadline: Deadline) {
        self.wire.renew(deadline);
    }

    /// Whether it can be used no more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost || self.process != process::id()
    }

    /// How much the server may send at once in answers to the next commands.
    pub(super) fn allow(&mut self, bounds: Bounds) {
        self.wire.framing().allow(bounds);
    }

    /// Gives a command, and listens until it is answered.
    pub(super) fn run(
        &mut self,
        command: &Command,
        hear: &mut dyn FnMut(Heard),
    ) -> Result<Verdict> {
        let tag = self.next_tag();
        match self.say(&tag, command, "", hear)? {
            Some(refused) => Ok(refused),
            None => self.finish(&tag, hear),
        }
    }

    /// Says a command and how its line ends; the server's verdict when it does not let us.
    fn say(
        &mut self,
        tag: &str,
        command: &Command,
        end: &str,
        hear: &mut dyn FnMut(Heard),
    ) -> Result<Option<Verdict>> {
        let mut line = Zeroizing::new(format!("{tag} ").into_bytes());
        for stretch in &command.stretches {
            match stretch {
                Stretch::Words(words) => line.extend_from_slice(words),
                Stretch::Literal(bytes) => {
                    line.extend_from_slice(format!(" {{{}}}\r\n", bytes.len()).as_bytes());
                    self.write(&line)?;
                    line.clear();
                    if let Some(refused) = self.may_go_on(tag, hear)? {
                        return Ok(Some(refused));
                    }
                    line.extend_from_slice(bytes);
                }
            }
        }
        line.extend_from_slice(end.as_bytes());
        line.extend_from_slice(b"\r\n");
        self.write(&line).map(|()| None)
    }

    /// Gives a command whose prompts are answered.
    pub(super) fn converse(
        &mut self,
        command: &Command,
        answer: &mut dyn FnMut() -> Zeroizing<String>,
    ) -> Result<Verdict> {
        /// More prompts than any mechanism here has.
        const MOST_PROMPTS: usize = 4;
        let tag = self.next_tag();
        let mut line = Zeroizing::new(format!("{tag} ").into_bytes());
        for stretch in &command.stretches {
            if let Stretch::Words(words) = stretch {
                line.extend_from_slice(words);
            }
        }
        for _ in 0..MOST_PROMPTS {
            line.extend_from_slice(b"\r\n");
            self.write(&line)?;
            if let Some(verdict) = self.may_go_on(&tag, &mut |_| {})? {
                return Ok(verdict);
            }
            line = Zeroizing::new(answer().as_bytes().to_vec());
        }
        self.lost = true;
        Err(self.unfit("asks for more than there is to say"))
    }

    /// Puts a message into a mailbox.
    pub(super) fn append(
        &mut self,
        command: &Command,
        message: &Composed,
        hear: &mut dyn FnMut(Heard),
    ) -> Result<Verdict> {
        let tag = self.next_tag();
        let waits = !self.offers("LITERAL+");
        let plus = if waits { "" } else { "+" };
        let announced = format!(" {{{}{plus}}}", message.size());
        if let Some(refused) = self.say(&tag, command, &announced, hear)? {
            return Ok(refused);
        }
        if waits && let Some(refused) = self.may_go_on(&tag, hear)? {
            return Ok(refused);
        }
        let mut outgoing = Outgoing {
            wire: &mut self.wire,
            pending: Vec::with_capacity(FLIGHT),
        };
        let copied = message
            .copy_to(&mut outgoing)
            .and_then(|()| outgoing.text(b"\r\n").map_err(CopyError::Sink))
            .and_then(|()| outgoing.flush().map_err(CopyError::Sink));
        match copied {
            Ok(()) => self.finish(&tag, hear),
            // The server knows how much was to come, and keeps nothing of a part.
            Err(CopyError::Source(error)) => {
                self.lost = true;
                Err(error)
            }
            Err(CopyError::Sink(error)) => Err(self.gone(error)),
        }
    }

    fn next_tag(&mut self) -> String {
        self.tag += 1;
        format!("s{}", self.tag)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_lost() {
            return Err(self.unfit("has hung up"));
        }
        self.wire.write([bytes]).map_err(|error| self.gone(error))
    }

    /// Listens until the server wants to hear more; its verdict when it does not.
    fn may_go_on(&mut self, tag: &str, hear: &mut dyn FnMut(Heard)) -> Result<Option<Verdict>> {
        loop {
            match self.hear("no answer from")? {
                Heard::Continue(_) => return Ok(None),
                Heard::Tagged(answered, verdict) => {
                    return self.is_ours(tag, &answered).map(|()| Some(verdict));
                }
                heard => self.pass_on(heard, hear)?,
            }
        }
    }

    /// Listens until the command is answered.
    fn finish(&mut self, tag: &str, hear: &mut dyn FnMut(Heard)) -> Result<Verdict> {
        loop {
            match self.hear("no answer from")? {
                Heard::Tagged(answered, verdict) => {
                    return self.is_ours(tag, &answered).map(|()| verdict);
                }
                Heard::Continue(_) => {
                    self.lost = true;
                    return Err(self.unfit("asks for more than there is to say"));
                }
                heard => self.pass_on(heard, hear)?,
            }
        }
    }

    fn is_ours(&mut self, tag: &str, answered: &str) -> Result<()> {
        if tag == answered {
            return Ok(());
        }
        self.lost = true;
        Err(self.unfit("answered something that it was not asked"))
    }

    fn pass_on(&mut self, heard: Heard, hear: &mut dyn FnMut(Heard)) -> Result<()> {
        if let Heard::Untagged(verdict) = &heard
            && verdict.status == Status::Bye
        {
            self.lost = true;
            return Err(self.unfit("has hung up").because(verdict.words.clone()));
        }
        hear(heard);
        Ok(())
    }

    fn hear(&mut self, otherwise: &str) -> Result<Heard> {
        // A message may be as long on its way as it takes; anything else is there at once.
        let response = match self.wire.framing().is_generous() {
            true => self.wire.read_long_reply(self.timeout),
            false => self.wire.read_reply(self.timeout),
        };
        response.and_then(understand).map_err(|error| {
            self.lost = true;
            // A message may be too large; anything else that is has no business to be.
            if error.kind() == io::ErrorKind::FileTooLarge && self.wire.framing().is_generous() {
                return self
                    .unfit("sent too much")
                    .because(error)
                    .recast(Kind::InvalidMessage);
            }
            Error::new(Kind::Network, format!("{otherwise} {}", self.server)).because(error)
        })
    }

    fn gone(&mut self, error: io::Error) -> Error {
        self.lost = true;
        Error::new(Kind::Network, format!("lost {}", self.server)).because(error)
    }

    fn unfit(&self, what: &str) -> Error {
        Error::new(Kind::Network, format!("{} {what}", self.server))
    }

    /// Makes an error of what the server refused.
    pub(super) fn expect(&self, verdict: Verdict, refused: &str) -> Result<Verdict> {
        if verdict.status == Status::Ok {
            return Ok(verdict);
        }
        let kind = match verdict.code.to_ascii_uppercase().as_str() {
            "OVERQUOTA" | "LIMIT" => Kind::DiskFull,
            "NOPERM" => Kind::AccessDenied,
            "EXPUNGEISSUED" => Kind::InvalidMessage,
            "UNAVAILABLE" | "SERVERBUG" => Kind::Network,
            _ => Kind::Failure,
        };
        Err(Error::new(kind, format!("{} {refused}", self.server)).because(verdict.words))
    }

    /// Uses the connection no more.
    pub(super) fn give_up(&mut self) {
        self.lost = true;
    }

    /// Says that the server cannot be relied on.
    pub(super) fn distrust(&mut self, what: &str) -> Error {
        self.lost = true;
        Error::new(Kind::Network, format!("cannot go on with {}", self.server))
            .because(malformed(what))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Goodbye without waiting for an answer: nobody is to wait for a server's manners.
        if !self.is_lost() {
            let tag = self.next_tag();
            self.wire.write_last(format!("{tag} LOGOUT\r\n").as_bytes());
        }
    }
}

/// The sink between a message and the wire.
struct Outgoing<'a> {
    wire: &'a mut Wire,
    pending: Vec<u8>,
}

impl Outgoing<'_> {
    fn flush(&mut self) -> io::Result<()> {
        self.wire.write([&self.pending])?;
        self.pending.clear();
        Ok(())
    }
}

impl Sink for Outgoing<'_> {
    fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.pending.len() + bytes.len() <= FLIGHT {
            self.pending.extend_from_slice(bytes);
            return Ok(());
        }
        self.wire.write([&self.pending, bytes])?;
        self.pending.clear();
        Ok(())
    }
}

/// What a server says to somebody who could not log in may repeat the password.
pub(super) fn harmless(verdict: &Verdict, secrets: &[Zeroizing<String>]) -> String {
    match secrets
        .iter()
        .any(|secret| verdict.words.contains(secret.as_str()))
    {
        true => String::new(),
        false => words(verdict.words.as_bytes()),
    }
}
