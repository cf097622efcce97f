//! The index on disk: so that a book of a hundred thousand cards is there at once.
//!
//! It is only ever a shortcut. Whatever is wrong with it, it is passed over, and written anew.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ring::digest::{SHA256, digest};

use super::files::{Listed, Stamp};
use super::index::{Index, Place, ReadFile};
use crate::descriptor;
use crate::regular_file;

/// Changes with everything that changes what is written, or what is made of a card.
const FORM: &[u8] = b"simplemapi address book, form 1\n";
/// SHA-256.
const CHECK: usize = 32;
/// Smaller books are read as quickly as their index.
const WORTH_KEEPING: usize = 500;
/// More than an index of the largest book.
const MOST_BYTES: usize = 2 << 30;

/// The index that is kept at a place of the book at this path; `None` for none that can be used.
pub(super) fn load(place: &Path, book: &Path) -> Option<Index> {
    let (file, metadata) = regular_file::open(place).ok()?;
    if !is_own(&metadata) {
        return None;
    }
    let mut bytes = Vec::new();
    regular_file::read(&file, MOST_BYTES, &mut bytes).ok()?;
    read(&bytes, book)
}

/// Keeps the index of a book, if that is worth it.
///
/// # Errors
/// What writing it fails with; there is none then, or the one before.
pub(super) fn save(place: &Path, book: &Path, index: &Index) -> io::Result<()> {
    if index.len() < WORTH_KEEPING {
        return Ok(());
    }
    let folder = place.parent().unwrap_or(Path::new("/"));
    private_folder(folder)?;
    let mut file = descriptor::open_above(|| tempfile::NamedTempFile::new_in(folder))?;
    make_private(file.path())?;
    file.write_all(&written(index, book))?;
    file.persist(place).map_err(|error| error.error)?;
    Ok(())
}

/// Where the index of a book is kept, in the user's folder for such files.
pub(super) fn place(cache: &Path, book: &Path) -> PathBuf {
    let hash = digest(&SHA256, book.as_os_str().as_encoded_bytes());
    let name: String = hash
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    cache
        .join("simplemapi")
        .join(format!("address-book-{name}"))
}

#[cfg(unix)]
fn is_own(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Whatever the host's umask is.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn is_own(_: &fs::Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The bytes of an index: form, book, files, text, tables, and a check over all of it.
pub(super) fn written(index: &Index, book: &Path) -> Vec<u8> {
    let mut out = FORM.to_vec();
    put_bytes(&mut out, book.as_os_str().as_encoded_bytes());
    put(&mut out, index.files.len() as u64);
    for file in &index.files {
        let Listed { name, stamp } = &file.listed;
        put_bytes(&mut out, name.as_bytes());
        for number in [stamp.changed, stamp.size, stamp.file] {
            put(&mut out, number);
        }
        put(&mut out, u64::from(file.cards));
        put(&mut out, u64::from(file.broken));
    }
    put_bytes(&mut out, index.text.as_bytes());
    put_numbers(&mut out, index.starts.iter().copied());
    for table in [&index.words, &index.names, &index.keys] {
        let numbers = table
            .iter()
            .flat_map(|place| [place.start, place.length, place.card]);
        put_numbers(&mut out, numbers);
    }
    let check = digest(&SHA256, &out);
    out.extend(check.as_ref());
    out
}

fn put(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend(bytes);
}

fn put_numbers(out: &mut Vec<u8>, numbers: impl Iterator<Item = u32>) {
    let at = out.len();
    put(out, 0);
    let mut bytes = 0u64;
    for number in numbers {
        out.extend(number.to_le_bytes());
        bytes += 4;
    }
    if let Some(length) = out.get_mut(at..at + 8) {
        length.copy_from_slice(&bytes.to_le_bytes());
    }
}

pub(super) fn read(bytes: &[u8], book: &Path) -> Option<Index> {
    let (content, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    if digest(&SHA256, content).as_ref() != check {
        return None;
    }
    let mut rest = content.strip_prefix(FORM)?;
    let rest = &mut rest;
    if take_bytes(rest)? != book.as_os_str().as_encoded_bytes() {
        return None;
    }
    let mut files = Vec::new();
    for _ in 0..take(rest)? {
        files.push(ReadFile {
            listed: Listed {
                name: std::str::from_utf8(take_bytes(rest)?).ok()?.to_owned(),
                stamp: Stamp {
                    changed: take(rest)?,
                    size: take(rest)?,
                    file: take(rest)?,
                },
            },
            cards: u32::try_from(take(rest)?).ok()?,
            broken: u32::try_from(take(rest)?).ok()?,
        });
    }
    let text = std::str::from_utf8(take_bytes(rest)?).ok()?.to_owned();
    let starts = take_numbers(rest)?.collect();
    let mut table = || {
        let numbers: Vec<u32> = take_numbers(rest)?.collect();
        let (places, []) = numbers.as_chunks::<3>() else {
            return None;
        };
        let places = places.iter().map(|[start, length, card]| Place {
            start: *start,
            length: *length,
            card: *card,
        });
        Some(places.collect())
    };
    Some(Index {
        text,
        starts,
        files,
        words: table()?,
        names: table()?,
        keys: table()?,
    })
}

fn take(rest: &mut &[u8]) -> Option<u64> {
    let (number, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(u64::from_le_bytes(*number))
}

fn take_bytes<'b>(rest: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(take(rest)?).ok()?;
    let (bytes, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
}

fn take_numbers<'b>(rest: &mut &'b [u8]) -> Option<impl Iterator<Item = u32> + use<'b>> {
    let (numbers, odd) = take_bytes(rest)?.as_chunks();
    odd.is_empty()
        .then(|| numbers.iter().map(|number| u32::from_le_bytes(*number)))
}
