//! How a request ended (RFC 4511 4.1.9).
#![forbid(unsafe_code)]

use std::fmt;

/// What a server says of a request that it is done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) code: u32,
    /// In the server's own words, which may be none.
    pub(super) words: String,
}

impl Verdict {
    pub(super) const SUCCESS: u32 = 0;
    pub(super) const OPERATIONS_ERROR: u32 = 1;
    pub(super) const TIME_LIMIT_EXCEEDED: u32 = 3;
    pub(super) const SIZE_LIMIT_EXCEEDED: u32 = 4;
    pub(super) const STRONGER_AUTH_REQUIRED: u32 = 8;
    pub(super) const REFERRAL: u32 = 10;
    pub(super) const NO_SUCH_OBJECT: u32 = 32;
    pub(super) const INVALID_DN_SYNTAX: u32 = 34;
    pub(super) const INAPPROPRIATE_AUTHENTICATION: u32 = 48;
    pub(super) const INSUFFICIENT_ACCESS_RIGHTS: u32 = 50;
    pub(super) const BUSY: u32 = 51;
    pub(super) const UNAVAILABLE: u32 = 52;
    pub(super) const UNWILLING_TO_PERFORM: u32 = 53;

    /// The code's name, for those that binds and searches end with.
    fn name(&self) -> Option<&'static str> {
        Some(match self.code {
            Self::SUCCESS => "success",
            Self::OPERATIONS_ERROR => "operationsError",
            2 => "protocolError",
            Self::TIME_LIMIT_EXCEEDED => "timeLimitExceeded",
            Self::SIZE_LIMIT_EXCEEDED => "sizeLimitExceeded",
            7 => "authMethodNotSupported",
            Self::STRONGER_AUTH_REQUIRED => "strongerAuthRequired",
            Self::REFERRAL => "referral",
            11 => "adminLimitExceeded",
            13 => "confidentialityRequired",
            Self::NO_SUCH_OBJECT => "noSuchObject",
            Self::INVALID_DN_SYNTAX => "invalidDNSyntax",
            Self::INAPPROPRIATE_AUTHENTICATION => "inappropriateAuthentication",
            49 => "invalidCredentials",
            Self::INSUFFICIENT_ACCESS_RIGHTS => "insufficientAccessRights",
            Self::BUSY => "busy",
            Self::UNAVAILABLE => "unavailable",
            Self::UNWILLING_TO_PERFORM => "unwillingToPerform",
            _ => return None,
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name)?,
            None => write!(f, "result {}", self.code)?,
        }
        match self.words.as_str() {
            "" => Ok(()),
            words => write!(f, ", {words}"),
        }
    }
}
