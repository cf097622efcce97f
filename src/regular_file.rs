//! Opening files that somebody else named, without being held up or led astray by them.
#![forbid(unsafe_code)]

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::descriptor::lift;

/// Opens a regular file for reading; anything else is refused. Never waits for a FIFO's writer,
/// and never takes one of the descriptors that a host may have left closed for its own output.
///
/// # Errors
/// Whatever the file system answers; `InvalidInput` for what is not a regular file.
pub fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let file = lift(options().open(path)?)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() {
            "it is a folder"
        } else {
            "it is not a regular file"
        };
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    Ok((file, metadata))
}

/// Reads the whole of an open file that should have at most `limit` bytes.
///
/// # Errors
/// Whatever the file system answers; `FileTooLarge` beyond the limit.
pub fn read(file: &File, limit: usize, into: &mut Vec<u8>) -> io::Result<()> {
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    // Room for all of it at once, so that growing leaves no copy of a password behind.
    let expected = usize::try_from(file.metadata()?.len().min(bound)).unwrap_or(limit);
    into.try_reserve_exact(expected.saturating_add(64))?;
    file.take(bound).read_to_end(into)?;
    if into.len() > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it has more than {limit} bytes"),
        ));
    }
    Ok(())
}

/// Reads from a position on: any number of readings can be under way at once, and none disturbs
/// another.
///
/// # Errors
/// Whatever the file system answers.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

/// The same; the file's own position, which nobody uses, moves along.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

#[cfg(unix)]
fn options() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

#[cfg(not(unix))]
fn options() -> std::fs::OpenOptions {
    let mut options = File::options();
    options.read(true);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_just_the_limit_is_read_and_one_byte_more_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        let (file, metadata) = open(&path).unwrap();
        assert_eq!(metadata.len(), 5);
        let mut bytes = Vec::new();
        read(&file, 5, &mut bytes).unwrap();
        assert_eq!(bytes, b"12345");
        let (file, _) = open(&path).unwrap();
        let error = read(&file, 4, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "it has more than 4 bytes");
    }

    #[test]
    fn folders_and_devices_are_refused() {
        assert_eq!(
            open(&std::env::temp_dir()).unwrap_err().to_string(),
            "it is a folder"
        );
        #[cfg(unix)]
        assert_eq!(
            open(Path::new("/dev/null")).unwrap_err().to_string(),
            "it is not a regular file"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_without_a_writer_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert_eq!(
            open(&path).unwrap_err().to_string(),
            "it is not a regular file"
        );
    }
}
