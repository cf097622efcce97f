//! `simplemapi send`.
#![forbid(unsafe_code)]

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use simplemapi::calls::{self, Access, Compose, Handed};
use simplemapi::config::Config;
use simplemapi::error::{Error, Kind, Result};
use simplemapi::model::{Attachment, Message, Recipient, RecipientClass};
use simplemapi::session::Session;
use simplemapi_cli::{Draft, editor};

use crate::exit;

/// Send a message, with files or without, and return once somebody has taken responsibility for it.
///
/// The text comes from --body, from --body-file, or from the standard input when that is not a
/// terminal. Nothing is ever asked, unless by --compose: what is missing is an error.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    /// Send with this profile instead of the default one
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,
    /// A recipient: ada@example.org, "Ada Lovelace <ada@example.org>", or a name in an address book
    #[arg(value_name = "RECIPIENT")]
    recipients: Vec<String>,
    /// A recipient, as above; may be given again
    #[arg(short, long, value_name = "RECIPIENT")]
    to: Vec<String>,
    /// A recipient of a copy
    #[arg(short, long, value_name = "RECIPIENT")]
    cc: Vec<String>,
    /// A recipient of a copy that no other recipient sees
    #[arg(short, long, value_name = "RECIPIENT")]
    bcc: Vec<String>,
    /// The subject
    #[arg(short, long, value_name = "TEXT", default_value = "")]
    subject: String,
    /// The text
    #[arg(long, value_name = "TEXT", conflicts_with = "body_file")]
    body: Option<String>,
    /// A file with the text; - is the standard input
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
    /// A file to attach; may be given again
    #[arg(short, long, value_name = "FILE")]
    attach: Vec<PathBuf>,
    /// A file to attach under another name; these follow those of --attach
    #[arg(long, value_name = "NAME=FILE", value_parser = named_file)]
    attach_as: Vec<NamedFile>,
    /// Write the message in $VISUAL or $EDITOR first, and send what was saved there
    #[arg(long, conflicts_with = "attach_as")]
    compose: bool,
    /// Ask the recipients' mail programs to tell when the message is read
    #[arg(long)]
    receipt: bool,
    /// The message class, for programs that sort by it
    #[arg(long, value_name = "CLASS", default_value = "")]
    class: String,
    /// Say nothing on failure: the exit status tells
    #[arg(short, long)]
    quiet: bool,
}

const AFTER: &str = "\
Examples:
  simplemapi send ada@example.org --subject Report --attach report.pdf </dev/null
  make test 2>&1 | simplemapi send --to ada@example.org --cc grace@example.org -s \"Nightly test\"
  simplemapi send --compose --attach report.pdf ada@example.org
  simplemapi send --profile work ada@example.org --body Hello --attach-as \"March.csv=/tmp/x7.csv\"";

#[derive(Clone)]
struct NamedFile {
    name: String,
    path: PathBuf,
}

/// Takes `NAME=FILE` apart; the file may have further signs in its path.
fn named_file(argument: &str) -> std::result::Result<NamedFile, String> {
    match argument.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => Ok(NamedFile {
            name: name.to_owned(),
            path: path.into(),
        }),
        _ => Err("NAME=FILE is wanted".to_owned()),
    }
}

/// Sends, and says on `err` why it could not.
pub(crate) fn run(arguments: &Arguments, err: &mut impl Write) -> io::Result<u8> {
    let config = Config::load();
    if let Ok(config) = &config
        && !arguments.quiet
    {
        for warning in &config.warnings {
            writeln!(err, "simplemapi: warning: {warning}")?;
        }
    }
    match config.and_then(|config| send(arguments, &config)) {
        Ok(handed) => {
            // Sent is what everybody expects; that it waits is worth a word.
            if handed != Handed::Sent && !arguments.quiet {
                writeln!(err, "simplemapi: {handed}")?;
            }
            Ok(exit::OK)
        }
        Err(error) => {
            if !arguments.quiet {
                writeln!(err, "simplemapi: {}", error.reason())?;
            }
            Ok(exit::status(error.kind()))
        }
    }
}

fn send(arguments: &Arguments, config: &Config) -> Result<Handed> {
    let session = Arc::new(Session::open(config, arguments.profile.as_deref(), None)?);
    let body = body(arguments, config, session.limits().body_bytes)?;
    let send = |message| {
        let message = Message {
            class: arguments.class.clone(),
            receipt_requested: arguments.receipt,
            ..message
        };
        let access = Access::from(Arc::clone(&session));
        calls::send(access, message, Compose::Unattended)
    };
    match arguments.compose {
        true => write(arguments, body, send),
        false => send(Message {
            subject: arguments.subject.clone(),
            body,
            recipients: recipients(arguments),
            attachments: attachments(arguments),
            ..Message::default()
        }),
    }
}

/// Sends what a person makes of the message in their editor.
fn write(
    arguments: &Arguments,
    body: String,
    send: impl Fn(Message) -> Result<Handed>,
) -> Result<Handed> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let reason = "--compose needs a terminal, for the editor to run in";
        return Err(Error::new(Kind::NotSupported, reason));
    }
    let shown = Draft {
        to: [&arguments.recipients[..], &arguments.to].concat(),
        cc: arguments.cc.clone(),
        bcc: arguments.bcc.clone(),
        subject: arguments.subject.clone(),
        files: arguments.attach.clone(),
        body,
    };
    let written = editor::edit(&shown)?;
    if written.is_nothing_new(&shown)? {
        let reason = "nothing was written, or nothing changed: not sent";
        return Err(Error::new(Kind::UserAborted, reason));
    }
    written
        .draft()
        .and_then(|draft| send(draft.message()))
        .inspect_err(|_| written.keep())
}

fn recipients(arguments: &Arguments) -> Vec<Recipient> {
    let of = |class, names: &[String]| -> Vec<Recipient> {
        // An address in a name's place is one; anything else is looked for.
        let recipient = |name: &String| Recipient {
            class,
            name: name.clone(),
            address: String::new(),
            entry_id: Vec::new(),
        };
        names.iter().map(recipient).collect()
    };
    [
        of(RecipientClass::To, &arguments.recipients),
        of(RecipientClass::To, &arguments.to),
        of(RecipientClass::Cc, &arguments.cc),
        of(RecipientClass::Bcc, &arguments.bcc),
    ]
    .concat()
}

fn attachments(arguments: &Arguments) -> Vec<Attachment> {
    let file = |name: &str, path: &Path| Attachment {
        path: path.to_owned(),
        name: name.to_owned(),
    };
    let plain = arguments.attach.iter().map(|path| file("", path));
    let named = arguments
        .attach_as
        .iter()
        .map(|named| file(&named.name, &named.path));
    plain.chain(named).collect()
}

/// The text: UTF-8, or else in the configuration's legacy charset.
fn body(arguments: &Arguments, config: &Config, limit: u64) -> Result<String> {
    if let Some(body) = &arguments.body {
        return Ok(body.clone());
    }
    let (source, shown): (Box<dyn Read>, _) = match arguments.body_file.as_deref() {
        Some(path) if path != Path::new("-") => {
            let shown = path.display().to_string();
            let file = File::open(path).map_err(|error| unreadable(&shown, error))?;
            (Box::new(file), shown)
        }
        // Nobody is asked to type it, unless the command line says so.
        None if io::stdin().is_terminal() => return Ok(String::new()),
        _ => (
            Box::new(io::stdin().lock()),
            "the standard input".to_owned(),
        ),
    };
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the library finds it too large.
    source
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&shown, error))?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => config
            .legacy_charset
            .decode(error.as_bytes())
            .0
            .into_owned(),
    })
}

fn unreadable(shown: &str, error: io::Error) -> Error {
    Error::new(
        Kind::AttachmentUnreadable,
        format!("cannot read the text from {shown}"),
    )
    .because(error)
}
