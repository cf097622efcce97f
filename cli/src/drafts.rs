//! `simplemapi drafts`: messages that a person has not finished.
#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;
use simplemapi::calls;
use simplemapi::dialogs;
use simplemapi::drafts::{self, Listed};
use simplemapi::error::{Error, Kind, Result};

use crate::exit;
use crate::plain::plain;
use crate::times::{now, span};

/// See the messages that nobody finished, as the window or its program failed, and take one up again.
///
/// A draft is named by its number in the list, or by its folder.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
Examples:
  simplemapi drafts list
  simplemapi drafts open 1";

#[derive(clap::Subcommand)]
enum Command {
    /// List the drafts that no window shows
    List {
        /// Print JSON, an object a line
        #[arg(long)]
        json: bool,
    },
    /// Show a draft in a window of its own, which sends it
    Open(One),
    /// Do away with a draft
    Discard(One),
}

#[derive(clap::Args)]
struct One {
    /// Its number in the list, or its folder
    #[arg(value_name = "DRAFT")]
    draft: PathBuf,
}

pub(crate) fn run(
    arguments: &Arguments,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let done = match &arguments.command {
        Command::List { json } => match drafts::list() {
            Ok(listed) => return list(&listed, *json, out),
            Err(error) => Err(error),
        },
        Command::Open(one) => {
            folder(&one.draft).and_then(|folder| calls::open_draft(&folder, &*dialogs::open(0)))
        }
        Command::Discard(one) => folder(&one.draft).and_then(|folder| drafts::discard(&folder)),
    };
    match done {
        Ok(()) => Ok(exit::OK),
        Err(error) => {
            writeln!(err, "simplemapi: {}", error.reason())?;
            Ok(match error.kind() {
                Kind::InvalidMessage => exit::USAGE,
                kind => exit::status(kind),
            })
        }
    }
}

fn list(listed: &[Listed], json: bool, out: &mut impl Write) -> io::Result<u8> {
    for (at, draft) in listed.iter().enumerate() {
        let folder = draft.folder.display();
        if json {
            let object = json!({
                "folder": folder.to_string(),
                "subject": draft.subject,
                "recipients": draft.recipients,
                "begun": draft.when,
            });
            writeln!(out, "{object}")?;
            continue;
        }
        let to = match draft.recipients.as_slice() {
            [] => String::new(),
            [one] => format!(", to {}", plain(one)),
            [first, rest @ ..] => format!(", to {} and {} more", plain(first), rest.len()),
        };
        let age = span(now().saturating_sub(draft.when));
        writeln!(
            out,
            "{}  \"{}\"{to}, {age} old",
            at + 1,
            plain(&draft.subject)
        )?;
        writeln!(out, "    {folder}")?;
    }
    if listed.is_empty() && !json {
        writeln!(out, "there are no drafts")?;
    }
    Ok(exit::OK)
}

/// The folder of the draft that is meant.
fn folder(draft: &Path) -> Result<PathBuf> {
    let number: Option<usize> = draft.to_str().and_then(|text| text.parse().ok());
    let Some(number) = number else {
        return Ok(std::path::absolute(draft).unwrap_or_else(|_| draft.to_owned()));
    };
    let listed = drafts::list()?;
    let found = number.checked_sub(1).and_then(|at| listed.get(at));
    found.map(|draft| draft.folder.clone()).ok_or_else(|| {
        let reason = format!("there is no draft {number}: \"simplemapi drafts list\" tells");
        Error::new(Kind::InvalidMessage, reason)
    })
}
