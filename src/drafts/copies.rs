//! Copies of a draft's files, which outlive the program that had them.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use super::contents::FileEntry;
use super::folder::Folder;
use crate::attachment::{self, local_path, unwritable};
use crate::config::Limits;
use crate::directory::{Access, Directory, Status};
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::wait::let_signals_through;
use crate::model::{Attachment, OpenAttachment};
use crate::regular_file;

const FILES: &str = "files";
const PIECE: usize = 256 << 10;

impl Folder {
    /// Copies files in that it does not have yet, and brings all that it has to the disk. A copy that
    /// fails leaves nothing of that file behind.
    ///
    /// # Errors
    /// [`Kind::AttachmentUnreadable`], [`Kind::AttachmentUnwritable`], [`Kind::DiskFull`].
    pub(crate) fn copy_in<'f>(
        &self,
        files: impl IntoIterator<Item = (&'f FileEntry, &'f OpenAttachment)>,
    ) -> Result<()> {
        let mut files = files.into_iter().peekable();
        let failed = |error| unwritable(error, &self.cannot_write());
        if files.peek().is_some() {
            let room = self.directory().open_or_make(FILES).map_err(failed)?;
            for (entry, file) in files {
                let place = room
                    .open_or_make(&entry.number.to_string())
                    .map_err(failed)?;
                if open_copy(&place, entry).is_ok() {
                    continue;
                }
                self.copy(&place, entry, file)?;
                place.sync().map_err(failed)?;
            }
        }
        self.sync().map_err(failed)
    }

    fn copy(&self, place: &Directory, entry: &FileEntry, file: &OpenAttachment) -> Result<()> {
        let name = OsStr::new(&entry.name);
        let mut to = place
            .create(name)
            .map_err(|error| unwritable(error, &self.cannot_write()))?;
        let copied = self.pour(file, &mut to);
        if copied.is_err() {
            let _ = place.remove(name);
        }
        copied
    }

    /// Read by position: another copy of this file may be under way.
    fn pour(&self, file: &OpenAttachment, to: &mut File) -> Result<()> {
        let unreadable = |error: io::Error| {
            let reason = format!("cannot read the attachment {}", file.path.display());
            Error::new(Kind::AttachmentUnreadable, reason).because(error)
        };
        let mut buffer = vec![0; PIECE];
        let mut at = 0;
        while at < file.size {
            // A long file takes its time, and a Ctrl-C need not wait for its end.
            let_signals_through();
            let left = usize::try_from(file.size - at).map_or(PIECE, |left| left.min(PIECE));
            let (piece, _) = buffer.split_at_mut(left);
            let read = regular_file::read_at(&file.file, piece, at).map_err(unreadable)?;
            let piece = piece.get(..read).unwrap_or_default();
            if piece.is_empty() {
                return Err(unreadable(io::Error::other(
                    "it changed while it was copied",
                )));
            }
            to.write_all(piece)
                .map_err(|error| unwritable(error, &self.cannot_write()))?;
            at += piece.len() as u64;
        }
        to.sync_all()
            .map_err(|error| unwritable(error, &self.cannot_write()))
    }

    fn cannot_write(&self) -> String {
        format!("cannot copy a file to {}", self.path().display())
    }

    /// Opens a file of the draft: its copy, or else what is where it was.
    ///
    /// # Errors
    /// Those of [`attachment::open`].
    pub(crate) fn open_file(&self, entry: &FileEntry, limits: &Limits) -> Result<OpenAttachment> {
        let place = self
            .directory()
            .open_inside(FILES)
            .and_then(|files| files.open_inside(&entry.number.to_string()));
        let copy = place.and_then(|place| open_copy(&place, entry));
        if let Ok((file, size)) = copy {
            return Ok(OpenAttachment {
                file,
                size,
                name: entry.name.clone(),
                path: self.path_of(entry),
            });
        }
        let attachment = Attachment {
            path: local_path(&entry.uri)?,
            name: entry.name.clone(),
        };
        attachment::open(&attachment, limits)
    }

    /// Where the copy of a file is.
    pub(crate) fn path_of(&self, entry: &FileEntry) -> PathBuf {
        let place = self.path().join(FILES).join(entry.number.to_string());
        place.join(&entry.name)
    }
}

/// A whole copy, and its size.
fn open_copy(place: &Directory, entry: &FileEntry) -> io::Result<(File, u64)> {
    // What is read back may name anything.
    let is_plain = attachment::display_name(&entry.name, "".as_ref()) == entry.name;
    let file = is_plain
        .then(|| place.open_file(OsStr::new(&entry.name), Access::Read))
        .ok_or(io::ErrorKind::InvalidFilename)??;
    let status = Status::of(&file)?;
    let is_whole = entry.size == Some(status.size);
    if !status.is_file || !status.is_ours || !is_whole {
        return Err(io::ErrorKind::InvalidData.into());
    }
    Ok((file, status.size))
}
