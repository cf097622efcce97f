//! A message as it was received: what a reader is shown, its files still as they travelled.
#![forbid(unsafe_code)]

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::RecipientClass;

/// A message as it was received. Its texts are decoded and safe to show: one line each but for the
/// body, and no NUL anywhere.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// The subject; may be empty.
    pub subject: String,
    /// The text, its lines ended by CRLF; empty where only the header or the outline was read.
    pub body: String,
    /// The message class; empty for ordinary mail.
    pub class: String,
    /// The id of the conversation that a Simple MAPI sender gave; may be empty.
    pub conversation_id: String,
    /// When it was written, by the sender's clock. Where that is missing or unreadable, the store
    /// knows when it arrived.
    pub date: Option<Timestamp>,
    /// Who wrote it; name and address are empty where the message does not say.
    pub from: Correspondent,
    /// Everyone it is addressed to, Bcc included where it was kept.
    pub recipients: Vec<(RecipientClass, Correspondent)>,
    /// Whether the sender wants to be told when it is read.
    pub receipt_requested: bool,
    /// Its files, none of them decoded yet.
    pub attachments: Vec<ReceivedFile>,
}

/// Somebody as a received message names them: nothing has been checked, and both may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Correspondent {
    /// The display name.
    pub name: String,
    /// The address, as it stood there.
    pub address: String,
}

/// A file in a received message, which it shares: cheap to hold and to copy.
#[derive(Clone)]
pub struct ReceivedFile {
    /// A name that stays in the folder it is saved to; two files may have the same.
    pub name: String,
    /// How its bytes are encoded.
    pub encoding: TransferEncoding,
    message: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl ReceivedFile {
    /// A file that is this range of a message.
    pub fn new(
        name: String,
        encoding: TransferEncoding,
        message: Arc<Vec<u8>>,
        range: Range<usize>,
    ) -> Self {
        Self {
            name,
            encoding,
            message,
            range,
        }
    }

    /// Its bytes as they travelled. `mime::write_content` decodes them.
    pub fn encoded(&self) -> &[u8] {
        self.message.get(self.range.clone()).unwrap_or_default()
    }
}

impl fmt::Debug for ReceivedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedFile")
            .field("name", &self.name)
            .field("encoding", &self.encoding)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// How the bytes of a part travel (RFC 2045 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TransferEncoding {
    /// As they are: 7bit, 8bit, binary, and whatever nobody knows.
    #[default]
    Identity,
    /// base64.
    Base64,
    /// quoted-printable.
    QuotedPrintable,
}

/// A moment as Simple MAPI writes it: `YYYY/MM/DD HH:MM`, in the time of this machine.
pub fn local_minute(moment: Timestamp) -> String {
    minute_in(moment, TimeZone::system())
}

fn minute_in(moment: Timestamp, zone: TimeZone) -> String {
    let local = moment.to_zoned(zone);
    format!(
        "{:04}/{:02}/{:02} {:02}:{:02}",
        // The form has four digits and no sign.
        local.year().max(0),
        local.month(),
        local.day(),
        local.hour(),
        local.minute()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_reference_has_it() {
        let moment: Timestamp = "2024-02-29T23:05:59Z".parse().unwrap();
        assert_eq!(minute_in(moment, TimeZone::UTC), "2024/02/29 23:05");
        let india = TimeZone::posix("IST-5:30").unwrap();
        assert_eq!(minute_in(moment, india), "2024/03/01 04:35");
        assert_eq!(minute_in(Timestamp::MIN, TimeZone::UTC).len(), 16);
        assert_eq!(minute_in(Timestamp::MAX, TimeZone::UTC).len(), 16);
        assert_eq!(local_minute(moment).len(), 16);
    }
}
