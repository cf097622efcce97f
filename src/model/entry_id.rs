//! The opaque bytes by which programs hold on to people.
#![forbid(unsafe_code)]

use ring::digest::{SHA256, digest};

/// Marks the bytes as ours, and which form they have: a person written out.
const WRITTEN_OUT: &[u8] = b"simplemapi\x01";
/// An entry of an address book, by its key there.
const IN_A_BOOK: &[u8] = b"simplemapi\x02";

/// Enough of a hash to tell that nothing was cut off or changed. It keeps accidents out, not
/// forgers: whoever can make one can write the address as well.
const CHECK: usize = 8;

/// Who an entry id means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// Somebody of this name at this address. Nothing about them has been checked.
    WrittenOut {
        /// The display name; may be empty.
        name: &'a str,
        /// The address.
        address: &'a str,
    },
    /// The entry that has this key in its address book, whatever it says today.
    InABook(&'a str),
}

/// The entry id of somebody by name and address. It means the same in every process and after every
/// restart.
pub fn entry_id(name: &str, address: &str) -> Vec<u8> {
    checked([WRITTEN_OUT, name.as_bytes(), &[0], address.as_bytes()].concat())
}

/// The entry id of an entry in an address book. It means the same for as long as the entry is there.
pub fn book_entry_id(key: &str) -> Vec<u8> {
    checked([IN_A_BOOK, key.as_bytes()].concat())
}

/// Who an entry id means; `None` for bytes that are none of ours, or not whole.
pub fn read_entry_id(id: &[u8]) -> Option<Known<'_>> {
    let (content, given) = id.split_at_checked(id.len().checked_sub(CHECK)?)?;
    if check(content).ne(given.iter().copied()) {
        return None;
    }
    if let Some(key) = content.strip_prefix(IN_A_BOOK) {
        return std::str::from_utf8(key).ok().map(Known::InABook);
    }
    let text = std::str::from_utf8(content.strip_prefix(WRITTEN_OUT)?).ok()?;
    let (name, address) = text.split_once('\0')?;
    Some(Known::WrittenOut { name, address })
}

fn checked(mut id: Vec<u8>) -> Vec<u8> {
    let check = check(&id);
    id.extend(check);
    id
}

fn check(content: &[u8]) -> impl Iterator<Item = u8> + use<> {
    digest(&SHA256, content)
        .as_ref()
        .to_vec()
        .into_iter()
        .take(CHECK)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_holds_a_person_or_the_key_of_an_entry() {
        let id = entry_id("Ada Löve", "ada@example.org");
        let ada = Known::WrittenOut {
            name: "Ada Löve",
            address: "ada@example.org",
        };
        assert_eq!(read_entry_id(&id), Some(ada));
        let id = book_entry_id("vcard:uid:1");
        assert_eq!(read_entry_id(&id), Some(Known::InABook("vcard:uid:1")));
    }

    #[test]
    fn what_is_cut_changed_or_foreign_is_nobody() {
        for id in [
            entry_id("Ada", "ada@example.org"),
            book_entry_id("vcard:uid:1"),
        ] {
            for length in 0..id.len() {
                assert_eq!(read_entry_id(id.get(..length).unwrap()), None, "{length}");
            }
            for at in 0..id.len() {
                let mut changed = id.clone();
                changed[at] ^= 1;
                assert_eq!(read_entry_id(&changed), None, "{at}");
            }
        }
        assert_eq!(read_entry_id(b"something else that is long enough"), None);
    }
}
