//! What does not depend on the mood of the machine: round trips, instructions and system calls of one
//! small message more over a connection that is there.

use std::fs;

use super::programs::{Bench, Peer, Sink, Task};

/// What a message takes, where the program that counts is installed.
pub(crate) struct Counts {
    pub(crate) name: &'static str,
    pub(crate) round_trips: f64,
    pub(crate) instructions: Option<f64>,
    pub(crate) system_calls: Option<f64>,
}

/// How many messages there are in the two runs whose difference counts.
const FEW: usize = 10;
const MORE: usize = 60;

/// What one message more takes a peer.
pub(crate) fn count(bench: &Bench, peer: &Peer, manners: &[&str]) -> Counts {
    Counts {
        name: peer.name,
        round_trips: round_trips(bench, peer, manners),
        instructions: instructions(bench, peer, manners),
        system_calls: system_calls(bench, peer, manners),
    }
}

fn each(counted: impl Fn(Task<'_>) -> Option<usize>) -> Option<f64> {
    let task = |messages| Task {
        messages,
        kept: true,
        file: None,
        authority: None,
    };
    let (few, more) = (counted(task(FEW))?, counted(task(MORE))?);
    Some((more as f64 - few as f64) / (MORE - FEW) as f64)
}

pub(crate) fn round_trips(bench: &Bench, peer: &Peer, manners: &[&str]) -> f64 {
    let each = each(|task| {
        let sink = Sink::start(bench, manners);
        bench.run(peer, sink.port, task);
        Some(sink.stop().answers)
    });
    each.unwrap()
}

/// By callgrind.
fn instructions(bench: &Bench, peer: &Peer, manners: &[&str]) -> Option<f64> {
    let log = bench.path("instructions");
    let file = format!("--log-file={}", log.display());
    let by = [
        "valgrind",
        "--tool=callgrind",
        "--callgrind-out-file=/dev/null",
        &file,
    ];
    each(|task| {
        run(bench, &by, peer, manners, task)?;
        let log = fs::read_to_string(&log).unwrap();
        let mut lines = log.lines();
        let collected = lines.find_map(|line| line.split("Collected : ").nth(1));
        Some(collected.unwrap().trim().parse().unwrap())
    })
}

/// By strace. How often the limits of the process are asked for depends on how fast the machine is.
pub(crate) fn system_calls(bench: &Bench, peer: &Peer, manners: &[&str]) -> Option<f64> {
    let log = bench.path("calls");
    let by = ["strace", "-f", "-o", log.to_str().unwrap()];
    each(|task| {
        run(bench, &by, peer, manners, task)?;
        let log = fs::read_to_string(&log).unwrap();
        let calls = log.lines().filter(|line| !line.contains("prlimit64("));
        Some(calls.count())
    })
}

/// `None` where the program that counts is not installed.
fn run(bench: &Bench, by: &[&str], peer: &Peer, manners: &[&str], task: Task<'_>) -> Option<()> {
    let sink = Sink::start(bench, manners);
    let output = bench.command(by, peer, sink.port, task).output();
    sink.stop();
    let output = output.ok()?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaint}", peer.name);
    Some(())
}
