//! A connection to a directory server, and the searches that go over it.
#![forbid(unsafe_code)]

use std::time::Duration;

use zeroize::Zeroizing;

use super::message::{Attributes, Heard, Message, MessageReader, UNASKED};
use super::request::{self, Search};
use super::verdict::Verdict;
use crate::config::{Login, Security, Server};
use crate::connection::{self, Keep, Trust, dial};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::process;

type Wire = connection::Wire<MessageReader>;

/// How much a server may say in answer to searches that are asked at once.
const MOST_ANSWER: usize = 8 << 20;

/// A connection that is protected and bound as the profile says.
#[derive(Debug)]
pub(super) struct Session {
    wire: Wire,
    /// `host:port`, for reasons.
    server: String,
    timeout: Duration,
    last_id: u32,
    /// Whether the server has answered everything, so that it can be asked again.
    in_step: bool,
    /// Whether the server knows who asks.
    is_bound: bool,
    /// The process that opened it. A forked child has the same socket and must not touch it.
    process: u32,
}

/// How a search ended that came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// There is no more.
    Complete,
    /// There is more than was asked for, or than the server tells.
    Cut,
    /// There is no entry to begin at, or none by such a name.
    Missing,
    /// Another server knows. It is not asked: it could be anybody's.
    Elsewhere,
}

impl Session {
    /// Connects, and does everything that comes before the first search.
    pub(super) fn open(
        settings: &Server,
        trust: &Trust,
        deadline: Deadline,
        report: &mut dyn FnMut(&str),
    ) -> Result<Self> {
        let (socket, address) = dial(settings, deadline)?;
        let server = settings.address();
        report(&format!("connected to {server} at {}", address.ip()));
        let mut session = Self {
            wire: Wire::new(socket, settings.timeout, deadline),
            server,
            timeout: settings.timeout,
            last_id: UNASKED,
            in_step: false,
            is_bound: false,
            process: process::id(),
        };
        match settings.security {
            Security::Tls => report(&session.wire.protect(settings, trust)?),
            Security::StartTls => {
                session.start_tls()?;
                report(&session.wire.protect(settings, trust)?);
            }
            Security::None => report("in the clear: security is none"),
        }
        match &settings.login {
            Some(login) => {
                session.bind(login)?;
                report(&format!("bound as {}", login.user));
            }
            None => report("no bind-dn is configured: asking as nobody"),
        }
        session.in_step = true;
        Ok(session)
    }

    /// Begins another call on the same connection.
    pub(super) fn renew(&mut self, deadline: Deadline) {
        self.wire.renew(deadline);
    }

    /// Agrees with the server that TLS begins with the next byte.
    fn start_tls(&mut self) -> Result<()> {
        let id = self.next_id();
        self.write(&request::start_tls(id))?;
        let message = self.hear()?;
        let verdict = match message.heard {
            Heard::Extended(verdict) if message.id == id => verdict,
            _ => return Err(self.out_of_step()),
        };
        if verdict.code != Verdict::SUCCESS {
            return Err(self
                .unfit(
                    Kind::Network,
                    "refused StartTLS, so nothing was sent; use ldaps:// if that port is for TLS from \
                     the start",
                )
                .because(verdict.to_string()));
        }
        // Whatever follows in the clear could have been put there by anybody, and would be taken
        // for the server's first words under TLS.
        self.wire.expect_quiet().map_err(|error| {
            self.unfit(
                Kind::Network,
                "sent more than its answer to StartTLS: somebody may have tampered with the \
                 connection",
            )
            .because(error)
        })
    }

    /// Says who asks, and proves it.
    fn bind(&mut self, login: &Login) -> Result<()> {
        let password = login
            .password
            .fetch(self.wire.deadline())
            .map_err(|error| {
                error.within(format!(
                    "the password of {} for {}",
                    login.user, self.server
                ))
            })?;
        let password = password.reveal();
        if password.is_empty() {
            // A server would take that for nobody's bind, and say that it succeeded.
            return Err(Error::new(
                Kind::LoginFailed,
                format!(
                    "the password of {} for {} is empty",
                    login.user, self.server
                ),
            ));
        }
        let id = self.next_id();
        self.write(&request::bind(id, &login.user, password))?;
        let message = self.hear()?;
        let verdict = match message.heard {
            Heard::Bound(verdict) if message.id == id => verdict,
            _ => return Err(self.out_of_step()),
        };
        let kind = match verdict.code {
            Verdict::SUCCESS => {
                self.is_bound = true;
                return Ok(());
            }
            Verdict::BUSY | Verdict::UNAVAILABLE => Kind::Network,
            _ => Kind::LoginFailed,
        };
        let what = format!("refused the bind as {}", login.user);
        Err(self.unfit(kind, &what).because(verdict.to_string()))
    }

    /// Asks for all of these at once and passes on what is found, with the number of the search that
    /// found it. Tells how each ended.
    pub(super) fn search(
        &mut self,
        searches: &[Search],
        found: &mut dyn FnMut(usize, Attributes),
    ) -> Result<Vec<End>> {
        let first = self.last_id.saturating_add(1);
        let seconds = u32::try_from(self.timeout.as_secs()).unwrap_or(u32::MAX);
        let mut requests = Zeroizing::new(Vec::new());
        for search in searches {
            // A little less than we wait, so that it is the server who gives up.
            let id = self.next_id();
            requests.extend_from_slice(&request::search(
                id,
                search,
                seconds.saturating_sub(1).max(1),
            ));
        }
        self.in_step = false;
        self.write(&requests)?;
        let mut asked: Vec<Asked> = searches
            .iter()
            .map(|search| Asked::Open {
                left: search.most,
                cut: false,
            })
            .collect();
        let mut size = 0;
        while asked
            .iter()
            .any(|asked| matches!(asked, Asked::Open { .. }))
        {
            let message = self.hear()?;
            size += message.size;
            let at = message.id.checked_sub(first).map(|at| at as usize);
            let answered = at.and_then(|at| Some((at, asked.get_mut(at)?)));
            let Some((at, answered @ Asked::Open { .. })) = answered else {
                return Err(self.out_of_step());
            };
            match (message.heard, &mut *answered) {
                // Samba knows no limit, and tells everybody.
                (Heard::Found(_), Asked::Open { left: 0, cut }) => *cut = true,
                (Heard::Found(attributes), Asked::Open { left, .. }) => {
                    *left -= 1;
                    found(at, attributes);
                }
                (Heard::Reference, _) => {}
                (Heard::Done(verdict), &mut Asked::Open { cut, .. }) => {
                    *answered = Asked::Done { verdict, cut };
                }
                _ => return Err(self.out_of_step()),
            }
            if size > MOST_ANSWER {
                return Err(self.talks_on());
            }
        }
        self.in_step = true;
        asked
            .into_iter()
            .map(|asked| match asked {
                Asked::Done { verdict, cut } => self.end(&verdict).map(|end| match end {
                    End::Complete if cut => End::Cut,
                    end => end,
                }),
                Asked::Open { .. } => Err(self.unfit(Kind::Network, "did not answer")),
            })
            .collect()
    }

    /// What the end of a search means.
    fn end(&self, verdict: &Verdict) -> Result<End> {
        let (kind, what) = match verdict.code {
            Verdict::SUCCESS => return Ok(End::Complete),
            Verdict::SIZE_LIMIT_EXCEEDED => return Ok(End::Cut),
            Verdict::NO_SUCH_OBJECT | Verdict::INVALID_DN_SYNTAX => return Ok(End::Missing),
            Verdict::REFERRAL => return Ok(End::Elsewhere),
            Verdict::OPERATIONS_ERROR
            | Verdict::STRONGER_AUTH_REQUIRED
            | Verdict::INAPPROPRIATE_AUTHENTICATION
            | Verdict::INSUFFICIENT_ACCESS_RIGHTS
            | Verdict::UNWILLING_TO_PERFORM
                if !self.is_bound =>
            {
                let what = "does not answer nobody: give the address book a bind-dn and a password";
                (Kind::LoginFailed, what)
            }
            Verdict::INSUFFICIENT_ACCESS_RIGHTS => (Kind::AccessDenied, "forbids the search"),
            Verdict::TIME_LIMIT_EXCEEDED => (
                Kind::Network,
                "needs longer to search than the address book's timeout allows",
            ),
            Verdict::BUSY | Verdict::UNAVAILABLE => (Kind::Network, "has no time to search"),
            _ => (Kind::Failure, "cannot search"),
        };
        Err(self.unfit(kind, what).because(verdict.to_string()))
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.saturating_add(1);
        self.last_id
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.wire
            .expect_quiet()
            .and_then(|()| self.wire.write([bytes]))
            .map_err(|error| self.lost("cannot ask", error))
    }

    fn hear(&mut self) -> Result<Message> {
        let message = self
            .wire
            .read_reply(self.timeout)
            .map_err(|error| self.lost("no answer from", error))?;
        if message.id == UNASKED {
            // All that servers have to say without being asked is that they hang up.
            self.in_step = false;
            let error = self.unfit(Kind::Network, "has hung up");
            return Err(error.because(message.to_string()));
        }
        Ok(message)
    }

    fn lost(&mut self, what: &str, error: std::io::Error) -> Error {
        self.in_step = false;
        Error::new(Kind::Network, format!("{what} {}", self.server)).because(error)
    }

    fn out_of_step(&mut self) -> Error {
        self.in_step = false;
        self.unfit(Kind::Network, "answered something that it was not asked")
    }

    fn talks_on(&mut self) -> Error {
        self.in_step = false;
        self.unfit(Kind::Network, "says more than it was asked for")
    }

    fn unfit(&self, kind: Kind, what: &str) -> Error {
        Error::new(kind, format!("{} {what}", self.server))
    }
}

/// How far a search has got.
enum Asked {
    /// How many entries may still be found, and whether more were.
    Open { left: u32, cut: bool },
    /// With its last word, and whether more were found than were wanted.
    Done { verdict: Verdict, cut: bool },
}

impl Keep for Session {
    fn is_in_step(&self) -> bool {
        self.in_step
    }

    fn is_good(&mut self) -> bool {
        /// The last id there is (RFC 4511 4.1.1), with room for a call.
        const LAST: u32 = 1 << 30;
        self.process == process::id() && self.in_step && self.last_id < LAST && self.wire.is_alive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Goodbye; a server does not answer it.
        if self.in_step && self.process == process::id() {
            let id = self.next_id();
            self.wire.write_last(&request::unbind(id));
        }
    }
}
