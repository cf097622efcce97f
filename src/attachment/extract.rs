//! Files of a received message, written where the caller finds and deletes them.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::name::numbered;
use crate::config::Environment;
use crate::descriptor;
use crate::error::{Error, Kind, Result};

/// A folder of this call's own, which only its user may enter. It is gone with all its files unless
/// it is kept.
#[derive(Debug)]
pub struct Extraction {
    folder: TempDir,
    /// The number that the next file of a name gets: whoever sends thousands of one name does not have
    /// us try all numbers for each.
    numbers: HashMap<String, u32>,
}

impl Extraction {
    /// Makes the folder.
    ///
    /// # Errors
    /// [`Kind::AttachmentUnwritable`] or [`Kind::DiskFull`].
    pub fn begin() -> Result<Self> {
        let place = &Environment::get().temporary;
        let folder = tempfile::Builder::new()
            .prefix("simplemapi-")
            .tempdir_in(place);
        let folder = folder.and_then(|folder| {
            // Whatever the host's umask is.
            make_private(folder.path(), 0o700)?;
            Ok(folder)
        });
        let folder = folder.map_err(|error| {
            unwritable(
                error,
                &format!("cannot make a folder in {}", place.display()),
            )
        })?;
        Ok(Self {
            folder,
            numbers: HashMap::new(),
        })
    }

    /// Writes one file. Where there is one of that name already, a number goes behind its stem.
    ///
    /// # Errors
    /// As [`Extraction::begin`].
    pub fn write(
        &mut self,
        name: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<PathBuf> {
        let (path, file) = self
            .create(name)
            .map_err(|error| unwritable(error, &format!("cannot write \"{name}\"")))?;
        let mut out = BufWriter::with_capacity(64 << 10, file);
        content(&mut out)
            .and_then(|()| out.flush())
            .map_err(|error| unwritable(error, &format!("cannot write {}", path.display())))?;
        Ok(path)
    }

    fn create(&mut self, name: &str) -> io::Result<(PathBuf, File)> {
        if Path::new(name).file_name() != Some(OsStr::new(name)) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidFilename,
                "not the name of a file",
            ));
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let next = self.numbers.entry(name.to_owned()).or_default();
        loop {
            let path = self.folder.path().join(numbered(name, *next));
            *next = next.checked_add(1).ok_or(io::ErrorKind::AlreadyExists)?;
            match descriptor::open_above(|| options.open(&path)) {
                // Another file's own name.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                opened => {
                    let file = opened?;
                    make_private(&path, 0o600)?;
                    return Ok((path, file));
                }
            }
        }
    }

    /// Leaves the files to the caller.
    pub fn keep(self) -> KeptFolder {
        KeptFolder(self.folder.keep())
    }
}

/// A folder whose files are the caller's to delete. When this is dropped after they are, it goes too.
#[derive(Debug)]
pub struct KeptFolder(PathBuf);

impl Drop for KeptFolder {
    fn drop(&mut self) {
        // Only an empty folder can be removed.
        let _ = fs::remove_dir(&self.0);
    }
}

#[cfg(unix)]
fn make_private(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// On Windows the folder of temporary files is its user's alone.
#[cfg(not(unix))]
fn make_private(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// The failure of a file that is to be written.
pub(crate) fn unwritable(error: io::Error, what: &str) -> Error {
    let kind = match Kind::of_system_error(&error) {
        // The reference has a code of its own for files that cannot be written.
        Kind::AccessDenied | Kind::Failure => Kind::AttachmentUnwritable,
        kind => kind,
    };
    Error::new(kind, what).because(error)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn text(extraction: &mut Extraction, name: &str, text: &str) -> PathBuf {
        extraction
            .write(name, |out| out.write_all(text.as_bytes()))
            .unwrap()
    }

    #[test]
    fn files_of_one_name_stand_side_by_side_and_are_private() {
        let mut extraction = Extraction::begin().unwrap();
        let first = text(&mut extraction, "a.txt", "one");
        let second = text(&mut extraction, "a.txt", "two");
        assert_eq!(second.file_name().unwrap(), "a1.txt");
        assert_eq!(fs::read_to_string(&first).unwrap(), "one");
        assert_eq!(fs::read_to_string(&second).unwrap(), "two");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(&first), mode(first.parent().unwrap())),
            (0o600, 0o700)
        );
    }

    #[test]
    fn a_number_that_another_name_has_is_passed_over() {
        let mut extraction = Extraction::begin().unwrap();
        let names = ["a", "a1", "a", "a1", "a"].map(|name| {
            let path = text(&mut extraction, name, name);
            path.file_name().unwrap().to_str().unwrap().to_owned()
        });
        assert_eq!(names, ["a", "a1", "a2", "a11", "a3"]);
    }

    #[test]
    fn what_is_not_kept_is_gone_and_what_is_kept_stays() {
        let mut dropped = Extraction::begin().unwrap();
        let path = text(&mut dropped, "a.txt", "x");
        drop(dropped);
        assert!(!path.parent().unwrap().exists());

        let mut kept = Extraction::begin().unwrap();
        let path = text(&mut kept, "a.txt", "x");
        drop(kept.keep());
        assert!(path.exists());
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
    }

    #[test]
    fn a_folder_goes_once_the_caller_has_deleted_its_files() {
        let mut extraction = Extraction::begin().unwrap();
        let path = text(&mut extraction, "a.txt", "x");
        let kept = extraction.keep();
        fs::remove_file(&path).unwrap();
        drop(kept);
        assert!(!path.parent().unwrap().exists());
    }

    #[test]
    fn a_name_with_a_way_out_of_the_folder_is_refused() {
        let mut extraction = Extraction::begin().unwrap();
        for name in ["../a", "/etc/cron.d/a", "..", "", "a/b", "a/"] {
            assert!(extraction.write(name, |_| Ok(())).is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_file_that_fails_half_way_leaves_nothing_behind() {
        let mut extraction = Extraction::begin().unwrap();
        let folder = extraction.folder.path().to_owned();
        let refused = extraction.write("a.txt", |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(refused.unwrap_err().kind(), Kind::DiskFull);
        drop(extraction);
        assert!(!folder.exists());
    }
}
