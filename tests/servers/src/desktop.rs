//! A desktop that nobody sees: a screen, a window manager, and the buses by which programs, and those who
//! read screens to others, find each other.
#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::bus::Bus;
use crate::running::Running;

/// The programs that one needs, and where Debian has them.
const PROGRAMS: [(&str, &str); 5] = [
    ("Xvfb", "/usr/bin/Xvfb"),
    ("openbox", "/usr/bin/openbox"),
    ("xdotool", "/usr/bin/xdotool"),
    ("gdbus", "/usr/bin/gdbus"),
    ("at-spi-bus-launcher", LAUNCHER),
];
const LAUNCHER: &str = "/usr/libexec/at-spi-bus-launcher";

/// How long any of them may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A session of its own, which ends with this value.
#[derive(Debug)]
pub struct Desktop {
    // Ended before the programs are waited for.
    running: Option<Running>,
    children: Vec<Child>,
    display: String,
    /// By which the programs of the session find each other.
    pub bus: Bus,
}

impl Desktop {
    /// Whether there is everything for one here.
    ///
    /// # Errors
    /// What is missing.
    pub fn can_run() -> Result<(), String> {
        let missing = PROGRAMS.iter().find(|(_, path)| !Path::new(path).exists());
        missing.map_or(Bus::can_run(), |(name, _)| {
            Err(format!("{name} is not installed"))
        })
    }

    /// Starts one.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Self {
        let mut desktop = Self {
            running: Some(Running::new("desktop")),
            children: Vec::new(),
            display: String::new(),
            bus: Bus::without_keyring(),
        };
        for folder in ["home", "run", "state"] {
            fs::create_dir(desktop.path(folder)).expect("a folder");
        }
        let screen = "-displayfd 1 -nolisten tcp -screen 0 1920x1800x24";
        let number = desktop.tells("Xvfb", screen);
        desktop.display = format!(":{number}");
        desktop.start_quietly("openbox", "--sm-disable");
        desktop.start_quietly(LAUNCHER, "--launch-immediately");
        desktop.wants_screen_readers();
        desktop
    }

    /// The process that is the screen.
    ///
    /// # Panics
    /// Never: it was started first.
    pub fn screen(&self) -> u32 {
        self.children.first().expect("a screen").id()
    }

    /// A file of the session.
    pub fn path(&self, name: &str) -> PathBuf {
        let running = self.running.as_ref().expect("it has not ended");
        running.folder().join(name)
    }

    /// Has a program run in this session, as if nothing else were known of its user.
    pub fn lead<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus.bus())
            .env("HOME", self.path("home"))
            .env("XDG_RUNTIME_DIR", self.path("run"))
            .env("XDG_STATE_HOME", self.path("state"))
            .env("GTK_A11Y", "atspi")
            .env("GSK_RENDERER", "cairo")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("LANGUAGE")
    }

    fn start_quietly(&mut self, program: &str, arguments: &str) {
        self.spawn(program, arguments, Stdio::null());
    }

    /// Starts a program, and has the first line that it prints.
    fn tells(&mut self, program: &str, arguments: &str) -> String {
        let printed = self.spawn(program, arguments, Stdio::piped());
        let mut line = String::new();
        let mut printed = BufReader::new(printed.expect("a pipe"));
        printed.read_line(&mut line).expect("a line");
        assert!(!line.is_empty(), "{program} does not start");
        // Whoever prints more must not wait for a reader.
        thread::spawn(move || printed.read_to_end(&mut Vec::new()));
        line.trim().to_owned()
    }

    fn spawn(
        &mut self,
        program: &str,
        arguments: &str,
        stdout: Stdio,
    ) -> Option<std::process::ChildStdout> {
        let number = self.children.len();
        let log = File::create(self.path(&format!("{number}.log"))).expect("a log");
        let mut command = Command::new(program);
        let mut child = self
            .lead(&mut command)
            .args(arguments.split(' '))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(log)
            .spawn()
            .expect("it is installed");
        fs::write(
            self.path(&format!("{number}.pid")),
            child.id().to_string() + "\n",
        )
        .expect("a pid file");
        let stdout = child.stdout.take();
        self.children.push(child);
        stdout
    }

    /// Tells programs that somebody reads their windows, so that they say what is in them.
    fn wants_screen_readers(&self) {
        let set = "call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
            --method org.freedesktop.DBus.Properties.Set org.a11y.Status IsEnabled <true>";
        let started = Instant::now();
        loop {
            let mut command = Command::new("gdbus");
            let told = self
                .lead(&mut command)
                .args(set.split_whitespace())
                .output();
            if told.expect("gdbus").status.success() {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "nobody can read its windows");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.running.take());
        for child in &mut self.children {
            let _ = child.wait();
        }
    }
}
