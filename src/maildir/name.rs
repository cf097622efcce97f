//! The names of messages: what stays, what is noted beside it, and the flags.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::host_name::host_name;

/// The flag of a message that was read.
pub(crate) const SEEN: u8 = b'S';

/// The flag of a message that was deleted and not swept out yet.
pub(crate) const TRASHED: u8 = b'T';

/// What ends the part of a name that stays. Windows has no colon in names: there it is what Python's
/// `mailbox` has been told to use for as long, an exclamation mark.
const INFO: u8 = if cfg!(windows) { b'!' } else { b':' };

/// What goes between the part of a name that stays and the flags.
const FLAGS: &[u8] = &[INFO, b'2', b','];

/// A name that nobody else gives: the moment, this process, a count and something random, and the
/// machine, as Maildirs are shared between machines.
pub(crate) fn unique_name() -> io::Result<String> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let random = getrandom::u32().map_err(io::Error::other)?;
    let host: String = host_name().chars().take(100).collect();
    Ok(format!(
        "{}.M{:06}P{}Q{}R{random:08x}.{host}",
        now.as_secs(),
        now.subsec_micros(),
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed),
    ))
}

/// When a message was put there, as finely as its name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) seconds: u64,
    pub(crate) micros: u32,
    /// The number among those of one process.
    pub(crate) count: u32,
}

/// The name of a message's file:
///
/// ```text
/// 1700000000.M123P456Q7.host ,S=1024,W=1050 :2,FS
/// stem                       notes          flags
/// ```
///
/// The stem was given at delivery and is the message's for as long as it lives. Notes are what
/// servers (its size) and we keep beside it; flags change with every reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileName(Box<[u8]>);

impl FileName {
    /// The name of a message, unless it is one that no deliverer gives: hidden, or one that breaks
    /// the lines of the lists that mail programs keep.
    pub(crate) fn new(bytes: &[u8]) -> Option<Self> {
        let plain = !bytes.iter().any(u8::is_ascii_control);
        (plain && !matches!(bytes.first(), None | Some(&(b'.' | b',' | INFO))))
            .then(|| Self(bytes.into()))
    }

    /// A name of these parts.
    pub(crate) fn compose(stem: &str, notes: &[&str], flags: &str) -> Self {
        let mut name = stem.as_bytes().to_vec();
        for note in notes {
            name.push(b',');
            name.extend_from_slice(note.as_bytes());
        }
        if !flags.is_empty() {
            name.extend_from_slice(FLAGS);
            name.extend_from_slice(flags.as_bytes());
        }
        Self(name.into())
    }

    /// The same notes and flags on another message.
    pub(crate) fn with_stem(&self, stem: &str) -> Self {
        let rest = split(&self.0, |byte| matches!(byte, b',' | INFO)).1;
        Self([stem.as_bytes(), rest].concat().into())
    }

    pub(crate) fn as_os_str(&self) -> &OsStr {
        os_str(&self.0)
    }

    /// The part that never changes.
    pub(crate) fn stem(&self) -> &[u8] {
        split(&self.0, |byte| matches!(byte, b',' | INFO)).0
    }

    /// Stem and notes: what other programs call the unique name.
    fn base(&self) -> &[u8] {
        split(&self.0, |byte| byte == INFO).0
    }

    fn notes(&self) -> impl Iterator<Item = &[u8]> {
        self.base().split(|&byte| byte == b',').skip(1)
    }

    /// Whether this is noted.
    pub(crate) fn has_note(&self, note: &str) -> bool {
        self.notes().any(|found| found == note.as_bytes())
    }

    fn flags(&self) -> &[u8] {
        let info = split(&self.0, |byte| byte == INFO).1;
        info.strip_prefix(FLAGS).unwrap_or_default()
    }

    /// Whether it has this flag.
    pub(crate) fn has_flag(&self, flag: u8) -> bool {
        self.flags().contains(&flag)
    }

    /// The name with this flag too, the flags in the order of the alphabet.
    pub(crate) fn with_flag(&self, flag: u8) -> Self {
        let mut flags = self.flags().to_vec();
        if !flags.contains(&flag) {
            let at = flags.partition_point(|&other| other < flag);
            flags.insert(at, flag);
        }
        Self([self.base(), FLAGS, &flags].concat().into())
    }

    /// The name in a place where flags are expected.
    pub(crate) fn for_cur(&self) -> Self {
        Self([self.base(), FLAGS, self.flags()].concat().into())
    }

    /// The name under which the same message has other bytes: the sizes that were noted are not
    /// true any more, and what other programs remember under the old name is not either.
    pub(crate) fn revised(&self) -> Self {
        const REVISION: &[u8] = b"rev=";
        let number = |note: &[u8]| -> Option<u64> {
            let digits = note.strip_prefix(REVISION)?;
            std::str::from_utf8(digits).ok()?.parse().ok()
        };
        let revision = self.notes().find_map(number).unwrap_or(0).saturating_add(1);
        let mut name = self.stem().to_vec();
        for note in self.notes() {
            if !note.starts_with(b"S=") && !note.starts_with(b"W=") && number(note).is_none() {
                name.push(b',');
                name.extend_from_slice(note);
            }
        }
        name.extend_from_slice(format!(",rev={revision}").as_bytes());
        name.extend_from_slice(split(&self.0, |byte| byte == INFO).1);
        Self(name.into())
    }

    /// When it was delivered, where the name says it.
    pub(crate) fn moment(&self) -> Option<Moment> {
        let (seconds, rest) = leading_number(self.stem());
        let middle = rest.strip_prefix(b".")?;
        let middle = split(middle, |byte| byte == b'.').0;
        Some(Moment {
            seconds: seconds?,
            micros: number_after(b'M', middle),
            count: number_after(b'Q', middle),
        })
    }
}

#[cfg(unix)]
fn os_str(bytes: &[u8]) -> &OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

/// Only names in Unicode are taken for messages there.
#[cfg(windows)]
fn os_str(bytes: &[u8]) -> &OsStr {
    OsStr::new(std::str::from_utf8(bytes).unwrap_or_default())
}

/// What is before the first such byte, and what is from it on.
fn split(bytes: &[u8], at: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let middle = bytes.iter().position(|&byte| at(byte));
    bytes.split_at(middle.unwrap_or(bytes.len()))
}

/// The number at the beginning, and what follows it.
fn leading_number(bytes: &[u8]) -> (Option<u64>, &[u8]) {
    let (digits, rest) = split(bytes, |byte| !byte.is_ascii_digit());
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok());
    (number, rest)
}

/// The number that follows this letter in what a deliverer put between the dots of a name.
fn number_after(letter: u8, bytes: &[u8]) -> u32 {
    let (_, found) = split(bytes, |byte| byte == letter);
    let number = found.get(1..).and_then(|rest| leading_number(rest).0);
    number
        .and_then(|number| u32::try_from(number).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> FileName {
        FileName::new(text.as_bytes()).unwrap()
    }

    fn text(name: &FileName) -> &str {
        name.as_os_str().to_str().unwrap()
    }

    #[test]
    fn the_stem_outlives_notes_and_flags() {
        for same in [
            "1.M2.h",
            "1.M2.h:2,",
            "1.M2.h:2,FS",
            "1.M2.h,S=3,W=4:2,S",
            "1.M2.h,sent",
        ] {
            assert_eq!(name(same).stem(), b"1.M2.h", "{same}");
        }
    }

    #[test]
    fn a_flag_is_added_once_and_in_order() {
        assert_eq!(text(&name("a").with_flag(SEEN)), "a:2,S");
        assert_eq!(text(&name("a:2,FT").with_flag(SEEN)), "a:2,FST");
        assert_eq!(text(&name("a,S=1:2,S").with_flag(SEEN)), "a,S=1:2,S");
        assert_eq!(text(&name("a:1,odd").with_flag(SEEN)), "a:2,S");
        assert!(name("a:2,RS").has_flag(SEEN));
        assert!(!name("aS,S=1").has_flag(SEEN));
    }

    #[test]
    fn a_revision_forgets_the_sizes_and_keeps_the_rest() {
        let first = name("1.h,S=3,sent,W=4:2,FS").revised();
        assert_eq!(text(&first), "1.h,sent,rev=1:2,FS");
        assert_eq!(text(&first.revised()), "1.h,sent,rev=2:2,FS");
        assert_eq!(first.stem(), b"1.h");
    }

    #[test]
    fn a_name_says_when_it_was_given() {
        let moment = |text: &str| {
            name(text)
                .moment()
                .map(|at| (at.seconds, at.micros, at.count))
        };
        assert_eq!(moment("17.M123P456Q7.host:2,S"), Some((17, 123, 7)));
        assert_eq!(moment("17.V801I4a2M55.host"), Some((17, 55, 0)));
        assert_eq!(moment("17.456_2.host"), Some((17, 0, 0)));
        assert_eq!(moment("17.M99999999999.host"), Some((17, 0, 0)));
        for odd in ["17", "note.eml", "x17.M1.h", "99999999999999999999.M1.h"] {
            assert_eq!(moment(odd), None, "{odd}");
        }
    }

    #[test]
    fn names_that_no_deliverer_gives_are_none() {
        for bad in ["", ".hidden", "a\nb", "a\u{7f}", ":2,S", ",S=1"] {
            assert!(FileName::new(bad.as_bytes()).is_none(), "{bad:?}");
        }
        assert!(FileName::new(b"1.\xff.host").is_some());
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::HashSet<_> =
            (0..1000).map(|_| unique_name().unwrap()).collect();
        assert_eq!(names.len(), 1000);
        for text in names {
            let at = name(&text).moment().unwrap();
            assert!(
                at.seconds > 1_600_000_000 && at.micros < 1_000_000,
                "{text}"
            );
        }
    }
}
