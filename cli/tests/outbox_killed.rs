//! Many processes that send and some that deliver, of which one is killed again and again: what was
//! accepted arrives, and is seldom repeated.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops where it fails"
)]
#![allow(
    clippy::print_stderr,
    reason = "figures, for whoever wants to see them"
)]

mod desk;

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use desk::Desk;

/// A process that may be killed at any moment by somebody else.
#[derive(Default)]
struct Victim(Mutex<Option<Child>>);

impl Victim {
    /// Runs the command to its end. Whether it ended well.
    fn run(&self, desk: &Desk, arguments: &[&str]) -> bool {
        let child = Command::new(env!("CARGO_BIN_EXE_simplemapi"))
            .args(arguments)
            .env_clear()
            .env("HOME", desk.path(""))
            .env("XDG_CONFIG_HOME", desk.path(""))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        *self.0.lock().expect("a lock") = Some(child);
        loop {
            if let Some(child) = self.0.lock().expect("a lock").as_mut()
                && let Some(status) = child.try_wait().expect("a child")
            {
                return status.success();
            }
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Kills what runs at this moment.
    fn kill(&self) -> bool {
        let mut child = self.0.lock().expect("a lock");
        child
            .as_mut()
            .is_some_and(|child| matches!(child.try_wait(), Ok(None)) && child.kill().is_ok())
    }
}

fn killing(processes: usize, sends: usize, between_kills: Duration) {
    let Some(sink) = test_servers::sink() else {
        return;
    };
    let desk = Desk::new();
    desk.configure(&format!(
        "[profile.work]\naddress = \"ada@example.org\"\noutbox.when = \"always\"\n\
         transport = {{ kind = \"smtp\", host = \"127.0.0.1\", port = {}, security = \"none\" }}\n",
        sink.port()
    ));
    let victims: Vec<_> = (0..processes + 2).map(|_| Victim::default()).collect();
    let (senders, deliverers) = victims.split_at(processes);
    let accepted = Mutex::new(Vec::new());
    let (senders_left, kills) = (AtomicUsize::new(processes), AtomicUsize::new(0));
    let are_sending = || senders_left.load(Ordering::SeqCst) > 0;
    thread::scope(|scope| {
        for (number, sender) in senders.iter().enumerate() {
            let (desk, accepted, senders_left) = (&desk, &accepted, &senders_left);
            scope.spawn(move || {
                for nth in 0..sends {
                    let subject = format!("message {number}-{nth}");
                    let arguments = [
                        "send",
                        "grace@example.org",
                        "-q",
                        "-s",
                        &subject,
                        "--body",
                        "x",
                    ];
                    if sender.run(desk, &arguments) {
                        accepted.lock().expect("a lock").push(subject);
                    }
                }
                senders_left.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for deliverer in deliverers {
            scope.spawn(|| {
                while are_sending() {
                    deliverer.run(&desk, &["outbox", "flush"]);
                }
            });
        }
        scope.spawn(|| {
            for victim in victims.iter().cycle() {
                thread::sleep(between_kills);
                if !are_sending() {
                    return;
                }
                kills.fetch_add(usize::from(victim.kill()), Ordering::SeqCst);
            }
        });
    });
    let begin = Instant::now();
    while desk.run(&["outbox", "list"], b"").out != "nothing waits\n" {
        assert!(
            begin.elapsed() < Duration::from_secs(120),
            "it is not delivered"
        );
        desk.run(&["outbox", "flush"], b"");
    }
    // Three tries at one that all were killed: it might have been its own fault, so somebody has to look.
    let parked = desk.run(&["outbox", "parked", "--json"], b"").out;
    for line in parked.lines() {
        let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let name = entry["name"].as_str().expect("its name");
        let retried = desk.run(&["outbox", "retry", name], b"");
        assert_eq!(retried.status, 0, "{retried:?}");
    }
    let mut copies: HashMap<String, usize> = HashMap::new();
    for message in sink.messages() {
        let subject = message
            .lines()
            .find_map(|line| line.strip_prefix("Subject: "));
        let subject = subject.expect("a whole message").trim().to_owned();
        *copies.entry(subject).or_default() += 1;
    }
    let (accepted, kills) = (accepted.into_inner().expect("a lock"), kills.into_inner());
    for subject in &accepted {
        assert!(
            copies.contains_key(subject),
            "{subject} was accepted, and is lost"
        );
    }
    let twice = copies.values().sum::<usize>() - copies.len();
    assert!(
        twice <= kills,
        "{twice} copies too many after {kills} kills"
    );
    assert!(kills > 0, "nobody was killed");
    eprintln!(
        "{} accepted, {} arrived, {kills} kills, {twice} copies too many",
        accepted.len(),
        copies.len()
    );
}

#[test]
fn whoever_is_killed_what_was_accepted_arrives() {
    killing(8, 10, Duration::from_millis(40));
}

#[test]
#[ignore = "4,000 messages: some minutes"]
fn however_often_somebody_is_killed_what_was_accepted_arrives() {
    killing(8, 500, Duration::from_millis(200));
}
