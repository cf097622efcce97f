//! A message while somebody writes it, and the text in which an editor shows it.
#![forbid(unsafe_code)]

use std::fmt;
use std::path::PathBuf;

use simplemapi::error::{Error, Kind, Result};
use simplemapi::model::{Attachment, Message, Recipient, RecipientClass};

/// A message as a person sees it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The recipients.
    pub to: Vec<String>,
    /// Those who get a copy.
    pub cc: Vec<String>,
    /// Those of whose copy nobody sees anything.
    pub bcc: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The files that go with it.
    pub files: Vec<PathBuf>,
    /// The text.
    pub body: String,
}

impl Draft {
    /// Takes over what a URI asks for.
    pub fn add(&mut self, other: Self) {
        self.to.extend(other.to);
        self.cc.extend(other.cc);
        self.bcc.extend(other.bcc);
        self.subject.push_str(&other.subject);
        self.body.push_str(&other.body);
    }

    /// The message to send.
    pub fn message(&self) -> Message {
        let classes = [
            (RecipientClass::To, &self.to),
            (RecipientClass::Cc, &self.cc),
            (RecipientClass::Bcc, &self.bcc),
        ];
        let recipients = classes.into_iter().flat_map(|(class, addresses)| {
            // An address in a name's place is one; anything else is looked for.
            addresses.iter().map(move |name| Recipient {
                class,
                name: name.clone(),
                address: String::new(),
                entry_id: Vec::new(),
            })
        });
        let attachments = self.files.iter().map(|path| Attachment {
            path: path.clone(),
            name: String::new(),
        });
        Message {
            subject: self.subject.clone(),
            body: self.body.clone(),
            recipients: recipients.collect(),
            attachments: attachments.collect(),
            ..Message::default()
        }
    }

    /// Reads back what somebody has written.
    ///
    /// # Errors
    /// [`Kind::Failure`] with the number of a line of the header that is none.
    pub fn parse(text: &str) -> Result<Self> {
        let mut draft = Self::default();
        let (mut lines, mut number) = (text.lines(), 0);
        for line in lines.by_ref() {
            number += 1;
            if line.trim().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.trim().to_owned();
            match name.trim().to_ascii_lowercase().as_str() {
                _ if value.is_empty() && line.contains(':') => {}
                "to" => draft.to.push(value),
                "cc" => draft.cc.push(value),
                "bcc" => draft.bcc.push(value),
                "subject" => draft.subject = value,
                "attach" => draft.files.push(value.into()),
                _ => {
                    return Err(Error::new(
                        Kind::Failure,
                        format!(
                            "line {number} of the message is neither To, Cc, Bcc, Subject nor Attach; \
                             an empty line comes before the text"
                        ),
                    ));
                }
            }
        }
        draft.body = lines.map(|line| format!("{line}\n")).collect();
        Ok(draft)
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A header is one line, whatever somebody has put into it.
        let line = |text: &str| text.replace(char::is_control, " ");
        for (name, addresses) in [("To", &self.to), ("Cc", &self.cc), ("Bcc", &self.bcc)] {
            if addresses.is_empty() {
                writeln!(to, "{name}: ")?;
            }
            for address in addresses {
                writeln!(to, "{name}: {}", line(address))?;
            }
        }
        writeln!(to, "Subject: {}", line(&self.subject))?;
        for file in &self.files {
            writeln!(to, "Attach: {}", line(&file.display().to_string()))?;
        }
        write!(to, "\n{}", self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_changed_is_read_back_as_it_was() {
        let draft = Draft {
            to: vec![
                "Ada <ada@example.org>".to_owned(),
                "b@example.org".to_owned(),
            ],
            cc: Vec::new(),
            bcc: vec!["c@example.org".to_owned()],
            subject: "März: neu".to_owned(),
            files: vec!["/tmp/a b.pdf".into()],
            body: "eins\n\nzwei\n".to_owned(),
        };
        assert_eq!(Draft::parse(&draft.to_string()).unwrap(), draft);
        let empty = Draft::default();
        assert_eq!(Draft::parse(&empty.to_string()).unwrap(), empty);
    }

    #[test]
    fn nothing_gets_into_the_header_by_a_line_break() {
        let draft = Draft {
            subject: "x\nBcc: eve@example.org".to_owned(),
            ..Draft::default()
        };
        assert!(Draft::parse(&draft.to_string()).unwrap().bcc.is_empty());
    }

    #[test]
    fn a_line_that_is_no_header_is_named() {
        let error = Draft::parse("To: ada@example.org\nhello\n").unwrap_err();
        assert!(error.reason().contains("line 2"), "{}", error.reason());
    }
}
