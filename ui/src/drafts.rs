//! Messages that outlive the program that began them: each in a process of its own, which is the
//! library and its front end at once.
#![forbid(unsafe_code)]

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use async_channel::Sender;
use simplemapi::calls;
use simplemapi::deadline;
use simplemapi::dialogs::{Answer, Dialog, Dialogs, Proposal, Request, Said};
use simplemapi::error::{Error, Kind, Result};

use crate::catalogue::text;
use crate::library::{Library, Verdict, Wanted};
use crate::on_the_side;

/// The option by which this program is started for a draft.
pub(crate) const OPTION: &str = "--draft";
/// What it says once there is a window; anything else is why there is none.
pub(crate) const SHOWN: &str = "shown";

/// Has the draft of a folder shown, by the library in this very process.
///
/// # Errors
/// There is no thread for it.
pub(crate) fn resume(folder: PathBuf, wanted: Sender<Wanted>) -> io::Result<()> {
    thread::Builder::new().spawn(move || {
        if let Err(error) = calls::resume(&folder, &Windows { wanted })
            && error.kind() != Kind::UserAborted
        {
            // Once a window has told of it, nobody listens any more.
            say(&error.reason());
        }
    })?;
    Ok(())
}

/// Says something to whoever started this process for a draft.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// The windows of this process, as the library asks somebody in them.
struct Windows {
    wanted: Sender<Wanted>,
}

impl Dialogs for Windows {
    fn available(&self) -> Result<()> {
        Ok(())
    }

    fn show(&self, dialog: &Dialog, answer: &mut dyn FnMut(Request) -> Answer) -> Result<()> {
        let gone = || Error::new(Kind::Failure, "the window is gone");
        let (library, asked) = Library::new();
        let cancelled = library.cancelled();
        let wanted = Wanted {
            parent: 0,
            dialog: dialog.clone(),
            library,
        };
        self.wanted.send_blocking(wanted).map_err(|_| gone())?;
        while let Ok(question) = asked.recv_blocking() {
            let request = match question.said {
                Said::Find { text } => Request::Find(text),
                Said::Propose { proposal } => Request::Propose(proposal),
                Said::Unavailable { reason } => return Err(Error::new(Kind::NotSupported, reason)),
                Said::Cancel | Said::Hello { .. } => {
                    return Err(Error::new(Kind::UserAborted, "a person cancelled it"));
                }
            };
            let cancelled = Arc::clone(&cancelled);
            let given_up = move || {
                let is_so = cancelled.load(Ordering::Acquire);
                is_so.then_some("the person cancelled it")
            };
            let answer = deadline::unless(given_up, || answer(request));
            let is_over = matches!(answer, Answer::Accepted { .. });
            if let Some(asker) = question.answer {
                let _ = asker.send_blocking(answer);
            }
            if is_over {
                return Ok(());
            }
        }
        Err(gone())
    }
}

/// Has a process of its own show a draft, and says so to the library.
pub(crate) async fn open(folder: &Path, library: &Library) {
    let folder = folder.to_owned();
    let shown = on_the_side::run(move || start(&folder)).await;
    let refused = match shown {
        Some(Ok(())) => match library.propose(Proposal::OpenDraft).await {
            Verdict::Refused(reason) => reason,
            Verdict::Accepted | Verdict::Gone => return,
        },
        Some(Err(error)) => error.to_string(),
        None => text("no-window"),
    };
    library.give_up(refused);
}

/// Starts this program again, and waits until it shows the draft.
pub(crate) fn start(folder: &Path) -> io::Result<()> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg(OPTION)
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        // It outlives whoever listens to ours.
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    if let Some(said) = child.stdout.take() {
        BufReader::new(said).read_line(&mut line)?;
    }
    match line.trim_end() {
        SHOWN => Ok(()),
        "" => Err(io::Error::other(text("no-window"))),
        reason => Err(io::Error::other(reason.to_owned())),
    }
}

/// Leaves the session of whoever started this process, and so whatever ends with that.
pub(crate) fn stand_alone() {
    // It fails for one that has a session of its own already.
    let _ = rustix::process::setsid();
}
