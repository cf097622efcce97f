//! Other programs that list a Maildir, and how long they and we take.
#![forbid(unsafe_code)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::inbox::{Inbox, in_project};

/// How long a listing took, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    pub(crate) first: f64,
    pub(crate) all: f64,
}

/// Lists through the library.
pub(crate) fn ours(inbox: &Inbox) -> Took {
    let mut command = Command::new(inbox.path("listing"));
    told_by(inbox.with_configuration(&mut command))
}

/// Another way to list a Maildir.
#[derive(Clone, Copy)]
pub(crate) enum Peer {
    /// Python's `mailbox` as everybody uses it, which parses whole messages.
    Python,
    /// The same with the bodies spared.
    PythonHeads,
    /// The library of several mail programs.
    Etpan,
    /// A mail program that shows its list and is told to leave.
    Mutt,
}

impl Peer {
    pub(crate) const ALL: [Self; 4] = [Self::Python, Self::PythonHeads, Self::Etpan, Self::Mutt];

    /// Whether it is installed here.
    pub(crate) fn prepare(self, inbox: &Inbox) -> bool {
        match self {
            Self::Python | Self::PythonHeads => true,
            Self::Etpan => inbox.compile("etpan", &["-letpan"]),
            Self::Mutt => Path::new("/usr/bin/mutt").exists(),
        }
    }

    pub(crate) fn list(self, inbox: &Inbox) -> Took {
        match self {
            Self::Python => python(inbox, "whole"),
            Self::PythonHeads => python(inbox, "head"),
            Self::Etpan => told_by(Command::new(inbox.path("etpan")).arg(inbox.path("Maildir"))),
            Self::Mutt => mutt(inbox),
        }
    }
}

fn python(inbox: &Inbox, how: &str) -> Took {
    let script = in_project("benches/listing/listing.py");
    let maildir = inbox.path("Maildir");
    told_by(Command::new("python3").arg(script).arg(maildir).arg(how))
}

/// A program that prints a count, the seconds until the first message is known, and those of all.
fn told_by(command: &mut Command) -> Took {
    let output = command.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{complaint}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let numbers: Vec<f64> = printed
        .split_whitespace()
        .map(|number| number.parse().unwrap())
        .collect();
    Took {
        first: numbers[1],
        all: numbers[2],
    }
}

/// The whole program from its start to its end; it wants a terminal, which `script` gives it.
fn mutt(inbox: &Inbox) -> Took {
    let settings = inbox.path("muttrc");
    let home = inbox.path("home");
    std::fs::create_dir_all(&home).unwrap();
    let text = format!(
        "set folder={} record=\nset mbox_type=Maildir move=no quit=yes sleep_time=0 header_cache=\n\
         push \"<exit>\"\n",
        home.display()
    );
    std::fs::write(&settings, text).unwrap();
    let line = format!(
        "timeout 300 mutt -n -R -F {} -f {}",
        settings.display(),
        inbox.path("Maildir").display()
    );
    let begin = Instant::now();
    let status = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("HOME", &home)
        .env("TERM", "vt100")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "mutt: {status}");
    let all = begin.elapsed().as_secs_f64();
    Took { first: all, all }
}
