//! What it costs to send, beside the libraries that a C program could use instead and beside FLOOR, a
//! program that uses none: the same messages to the same server, in turn, as ratios.
//!
//! `cargo bench --bench send` measures, and writes `docs/sending.md` and its drawing anew. As one of
//! the tests it only sees that everything works.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement stops where it fails, and prints what it found"
)]

mod delay;
mod programs;
mod report;

use std::time::Duration;

use programs::{Bench, Cost, FLOOR, OTHERS, OURS, Peer, Sink, Task};
use report::{Figure, Report};

const PIPELINING: &[&str] = &["PIPELINING"];
const CHUNKING: &[&str] = &["PIPELINING", "CHUNKING"];
/// Above this many milliseconds a message a peer waits, and fewer messages tell as much.
const WAITS: f64 = 5.0;

/// Something to measure.
struct Workload {
    title: &'static str,
    server: &'static [&'static str],
    messages: usize,
    kept: bool,
    file: u64,
    figure: Figure,
    line: Option<Duration>,
}

const fn workload(title: &'static str, messages: usize, kept: bool, file: u64) -> Workload {
    Workload {
        title,
        server: CHUNKING,
        messages,
        kept,
        file,
        figure: Figure::Wall,
        line: None,
    }
}

const ROUND_TRIP: Duration = Duration::from_millis(20);

fn workloads() -> Vec<Workload> {
    let distant = |title, server| Workload {
        server,
        figure: Figure::RoundTrips(ROUND_TRIP),
        line: Some(ROUND_TRIP),
        ..workload(title, 20, true, 0)
    };
    vec![
        workload("A: small messages over one connection", 2000, true, 0),
        workload("A': a connection for each small message", 500, false, 0),
        workload("B: documents of 1 MB", 40, true, 1_000_000),
        workload("C: a document of 200 MB", 1, true, 200_000_000),
        Workload {
            figure: Figure::Process,
            ..workload(
                "D: a program that starts, sends one message and ends",
                1,
                false,
                0,
            )
        },
        distant("L: 20 ms away, CHUNKING offered", CHUNKING),
        distant("L: 20 ms away, PIPELINING alone", PIPELINING),
    ]
}

/// Each peer in turn, as often as there are rounds.
fn measure(bench: &Bench, workload: &Workload, peers: &[&Peer], rounds: usize) -> Vec<Vec<Cost>> {
    let sink = Sink::start(bench, workload.server);
    let port = match workload.line {
        Some(round_trip) => delay::line_to(sink.port, round_trip),
        None => sink.port,
    };
    let file = (workload.file > 0).then(|| bench.file(workload.file));
    let task = |messages| Task {
        messages,
        kept: workload.kept,
        file: file.as_deref(),
    };
    let counts: Vec<usize> = peers
        .iter()
        .map(|peer| match workload.messages {
            few @ ..=20 => few,
            many if bench.run(peer, port, task(10)).wall_ms > WAITS * many as f64 / 40.0 => 20,
            many => many,
        })
        .collect();
    let mut costs = vec![Vec::new(); peers.len()];
    for _ in 0..rounds {
        for ((peer, count), costs) in peers.iter().zip(&counts).zip(&mut costs) {
            costs.push(bench.run(peer, port, task(*count)));
        }
    }
    drop(file.map(std::fs::remove_file));
    sink.stop();
    costs
}

fn measure_all() {
    let bench = Bench::new();
    let mut peers = vec![&FLOOR, &OURS];
    assert!(bench.has(&FLOOR) && bench.has(&OURS));
    for other in &OTHERS {
        match bench.has(other) {
            true => peers.push(other),
            false => println!(
                "{} is not installed: ci/packages names what to install",
                other.name
            ),
        }
    }
    let mut report = Report::new(peers.iter().map(|peer| peer.name).collect());
    for workload in workloads() {
        let rounds = if matches!(workload.figure, Figure::Process) {
            41
        } else {
            5
        };
        let costs = measure(&bench, &workload, &peers, rounds);
        println!("{}", report.add(workload.title, workload.figure, &costs));
    }
    report.write();
}

/// Two small messages and a document: all arrive, over as few round trips as the server allows.
fn see_that_it_works() {
    let bench = Bench::new();
    for peer in [&FLOOR, &OURS] {
        assert!(bench.has(peer));
        for server in [PIPELINING, CHUNKING] {
            let sink = Sink::start(&bench, server);
            let file = bench.file(100_000);
            for file in [None, Some(&*file)] {
                let task = Task {
                    messages: 2,
                    kept: true,
                    file,
                };
                bench.run(peer, sink.port, task);
            }
            let taken = sink.stop();
            assert_eq!(taken.messages, 4, "{}", peer.name);
            println!("{}: {} groups of answers", peer.name, taken.answers);
        }
    }
}

fn main() {
    match std::env::args().any(|argument| argument == "--bench") {
        true => measure_all(),
        false => see_that_it_works(),
    }
}
