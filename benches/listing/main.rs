//! What it costs to list a Maildir of 1,000, 10,000 and 100,000 messages, beside Python's `mailbox`,
//! libetpan and mutt in the same run; and, counted in system calls, that nobody reads a body for it.
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

mod inbox;
#[path = "../support/library.rs"]
mod library;
mod peers;
mod traced;

use inbox::Inbox;
use peers::{Peer, Took};
use traced::Traced;

/// As large as most notes are.
const USUAL_BODY: usize = 3000;
/// Large enough to be seen among the bytes that were read.
const LARGE_BODY: usize = 100_000;

/// The best of several runs: what disturbs only makes them slower.
fn best(rounds: usize, mut run: impl FnMut() -> Took) -> Took {
    let runs = (0..rounds).map(|_| run());
    runs.min_by(|one, other| one.all.total_cmp(&other.all))
        .unwrap()
}

fn compare(count: usize) {
    let inbox = Inbox::new(&library::installed(), count, USUAL_BODY);
    let peers: Vec<_> = Peer::ALL.map(|peer| (peer, peer.prepare(&inbox))).into();
    // A long run is its own average.
    let rounds = if count < 50_000 { 3 } else { 1 };
    peers::ours(&inbox);
    let ours = best(rounds, || peers::ours(&inbox));
    let each = (ours.all - ours.first) / (count as f64 - 1.0) * 1e6;
    print!("| {count} | {:.1} | {each:.0} |", ours.first * 1e3);
    for (peer, is_there) in peers {
        if !is_there {
            print!(" not installed |");
            continue;
        }
        let theirs = best(rounds, || peer.list(&inbox));
        let each = theirs.all / count as f64 * 1e6;
        print!(" {each:.0} ({:.1} x) |", theirs.all / ours.all);
    }
    println!();
}

fn count_calls() {
    const COUNT: usize = 300;
    let inbox = Inbox::new(&library::installed(), COUNT, LARGE_BODY);
    println!("\n{COUNT} messages with bodies of {LARGE_BODY} bytes, counted by strace:");
    println!("{:>18} | messages opened | reads | bytes read", "");
    for (what, only_first) in [("the first call", true), ("the whole listing", false)] {
        let Some(traced) = Traced::listing(&inbox, only_first) else {
            println!("not counted: strace is not installed");
            return;
        };
        let Traced {
            opened,
            reads,
            bytes,
            ..
        } = traced;
        println!("{what:>18} | {opened:>15} | {reads:>5} | {bytes:>10}");
    }
}

fn main() {
    println!("Listing a Maildir: subject and date of every message, files in the page cache.");
    println!("Microseconds a message; in brackets their time by ours.\n");
    println!("| messages | the first call, ms | then | Python | its heads | libetpan | mutt |");
    for count in [1_000, 10_000, 100_000] {
        compare(count);
    }
    count_calls();
}
