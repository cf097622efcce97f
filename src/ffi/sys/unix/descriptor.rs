//! Closing a file so that the last error is heard.

use std::io;
use std::os::fd::{IntoRawFd, OwnedFd};

/// Closes a descriptor and says whether that went well: a file over the network may fail only now.
///
/// # Errors
/// The system's. The descriptor is closed in any case.
pub(crate) fn close(descriptor: OwnedFd) -> io::Result<()> {
    // SAFETY: the number was ours alone, and nothing uses it afterwards.
    match unsafe { libc::close(descriptor.into_raw_fd()) } {
        0 => Ok(()),
        _ => match io::Error::last_os_error() {
            // On Linux the descriptor is closed even then.
            error if error.kind() == io::ErrorKind::Interrupted => Ok(()),
            error => Err(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_a_file_goes_well() {
        close(std::fs::File::open("/dev/null").unwrap().into()).unwrap();
    }
}
