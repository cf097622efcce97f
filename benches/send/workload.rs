//! What is measured.

use std::time::Duration;

use super::processors::Processors;
use super::programs::Cost;

pub(crate) const PIPELINING: &[&str] = &["PIPELINING"];
pub(crate) const CHUNKING: &[&str] = &["PIPELINING", "CHUNKING"];
pub(crate) const BINARY: &[&str] = &["PIPELINING", "CHUNKING", "BINARYMIME"];

/// What of a run is compared.
#[derive(Clone, Copy)]
pub(crate) enum Figure {
    /// The time of a message.
    Wall,
    /// The time of the whole process.
    Process,
    /// The time of a message, in round trips.
    RoundTrips(Duration),
}

impl Figure {
    pub(crate) fn of(self, cost: &Cost) -> f64 {
        match self {
            Self::Wall => cost.wall_ms,
            Self::Process => cost.process_ms,
            Self::RoundTrips(span) => cost.wall_ms / (span.as_secs_f64() * 1e3),
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Wall => "ms a message",
            Self::Process => "ms",
            Self::RoundTrips(_) => "round trips a message",
        }
    }
}

/// Something to measure.
pub(crate) struct Workload {
    /// A letter, and after a colon what it is.
    pub(crate) title: &'static str,
    /// How many times the time of FLOOR ours may take.
    pub(crate) goal: f64,
    pub(crate) server: &'static [&'static str],
    pub(crate) messages: usize,
    pub(crate) rounds: usize,
    pub(crate) kept: bool,
    pub(crate) file: u64,
    pub(crate) figure: Figure,
    /// How far away the server is.
    pub(crate) line: Option<Duration>,
    pub(crate) tls: bool,
    /// Whether our program logs on to no session. A server still sees one connection.
    pub(crate) sessionless: bool,
    /// Whether only FLOOR is there to compare with.
    pub(crate) alone: bool,
    pub(crate) processors: Processors,
}

impl Workload {
    /// Whether the other libraries do the same, too.
    pub(crate) fn is_for_all(&self) -> bool {
        !self.tls && !self.sessionless && !self.alone
    }

    /// Whether it takes no longer than anybody waits where others want the processors too.
    pub(crate) fn is_quick(&self) -> bool {
        self.line.is_none() && self.file < 1 << 24 && self.processors.are_there()
    }

    /// With fewer messages, more often.
    pub(crate) fn shortened(self) -> Self {
        Self {
            messages: self.messages.div_ceil(8),
            rounds: 15,
            ..self
        }
    }
}

const ROUND_TRIP: Duration = Duration::from_millis(20);

const fn workload(title: &'static str, goal: f64, messages: usize) -> Workload {
    Workload {
        title,
        goal,
        server: CHUNKING,
        messages,
        rounds: 5,
        kept: true,
        file: 0,
        figure: Figure::Wall,
        line: None,
        tls: false,
        sessionless: false,
        alone: false,
        processors: Processors::Any,
    }
}

/// On one processor.
const fn one(title: &'static str, goal: f64, messages: usize) -> Workload {
    Workload {
        rounds: 9,
        processors: Processors::One,
        ..workload(title, goal, messages)
    }
}

/// Server and client on one each.
const fn two(title: &'static str, goal: f64, messages: usize) -> Workload {
    Workload {
        processors: Processors::Two,
        ..one(title, goal, messages)
    }
}

const fn distant(title: &'static str, goal: f64) -> Workload {
    Workload {
        figure: Figure::RoundTrips(ROUND_TRIP),
        line: Some(ROUND_TRIP),
        ..workload(title, goal, 20)
    }
}

pub(crate) fn workloads() -> Vec<Workload> {
    const TLS: f64 = 1.3;
    vec![
        one("A: small messages over one connection", 1.5, 2000),
        two("A2: the same on two processors", 1.5, 2000),
        Workload {
            kept: false,
            ..one("A': a connection for each small message", 1.2, 500)
        },
        Workload {
            kept: false,
            ..two("A'2: the same on two processors", 1.2, 500)
        },
        Workload {
            sessionless: true,
            ..one("A'': small messages without a session", 2.0, 2000)
        },
        Workload {
            file: 1_000_000,
            ..workload("B: documents of 1 MB", 1.6, 40)
        },
        Workload {
            file: 200_000_000,
            rounds: 3,
            ..workload("C: a document of 200 MB", 1.6, 1)
        },
        Workload {
            file: 2_000_000_000,
            alone: true,
            rounds: 3,
            ..workload("C2: a document of 2 GB", 1.6, 1)
        },
        Workload {
            server: BINARY,
            file: 200_000_000,
            alone: true,
            rounds: 3,
            ..workload("C3: a document of 200 MB, BINARYMIME offered", 1.0, 1)
        },
        Workload {
            kept: false,
            rounds: 41,
            figure: Figure::Process,
            ..workload(
                "D: a program that starts, sends one message and ends",
                2.0,
                1,
            )
        },
        distant("L: 20 ms away, CHUNKING offered", 1.05),
        Workload {
            server: PIPELINING,
            ..distant("L2: 20 ms away, PIPELINING alone", 1.05)
        },
        Workload {
            tls: true,
            ..one("TLS A: small messages over one connection", TLS, 2000)
        },
        Workload {
            tls: true,
            ..two("TLS A2: the same on two processors", TLS, 2000)
        },
        Workload {
            tls: true,
            kept: false,
            ..one("TLS A': a connection for each small message", TLS, 500)
        },
        Workload {
            tls: true,
            file: 1_000_000,
            ..workload("TLS B: documents of 1 MB", TLS, 40)
        },
        Workload {
            tls: true,
            ..distant("TLS L: 20 ms away", TLS)
        },
    ]
}
