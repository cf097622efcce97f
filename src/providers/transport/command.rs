//! `kind = "command"`: any program that takes a message on its standard input.
//!
//! The header of a message names nobody who gets a blind copy. A program that delivers by itself
//! is told everyone by its arguments: one that is just `{recipients}` becomes one argument a
//! recipient, and `{sender}` becomes the address that delivery reports go to.
#![forbid(unsafe_code)]

use super::{Transport, program};
use crate::child::Program;
use crate::deadline::Deadline;
use crate::error::{Error, Kind, Result};
use crate::mime::Composed;
use crate::model::Envelope;

/// The argument that stands for all recipients.
const RECIPIENTS: &str = "{recipients}";
/// The argument that stands for the sender.
const SENDER: &str = "{sender}";

/// A program and its arguments, as the configuration has them.
#[derive(Debug, Clone)]
pub struct Command {
    words: Vec<String>,
}

impl Command {
    /// The program's absolute path and its arguments.
    pub fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    fn program(&self) -> Result<(Program, &[String])> {
        let (path, arguments) = self.words.split_first().ok_or_else(|| {
            Error::new(
                Kind::Failure,
                "the command of the transport names no program",
            )
        })?;
        Ok((Program::new(path)?, arguments))
    }

    /// The program with its arguments, and the envelope in its places.
    fn told(&self, envelope: &Envelope) -> Result<Program> {
        let (program, arguments) = self.program()?;
        let filled = fill_in(arguments, envelope)?;
        Ok(program.arguments(filled))
    }
}

/// The arguments with the envelope in its places.
fn fill_in(arguments: &[String], envelope: &Envelope) -> Result<Vec<String>> {
    let mut filled = Vec::with_capacity(arguments.len() + envelope.recipients.len());
    let mut options_are_over = false;
    for argument in arguments {
        let addresses = match argument.as_str() {
            RECIPIENTS => envelope.recipients.as_slice(),
            SENDER => std::slice::from_ref(&envelope.sender),
            plain => {
                options_are_over |= plain == "--";
                filled.push(plain.to_owned());
                continue;
            }
        };
        for address in addresses.iter().map(ToString::to_string) {
            if address.starts_with('-') && !options_are_over {
                return Err(Error::new(
                    Kind::InvalidRecipients,
                    format!(
                        "the address {address} could be taken for an option: put \"--\" before {argument} in the command of the transport"
                    ),
                ));
            }
            filled.push(address);
        }
    }
    Ok(filled)
}

impl Transport for Command {
    fn send(&self, envelope: &Envelope, message: Composed, deadline: Deadline) -> Result<()> {
        program::hand_over(&self.told(envelope)?, &message, deadline)
    }

    fn check(&self, _deadline: Deadline, report: &mut dyn FnMut(&str)) -> Result<()> {
        program::look_at(&self.program()?.0, report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Address;

    fn filled(arguments: &[&str], recipients: &[&str]) -> Result<Vec<String>> {
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        let address = |text: &&str| Address::new(text).unwrap();
        let recipients: Vec<_> = recipients.iter().map(address).collect();
        fill_in(
            &arguments,
            &Envelope::new(address(&"ada@example.org"), recipients),
        )
    }

    #[test]
    fn the_envelope_stands_where_the_configuration_wants_it() {
        let words = ["-f", "{sender}", "--", "{recipients}", "x{sender}"];
        assert_eq!(
            filled(&words, &["bob@example.org", "-c@example.org"]).unwrap(),
            [
                "-f",
                "ada@example.org",
                "--",
                "bob@example.org",
                "-c@example.org",
                "x{sender}"
            ]
        );
        assert_eq!(filled(&[], &["bob@example.org"]).unwrap(), [""; 0]);
    }

    #[test]
    fn an_address_is_never_taken_for_an_option() {
        let error = filled(&["{recipients}"], &["-c@example.org"]).unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidRecipients);
        assert!(error.reason().contains("\"--\""), "{}", error.reason());
    }

    #[test]
    fn a_program_has_to_be_named_by_its_absolute_path() {
        assert!(Command::new(Vec::new()).program().is_err());
        assert!(Command::new(vec!["msmtp".to_owned()]).program().is_err());
    }
}
