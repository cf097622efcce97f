//! What a server offers in its answer to EHLO.
#![forbid(unsafe_code)]

use std::fmt;

use lettre::transport::smtp::authentication::Mechanism;

use super::reply::Reply;

/// What a server offers. A server that only knows HELO offers nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Capabilities {
    /// Commands may be sent without waiting for each answer (RFC 2920).
    pub(super) pipelining: bool,
    /// A message may come as counted bytes instead of dot-stuffed lines (RFC 3030).
    pub(super) chunking: bool,
    /// Counted bytes may be no lines (RFC 3030).
    pub(super) binary_mime: bool,
    /// Bytes over 127 are welcome in the body (RFC 6152).
    pub(super) eight_bit_mime: bool,
    /// Addresses and headers may be UTF-8 (RFC 6531).
    pub(super) smtp_utf8: bool,
    /// TLS is to be had (RFC 3207).
    pub(super) start_tls: bool,
    /// The declared size of a message is welcome (RFC 1870).
    pub(super) size: bool,
    /// The largest message it takes.
    pub(super) max_size: Option<u64>,
    /// Ways of authentication that we speak too.
    pub(super) mechanisms: Vec<Mechanism>,
}

impl Capabilities {
    /// Reads the answer to EHLO. Its first line is the server's name; what is not known or not
    /// understood is not offered.
    pub(super) fn read(reply: &Reply) -> Self {
        let mut offered = Self::default();
        for line in reply.lines().skip(1) {
            let mut words = line.split_ascii_whitespace();
            let Some(keyword) = words.next() else {
                continue;
            };
            match keyword.to_ascii_uppercase().as_str() {
                "PIPELINING" => offered.pipelining = true,
                "CHUNKING" => offered.chunking = true,
                "BINARYMIME" => offered.binary_mime = true,
                "8BITMIME" => offered.eight_bit_mime = true,
                "SMTPUTF8" => offered.smtp_utf8 = true,
                "STARTTLS" => offered.start_tls = true,
                "SIZE" => {
                    offered.size = true;
                    // Zero is no limit.
                    offered.max_size = words
                        .next()
                        .and_then(|size| size.parse().ok())
                        .filter(|&size| size > 0);
                }
                "AUTH" => offered.add_mechanisms(words),
                // How servers before RFC 2554 wrote it, and some of today for their sake.
                other => {
                    if let Some(first) = other.strip_prefix("AUTH=") {
                        offered.add_mechanisms(std::iter::once(first).chain(words));
                    }
                }
            }
        }
        offered
    }

    fn add_mechanisms<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            let known = [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2]
                .into_iter()
                .find(|mechanism| mechanism.to_string().eq_ignore_ascii_case(name));
            if let Some(mechanism) = known
                && !self.mechanisms.contains(&mechanism)
            {
                self.mechanisms.push(mechanism);
            }
        }
    }
}

impl fmt::Display for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = [
            (self.pipelining, "PIPELINING"),
            (self.chunking, "CHUNKING"),
            (self.binary_mime, "BINARYMIME"),
            (self.eight_bit_mime, "8BITMIME"),
            (self.smtp_utf8, "SMTPUTF8"),
            (self.start_tls, "STARTTLS"),
        ]
        .into_iter()
        .filter(|(offered, _)| *offered)
        .map(|(_, word)| word.to_owned())
        .collect();
        words.extend(
            self.max_size
                .map(|size| format!("messages up to {size} bytes")),
        );
        words.extend(
            self.mechanisms
                .iter()
                .map(|mechanism| format!("AUTH {mechanism}")),
        );
        if words.is_empty() {
            return f.write_str("nothing beyond plain SMTP");
        }
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::ReplyReader;
    use super::*;
    use crate::connection::Framing;

    fn read(text: &str) -> Capabilities {
        let mut reader = ReplyReader::default();
        reader.take(text.as_bytes());
        Capabilities::read(&reader.next_reply().unwrap().unwrap())
    }

    #[test]
    fn keywords_are_read_in_any_case_and_the_servers_name_is_none_of_them() {
        let offered = read(
            "250-pipelining\r\n250-Chunking\r\n250-8bitmime\r\n250-BinaryMime\r\n250-SMTPUTF8\r\n250-starttls\r\n\
             250-SIZE 1000\r\n250-AUTH CRAM-MD5 plain LOGIN XOAUTH2\r\n250 X-ODD\r\n",
        );
        assert!(!offered.pipelining);
        assert!(offered.chunking && offered.eight_bit_mime && offered.smtp_utf8);
        assert!(offered.binary_mime);
        assert!(offered.start_tls && offered.size);
        assert_eq!(offered.max_size, Some(1000));
        assert_eq!(
            offered.mechanisms,
            [Mechanism::Plain, Mechanism::Login, Mechanism::Xoauth2]
        );
    }

    #[test]
    fn the_old_spelling_of_auth_counts_once() {
        let offered = read("250-x\r\n250-AUTH PLAIN\r\n250 AUTH=PLAIN LOGIN\r\n");
        assert_eq!(offered.mechanisms, [Mechanism::Plain, Mechanism::Login]);
    }

    #[test]
    fn odd_lines_offer_nothing() {
        for text in [
            "250-x\r\n250    \r\n",
            "250-x\r\n250 \r\n",
            "250-x\r\n250-\r\n250\r\n",
            "250-x\r\n250 AUTH\r\n",
            "250 PIPELINING\r\n",
        ] {
            assert_eq!(read(text), Capabilities::default(), "{text:?}");
        }
        for size in [
            "SIZE",
            "SIZE 0",
            "SIZE lots",
            "SIZE 99999999999999999999",
            "SIZE -1",
        ] {
            assert_eq!(
                read(&format!("250-x\r\n250 {size}\r\n")).max_size,
                None,
                "{size}"
            );
        }
    }
}
