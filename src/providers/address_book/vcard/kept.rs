//! The index on disk: so that a book of a hundred thousand cards is there at once.
//!
//! It is only ever a shortcut. Whatever is wrong with it, it is passed over, and written anew.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256, digest};

use super::files::Listed;
use super::index::{Index, Place, ReadFile};
use crate::descriptor;
use crate::regular_file;
use crate::stamp::Stamp;

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
    {
        let mut out = BufWriter::with_capacity(64 << 10, &mut file);
        write(index, book, &mut out)?;
        out.flush()?;
    }
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

/// Writes an index: form, book, files, text, tables, and a check over all of it.
///
/// # Errors
/// What the writer fails with.
pub(super) fn write(index: &Index, book: &Path, to: &mut impl Write) -> io::Result<()> {
    let mut out = Checked {
        to,
        check: Context::new(&SHA256),
    };
    out.write_all(FORM)?;
    put_bytes(&mut out, book.as_os_str().as_encoded_bytes())?;
    put(&mut out, index.files.len() as u64)?;
    for file in &index.files {
        let Listed { name, stamp } = &file.listed;
        put_bytes(&mut out, name.as_bytes())?;
        for number in [stamp.changed, stamp.size, stamp.file] {
            put(&mut out, number)?;
        }
        put(&mut out, u64::from(file.cards))?;
        put(&mut out, u64::from(file.broken))?;
    }
    put_bytes(&mut out, index.text.as_bytes())?;
    put_numbers(&mut out, index.starts.iter().map(|start| [*start]))?;
    for table in [&index.words, &index.names, &index.keys] {
        let places = table.iter();
        put_numbers(
            &mut out,
            places.map(|place| [place.start, place.length, place.card]),
        )?;
    }
    let check = out.check.finish();
    to.write_all(check.as_ref())
}

/// Bytes on their way to a writer, and the check over them.
struct Checked<'w, W> {
    to: &'w mut W,
    check: Context,
}

impl<W: Write> Write for Checked<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.check.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn put(out: &mut impl Write, number: u64) -> io::Result<()> {
    out.write_all(&number.to_le_bytes())
}

fn put_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    put(out, bytes.len() as u64)?;
    out.write_all(bytes)
}

fn put_numbers<const N: usize>(
    out: &mut impl Write,
    rows: impl ExactSizeIterator<Item = [u32; N]>,
) -> io::Result<()> {
    put(out, (rows.len() * N * size_of::<u32>()) as u64)?;
    for number in rows.flatten() {
        out.write_all(&number.to_le_bytes())?;
    }
    Ok(())
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
        files.try_reserve(1).ok()?;
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
    let taken = std::str::from_utf8(take_bytes(rest)?).ok()?;
    let mut text = String::new();
    text.try_reserve_exact(taken.len()).ok()?;
    text.push_str(taken);
    let starts = take_rows(rest, |[start]| start)?;
    let mut table = || {
        take_rows(rest, |[start, length, card]| Place {
            start,
            length,
            card,
        })
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

/// A table of rows of numbers. There is no index where there is no memory for it.
fn take_rows<const N: usize, T>(rest: &mut &[u8], row: impl Fn([u32; N]) -> T) -> Option<Vec<T>> {
    let (numbers, []) = take_bytes(rest)?.as_chunks() else {
        return None;
    };
    let (rows, []) = numbers.as_chunks::<N>() else {
        return None;
    };
    let mut table = Vec::new();
    table.try_reserve_exact(rows.len()).ok()?;
    table.extend(
        rows.iter()
            .map(|numbers| row(numbers.map(u32::from_le_bytes))),
    );
    Some(table)
}
