//! What the transports that hand a message to a program have in common.
#![forbid(unsafe_code)]

use rustix::fs::{Access, access};

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
    Err(Error::new(kind(&ended), format!("{refused}: {ended}")))
}

/// Says whether the program could be run.
pub(super) fn look_at(program: &Program, report: &mut dyn FnMut(&str)) -> Result<()> {
    let path = program.path();
    access(path, Access::EXEC_OK).map_err(|error| {
        Error::new(
            Kind::Failure,
            format!("{} is no program to run", path.display()),
        )
        .because(std::io::Error::from(error))
    })?;
    report(&format!(
        "{} is there and may be run; whether it delivers shows when something is sent",
        path.display()
    ));
    Ok(())
}

/// What an exit code means, by the convention that mail programs share (`sysexits.h`).
fn kind(ended: &Ended) -> Kind {
    const BAD_DATA: i32 = 65;
    const NO_USER: i32 = 67;
    const NO_HOST: i32 = 68;
    const UNAVAILABLE: i32 = 69;
    const TRY_AGAIN_LATER: i32 = 75;
    const BAD_PROTOCOL: i32 = 76;
    const NOT_PERMITTED: i32 = 77;
    match ended.status.code() {
        Some(BAD_DATA | NO_USER | NO_HOST) => Kind::InvalidRecipients,
        Some(UNAVAILABLE | TRY_AGAIN_LATER | BAD_PROTOCOL) => Kind::Network,
        Some(NOT_PERMITTED) => Kind::AccessDenied,
        _ => Kind::Failure,
    }
}
