//! `smtp-sink`, which comes with Postfix: takes every message, and keeps each in a file.
#![forbid(unsafe_code)]

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::chown;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::free_ports;
use crate::postfix::id;
use crate::running::Running;

const PROGRAM: &str = "/usr/sbin/smtp-sink";
const USER: &str = "nobody";
/// How many clients may wait to be let in.
const BACKLOG: &str = "1000";

/// A running smtp-sink.
#[derive(Debug)]
pub struct Sink {
    running: Running,
    child: Child,
    port: u16,
}

impl Sink {
    /// Whether one can be started here.
    ///
    /// # Errors
    /// Why not.
    pub fn can_run() -> Result<(), String> {
        crate::Postfix::can_run()
    }

    /// Starts one of its own.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub fn start() -> Self {
        // Somebody else may take the port between its choice and its use.
        for _ in 0..3 {
            let mut sink = Self::begin();
            let begin = Instant::now();
            while sink.child.try_wait().expect("a child").is_none() {
                if TcpStream::connect((Ipv4Addr::LOCALHOST, sink.port)).is_ok() {
                    return sink;
                }
                assert!(begin.elapsed() < Duration::from_secs(60), "smtp-sink hangs");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        panic!("smtp-sink does not start");
    }

    fn begin() -> Self {
        let running = Running::new("sink");
        let folder = running.folder();
        let mail = folder.join("mail");
        fs::create_dir(&mail).expect("a folder for mail");
        chown(&mail, Some(id("-u", USER)), None).expect("its owner");
        let [port] = free_ports();
        let child = Command::new(PROGRAM)
            .args(["-u", USER, "-d", "mail/"])
            .arg(format!("127.0.0.1:{port}"))
            .arg(BACKLOG)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("smtp-sink");
        fs::write(folder.join("sink.pid"), child.id().to_string()).expect("its process id");
        Self {
            running,
            child,
            port,
        }
    }

    /// The port on 127.0.0.1 at which it takes mail, without TLS.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it has taken, in no order.
    pub fn messages(&self) -> Vec<String> {
        let folder = self.folder().join("mail");
        let files = fs::read_dir(folder).expect("the folder for mail").flatten();
        files
            .map(|file| fs::read(file.path()).expect("a message"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
    }

    fn folder(&self) -> &Path {
        self.running.folder()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
