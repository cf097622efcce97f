//! `simplemapi contacts`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use simplemapi::calls;
use simplemapi::config::Config;
use simplemapi::model::Mailbox;
use simplemapi::providers::address_book::{Entry, Found, MatchedBy, Reaches};
use simplemapi::session::Session;

use crate::exit;

/// Show whom a name means, and why: who is found in each address book, and who would get the mail.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    /// Ask the address books of this profile instead of the default one
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,
    /// A name, or the beginning of its words
    #[arg(value_name = "NAME")]
    name: String,
}

const AFTER: &str = "\
Examples:
  simplemapi contacts muller
  simplemapi contacts \"Stock Keepers\"";

/// Tells on `out` who is meant, and on `err` why nobody is.
pub(crate) fn run(
    arguments: &Arguments,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let session = Config::load()
        .and_then(|config| Session::open(&config, arguments.profile.as_deref(), None));
    let session = match session {
        Ok(session) => session,
        Err(error) => {
            writeln!(err, "simplemapi: {}", error.reason())?;
            return Ok(exit::status(error.kind()));
        }
    };
    let contacts = calls::contacts(&session, &arguments.name);
    for (book, found) in &contacts.found {
        match found {
            Ok(found) if found.matches.is_empty() => writeln!(out, "{book}: nobody")?,
            Ok(found) => {
                writeln!(out, "{book}:")?;
                tell(found, out)?;
            }
            Err(error) => writeln!(out, "{book}: {}", error.reason())?,
        }
    }
    if !contacts.found.is_empty() {
        writeln!(out)?;
    }
    match contacts.reached {
        Ok(reached) => {
            writeln!(out, "Mail to \"{}\" goes to:", arguments.name.trim())?;
            for Mailbox { name, address } in reached {
                match name.as_str() {
                    "" => writeln!(out, "  {address}")?,
                    name => writeln!(out, "  {name} <{address}>")?,
                }
            }
            Ok(exit::OK)
        }
        Err(error) => {
            // What was found comes first, wherever the two streams lead.
            out.flush()?;
            writeln!(err, "simplemapi: {}", error.reason())?;
            Ok(exit::status(error.kind()))
        }
    }
}

fn tell(found: &Found, out: &mut impl Write) -> io::Result<()> {
    for (by, Entry { name, reaches, .. }) in &found.matches {
        let why = match by {
            MatchedBy::DisplayName => "its whole name",
            MatchedBy::Words => "its words begin so",
        };
        match reaches {
            Reaches::Person(address) => writeln!(out, "  {name} <{address}>: {why}")?,
            Reaches::List => writeln!(out, "  {name}, a list: {why}")?,
        }
    }
    if found.more {
        writeln!(out, "  and others")?;
    }
    Ok(())
}
