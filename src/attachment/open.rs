//! Opening a file that somebody else named: never for longer than a moment, whatever is there.
#![forbid(unsafe_code)]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::name;
use crate::config::Limits;
use crate::error::{Error, Kind, Result};
use crate::model::{Attachment, OpenAttachment};
use crate::regular_file;

/// Opens and measures a file to attach. Only a regular file will do: a pipe could keep the host
/// waiting for ever, and opening a device can set it in motion.
///
/// A relative path means what it means at this moment. How many files a message may have is not
/// asked here but where they are counted.
///
/// # Errors
/// [`Kind::AttachmentNotFound`], [`Kind::AttachmentUnreadable`], [`Kind::AttachmentTooLarge`], and
/// [`Kind::OutOfMemory`] when no more files can be open.
pub fn open(attachment: &Attachment, limits: &Limits) -> Result<OpenAttachment> {
    let given = &attachment.path;
    let fail = |error: Refusal| error.about(given);
    let (file, path) = match open_regular(given) {
        // Programs that grew up on Windows write its separators; a file that is really called so
        // comes first.
        Err(Refusal::System(error)) if is_missing(&error) => {
            let other = with_slashes(given)
                .ok_or(Refusal::System(error))
                .map_err(fail)?;
            (open_regular(&other).map_err(fail)?, other)
        }
        opened => (opened.map_err(fail)?, given.clone()),
    };
    let size = measure(&file).map_err(fail)?;
    if size > limits.attachment_bytes {
        return Err(Error::new(
            Kind::AttachmentTooLarge,
            format!(
                "the attachment {} has {size} bytes and the profile allows {}: raise limits.attachment-bytes or send less",
                given.display(),
                limits.attachment_bytes
            ),
        ));
    }
    Ok(OpenAttachment {
        file,
        size,
        name: name::display_name(&attachment.name, &path),
        path,
    })
}

/// Why a file will not do.
enum Refusal {
    System(io::Error),
    NotAFile(&'static str),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl Refusal {
    fn about(self, path: &Path) -> Error {
        match self {
            Self::System(error) => {
                let tried = format!("cannot open the attachment {}", path.display());
                Error::new(kind(&error), tried).because(error)
            }
            Self::NotAFile(what) => Error::new(
                Kind::AttachmentUnreadable,
                format!("cannot attach {}: it is {what}", path.display()),
            ),
        }
    }
}

/// Opens a path if a regular file is there.
fn open_regular(path: &Path) -> std::result::Result<File, Refusal> {
    // Asked twice: first so that nothing else is even opened, then because what is open may be
    // something else by now.
    regular(&fs::metadata(path)?)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        libc::O_NONBLOCK | libc::O_NOCTTY,
    );
    let file = options.open(path)?;
    regular(&file.metadata()?)?;
    Ok(crate::descriptor::lift(file)?)
}

fn regular(found: &fs::Metadata) -> std::result::Result<(), Refusal> {
    if found.is_file() {
        Ok(())
    } else if found.is_dir() {
        Err(Refusal::NotAFile(
            "a folder; attach its files, or an archive of it",
        ))
    } else {
        Err(Refusal::NotAFile("a device, a pipe or a socket"))
    }
}

/// How many bytes the file has, if that can be told before reading it.
fn measure(file: &File) -> std::result::Result<u64, Refusal> {
    let size = file.metadata()?.len();
    // The files of /proc call themselves empty and are not: their end cannot be known.
    if size == 0 && regular_file::read_at(file, &mut [0], 0)? > 0 {
        return Err(Refusal::NotAFile(
            "made by the system as it is read; attach a copy of it",
        ));
    }
    Ok(size)
}

fn kind(error: &io::Error) -> Kind {
    if is_missing(error) {
        Kind::AttachmentNotFound
    } else if error.kind() == io::ErrorKind::OutOfMemory || has_no_descriptors(error) {
        Kind::OutOfMemory
    } else {
        Kind::AttachmentUnreadable
    }
}

/// Whether nothing is there, or nothing can be there because the path could not be a path.
fn is_missing(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
    matches!(
        error.kind(),
        NotFound | NotADirectory | InvalidFilename | InvalidInput
    )
}

#[cfg(unix)]
fn has_no_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

#[cfg(windows)]
fn has_no_descriptors(_error: &io::Error) -> bool {
    false
}

/// The path with its backslashes read as slashes; none where it has none to be read so.
#[cfg(unix)]
fn with_slashes(path: &Path) -> Option<PathBuf> {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let bytes = path.as_os_str().as_bytes();
    let swapped = bytes.iter().map(|byte| match byte {
        b'\\' => b'/',
        other => *other,
    });
    bytes
        .contains(&b'\\')
        .then(|| std::ffi::OsString::from_vec(swapped.collect()).into())
}

#[cfg(windows)]
fn with_slashes(_path: &Path) -> Option<PathBuf> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn each_failure_of_the_system_has_its_kind() {
        for (number, expected) in [
            (libc::ENOENT, Kind::AttachmentNotFound),
            (libc::ENOTDIR, Kind::AttachmentNotFound),
            (libc::ENAMETOOLONG, Kind::AttachmentNotFound),
            (libc::EACCES, Kind::AttachmentUnreadable),
            (libc::ELOOP, Kind::AttachmentUnreadable),
            (libc::EIO, Kind::AttachmentUnreadable),
            (libc::EMFILE, Kind::OutOfMemory),
            (libc::ENFILE, Kind::OutOfMemory),
            (libc::ENOMEM, Kind::OutOfMemory),
        ] {
            let error = io::Error::from_raw_os_error(number);
            assert_eq!(kind(&error), expected, "{error}");
        }
    }
}
