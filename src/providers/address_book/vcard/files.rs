//! Which files a book has, and whether they are still those that were read.
#![forbid(unsafe_code)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::stamp::Stamp;

/// Folders in the folder: a collection a folder, as vdirsyncer has them, and one more.
const MOST_DEPTH: usize = 3;
/// More files than any book has.
const MOST_FILES: usize = 1 << 20;

/// A file of a book: where it is below the book's path (empty for the path itself), and its stamp.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) stamp: Stamp,
}

/// The files of a book in the order of their names, and its folders.
pub(super) struct Listing {
    pub(super) files: Vec<Listed>,
    pub(super) folders: Vec<(PathBuf, Stamp)>,
}

impl Listing {
    /// Looks at everything at this path: a file, or the `.vcf` files in a folder and its folders. What
    /// is hidden is passed over.
    ///
    /// # Errors
    /// What looking fails with.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let mut listing = Self {
            files: Vec::new(),
            folders: Vec::new(),
        };
        if !metadata.is_dir() {
            let (name, stamp) = (String::new(), Stamp::of(&metadata));
            listing.files.push(Listed { name, stamp });
            return Ok(listing);
        }
        let mut open = vec![(path.to_owned(), String::new(), 0)];
        while let Some((folder, prefix, depth)) = open.pop() {
            let stamp = Stamp::of(&fs::metadata(&folder)?);
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                if name.starts_with('.') {
                    continue;
                }
                let kind = entry.file_type()?;
                if kind.is_dir() && depth < MOST_DEPTH {
                    open.push((entry.path(), format!("{prefix}{name}/"), depth + 1));
                    continue;
                }
                if !is_card_file(&name) {
                    continue;
                }
                let metadata = if kind.is_symlink() {
                    fs::metadata(entry.path())
                } else {
                    entry.metadata()
                };
                // One that has just gone, or leads nowhere, is not there.
                let Ok(metadata) = metadata else { continue };
                if !metadata.is_file() {
                    continue;
                }
                if listing.files.len() >= MOST_FILES {
                    return Err(io::Error::other(format!(
                        "it has more than {MOST_FILES} files"
                    )));
                }
                listing.files.push(Listed {
                    name: format!("{prefix}{name}"),
                    stamp: Stamp::of(&metadata),
                });
            }
            listing.folders.push((folder, stamp));
        }
        listing.files.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(listing)
    }

    /// Whether nothing has come to its folders or gone from them since it was made.
    pub(super) fn folders_are_same(&self) -> bool {
        self.folders.iter().all(|(path, stamp)| {
            fs::metadata(path).is_ok_and(|metadata| stamp.same(&Stamp::of(&metadata)))
        })
    }
}

fn is_card_file(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        ending.eq_ignore_ascii_case("vcf") || ending.eq_ignore_ascii_case("vcard")
    })
}
