//! Descriptors that cannot be mistaken for the host's standard streams.
//!
//! A host that closed its standard streams gets their numbers for the next file it opens. Were that
//! file ours, the next line the host prints would land in the middle of somebody's mail.
#![forbid(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use rustix::fs::{Mode, OFlags};
use rustix::stdio::{stderr, stdin, stdout};

/// The first number that is not a standard stream.
const FIRST_OF_OURS: RawFd = 3;

/// Moves a descriptor that has just been opened above 0, 1 and 2, and closes it on exec.
///
/// For files that are written to and for pipes, [`open_above`] is better: here the descriptor has a
/// stream's number for a moment.
///
/// # Errors
/// The system's own, when the table of descriptors is full.
pub fn lift<D>(descriptor: D) -> io::Result<D>
where
    D: Into<OwnedFd> + From<OwnedFd>,
{
    let descriptor: OwnedFd = descriptor.into();
    if descriptor.as_raw_fd() >= FIRST_OF_OURS {
        return Ok(descriptor.into());
    }
    Ok(rustix::io::fcntl_dupfd_cloexec(&descriptor, FIRST_OF_OURS)?.into())
}

/// Opens something while the numbers of the standard streams are taken, so that it gets another.
///
/// What takes them meanwhile is good for nothing: a host that prints to a closed stream gets the
/// same error as before.
///
/// # Errors
/// What `open` fails with, and the system's own, when the table of descriptors is full.
pub fn open_above<T>(open: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    if streams_are_open() {
        return open();
    }
    let mut plugs = Vec::new();
    loop {
        let plug = rustix::fs::open("/", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
        if plug.as_raw_fd() >= FIRST_OF_OURS {
            return open();
        }
        plugs.push(plug);
    }
}

/// Whether the host has all of its standard streams, as nearly every host has.
fn streams_are_open() -> bool {
    [stdin(), stdout(), stderr()]
        .iter()
        .all(|stream| rustix::io::fcntl_getfd(stream).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn a_descriptor_above_the_standard_streams_stays_as_it_is() {
        let file = open_above(|| File::open("/dev/null")).unwrap();
        let number = file.as_raw_fd();
        assert!(number >= FIRST_OF_OURS);
        assert_eq!(lift(file).unwrap().as_raw_fd(), number);
    }
}
