//! `simplemapi outbox`: what waits, and what becomes of it.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod desk;

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use desk::Desk;

/// How long anything may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A profile with this transport and this rule for its outbox.
fn configure(desk: &Desk, transport: &str, when: &str) {
    desk.configure(&format!(
        "[profile.work]\nname = \"Ada\"\naddress = \"ada@example.org\"\noutbox.when = \"{when}\"\n\
         [profile.work.transport]\n{transport}\n"
    ));
}

fn maildir(desk: &Desk) -> String {
    format!("kind = \"maildir\"\npath = {:?}", desk.path("mail"))
}

/// A loopback port on which nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    format!("kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"")
}

#[test]
fn what_cannot_go_out_waits_and_goes_out_when_it_can() {
    let desk = Desk::new();
    configure(&desk, &nowhere(), "offline");
    let sent = desk.run(
        &["send", "grace@example.org", "-s", "Hello", "--body", "x"],
        b"",
    );
    assert_eq!((sent.status, sent.out.as_str()), (0, ""), "{sent:?}");
    assert!(sent.err.contains("queued as "), "{sent:?}");
    assert!(sent.err.contains("cannot connect to 127.0.0.1"), "{sent:?}");
    let quiet = desk.run(&["send", "bob@example.org", "--body", "x", "-q"], b"");
    assert_eq!((quiet.status, quiet.err.as_str()), (0, ""), "{quiet:?}");

    let list = desk.run(&["outbox", "list"], b"");
    assert!(list.out.contains("to grace@example.org"), "{list:?}");
    assert!(list.out.contains("not tried yet"), "{list:?}");
    let json = desk.run(&["outbox", "list", "--json"], b"");
    let objects: Vec<serde_json::Value> = json
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["recipients"][0], "grace@example.org");
    let message_id = objects[0]["message-id"].as_str().expect("an id").to_owned();

    let failed = desk.run(&["outbox", "flush"], b"");
    assert_eq!(failed.status, 69, "{failed:?}");
    assert!(
        failed.out.contains("work: stopped: cannot connect"),
        "{failed:?}"
    );
    let shown = desk.run(&["outbox", "show", &message_id], b"");
    assert!(
        shown.out.contains("to grace@example.org: waits"),
        "{shown:?}"
    );
    assert!(shown.out.contains("\nSubject: Hello\n"), "{shown:?}");

    configure(&desk, &maildir(&desk), "offline");
    let flushed = desk.run(&["outbox", "flush"], b"");
    assert_eq!(flushed.status, 0, "{flushed:?}");
    assert_eq!(flushed.out.matches("sent").count(), 2, "{flushed:?}");
    let messages = desk.messages();
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().any(|message| message.contains(&message_id)));
    assert_eq!(desk.run(&["outbox", "list"], b"").out, "nothing waits\n");
    let log = fs::read_to_string(desk.path("log")).expect("the log");
    assert!(log.contains("outbox flags=0x0 code=0 sent: "), "{log}");
}

#[test]
fn a_profile_that_says_never_fails_and_keeps_nothing() {
    let desk = Desk::new();
    configure(&desk, &nowhere(), "never");
    let sent = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(sent.status, 69, "{sent:?}");
    assert_eq!(desk.run(&["outbox", "list"], b"").out, "nothing waits\n");
    assert!(!desk.path(".local").exists());
}

#[test]
fn what_is_refused_for_good_never_waits_at_first_and_is_given_up_later() {
    let desk = Desk::new();
    let refusing = "kind = \"command\"\nprogram = [\"sh\", \"-c\", \"cat >/dev/null; echo 550 no such user >&2; exit 67\"]";
    configure(&desk, refusing, "offline");
    let sent = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(sent.status, 67, "{sent:?}");
    assert_eq!(desk.run(&["outbox", "list"], b"").out, "nothing waits\n");

    configure(&desk, refusing, "always");
    let sent = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    assert_eq!(sent.status, 0, "{sent:?}");
    let flushed = desk.run(&["outbox", "flush", "--json"], b"");
    assert_eq!(flushed.status, 0, "what is done is done: {flushed:?}");
    assert!(
        flushed.out.contains("\"outcome\":\"parked\""),
        "{flushed:?}"
    );
    let parked = desk.run(&["outbox", "parked"], b"");
    assert!(parked.out.contains("given up: "), "{parked:?}");
    assert!(parked.out.contains("550 no such user"), "{parked:?}");
    let reports = desk.path(".local/state/simplemapi/outbox/work/reports/new");
    assert_eq!(fs::read_dir(reports).expect("reports").count(), 1);

    let name = parked.out.split(' ').next().expect("a name").to_owned();
    let again = desk.run(&["outbox", "retry", &name], b"");
    assert_eq!(again.status, 69, "{again:?}");
    configure(&desk, &maildir(&desk), "always");
    let again = desk.run(&["outbox", "retry", &name], b"");
    assert_eq!(again.status, 0, "{again:?}");
    assert_eq!(desk.messages().len(), 1);
    assert_eq!(desk.run(&["outbox", "show", &name], b"").status, 64);
}

#[test]
fn a_cancelled_message_is_gone() {
    let desk = Desk::new();
    configure(&desk, &maildir(&desk), "always");
    for _ in 0..2 {
        desk.run(&["send", "grace@example.org", "--body", "x"], b"");
    }
    let list = desk.run(&["outbox", "list"], b"");
    let name = list.out.split(' ').next().expect("a name").to_owned();
    let vague = desk.run(&["outbox", "cancel", "1"], b"");
    assert_eq!(vague.status, 64, "{vague:?}");
    assert_eq!(desk.run(&["outbox", "cancel", &name], b"").status, 0);
    assert_eq!(desk.run(&["outbox", "flush"], b"").status, 0);
    assert_eq!(desk.messages().len(), 1);
}

/// The spooler, at a desk. It is killed when it is dropped.
struct Spooler(Child);

impl Spooler {
    fn start(desk: &Desk, socket: &Path) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_simplemapi"))
            .args(["outbox", "run"])
            .env_clear()
            .env("HOME", desk.path(""))
            .env("XDG_CONFIG_HOME", desk.path(""))
            .env("NOTIFY_SOCKET", socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        Self(child)
    }

    fn stop(mut self) -> Option<i32> {
        let stopped = Command::new("kill")
            .arg(self.0.id().to_string())
            .status()
            .expect("kill");
        assert!(stopped.success());
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.0.try_wait().expect("a child") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }
}

impl Drop for Spooler {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_spooler_delivers_what_comes_and_ends_when_it_is_told() {
    let desk = Desk::new();
    configure(&desk, &maildir(&desk), "always");
    let path = desk.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket");
    socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let hear = || {
        let mut said = [0; 100];
        let count = socket.recv(&mut said).expect("a word to systemd");
        String::from_utf8_lossy(&said[..count]).trim().to_owned()
    };
    let spooler = Spooler::start(&desk, &path);
    assert_eq!(hear(), "READY=1");
    for count in 1..=2 {
        let sent = desk.run(&["send", "grace@example.org", "--body", "x"], b"");
        assert_eq!(sent.status, 0, "{sent:?}");
        let start = Instant::now();
        while desk.messages().len() < count {
            assert!(start.elapsed() < PATIENCE, "nobody delivers");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    assert_eq!(spooler.stop(), Some(0));
    assert_eq!(hear(), "STOPPING=1");
}
