//! What a message looks like in the outbox: who it is for, its bytes, and a mark that they are all
//! there.
//!
//! ```text
//! simplemapi-message 1
//! accepted: 1795380000
//! message-id: 0123@example.org
//! eight-bit: no
//! kept: 23                      how many bytes of the kept copy come first (its Bcc field)
//! size: 4711                    how many bytes of the message follow them
//! from: ada@example.org
//! to: grace@example.org         as often as there are recipients
//!
//! ...
//! END 64 digits of SHA-256 over everything before this line
//! ```
#![forbid(unsafe_code)]

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use ring::digest::{Context, SHA256};

use crate::mime::{Composed, CopyError, Stored};
use crate::model::{Address, Envelope};
use crate::regular_file::read_at;

const MARK: &str = "simplemapi-message 1";
const BUFFER: usize = 64 << 10;
/// `END `, the digits and the end of the line.
const END_LENGTH: u64 = 4 + 64 + 1;
/// No line of the head is longer: an address has at most 320 bytes.
const MOST_OF_LINE: u64 = 2000;

/// Writes a message, all but bringing it to the disk.
pub(super) fn write(
    file: &File,
    accepted: u64,
    envelope: &Envelope,
    message: &Composed,
) -> Result<(), CopyError> {
    let out = Summed {
        out: file,
        sum: Context::new(&SHA256),
    };
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let kept = message.kept_before();
    write_head(&mut out, accepted, envelope, message, kept).map_err(CopyError::Sink)?;
    if kept > 0 {
        message.kept_copy().copy_to(&mut out)?;
    } else {
        message.copy_to(&mut out)?;
    }
    let Summed { mut out, sum } = out
        .into_inner()
        .map_err(|error| CopyError::Sink(error.into_error()))?;
    let end = format!("END {}\n", hex(sum.finish().as_ref()));
    out.write_all(end.as_bytes()).map_err(CopyError::Sink)
}

fn write_head(
    out: &mut impl Write,
    accepted: u64,
    envelope: &Envelope,
    message: &Composed,
    kept: u64,
) -> io::Result<()> {
    let eight_bit = if message.is_eight_bit() { "yes" } else { "no" };
    write!(
        out,
        "{MARK}\naccepted: {accepted}\nmessage-id: {}\neight-bit: {eight_bit}\nkept: {kept}\nsize: {}\nfrom: {}\n",
        message.message_id(),
        message.size(),
        envelope.sender
    )?;
    for recipient in &envelope.recipients {
        writeln!(out, "to: {recipient}")?;
    }
    out.write_all(b"\n")
}

/// A writer that sums up what passes through it.
struct Summed<W> {
    out: W,
    sum: Context,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A string takes whatever is written to it.
        let _ = fmt::Write::write_fmt(&mut text, format_args!("{byte:02x}"));
        text
    })
}

/// A message as it lies in the outbox.
#[derive(Debug, Clone)]
pub(super) struct Spooled {
    pub(super) accepted: u64,
    pub(super) message_id: String,
    pub(super) envelope: Envelope,
    pub(super) size: u64,
    eight_bit: bool,
    kept: u64,
    head: u64,
}

impl Spooled {
    /// Reads who a message is for.
    ///
    /// # Errors
    /// `InvalidData` for what is not a message of ours, with what is wrong.
    pub(super) fn read(file: &File) -> io::Result<Self> {
        let mut lines = Lines {
            input: BufReader::new(At { file, at: 0 }),
            read: 0,
        };
        if lines.next()? != MARK {
            return Err(damaged(
                "it does not begin as a message of this version does",
            ));
        }
        let accepted = lines.number("accepted")?;
        let message_id = lines.field("message-id")?;
        let eight_bit = lines.field("eight-bit")? == "yes";
        let kept = lines.number("kept")?;
        let size = lines.number("size")?;
        let address =
            |text: &str| Address::new(text).map_err(|_| damaged("it has an address that is none"));
        let sender = address(&lines.field("from")?)?;
        let mut recipients = Vec::new();
        loop {
            let line = lines.next()?;
            if line.is_empty() {
                break;
            }
            let text = line
                .strip_prefix("to: ")
                .ok_or_else(|| damaged("its head has a line that is none"))?;
            recipients.push(address(text)?);
        }
        if recipients.is_empty() {
            return Err(damaged("it is for nobody"));
        }
        Ok(Self {
            accepted,
            message_id,
            envelope: Envelope { sender, recipients },
            size,
            eight_bit,
            kept,
            head: lines.read,
        })
    }

    /// Reads all of it, and makes sure that it is what was written.
    ///
    /// # Errors
    /// As [`Spooled::read`].
    pub(super) fn verify(&self, file: &File) -> io::Result<()> {
        let whole = self
            .head
            .checked_add(self.kept)
            .and_then(|length| length.checked_add(self.size))
            .ok_or_else(|| damaged("it says that it is larger than anything"))?;
        if whole.checked_add(END_LENGTH) != Some(file.metadata()?.len()) {
            return Err(damaged("it is not as long as it says"));
        }
        let mut sum = Context::new(&SHA256);
        let mut input = At { file, at: 0 }.take(whole);
        let mut buffer = vec![0; BUFFER];
        loop {
            let count = input.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            sum.update(buffer.get(..count).unwrap_or_default());
        }
        let mut end = Vec::new();
        At { file, at: whole }.read_to_end(&mut end)?;
        if end != format!("END {}\n", hex(sum.finish().as_ref())).as_bytes() {
            return Err(damaged("its checksum is not that of what it holds"));
        }
        Ok(())
    }

    /// The message itself, to be read from the file as it is needed.
    pub(super) fn message(&self, file: &Arc<File>, path: &Path) -> Composed {
        let stored = |place, eight_bit| Stored {
            file: Arc::clone(file),
            path: path.to_owned(),
            place,
            eight_bit,
        };
        let middle = self.head.saturating_add(self.kept);
        let bcc = (self.kept > 0).then(|| stored(self.head..middle, false));
        let end = middle.saturating_add(self.size);
        Composed::stored(
            self.message_id.clone(),
            bcc,
            stored(middle..end, self.eight_bit),
        )
    }
}

/// The lines of a head.
struct Lines<'a> {
    input: BufReader<At<'a>>,
    read: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        let count = (&mut self.input)
            .take(MOST_OF_LINE)
            .read_until(b'\n', &mut line)?;
        self.read += count as u64;
        if line.pop() != Some(b'\n') {
            return Err(damaged("it ends in its head"));
        }
        String::from_utf8(line).map_err(|_| damaged("its head is not UTF-8"))
    }

    fn field(&mut self, name: &str) -> io::Result<String> {
        let line = self.next()?;
        line.strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(": "))
            .map(str::to_owned)
            .ok_or_else(|| damaged(&format!("it has no \"{name}\" where it should be")))
    }

    fn number(&mut self, name: &str) -> io::Result<u64> {
        self.field(name)?
            .parse()
            .map_err(|_| damaged(&format!("its \"{name}\" is not a number")))
    }
}

/// Reads by position, so that nobody else's reading is disturbed.
struct At<'a> {
    file: &'a File,
    at: u64,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(self.file, buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

fn damaged(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}
