//! `simplemapi outbox`: what waits, and having it delivered.
#![forbid(unsafe_code)]

mod delivering;
mod listing;
#[cfg_attr(unix, path = "service/unix.rs")]
#[cfg_attr(windows, path = "service/windows.rs")]
mod service;
mod spooler;

use std::io::{self, Write};

use simplemapi::config::{Config, Profile};
use simplemapi::error::{Error, Kind, Result};
use simplemapi::outbox::{Outbox, Stage};

use crate::exit;

/// See what waits in the outbox, and have it delivered.
///
/// A message is named by the beginning of its name or of its Message-ID.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const AFTER: &str = "\
Examples:
  simplemapi outbox list
  simplemapi outbox flush --profile work
  simplemapi outbox show 1795380000 --json";

#[derive(clap::Subcommand)]
enum Command {
    /// List what waits to be delivered
    List(Common),
    /// List what is not tried any more
    Parked(Common),
    /// Say all that is known of a message, and print its header
    Show(One),
    /// Try everything that waits, now
    Flush(Common),
    /// Try a message now, also one that was given up
    Retry(One),
    /// Do away with a message: those who do not have it yet never get it
    Cancel(One),
    /// Deliver what comes, until SIGTERM
    Run(Chosen),
}

#[derive(clap::Args)]
struct Chosen {
    /// The outbox of this profile alone; without it, those of all profiles
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,
}

#[derive(clap::Args)]
struct Common {
    #[command(flatten)]
    chosen: Chosen,
    /// Print JSON, an object a line
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct One {
    /// The beginning of its name or of its Message-ID
    #[arg(value_name = "MESSAGE")]
    message: String,
    #[command(flatten)]
    common: Common,
}

/// A profile and its outbox.
struct Place<'c> {
    profile: &'c Profile,
    outbox: Outbox,
}

pub(crate) fn run(
    arguments: &Arguments,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let done = match &arguments.command {
        Command::List(common) => listing::list(common, Stage::Queued, out),
        Command::Parked(common) => listing::list(common, Stage::Parked, out),
        Command::Show(one) => listing::show(one, out),
        Command::Flush(common) => delivering::flush(common, out),
        Command::Retry(one) => delivering::retry(one, out),
        Command::Cancel(one) => listing::cancel(one),
        Command::Run(chosen) => spooler::run(chosen, err),
    };
    match done {
        Ok(code) => Ok(code),
        Err(Failed::Telling(error)) => Err(error),
        Err(Failed::Doing(error)) => {
            writeln!(err, "simplemapi: {}", error.reason())?;
            Ok(match error.kind() {
                Kind::InvalidMessage => exit::USAGE,
                kind => exit::status(kind),
            })
        }
    }
}

/// What ends a command early.
enum Failed {
    /// What it was to do.
    Doing(Error),
    /// Printing.
    Telling(io::Error),
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Doing(error)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Telling(error)
    }
}

/// The outboxes that there are, of the chosen profile or of all.
fn places<'c>(config: &'c Config, chosen: &Chosen) -> Result<Vec<Place<'c>>> {
    let profiles: Vec<&Profile> = match &chosen.profile {
        Some(name) => vec![config.profile(Some(name))?],
        None => config.profiles.iter().collect(),
    };
    let mut places = Vec::new();
    for profile in profiles {
        if let Some(path) = &profile.outbox.path
            && let Some(outbox) = Outbox::existing(path)?
        {
            places.push(Place { profile, outbox });
        }
    }
    Ok(places)
}

/// The one message that is meant, in whichever outbox it is.
fn find<'p, 'c>(
    places: &'p [Place<'c>],
    message: &str,
) -> Result<(&'p Place<'c>, simplemapi::outbox::Entry)> {
    let mut found = None;
    let mut missing = Error::new(
        Kind::InvalidMessage,
        format!("there is no message \"{message}\": no outbox holds anything"),
    );
    for place in places {
        match place.outbox.find(message) {
            Ok(_) if found.is_some() => {
                return Err(Error::new(
                    Kind::InvalidMessage,
                    format!("several messages begin with \"{message}\": write more of the name"),
                ));
            }
            Ok(entry) => found = Some((place, entry)),
            Err(error) => missing = error,
        }
    }
    found.ok_or(missing)
}
