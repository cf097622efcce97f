//! What a directory server says, a message at a time (RFC 4511).
//!
//! How long a message may be is known before it is waited for, and it is read without recursion:
//! nothing in it can cost more than its own length.
#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::fmt;
use std::io;

use bcder::decode::{Constructed, Content, ContentError, DecodeError, Primitive, SliceSource};
use bcder::{Mode, Tag};

use super::verdict::Verdict;
use crate::connection::Framing;

/// Longest message: a list of some ten thousand members is one.
const MOST_BYTES: usize = 2 << 20;
/// More values than one entry of a list with ten thousand members has.
const MOST_VALUES: usize = 20_000;
/// Longest value that is kept: no name and no address is longer.
const MOST_VALUE: usize = 4096;
/// How much of a server's words a reason repeats.
const MOST_WORDS: usize = 400;

/// What a message is about that answers nothing.
pub(super) const UNASKED: u32 = 0;

/// A whole message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    /// Which request it answers.
    pub(super) id: u32,
    pub(super) heard: Heard,
    /// How many bytes it had.
    pub(super) size: usize,
}

/// What a message means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Bound(Verdict),
    Found(Attributes),
    /// That more may be known elsewhere.
    Reference,
    Done(Verdict),
    Extended(Verdict),
    Other,
}

/// An entry with the attributes that were asked for, as far as they are text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attributes {
    /// Its distinguished name; empty where it is no text.
    pub(super) dn: String,
    /// Each description in small letters, with its values.
    pub(super) values: Vec<(String, Vec<String>)>,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.heard {
            Heard::Bound(verdict) | Heard::Done(verdict) | Heard::Extended(verdict) => {
                verdict.fmt(f)
            }
            _ => write!(f, "a message of {} bytes", self.size),
        }
    }
}

/// Cuts the stream into messages.
#[derive(Debug, Default)]
pub(super) struct MessageReader {
    inbox: Vec<u8>,
    /// How much of the inbox has been read.
    start: usize,
}

impl MessageReader {
    fn rest(&self) -> &[u8] {
        self.inbox.get(self.start..).unwrap_or_default()
    }
}

impl Framing for MessageReader {
    type Reply = Message;

    fn take(&mut self, bytes: &[u8]) {
        self.inbox.drain(..self.start.min(self.inbox.len()));
        self.start = 0;
        self.inbox.extend_from_slice(bytes);
    }

    fn waiting(&self) -> usize {
        self.rest().len()
    }

    fn is_empty(&self) -> bool {
        self.rest().is_empty()
    }

    fn next_reply(&mut self) -> io::Result<Option<Message>> {
        let Some(size) = size_of_message(self.rest())? else {
            return Ok(None);
        };
        let Some(bytes) = self.rest().get(..size) else {
            return Ok(None);
        };
        let message = read(bytes).map_err(|error| malformed(&error.to_string()))?;
        self.start += size;
        Ok(Some(message))
    }
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the server said what is not LDAP: {what}"),
    )
}

/// How many bytes the message has with which these begin; `None` until that is known.
fn size_of_message(bytes: &[u8]) -> io::Result<Option<usize>> {
    /// As many octets as servers write that always write the same number.
    const MOST_OCTETS: usize = 8;
    const SEQUENCE: u8 = 0x30;
    let (Some(&tag), length) = (bytes.first(), bytes.get(1)) else {
        return Ok(None);
    };
    if tag != SEQUENCE {
        return Err(malformed("no message begins so"));
    }
    let Some(&length) = length else {
        return Ok(None);
    };
    let (header, content) = match length {
        0..0x80 => (2, usize::from(length)),
        0x80 => return Err(malformed("a length without end")),
        _ => {
            let count = usize::from(length & 0x7f);
            if count > MOST_OCTETS {
                return Err(malformed("a length that is too long"));
            }
            let Some(octets) = bytes.get(2..2 + count) else {
                return Ok(None);
            };
            let content = octets
                .iter()
                .try_fold(0usize, |sum, &octet| {
                    sum.checked_mul(256)?.checked_add(usize::from(octet))
                })
                .unwrap_or(usize::MAX);
            (2 + count, content)
        }
    };
    if content > MOST_BYTES {
        return Err(malformed("a message of more than 2 MiB"));
    }
    Ok(Some(header + content))
}

type Refused = DecodeError<Infallible>;

fn read(bytes: &[u8]) -> Result<Message, Refused> {
    let (id, heard) = Mode::Ber.decode(bytes, |stream| {
        stream.take_sequence(|message| {
            let id = message.take_u32()?;
            let heard = message.take_value(operation)?;
            // Controls, of which we asked for none.
            message.skip_all()?;
            Ok((id, heard))
        })
    })?;
    let size = bytes.len();
    Ok(Message { id, heard, size })
}

fn operation(tag: Tag, content: &mut Content<'_, SliceSource<'_>>) -> Result<Heard, Refused> {
    let Content::Constructed(operation) = content else {
        if let Content::Primitive(primitive) = content {
            primitive.skip_all()?;
        }
        return Ok(Heard::Other);
    };
    if !tag.is_application() {
        return operation.skip_all().map(|()| Heard::Other);
    }
    match tag.number() {
        1 => verdict(operation).map(Heard::Bound),
        4 => attributes(operation).map(Heard::Found),
        5 => verdict(operation).map(Heard::Done),
        19 => operation.skip_all().map(|()| Heard::Reference),
        24 => verdict(operation).map(Heard::Extended),
        _ => operation.skip_all().map(|()| Heard::Other),
    }
}

fn verdict(operation: &mut Constructed<'_, SliceSource<'_>>) -> Result<Verdict, Refused> {
    let code = operation.take_primitive_if(Tag::ENUMERATED, |code| code.to_u32())?;
    operation.take_primitive_if(Tag::OCTET_STRING, |dn| dn.skip_all())?;
    let words = operation.take_primitive_if(Tag::OCTET_STRING, |text| {
        text.with_slice_all(|bytes| Ok::<_, ContentError>(words(bytes)))
    })?;
    // Where else to ask, and what only other requests are answered with.
    operation.skip_all()?;
    Ok(Verdict { code, words })
}

/// A server's words as far as a reason repeats them.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes.get(..4 * MOST_WORDS).unwrap_or(bytes));
    // Servers in C send the NUL along.
    let text = text.trim_end_matches('\0').trim();
    text.chars().take(MOST_WORDS).collect()
}

fn attributes(operation: &mut Constructed<'_, SliceSource<'_>>) -> Result<Attributes, Refused> {
    let dn = operation
        .take_primitive_if(Tag::OCTET_STRING, text)?
        .unwrap_or_default();
    let mut found = Attributes {
        dn,
        values: Vec::new(),
    };
    let mut count = 0;
    operation.take_sequence(|list| {
        while let Some((description, values)) = list.take_opt_sequence(|attribute| {
            let description = attribute
                .take_primitive_if(Tag::OCTET_STRING, text)?
                .unwrap_or_default();
            let values = attribute.take_set(|set| {
                let mut values = Vec::new();
                while let Some(value) = set.take_opt_primitive_if(Tag::OCTET_STRING, text)? {
                    count += 1;
                    if count > MOST_VALUES {
                        return Err(set.content_err("an entry of more than 20,000 values"));
                    }
                    values.extend(value);
                }
                Ok(values)
            })?;
            Ok((description.to_ascii_lowercase(), values))
        })? {
            count += 1;
            if count > MOST_VALUES {
                return Err(list.content_err("an entry of more than 20,000 attributes"));
            }
            found.values.push((description, values));
        }
        Ok(())
    })?;
    Ok(found)
}

/// A value that is text, of a length that a name can have; `None` for any other.
fn text(value: &mut Primitive<'_, SliceSource<'_>>) -> Result<Option<String>, Refused> {
    value.with_slice_all(|bytes| {
        let bytes = Some(bytes).filter(|bytes| bytes.len() <= MOST_VALUE);
        let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
        Ok::<_, ContentError>(text.map(str::to_owned))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A value with its tag, its length in the fewest octets.
    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![tag];
        match content.len() {
            length @ 0..0x80 => bytes.push(length as u8),
            length => {
                bytes.push(0x84);
                bytes.extend((length as u32).to_be_bytes());
            }
        }
        bytes.extend(content);
        bytes
    }

    fn message(tag: u8, content: &[&[u8]]) -> Vec<u8> {
        let operation = tlv(tag, &content.concat());
        tlv(0x30, &[&[2, 1, 7][..], &operation].concat())
    }

    fn attribute(name: &str, values: &[&[u8]]) -> Vec<u8> {
        let values: Vec<u8> = values.iter().flat_map(|value| tlv(4, value)).collect();
        tlv(
            0x30,
            &[tlv(4, name.as_bytes()), tlv(0x31, &values)].concat(),
        )
    }

    fn entry(attributes: &[Vec<u8>]) -> Vec<u8> {
        message(0x64, &[&tlv(4, b"cn=x"), &tlv(0x30, &attributes.concat())])
    }

    fn replies(bytes: &[u8]) -> io::Result<Vec<Message>> {
        let mut reader = MessageReader::default();
        let mut replies = Vec::new();
        for byte in bytes {
            reader.take(&[*byte]);
            replies.extend(reader.next_reply()?);
        }
        Ok(replies)
    }

    #[test]
    fn an_entry_is_read_however_it_is_cut_and_whatever_form_its_lengths_have() {
        let bytes = entry(&[
            attribute("CN;lang-de", &["Müller".as_bytes(), b"\xff", &[b'x'; 5000]]),
            attribute("mail", &[b"a@b.test", b""]),
        ]);
        let heard = replies(&[&bytes[..], &bytes].concat()).unwrap();
        let values = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        let expected = Attributes {
            dn: "cn=x".to_owned(),
            values: vec![
                ("cn;lang-de".to_owned(), values(&["Müller"])),
                ("mail".to_owned(), values(&["a@b.test", ""])),
            ],
        };
        assert_eq!(heard.len(), 2);
        assert_eq!(heard[0], heard[1]);
        assert_eq!((heard[0].id, heard[0].size), (7, bytes.len()));
        assert_eq!(heard[0].heard, Heard::Found(expected));
    }

    #[test]
    fn a_verdict_is_in_the_servers_words() {
        let verdict = [&[10, 1, 49][..], &tlv(4, b""), &tlv(4, b"80090308: no\0")];
        let heard = replies(&message(0x61, &verdict)).unwrap();
        let Heard::Bound(verdict) = &heard[0].heard else {
            panic!("{heard:?}");
        };
        assert_eq!(verdict.to_string(), "invalidCredentials, 80090308: no");
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_has_come_in() {
        for bytes in [
            &[0x30, 0x80][..],
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0x88, 0, 0, 0, 0, 0, 0x20, 0, 1],
            &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0x30, 0xff],
            &[0x02],
            b"HTTP/1.1 400",
        ] {
            assert!(replies(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn many_small_values_are_not_held_in_memory() {
        let empty: Vec<u8> = [4, 0].repeat(MOST_VALUES + 1);
        let values = tlv(0x30, &[tlv(4, b"mail"), tlv(0x31, &empty)].concat());
        assert!(read(&entry(&[values])).is_err());
        let attributes: Vec<_> = vec![attribute("", &[]); MOST_VALUES + 1];
        assert!(read(&entry(&attributes)).is_err());
    }

    #[test]
    fn depth_costs_no_stack() {
        // Each level has a length of its own in five octets, from the inside out.
        let mut deep = Vec::new();
        for level in (0..200_000u32).rev() {
            let left = (199_999 - level) * 6;
            deep.extend(left.to_le_bytes().iter());
            deep.extend([0x84, 0x30]);
        }
        deep.reverse();
        for bytes in [
            deep.clone(),
            message(0x64, &[&deep]),
            message(0x65, &[&[10, 1, 0], &tlv(4, b""), &tlv(4, b""), &deep]),
            message(0x73, &[&deep]),
            message(0x64, &[&[0x30, 0x80].repeat(100_000)]),
            message(0x73, &[&[0x30, 0x80].repeat(100_000)]),
        ] {
            let _ = read(&bytes);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = replies(&bytes);
            let _ = replies(&message(0x64, &[&bytes]));
            let _ = replies(&message(0x65, &[&bytes]));
        }

        #[test]
        fn an_entry_with_wrong_bytes_is_understood_or_refused(at in 0usize..60, byte in any::<u8>()) {
            let mut bytes = entry(&[attribute("cn", &[b"Ada", b"Lovelace"]), attribute("mail", &[b"a@b.test"])]);
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = replies(&bytes);
        }
    }
}
