//! What it costs to send, beside the libraries that a C program could use instead and beside FLOOR, a
//! program that uses none: the same messages to the same server, in turn, as ratios.
//!
//! `cargo bench --bench send` measures, and writes `docs/sending.md`, its drawing, and the summary in
//! `docs/performance.md` anew. As one of the tests it only sees that everything works.
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

#[path = "../../tests/support/certificates.rs"]
mod certificates;
mod counts;
mod crowd;
mod delay;
mod drawing;
mod floor_tls;
#[path = "../support/library.rs"]
mod library;
mod processors;
mod programs;
mod report;
mod tls;
mod workload;

use crowd::Crowd;
use programs::{
    Bench, Cost, FLOOR, FLOOR_OVER_TLS, FLOOR_TLS, OTHERS, OUR_CALLS, OUR_THREADS, OURS, Peer,
    Sink, Task,
};
use report::Report;
use tls::TlsSink;
use workload::{BINARY, CHUNKING, PIPELINING, Workload, workloads};

/// Who takes longer for a message waits for something, and fewer messages tell as much.
const WAITS_MS: f64 = 10.0;
/// The fewest messages that tell anything.
const FEWEST: usize = 20;

/// Each peer in turn, as often as there are rounds.
fn measure(bench: &Bench, workload: &Workload, peers: &[&Peer]) -> Vec<Vec<Cost>> {
    let Workload { processors, .. } = workload;
    let server = processors.of_server(|| Server::start(bench, workload));
    let port = match workload.line {
        Some(round_trip) => delay::line_to(server.port(), round_trip),
        None => server.port(),
    };
    let file = (workload.file > 0).then(|| bench.file(workload.file));
    let task = |messages| Task {
        messages,
        kept: workload.kept,
        file: file.as_deref(),
        authority: server.authority(),
    };
    let counts: Vec<usize> = peers
        .iter()
        .enumerate()
        .map(|(at, peer)| match workload.messages {
            few @ ..=FEWEST => few,
            // Of FLOOR and of ours as many, so that what each has to do once weighs the same.
            all if at < 2 => all,
            many => {
                let few = task(FEWEST / 2);
                let each = processors.of_client(|| bench.run(peer, port, few).wall_ms);
                if each < WAITS_MS { many } else { FEWEST }
            }
        })
        .collect();
    let mut costs = vec![Vec::new(); peers.len()];
    for _ in 0..workload.rounds {
        for ((peer, count), costs) in peers.iter().zip(&counts).zip(&mut costs) {
            costs.push(processors.of_client(|| bench.run(peer, port, task(*count))));
        }
    }
    drop(file.map(std::fs::remove_file));
    server.stop();
    costs
}

enum Server {
    Plain(Sink),
    Tls(TlsSink),
}

impl Server {
    fn start(bench: &Bench, workload: &Workload) -> Self {
        match workload.tls {
            true => Self::Tls(TlsSink::start(&bench.path(""))),
            false => Self::Plain(Sink::start(bench, workload.server)),
        }
    }

    fn port(&self) -> u16 {
        match self {
            Self::Plain(sink) => sink.port,
            Self::Tls(sink) => sink.port,
        }
    }

    fn authority(&self) -> Option<&std::path::Path> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(sink) => Some(&sink.authority),
        }
    }

    fn stop(self) {
        if let Self::Plain(sink) = self {
            sink.stop();
        }
    }
}

fn measure_all() {
    let bench = Bench::new(&library::installed());
    let mut everybody = vec![&FLOOR, &OURS];
    for other in &OTHERS {
        match bench.has(other) {
            true => everybody.push(other),
            false => println!(
                "{} is not installed: ci/packages names what to install",
                other.name
            ),
        }
    }
    let ours = [&FLOOR, &OURS, &OUR_CALLS, &OUR_THREADS];
    assert!(ours.into_iter().all(|peer| bench.has(peer)));
    let mut report = Report::new(everybody.iter().map(|peer| peer.name).collect());
    for workload in workloads() {
        if !workload.processors.are_there() {
            println!("{}: there is one processor only", workload.title);
            continue;
        }
        let mut peers = pair(&workload).to_vec();
        if workload.is_for_all() {
            peers.extend(&everybody[2..]);
        }
        let costs = measure(&bench, &workload, &peers);
        println!("{}", report.add(&workload, &costs));
    }
    println!("{}", report.add_threads(&measure_threads(&bench)));
    println!("{}", report.add_busy(&measure_in_a_crowd(&bench)));
    let counted: Vec<_> = everybody
        .iter()
        .map(|peer| counts::count(&bench, peer, CHUNKING))
        .collect();
    println!("{}", report.add_counts(&counted));
    report.write();
}

/// FLOOR and ours, as they do this work.
fn pair(workload: &Workload) -> [&'static Peer; 2] {
    match workload {
        Workload { tls: true, .. } => [&FLOOR_TLS, &OURS],
        Workload {
            sessionless: true, ..
        } => [&FLOOR, &OUR_CALLS],
        _ => [&FLOOR, &OURS],
    }
}

/// The quick ones once more on a busy machine, beside FLOOR alone.
fn measure_in_a_crowd(bench: &Bench) -> Vec<(Workload, Vec<Vec<Cost>>)> {
    let _crowd = Crowd::gather();
    let quick = workloads().into_iter().filter(Workload::is_quick);
    quick
        .map(|workload| {
            let workload = workload.shortened();
            let costs = measure(bench, &workload, &pair(&workload));
            (workload, costs)
        })
        .collect()
}

/// One thread, eight on one session, and eight on a session each.
fn measure_threads(bench: &Bench) -> Vec<(&'static str, Vec<Cost>)> {
    let sink = Sink::start(bench, CHUNKING);
    let ways = [
        ("1 thread", &OURS, true),
        ("8 threads on one session", &OUR_THREADS, true),
        ("8 threads on a session each", &OUR_THREADS, false),
    ];
    let mut costs = ways.map(|(name, ..)| (name, Vec::new()));
    for _ in 0..9 {
        for ((_, peer, kept), (_, costs)) in ways.iter().zip(&mut costs) {
            let task = Task {
                messages: 8000,
                kept: *kept,
                file: None,
                authority: None,
            };
            costs.push(bench.run(peer, sink.port, task));
        }
    }
    sink.stop();
    costs.into()
}

/// Two small messages and a document: all arrive, over as few round trips as the server allows.
fn see_that_it_works() {
    let program = std::env::current_exe().unwrap();
    let bench = Bench::new(&program.with_file_name("libsimplemapi.so"));
    for peer in [&FLOOR, &OURS] {
        assert!(bench.has(peer));
        for server in [PIPELINING, CHUNKING, BINARY] {
            let sink = Sink::start(&bench, server);
            let file = bench.file(100_000);
            for file in [None, Some(&*file)] {
                let task = Task {
                    messages: 2,
                    kept: true,
                    file,
                    authority: None,
                };
                bench.run(peer, sink.port, task);
            }
            let taken = sink.stop();
            assert_eq!(taken.messages, 4, "{}", peer.name);
            println!("{}: {} groups of answers", peer.name, taken.answers);
        }
    }
    see_that_calls_share_a_connection(&bench);
    see_that_threads_work(&bench);
    see_that_tls_works(&bench);
    see_that_little_is_asked_of_the_system(&bench);
}

/// What does not depend on how busy the machine is, nor on how the library was built.
fn see_that_little_is_asked_of_the_system(bench: &Bench) {
    // The message goes out, is waited for and answered; the connection is looked at before; signals
    // are held back and let through again. The rest is a number nobody can guess, and whose process it is.
    const MOST_CALLS: f64 = 11.0;
    for (server, flights) in [(CHUNKING, 1.0), (PIPELINING, 2.0)] {
        let counted = counts::round_trips(bench, &OURS, server);
        // Nobody waits for the answer to QUIT, and it may come after the count.
        assert!((counted - flights).abs() < 0.05, "{counted} round trips");
    }
    match counts::system_calls(bench, &OURS, CHUNKING) {
        Some(calls) => assert!(calls < MOST_CALLS, "{calls} system calls a message"),
        None => test_servers::skip("strace is not installed"),
    }
}

/// Of calls without a session all but the first two go over one connection.
fn see_that_calls_share_a_connection(bench: &Bench) {
    assert!(bench.has(&OUR_CALLS));
    let counted = counts::round_trips(bench, &OUR_CALLS, CHUNKING);
    assert!((counted - 1.0).abs() < 0.05, "{counted} round trips");
}

fn see_that_threads_work(bench: &Bench) {
    assert!(bench.has(&OUR_THREADS));
    let sink = Sink::start(bench, CHUNKING);
    for kept in [true, false] {
        let task = Task {
            messages: 16,
            kept,
            file: None,
            authority: None,
        };
        bench.run(&OUR_THREADS, sink.port, task);
    }
    assert_eq!(sink.stop().messages, 32);
}

fn see_that_tls_works(bench: &Bench) {
    let file = bench.file(100_000);
    let sink = TlsSink::start(&bench.path(""));
    for peer in [&FLOOR_TLS, &OURS] {
        for (kept, file) in [(true, None), (true, Some(&*file)), (false, None)] {
            let task = Task {
                messages: 2,
                kept,
                file,
                authority: Some(&sink.authority),
            };
            bench.run(peer, sink.port, task);
        }
    }
    // Of each peer's two connections with a session of their own, the second begins where the first ended.
    assert_eq!(sink.resumed(), 2);
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, work)) if first == FLOOR_OVER_TLS => floor_tls::run(work),
        _ if arguments.iter().any(|argument| argument == "--bench") => measure_all(),
        _ => see_that_it_works(),
    }
}
