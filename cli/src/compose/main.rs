//! `simplemapi-compose`: takes the arguments of `xdg-email`, lets a person see and change the message,
//! and sends it. Nothing leaves before somebody has said so.
#![forbid(unsafe_code)]

mod mailto;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use simplemapi::calls::{self, Access, Compose, Handed, MayAsk};
use simplemapi::config::Config;
use simplemapi::dialogs;
use simplemapi::error::{Error, Kind, Result};
use simplemapi::session::{Sessions, Sharing};

use simplemapi_cli::{Draft, editor};

/// Write a message and send it: the arguments are those of xdg-email.
#[derive(Parser)]
#[command(name = "simplemapi-compose", version, after_help = AFTER)]
struct Arguments {
    /// mailto:..., or addresses
    #[arg(value_name = "MAILTO-URI|ADDRESS")]
    to: Vec<String>,
    /// A recipient, as above
    #[arg(long = "to", value_name = "ADDRESS")]
    more: Vec<String>,
    /// A recipient of a copy
    #[arg(long, value_name = "ADDRESS")]
    cc: Vec<String>,
    /// A recipient of a copy that no other recipient sees
    #[arg(long, value_name = "ADDRESS")]
    bcc: Vec<String>,
    /// The subject
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// The text to begin with
    #[arg(long, value_name = "TEXT")]
    body: Option<String>,
    /// A file to attach; may be given again
    #[arg(long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// Nothing: all text is UTF-8
    #[arg(long)]
    utf8: bool,
    /// Print this help
    #[arg(long)]
    manual: bool,
}

const AFTER: &str = "\
In a terminal the message is shown in $VISUAL or $EDITOR, and sent once that has ended and you have said yes.

Exit status:
  0  sent: somebody has taken responsibility for the message
  1  the command line is wrong
  2  a file to attach is not there
  3  there is no terminal and no window to compose in
  4  not sent";

const USAGE: u8 = 1;
const NO_FILE: u8 = 2;
const NOWHERE: u8 = 3;
const NOT_SENT: u8 = 4;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) if arguments.manual => {
            let _ = <Arguments as clap::CommandFactory>::command().print_long_help();
            return ExitCode::SUCCESS;
        }
        Ok(arguments) => arguments,
        Err(answer) => {
            let _ = answer.print();
            return ExitCode::from(if answer.use_stderr() { USAGE } else { 0 });
        }
    };
    match compose(arguments) {
        Ok(handed) => {
            // Sent is what everybody expects; that it waits is worth a word.
            if handed != Handed::Sent {
                let _ = writeln!(io::stderr(), "simplemapi-compose: {handed}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "simplemapi-compose: {}", error.reason());
            ExitCode::from(match error.kind() {
                Kind::AttachmentNotFound => NO_FILE,
                Kind::NotSupported => NOWHERE,
                _ => NOT_SENT,
            })
        }
    }
}

/// Lets somebody write, and sends.
fn compose(arguments: Arguments) -> Result<Handed> {
    let draft = draft(arguments)?;
    let sessions = Sessions::new(Config::load);
    let dialogs = dialogs::open(0);
    // Somebody who has no account yet adds one first.
    let session = Access::of(&sessions, 0, Sharing::New)?
        .or_ask(&sessions, MayAsk::Profile(dialogs.as_ref()))
        .session()?;
    let access = || Access::from(Arc::clone(&session));
    let shown = calls::send(access(), draft.message(), Compose::Dialog(dialogs.as_ref()));
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    match shown {
        Err(error) if error.kind() == Kind::NotSupported && terminal => {}
        other => return other,
    }
    let written = editor::edit(&draft)?;
    let sent = written
        .draft()
        .and_then(|draft| match editor::wanted(&draft) {
            true => calls::send(access(), draft.message(), Compose::Unattended),
            false => Err(Error::new(Kind::UserAborted, "not sent")),
        });
    sent.inspect_err(|_| written.keep())
}

/// What the command line says.
fn draft(arguments: Arguments) -> Result<Draft> {
    let mut draft = Draft::default();
    for word in arguments.to.into_iter().chain(arguments.more) {
        match mailto::parse(&word) {
            Some(uri) => draft.add(uri),
            None => draft.to.push(word),
        }
    }
    draft.cc.extend(arguments.cc);
    draft.bcc.extend(arguments.bcc);
    draft.subject = arguments.subject.unwrap_or(draft.subject);
    draft.body = arguments.body.unwrap_or(draft.body);
    // The person may look at it from another folder than the caller's.
    for path in arguments.attach {
        let path = path.canonicalize().map_err(|error| {
            let reason = format!("cannot attach {}", path.display());
            Error::new(Kind::AttachmentNotFound, reason).because(error)
        })?;
        draft.files.push(path);
    }
    Ok(draft)
}
