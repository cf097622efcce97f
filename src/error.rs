//! What went wrong, in our words: a [`Kind`] that becomes one MAPI code at the boundary, and a
//! reason in full for the person who has to mend it.
#![forbid(unsafe_code)]

use std::error::Error as StdError;
use std::fmt;
use std::io;

/// The result of everything in this library that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, as far as a caller can act on it.
///
/// Each kind becomes exactly one MAPI code (`src/ffi/code.rs`); the match there has no wildcard, so
/// a new kind cannot silently turn into MAPI_E_FAILURE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person cancelled. Nothing else may use this.
    UserAborted,
    /// The caller handed in something unusable, or nothing more precise is known.
    Failure,
    /// No profile could be opened, or the server refused the name or password.
    LoginFailed,
    /// A disk is full, or a quota is used up.
    DiskFull,
    /// Memory, threads or descriptors ran out.
    OutOfMemory,
    /// The operating system or a server forbids it.
    AccessDenied,
    /// This process holds as many sessions as it may.
    TooManySessions,
    /// More attachments than the profile allows.
    TooManyFiles,
    /// More recipients than the profile allows.
    TooManyRecipients,
    /// An attachment is not there.
    AttachmentNotFound,
    /// An attachment is there and cannot be read.
    AttachmentUnreadable,
    /// A copy of an attachment could not be written.
    AttachmentUnwritable,
    /// An attachment, or the whole message with it, is larger than allowed.
    AttachmentTooLarge,
    /// A name matches nobody, or there is no recipient at all.
    UnknownRecipient,
    /// A name matches several people.
    AmbiguousRecipient,
    /// A recipient class is none of To, Cc and Bcc.
    BadRecipientClass,
    /// An address is malformed, of a type that nothing here delivers, or refused by the server.
    InvalidRecipients,
    /// There is no further message.
    NoMessages,
    /// A message id names nothing.
    InvalidMessage,
    /// The text is longer than the profile allows.
    TextTooLarge,
    /// A session handle names no open session.
    InvalidSession,
    /// The network, or the server at its end, failed.
    Network,
    /// An edit-field count is out of range.
    InvalidEditFields,
    /// The feature is not there: not in this build, this profile or this machine.
    NotSupported,
}

impl Kind {
    /// What an error of the operating system means, as far as it says more than that it failed.
    pub fn of_system_error(error: &io::Error) -> Self {
        use io::ErrorKind as Io;
        match error.kind() {
            Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => Self::DiskFull,
            Io::OutOfMemory => Self::OutOfMemory,
            Io::PermissionDenied | Io::ReadOnlyFilesystem => Self::AccessDenied,
            _ if is_out_of_descriptors(error) => Self::OutOfMemory,
            _ => Self::Failure,
        }
    }
}

#[cfg(unix)]
fn is_out_of_descriptors(error: &io::Error) -> bool {
    use rustix::io::Errno;
    matches!(
        Errno::from_io_error(error),
        Some(Errno::MFILE | Errno::NFILE)
    )
}

#[cfg(not(unix))]
fn is_out_of_descriptors(_error: &io::Error) -> bool {
    false
}

/// A failure with its reason: what was tried, what happened, and where it can be told, how to mend
/// it. Lower case, no full stop, the cause after a colon.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    context: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
    passing: Option<bool>,
    at_the_server: bool,
    untaken: bool,
    unexplained: bool,
    unconfigured: bool,
    in_doubt: bool,
    refused: Vec<Refused>,
}

/// A recipient whom a server refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The address.
    pub recipient: String,
    /// What the server said.
    pub answer: String,
    /// Whether it may take the same recipient later.
    pub passing: bool,
}

impl Error {
    /// A failure of this kind, with what was tried.
    pub fn new(kind: Kind, context: impl Into<String>) -> Self {
        Self {
            kind,
            context: context.into(),
            source: None,
            passing: None,
            at_the_server: false,
            untaken: false,
            unexplained: false,
            unconfigured: false,
            in_doubt: false,
            refused: Vec::new(),
        }
    }

    /// The same failure with the error that caused it.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same failure, told from one step further out.
    #[must_use]
    pub fn within(mut self, context: impl fmt::Display) -> Self {
        self.context = format!("{context}: {}", self.context);
        self
    }

    /// The same failure under another kind, for a call whose codes are fewer.
    #[must_use]
    pub fn recast(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The same failure, which only a person can mend: waiting does not.
    #[must_use]
    pub fn for_good(mut self) -> Self {
        self.passing = Some(false);
        self
    }

    /// The same failure, which may be over by itself, whatever its kind.
    #[must_use]
    pub fn for_now(mut self) -> Self {
        self.passing = Some(true);
        self
    }

    /// The same failure as one that any other message would have met too.
    #[must_use]
    pub fn at_the_server(mut self) -> Self {
        self.at_the_server = true;
        self
    }

    /// The same failure of one server, after which nobody has the message: another may be asked at once.
    #[must_use]
    pub fn untaken(mut self) -> Self {
        self.untaken = true;
        self
    }

    /// The same failure, of which nobody said whether it is for good. A caller hears of it at once; what
    /// waits already is tried again.
    #[must_use]
    pub fn unexplained(mut self) -> Self {
        self.unexplained = true;
        self
    }

    /// The same failure where nobody has configured anything yet.
    #[must_use]
    pub fn unconfigured(mut self) -> Self {
        self.unconfigured = true;
        self
    }

    /// The same failure of a message that may have been taken all the same.
    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.in_doubt = true;
        self
    }

    /// The same failure with the recipients whom the server refused.
    #[must_use]
    pub fn refusing(mut self, refused: Vec<Refused>) -> Self {
        self.refused = refused;
        self
    }

    /// Whether the same call may do later, without anybody having mended anything.
    pub fn is_passing(&self) -> bool {
        self.passing.unwrap_or(self.kind == Kind::Network)
    }

    /// Whether any other message would have met it too: the server was not even ready for one.
    pub fn is_at_the_server(&self) -> bool {
        self.at_the_server || self.kind == Kind::LoginFailed
    }

    /// Whether another server may be asked at once, as this one surely has not taken the message.
    pub fn is_untaken(&self) -> bool {
        self.untaken || (self.at_the_server && self.is_passing())
    }

    /// Whether nobody said that it is for good, nor that it passes.
    pub fn is_unexplained(&self) -> bool {
        self.unexplained
    }

    /// Whether nobody has configured anything yet: no file is there to be wrong.
    pub fn is_unconfigured(&self) -> bool {
        self.unconfigured
    }

    /// Whether the message may have been taken all the same.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// The recipients whom the server refused, where it was for them that the call failed.
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// What went wrong, as far as a caller can act on it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The whole chain of causes as one line of text, without control characters.
    pub fn reason(&self) -> String {
        let mut line = self.context.clone();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        line.chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_every_cause_once_on_one_line() {
        let io = io::Error::other("connection\r\nrefused");
        let error = Error::new(Kind::Network, "cannot reach smtp.example.org:587")
            .because(io)
            .within("sending");
        assert_eq!(
            error.reason(),
            "sending: cannot reach smtp.example.org:587: connection  refused"
        );
        assert_eq!(error.kind(), Kind::Network);
    }
}
