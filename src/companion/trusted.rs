//! Which programs may stand before a person as ours, or handle passwords.
#![forbid(unsafe_code)]

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Others may write there, but not rename or remove what is not theirs.
const STICKY: u32 = 0o1000;
const WRITABLE_FOR_OTHERS: u32 = 0o022;

/// The program at this absolute path, without links, if nobody but this user and root could have put it
/// there.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn trusted(path: &Path) -> Result<PathBuf, String> {
    if !path.is_absolute() {
        return Err("its path is not an absolute one".to_owned());
    }
    let look = |path: &Path| fs::symlink_metadata(path).map_err(|error| error.to_string());
    let real = fs::canonicalize(path).map_err(|error| error.to_string())?;
    let found = look(&real)?;
    if !found.is_file() || found.mode() & 0o111 == 0 {
        return Err("it is not an executable file".to_owned());
    }
    let others_may_write = found.mode() & WRITABLE_FOR_OTHERS != 0;
    if others_may_write || !is_ours(&found) {
        return Err("it has to be yours or root's, and nobody else's to write to".to_owned());
    }
    for folder in real.ancestors().skip(1) {
        let found = look(folder)?;
        let others_may_write =
            found.mode() & WRITABLE_FOR_OTHERS != 0 && found.mode() & STICKY == 0;
        if others_may_write || !is_ours(&found) {
            return Err(format!(
                "others may replace what is in {}",
                folder.display()
            ));
        }
    }
    Ok(real)
}

fn is_ours(found: &Metadata) -> bool {
    found.uid() == 0 || found.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn refusal(path: &Path) -> String {
        trusted(path).unwrap_err()
    }

    #[test]
    fn only_a_program_that_nobody_else_could_change_will_do() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        let path = inner.join("ui");
        assert!(refusal(&path).contains("No such file"));
        fs::write(&path, "#!/bin/sh\n").unwrap();
        assert!(refusal(&path).contains("not an executable file"));
        set_mode(&path, 0o755);
        let link = folder.path().join("link");
        symlink(&path, &link).unwrap();
        assert_eq!(trusted(&link).unwrap(), fs::canonicalize(&path).unwrap());
        for mode in [0o775, 0o757] {
            set_mode(&path, mode);
            assert!(refusal(&path).contains("nobody else's to write to"));
        }
        set_mode(&path, 0o755);
        set_mode(&inner, 0o777);
        assert!(refusal(&path).contains("others may replace what is in"));
        set_mode(&inner, 0o1777);
        trusted(&path).unwrap();
        assert!(refusal(&inner).contains("not an executable file"));
        assert!(refusal(Path::new("ui")).contains("not an absolute one"));
    }

    #[test]
    fn somebody_elses_program_will_not_do() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ui");
        fs::write(&path, "#!/bin/sh\n").unwrap();
        set_mode(&path, 0o755);
        std::os::unix::fs::chown(&path, Some(12345), None).unwrap();
        assert!(refusal(&path).contains("yours or root's"));
        std::os::unix::fs::chown(&path, Some(0), None).unwrap();
        trusted(&path).unwrap();
        std::os::unix::fs::chown(folder.path(), Some(12345), None).unwrap();
        assert!(refusal(&path).contains("others may replace"));
    }
}
