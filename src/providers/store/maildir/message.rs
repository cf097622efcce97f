//! One message's file: opened so that it cannot lead anywhere else, and read in bounds.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, Read, Seek};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::listing::Found;
use crate::directory::{Access, Status};
use crate::maildir::{Folder, Moment};
use crate::mime;
use crate::providers::store::Part;

/// Why nothing came of a message.
#[derive(Debug)]
pub(super) enum Missed {
    /// There is nothing by this name any more: it was deleted, or another program has changed its flags.
    Gone,
    /// What is there is no message that can be read.
    Unfit(String),
    /// The system failed.
    Failed(io::Error),
}

impl From<io::Error> for Missed {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Gone,
            _ => Self::Failed(error),
        }
    }
}

/// Opens a message without waiting for anybody and without following a link.
pub(super) fn open(folder: &Folder, found: &Found) -> Result<(File, Status), Missed> {
    use io::ErrorKind::{InvalidInput, PermissionDenied};
    let folder = folder.room(found.room);
    let file = match folder.open_file(found.name.as_os_str(), Access::Read) {
        Err(error) if matches!(error.kind(), PermissionDenied | InvalidInput) => {
            return Err(Missed::Unfit(error.to_string()));
        }
        opened => opened?,
    };
    let status = Status::of(&file)?;
    regular(&status)?;
    Ok((file, status))
}

/// What the system knows of a message that need not be opened.
pub(super) fn status(folder: &Folder, found: &Found) -> Result<Status, Missed> {
    let status = folder.room(found.room).status(found.name.as_os_str())?;
    regular(&status)?;
    Ok(status)
}

fn regular(status: &Status) -> Result<(), Missed> {
    match status.is_file {
        true => Ok(()),
        false => Err(Missed::Unfit("it is not a regular file".to_owned())),
    }
}

/// When it was received, as far as its name does not say it.
pub(super) fn moment(status: &Status) -> Moment {
    let modified = status
        .modified
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Moment {
        seconds: modified.as_secs(),
        micros: modified.subsec_micros(),
        count: 0,
    }
}

/// A moment as time.
pub(super) fn time(moment: Moment) -> SystemTime {
    let since = Duration::from_secs(moment.seconds) + Duration::from_micros(moment.micros.into());
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

/// Reads as much as is asked for.
pub(super) fn read(file: &mut File, status: &Status, part: Part) -> Result<Vec<u8>, Missed> {
    /// One that has more may be a file for its size alone.
    const MOST_OF_TEXT: u64 = 1 << 20;
    let size = status.size;
    match part {
        Part::Head => Ok(read_head(file)?),
        Part::Outline if size <= MOST_OF_TEXT => {
            let head = read_head(file)?;
            if mime::header_tells_files(&head) {
                return Ok(head);
            }
            file.rewind()?;
            read_whole(file, size)
        }
        Part::Outline | Part::Text | Part::Whole => read_whole(file, size),
    }
}

fn read_whole(file: &mut File, size: u64) -> Result<Vec<u8>, Missed> {
    const MOST: u64 = Part::MOST_OF_WHOLE;
    let too_large = |size| {
        Missed::Unfit(format!(
            "it has {size} bytes, and no more than {MOST} are read"
        ))
    };
    if size > MOST {
        return Err(too_large(size));
    }
    let mut bytes = Vec::new();
    let expected = usize::try_from(size).unwrap_or(usize::MAX);
    bytes
        .try_reserve_exact(expected.saturating_add(1))
        .map_err(|_| Missed::Failed(io::ErrorKind::OutOfMemory.into()))?;
    file.take(MOST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        read if read > MOST => Err(too_large(read)),
        _ => Ok(bytes),
    }
}

/// Reads up to the empty line, in pieces that double: most heads are in the first one.
pub(super) fn read_head(file: &mut File) -> io::Result<Vec<u8>> {
    const FIRST: usize = 4096;
    const MOST: usize = Part::MOST_OF_HEAD as usize;
    let mut bytes = Vec::new();
    let mut end = 0;
    loop {
        let wanted = (end * 2).clamp(FIRST, MOST);
        bytes
            .try_reserve(wanted - end)
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        bytes.resize(wanted, 0);
        let room = bytes.get_mut(end..).unwrap_or_default();
        let read = match file.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        // The line end of the last line may be in the piece before.
        let from = end.saturating_sub(3);
        end += read;
        bytes.truncate(end);
        if let Some(body) = end_of_head(&bytes, from) {
            bytes.truncate(body);
            return Ok(bytes);
        }
        if read == 0 || end == MOST {
            return Ok(bytes);
        }
    }
}

/// Where the body begins: after the first empty line that ends at this position or later.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    match bytes {
        [b'\n', ..] => return Some(1),
        [b'\r', b'\n', ..] => return Some(2),
        _ => {}
    }
    memchr::memchr_iter(b'\n', bytes.get(from..)?).find_map(|at| {
        let next = from + at + 1;
        match bytes.get(next..)? {
            [b'\n', ..] => Some(next + 1),
            [b'\r', b'\n', ..] => Some(next + 2),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn head(text: &[u8]) -> Vec<u8> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(text).unwrap();
        file.rewind().unwrap();
        read_head(&mut file).unwrap()
    }

    #[test]
    fn a_head_ends_with_its_empty_line_wherever_the_pieces_are_cut() {
        for length in (0..20).chain(4080..4110).chain(8180..8200) {
            for line_end in ["\n", "\r\n"] {
                let expected = format!("A: {}{line_end}{line_end}", "x".repeat(length));
                let message = format!("{expected}body{line_end}{line_end}more");
                assert_eq!(head(message.as_bytes()), expected.as_bytes(), "{length}");
            }
        }
    }

    #[test]
    fn a_message_may_have_no_head_or_no_body() {
        assert_eq!(head(b"\nbody"), b"\n");
        assert_eq!(head(b"\r\nbody"), b"\r\n");
        assert_eq!(head(b""), b"");
        assert_eq!(head(b"A: b\n"), b"A: b\n");
        assert_eq!(head(b"A: b"), b"A: b");
    }

    #[test]
    fn an_endless_head_is_cut() {
        let most = usize::try_from(Part::MOST_OF_HEAD).unwrap();
        assert_eq!(head(&vec![b'x'; most + 5000]).len(), most);
        assert_eq!(head(&b"A: b\n".repeat(most / 4)).len(), most);
    }
}
