//! A front end that is a program of its own, and what is said with it.
#![forbid(unsafe_code)]

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::words::{Said, Show, VERSION};
use super::{Answer, Dialog, Dialogs, Request, frames};
use crate::child::{Conversation, Program};
use crate::companion;
use crate::deadline::{self, Deadline};
use crate::error::{Error, Kind, Result};

/// How long it may take to say hello. A toolkit that is not in memory yet takes seconds.
const START: Duration = Duration::from_secs(10);
/// How long it may take to say what it began to say, and to hear what it is told.
const MANNERS: Duration = Duration::from_secs(10);
/// How long it may take to have the mail program take a message: one that is not in memory yet takes its
/// time, and a person may have to say which.
const HANDING_OVER: Duration = Duration::from_secs(60);
/// How long it may take to end, once there is nothing more to say.
const END: Duration = Duration::from_secs(5);

/// A program that shows dialogs.
#[derive(Debug)]
pub(super) struct Helper {
    path: PathBuf,
    parent: usize,
}

impl Helper {
    /// The program at this path, for dialogs over this window.
    pub(super) fn new(path: PathBuf, parent: usize) -> Self {
        Self { path, parent }
    }

    /// The program, if it may ask a person for passwords.
    fn trusted(&self) -> Result<PathBuf> {
        companion::trusted(&self.path).map_err(|why| {
            let program = self.path.display();
            Error::new(
                Kind::NotSupported,
                format!("the front end for dialogs, {program}, will not do: {why}"),
            )
        })
    }
}

impl Dialogs for Helper {
    fn available(&self) -> Result<()> {
        self.trusted().map(drop)
    }

    fn show(&self, dialog: &Dialog, answer: &mut dyn FnMut(Request) -> Answer) -> Result<()> {
        let program = Program::new(self.trusted()?)?;
        let started = Deadline::after(START);
        let mut with = program.converse(started)?;
        let mut talk = Talk {
            program: &program,
            with: &mut with,
        };
        let show = Show {
            version: VERSION,
            parent: self.parent,
            dialog,
        };
        // Dropped after a failure, it is killed.
        let end = talk.hold(started, &show, answer)?;
        let ended = with.end(Deadline::after(END));
        match (end, ended) {
            // It is done, whatever became of the front end.
            (End::Accepted, _) => Ok(()),
            (End::Cancelled, _) => Err(Error::new(Kind::UserAborted, "a person cancelled it")),
            (End::HungUp, Ok(ended)) => Err(failed(&program, &ended)),
            (End::HungUp, Err(error)) => Err(failed(&program, &error.reason())),
        }
    }
}

/// How a dialog ended.
enum End {
    Accepted,
    Cancelled,
    HungUp,
}

/// What is under way with a front end.
struct Talk<'t, 'p> {
    program: &'p Program,
    with: &'t mut Conversation<'p>,
}

impl Talk<'_, '_> {
    fn hold(
        &mut self,
        started: Deadline,
        show: &Show<&Dialog>,
        answer: &mut dyn FnMut(Request) -> Answer,
    ) -> Result<End> {
        match self.hear(started)? {
            None => return Ok(End::HungUp),
            Some(Said::Hello { version: VERSION }) => {}
            Some(Said::Hello { version }) => {
                let why = format!("it speaks version {version}, and this library {VERSION}");
                return Err(self.not_supported(&why));
            }
            Some(Said::Unavailable { reason }) => return Err(self.not_supported(&reason)),
            Some(_) => return Err(failed(self.program, &"it says something before hello")),
        }
        self.say(show)?;
        loop {
            let until = match show.dialog {
                Dialog::OpenDraft(_) => Deadline::after(START),
                Dialog::HandOver(_) => Deadline::after(HANDING_OVER),
                // A person has all the time there is.
                _ => Deadline::never(),
            };
            let request = match self.hear(until)? {
                None => return Ok(End::HungUp),
                Some(Said::Cancel) => return Ok(End::Cancelled),
                Some(Said::Find { text }) => Request::Find(text),
                Some(Said::Propose { proposal }) => Request::Propose(proposal),
                Some(Said::Unavailable { reason }) => return Err(self.not_supported(&reason)),
                Some(Said::Hello { .. }) => {
                    return Err(failed(self.program, &"it says hello again"));
                }
            };
            let answer = match request {
                Request::Find(_) => answer(request),
                Request::Propose(_) => deadline::unless(self.cancelled(), || answer(request)),
            };
            let said = self.say(&answer);
            if matches!(answer, Answer::Accepted { .. }) {
                return Ok(End::Accepted);
            }
            said?;
        }
    }

    /// Looks whether the person has cancelled what is being done for them. That is read once it is done.
    fn cancelled(&self) -> impl Fn() -> Option<&'static str> + 'static {
        /// More than a few short words.
        const AHEAD: usize = 4 << 10;
        // Without a descriptor for it nobody can.
        let unread = self.with.unread().ok();
        move || {
            let mut bytes = [0; AHEAD];
            let ahead = unread.as_ref()?.peek(&mut bytes);
            let mut said = frames::whole::<Said>(ahead);
            said.any(|said| matches!(said, Said::Cancel))
                .then_some("the person cancelled it")
        }
    }

    fn say(&mut self, words: &impl Serialize) -> Result<()> {
        self.with.until(Deadline::after(MANNERS));
        match frames::say(self.with, words) {
            // How it ended is told by whoever listens next.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(Error::new(Kind::TextTooLarge, error.to_string()))
            }
            said => said.map_err(|error| failed(self.program, &error)),
        }
    }

    /// What it says next, if it begins to by then; `None` when it hangs up.
    fn hear(&mut self, begins: Deadline) -> Result<Option<Said>> {
        self.with.until(begins);
        let heard = self.with.wait_for_words().and_then(|()| {
            self.with.until(Deadline::after(MANNERS));
            frames::hear(self.with)
        });
        heard.map_err(|error| match error.kind() {
            io::ErrorKind::TimedOut => failed(self.program, &"it is silent"),
            _ => failed(self.program, &error),
        })
    }

    fn not_supported(&self, why: &str) -> Error {
        let program = self.program.path().display();
        Error::new(
            Kind::NotSupported,
            format!("nobody can be asked: {program} says: {why}"),
        )
    }
}

fn failed(program: &Program, why: &dyn fmt::Display) -> Error {
    let program = program.path().display();
    Error::new(
        Kind::Failure,
        format!("the front end for dialogs, {program}, failed: {why}"),
    )
}
