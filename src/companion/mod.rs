//! Programs of ours that stand beside the library, in `libexec/simplemapi` of the tree that it is
//! installed in: `simplemapi-ui`, `simplemapi-keyring`. They are found by the library's own file, and by
//! nothing that a host or its environment says.
#![forbid(unsafe_code)]

mod trusted;

use std::path::{Path, PathBuf};

pub(crate) use self::trusted::trusted;
use crate::error::{Error, Kind, Result};
use crate::ffi::sys::module;

/// Where they are in a tree.
const FOLDER: &str = "libexec/simplemapi";
/// How far above the library's folder the tree may begin: the folder may be `lib/x86_64-linux-gnu`.
const LEVELS: usize = 3;
/// Where they are for a library that stands outside of a tree.
const OTHERWISE: [&str; 2] = ["/usr/local", "/usr"];

/// The first program of this name that nobody else could have put there.
///
/// # Errors
/// [`Kind::NotSupported`]: where it was looked for, or what is wrong with the one that is there.
pub(crate) fn find(name: &str) -> Result<PathBuf> {
    let file = module::file();
    // Links lead to the tree that the library really stands in.
    let file = file.map(|file| file.canonicalize().unwrap_or(file));
    find_in(&trees(file.as_deref()), name)
}

fn trees(file: Option<&Path>) -> Vec<&Path> {
    let own = file.into_iter().flat_map(|file| file.ancestors().skip(2));
    let mut trees: Vec<_> = own.take(LEVELS).collect();
    for other in OTHERWISE.map(Path::new) {
        if !trees.contains(&other) {
            trees.push(other);
        }
    }
    trees
}

fn find_in(trees: &[&Path], name: &str) -> Result<PathBuf> {
    let mut refused = None;
    for tree in trees {
        let path = tree.join(FOLDER).join(name);
        if path.symlink_metadata().is_err() {
            continue;
        }
        match trusted(&path) {
            Ok(program) => return Ok(program),
            // Whoever may write to a folder above must not keep the right one from being found.
            Err(why) => {
                refused.get_or_insert_with(|| format!("{} will not do: {why}", path.display()));
            }
        }
    }
    let why = refused.unwrap_or_else(|| {
        let trees = trees.iter().map(|tree| tree.display().to_string());
        let trees = trees.collect::<Vec<_>>().join(", ");
        format!("{name} is not installed: it is not in {FOLDER} of {trees}")
    });
    Err(Error::new(Kind::NotSupported, why))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn put(tree: &Path, mode: u32) -> PathBuf {
        let folder = tree.join(FOLDER);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("simplemapi-test");
        fs::write(&path, "#!/bin/sh\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        path.canonicalize().unwrap()
    }

    #[test]
    fn a_tree_begins_up_to_three_folders_above_that_of_the_library() {
        let paths = |file| {
            trees(Some(Path::new(file)))
                .iter()
                .map(|tree| tree.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths("/usr/lib/x86_64-linux-gnu/libsimplemapi.so.0"),
            ["/usr/lib", "/usr", "/", "/usr/local"]
        );
        assert_eq!(
            paths("/opt/sm/1.0/more/lib/libsimplemapi.so"),
            [
                "/opt/sm/1.0/more",
                "/opt/sm/1.0",
                "/opt/sm",
                "/usr/local",
                "/usr"
            ]
        );
        assert_eq!(paths("/lib/libsimplemapi.so"), ["/", "/usr/local", "/usr"]);
        assert_eq!(trees(None), OTHERWISE.map(Path::new));
    }

    #[test]
    fn the_nearest_program_that_nobody_else_could_change_is_the_one() {
        let folder = tempfile::tempdir().unwrap();
        let near = folder.path().join("near");
        let trees = [near.as_path(), folder.path()];
        let missing = find_in(&trees, "simplemapi-test").unwrap_err();
        assert_eq!(missing.kind(), Kind::NotSupported);
        assert!(
            missing
                .reason()
                .contains("simplemapi-test is not installed")
        );

        let far = put(folder.path(), 0o755);
        assert_eq!(find_in(&trees, "simplemapi-test").unwrap(), far);
        put(&near, 0o777);
        assert_eq!(find_in(&trees, "simplemapi-test").unwrap(), far);
        let nearest = put(&near, 0o755);
        assert_eq!(find_in(&trees, "simplemapi-test").unwrap(), nearest);

        put(&near, 0o777);
        put(folder.path(), 0o644);
        let refused = find_in(&trees, "simplemapi-test").unwrap_err().reason();
        assert!(refused.contains("near/libexec/simplemapi/simplemapi-test will not do"));
        assert!(refused.contains("nobody else's to write to"), "{refused}");
    }
}
