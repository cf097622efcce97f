//! The environment of a process that may be changing it.
//!
//! `getenv` crashes when another thread's `setenv` moves the array that it walks, and a host's
//! threads take no lock of ours. So the array is not walked: the kernel copies it out, and where a
//! pointer no longer leads anywhere it says so instead of ending the process.

use std::ffi::{OsString, c_char};
use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::thread;
use std::time::Duration;

use crate::descriptor::open_above;

/// How often a changing environment is read until it can be believed, and how long apart.
const TRIES: usize = 50;
const PAUSE: Duration = Duration::from_millis(1);

/// How many variables, how long a name and how long a value are believed.
const MAX_VARIABLES: usize = 1 << 16;
const MAX_NAME: usize = 1 << 10;
const MAX_VALUE: usize = 1 << 20;

/// The values of these variables, in this order.
pub(crate) fn values<const N: usize>(names: [&str; N]) -> [Option<OsString>; N] {
    // A sandbox may forbid the copying.
    let getenv = || names.map(std::env::var_os);
    if copy(names.as_ptr().addr(), &mut [0]).is_none() {
        return getenv();
    }
    let at_first = at_first(names);
    let mut last = None;
    for attempt in 0..TRIES {
        if attempt > 1 {
            thread::sleep(PAUSE);
        }
        let now = read(&names);
        // An array that has been given back is soon written over: two readings of it differ, or have
        // none of the variables that every process has. Or its end is cleared, and what stood there is
        // missing: that is believed of nothing the process began with, unless it stays so.
        let believable = |now: &[Option<OsString>; N]| {
            now.iter().any(Option::is_some) && has_all(now, &at_first)
        };
        if now == last && now.as_ref().is_some_and(believable) {
            break;
        }
        last = now;
    }
    last.unwrap_or_else(getenv)
}

/// Which of these variables the process began with.
fn at_first<const N: usize>(names: [&str; N]) -> [bool; N] {
    /// More than the kernel passes on.
    const MOST: u64 = 8 << 20;
    const USUAL_SIZE: usize = 8 << 10;
    let mut bytes = Vec::with_capacity(USUAL_SIZE);
    let _ = open_above(|| File::open("/proc/self/environ"))
        .and_then(|file| file.take(MOST).read_to_end(&mut bytes));
    names.map(|name| {
        let mut entries = bytes.split(|&byte| byte == 0);
        entries.any(|entry| {
            let rest = entry.strip_prefix(name.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"="))
        })
    })
}

/// Whether everything is there that was there at first.
fn has_all<const N: usize>(now: &[Option<OsString>; N], at_first: &[bool; N]) -> bool {
    let mut both = now.iter().zip(at_first);
    both.all(|(now, at_first)| now.is_some() || !at_first)
}

/// One reading; none of something that is no environment.
fn read<const N: usize>(names: &[&str; N]) -> Option<[Option<OsString>; N]> {
    let mut values = [const { None }; N];
    let mut entry = environ();
    if entry == 0 {
        return Some(values);
    }
    // Most arrays lie in one piece, and most of their texts in another.
    let (mut array, mut texts) = (Piece::default(), Piece::default());
    for _ in 0..MAX_VARIABLES {
        let variable = array.pointer(entry)?;
        if variable == 0 {
            break;
        }
        let name = texts.up_to(b'=', variable, MAX_NAME)?;
        let mut wanted = names.iter().zip(&mut values);
        if let Some((_, value)) = wanted.find(|(wanted, _)| wanted.as_bytes() == name)
            && value.is_none()
        {
            let text = texts.up_to(0, variable.checked_add(name.len() + 1)?, MAX_VALUE)?;
            *value = Some(OsString::from_vec(text));
        }
        entry = entry.checked_add(size_of::<usize>())?;
    }
    Some(values)
}

/// A piece of this process's memory as it was when it was copied: within a page, so that it is there as a
/// whole or not at all.
struct Piece {
    from: usize,
    bytes: [u8; Self::SIZE],
}

impl Default for Piece {
    fn default() -> Self {
        Self {
            // Where none begins.
            from: usize::MAX,
            bytes: [0; Self::SIZE],
        }
    }
}

impl Piece {
    /// The smallest that a page is anywhere.
    const SIZE: usize = 4096;

    /// What is at an address, up to the end of a piece.
    fn at(&mut self, address: usize) -> Option<&[u8]> {
        let within = address % Self::SIZE;
        if self.from != address - within {
            self.from = usize::MAX;
            copy(address - within, &mut self.bytes)?;
            self.from = address - within;
        }
        self.bytes.get(within..)
    }

    fn pointer(&mut self, address: usize) -> Option<usize> {
        let bytes = self.at(address)?.first_chunk()?;
        Some(usize::from_ne_bytes(*bytes))
    }

    /// The bytes from an address up to this one; none where a NUL or the limit comes first.
    fn up_to(&mut self, end: u8, address: usize, most: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while bytes.len() < most {
            let piece = self.at(address.checked_add(bytes.len())?)?;
            if let Some(at) = memchr::memchr2(0, end, piece) {
                bytes.extend_from_slice(piece.get(..at)?);
                return (piece.get(at) == Some(&end)).then_some(bytes);
            }
            bytes.extend_from_slice(piece);
        }
        None
    }
}

/// Where the array begins at this moment.
fn environ() -> usize {
    unsafe extern "C" {
        static mut environ: *mut *mut c_char;
    }
    // SAFETY: the variable is always there and aligned. Others change it at any time, which for a
    // pointer read whole means an older or a newer array; neither is looked into from here.
    let array = unsafe { AtomicPtr::from_ptr(&raw mut environ) };
    array.load(Ordering::Acquire).addr()
}

/// Copies what is at an address of this process, if there is anything.
#[cfg(target_os = "linux")]
fn copy(address: usize, into: &mut [u8]) -> Option<()> {
    let local = libc::iovec {
        iov_base: into.as_mut_ptr().cast(),
        iov_len: into.len(),
    };
    let remote = libc::iovec {
        iov_base: std::ptr::without_provenance_mut(address),
        iov_len: into.len(),
    };
    // SAFETY: `local` is ours to write; the kernel looks at `remote` itself, and fails where nothing
    // is mapped.
    let copied = unsafe {
        libc::process_vm_readv(libc::getpid(), &raw const local, 1, &raw const remote, 1, 0)
    };
    usize::try_from(copied)
        .is_ok_and(|copied| copied == into.len())
        .then_some(())
}

#[cfg(not(target_os = "linux"))]
fn copy(_address: usize, _into: &mut [u8]) -> Option<()> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_has_the_value_that_getenv_tells() {
        let [path, home, missing] = values(["PATH", "HOME", "SIMPLEMAPI_NOT_SET"]);
        assert!(path.is_some());
        assert_eq!(path, std::env::var_os("PATH"));
        assert_eq!(home, std::env::var_os("HOME"));
        assert_eq!(missing, None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_process_began_with_is_not_believed_to_be_missing_at_once() {
        let names = ["PATH", "SIMPLEMAPI_NOT_SET", "PAT"];
        let first = at_first(names);
        assert_eq!(first, [true, false, false]);
        let there = Some(OsString::from("/bin"));
        assert!(has_all(&[there.clone(), None, None], &first));
        assert!(has_all(&[there.clone(), there.clone(), None], &first));
        assert!(!has_all(&[None, there.clone(), there], &first));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn it_is_the_kernel_that_copies() {
        assert!(read(&["PATH"]).is_some());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_address_where_nothing_is_leads_to_nothing() {
        for address in [1, 4095, usize::MAX - 7, usize::MAX] {
            assert_eq!(Piece::default().up_to(0, address, 100), None);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_text_is_read_across_pages_up_to_its_end_and_its_limit() {
        let up_to = |end, address, most| Piece::default().up_to(end, address, most);
        let mut text = vec![b'x'; 20_000];
        text.extend(b"=y\0");
        let address = text.as_ptr().addr();
        let name = up_to(b'=', address, MAX_VALUE).unwrap();
        assert_eq!(name, vec![b'x'; 20_000]);
        assert_eq!(up_to(0, address + 20_001, 100).unwrap(), b"y");
        assert_eq!(up_to(0, address + 20_002, 100).unwrap(), b"");
        assert_eq!(up_to(b'=', address, 100), None);
        assert_eq!(up_to(b'=', address + 20_001, 100), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_piece_is_copied_once_and_another_in_its_place() {
        let text = vec![b'x'; 3 * Piece::SIZE];
        let address = text.as_ptr().addr();
        let mut piece = Piece::default();
        assert_eq!(piece.at(address).unwrap()[0], b'x');
        assert_eq!(piece.at(1), None);
        assert_eq!(piece.at(address).unwrap()[0], b'x');
        assert_eq!(piece.at(address + Piece::SIZE).unwrap()[0], b'x');
        drop(text);
        assert_eq!(piece.at(address + Piece::SIZE).unwrap()[0], b'x');
    }
}
