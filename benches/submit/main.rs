//! How long a program waits that hands in a message of 10 KiB: to the outbox, or to the local mail system's
//! queue by its `sendmail`. Neither connects to a server; both bring the message to the disk first. Then how
//! many messages a second that makes, and how many go out.
//!
//! `cargo bench --bench submit` prints it. While the two are compared Postfix is not running, so that its
//! `sendmail` does nothing but queue, and nothing is delivered beside the measurement.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement stops where it fails, and prints what it found"
)]

#[path = "../../tests/support/mail.rs"]
mod mail;
mod throughput;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use simplemapi::calls::{self, Access, Compose};
use simplemapi::config::Config;
use simplemapi::model::{Message, Recipient, RecipientClass};
use simplemapi::session::Session;
use test_servers::Postfix;

const SENDMAIL: &str = "/usr/sbin/sendmail";
const ROUNDS: usize = 400;
const SIZE: usize = 10 << 10;
/// Tells the second of the two processes that it is the one that measures.
const MEASURE: &str = "SIMPLEMAPI_BENCH_SUBMIT";

fn main() {
    if std::env::var_os(MEASURE).is_some() {
        measure();
    } else {
        prepare();
    }
}

/// Starts itself again, where `sendmail` finds a Postfix of our own: it is told so by the environment.
fn prepare() {
    if let Err(why) = Postfix::can_run() {
        println!("not measured: {why}");
        return;
    }
    let postfix = Postfix::start();
    postfix.kill();
    let folder = postfix.folder();
    let profile = |name: &str, rest: &str| {
        format!(
            "[profile.{name}]\naddress = \"ada@example.test\"\ntransport.kind = \"sendmail\"\n{rest}\n"
        )
    };
    let outbox = format!("when = \"always\"\npath = {:?}", folder.join("outbox"));
    let config = format!(
        "default-profile = \"outbox\"\n{}{}",
        profile("outbox", &format!("[profile.outbox.outbox]\n{outbox}")),
        profile("sendmail", "outbox.when = \"never\""),
    );
    let file = folder.join("config.toml");
    fs::write(&file, config).expect("a configuration");
    let status = Command::new(std::env::current_exe().expect("this program"))
        .env(MEASURE, postfix.mailbox().address())
        .env("MAIL_CONFIG", folder.join("etc"))
        .env("SIMPLEMAPI_CONFIG", &file)
        .env("SIMPLEMAPI_UI", "none")
        .status()
        .expect("this program again");
    assert!(status.success());
    throughput::measure(folder, &body());
}

fn body() -> String {
    let line = "0123456789 abcdefghijklmnopqrstuvwxyz. ".repeat(2);
    format!("{line}\n").repeat(SIZE / 79)
}

fn measure() {
    let recipient = std::env::var(MEASURE).expect("whom to send to");
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let open = |name| {
        let config = Config::load().expect("the configuration");
        Arc::new(Session::open(&config, Some(name), None).expect("a session"))
    };
    let (outbox, mail_system) = (open("outbox"), open("sendmail"));
    let body = body();
    let by_call = |session: &Arc<Session>| {
        let message = Message {
            subject: "a measurement".to_owned(),
            body: body.clone(),
            recipients: vec![Recipient {
                class: RecipientClass::To,
                name: recipient.clone(),
                address: String::new(),
                entry_id: Vec::new(),
            }],
            ..Message::default()
        };
        let access = Access::from(Arc::clone(session));
        calls::send(access, message, Compose::Unattended).expect("it is taken");
    };
    let by_hand = || sendmail(Path::new(SENDMAIL), &recipient, &body);
    let ways: [(&str, &dyn Fn()); 3] = [
        ("MAPISendMail, outbox.when = \"always\"", &|| {
            by_call(&outbox)
        }),
        ("sendmail, started by the program itself", &by_hand),
        ("MAPISendMail, kind = \"sendmail\"", &|| {
            by_call(&mail_system)
        }),
    ];
    let mut times = [const { Vec::new() }; 3];
    for round in 0..ROUNDS + 10 {
        for ((_, send), times) in ways.iter().zip(&mut times) {
            let begin = Instant::now();
            send();
            // The first few warm up.
            if round >= 10 {
                times.push(begin.elapsed());
            }
        }
    }
    println!(
        "{ROUNDS} messages of 10 KiB each, in turn; load before it: {}",
        load.trim()
    );
    println!("| | p50, ms | p90, ms | p99, ms |\n|---|---:|---:|---:|");
    for ((name, _), times) in ways.iter().zip(&mut times) {
        times.sort();
        let at = |hundredths: usize| milliseconds(times[times.len() * hundredths / 100]);
        println!("| {name} | {:.1} | {:.1} | {:.1} |", at(50), at(90), at(99));
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// What a program does that knows no library.
fn sendmail(program: &Path, recipient: &str, body: &str) {
    let mut child = Command::new(program)
        .args(["-i", "-f", "ada@example.test", "--", recipient])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sendmail starts");
    let mut input = child.stdin.take().expect("its input");
    write!(
        input,
        "From: ada@example.test\nTo: {recipient}\nSubject: a measurement\n\n{body}"
    )
    .expect("it reads");
    drop(input);
    assert!(child.wait().expect("it ends").success());
}
