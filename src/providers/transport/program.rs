//! What the transports that hand a message to a program have in common.
#![forbid(unsafe_code)]

use std::io;
use std::path::Path;

use crate::child::{Ended, Program};
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::{Composed, CopyError, LocalLines};

/// Runs the program with the message on its standard input. Its exit code 0 says that it took it.
pub(super) fn hand_over(program: &Program, message: &Composed, deadline: Deadline) -> Result<()> {
    let ended = program.run(deadline, |input| {
        let mut lines = LocalLines::new(input);
        message
            .copy_to(&mut lines)
            .and_then(|()| lines.finish().map_err(CopyError::Sink))
            .map_err(|error| match error {
                CopyError::Source(error) => error,
                CopyError::Sink(error) => {
                    let name = program.path().display();
                    Error::new(Kind::Failure, format!("cannot write to {name}")).because(error)
                }
            })
    })?;
    if ended.succeeded() {
        return Ok(());
    }
    let refused = format!("{} did not take the message", program.path().display());
    let verdict = verdict(&ended);
    let error = Error::new(
        verdict.unwrap_or(Kind::Failure),
        format!("{refused}: {ended}"),
    );
    Err(match verdict {
        Some(_) => error,
        None => error.unexplained(),
    })
}

/// Says whether the program could be run.
pub(super) fn look_at(program: &Program, report: &mut dyn FnMut(&str)) -> Result<()> {
    let path = program.path();
    may_be_run(path).map_err(|error| {
        Error::new(
            Kind::Failure,
            format!("{} is no program to run", path.display()),
        )
        .because(error)
    })?;
    report(&format!(
        "{} is there and may be run; whether it delivers shows when something is sent",
        path.display()
    ));
    Ok(())
}

#[cfg(unix)]
fn may_be_run(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::access(path, rustix::fs::Access::EXEC_OK)?)
}

#[cfg(windows)]
fn may_be_run(path: &Path) -> io::Result<()> {
    path.metadata().map(drop)
}

/// What an exit code means, by the conventions that mail programs share: `sysexits.h`, and qmail's two.
/// Any other is no word on the message: the program crashed, was killed, or could not even be loaded.
fn verdict(ended: &Ended) -> Option<Kind> {
    const BAD_USAGE: i32 = 64;
    const BAD_DATA: i32 = 65;
    const NO_INPUT: i32 = 66;
    const NO_USER: i32 = 67;
    const NO_HOST: i32 = 68;
    const UNAVAILABLE: i32 = 69;
    const SYSTEM_ERROR: i32 = 71;
    const IO_ERROR: i32 = 74;
    const TRY_AGAIN_LATER: i32 = 75;
    const BAD_PROTOCOL: i32 = 76;
    const NOT_PERMITTED: i32 = 77;
    const QMAIL_NEVER: i32 = 100;
    const QMAIL_LATER: i32 = 111;
    match ended.status.code()? {
        BAD_DATA | NO_USER | NO_HOST => Some(Kind::InvalidRecipients),
        UNAVAILABLE | SYSTEM_ERROR | IO_ERROR | TRY_AGAIN_LATER | BAD_PROTOCOL | QMAIL_LATER => {
            Some(Kind::Network)
        }
        NOT_PERMITTED => Some(Kind::AccessDenied),
        BAD_USAGE | NO_INPUT | QMAIL_NEVER => Some(Kind::Failure),
        _ => None,
    }
}
