//! `simplemapi setup`.
#![forbid(unsafe_code)]

mod person;

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use simplemapi::config::{Config, Secret, SecretSource, Security};
use simplemapi::deadline::Deadline;
use simplemapi::error::{Error, Kind};
use simplemapi_account::{Account, Hint, Part, Problem, Server, find, keep, try_out};

use self::person::Person;
use crate::exit;

/// Add a mail account: find its servers, log in to them, and keep it as a profile.
///
/// In a terminal it asks for what is not given. The password goes to the keyring of the desktop, and the
/// rest to your configuration file.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    /// Your mail address
    #[arg(value_name = "ADDRESS")]
    address: Option<String>,
    /// Your name, as recipients see it
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A file whose first line is the password; - is the standard input. Then nothing is asked
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// The server for outgoing mail, instead of looking for it
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT", requires = "host")]
    port: Option<u16>,
    /// How the way there is protected: tls, starttls, or none on this machine
    #[arg(long, value_parser = security, default_value = "tls", requires = "host")]
    security: Security,
    /// The name to log in with, if it is not the address
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// The server for incoming mail, if there is one
    #[arg(long, value_name = "HOST", requires = "host")]
    imap_host: Option<String>,
    /// Its port
    #[arg(long, value_name = "PORT", requires = "imap_host")]
    imap_port: Option<u16>,
    /// How the way there is protected
    #[arg(long, value_parser = security, default_value = "tls", requires = "imap_host")]
    imap_security: Security,
    /// Only send: leave out the server for incoming mail
    #[arg(long, conflicts_with = "imap_host")]
    no_imap: bool,
    /// Print the profile that would be kept, and do nothing
    #[arg(long)]
    dry_run: bool,
}

const AFTER: &str = "\
Examples:
  simplemapi setup
  simplemapi setup ada@example.org --name \"Ada Lovelace\" --password-file - <password
  simplemapi setup ada@example.org --host smtp.example.org --security starttls --dry-run";

fn security(word: &str) -> Result<Security, String> {
    match word {
        "tls" => Ok(Security::Tls),
        "starttls" => Ok(Security::StartTls),
        "none" => Ok(Security::None),
        _ => Err("tls, starttls or none is wanted".to_owned()),
    }
}

/// Why it went no further.
enum Stop {
    Problem(Problem),
    /// The words, and the exit status.
    Said(String, u8),
    Printing(io::Error),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Printing(error)
    }
}

/// Adds the account; what it finds goes to `out`, questions and what is wrong to `err`.
pub(crate) fn run(
    arguments: &Arguments,
    out: &mut impl Write,
    err: &mut impl Write,
) -> io::Result<u8> {
    let stop = match set_up(arguments, out, err) {
        Ok(()) => return Ok(exit::OK),
        Err(stop) => stop,
    };
    out.flush()?;
    match stop {
        Stop::Printing(error) => Err(error),
        Stop::Said(why, status) => {
            writeln!(err, "simplemapi: {why}")?;
            Ok(status)
        }
        Stop::Problem(problem) => {
            writeln!(err, "simplemapi: {problem}")?;
            if problem.part == Part::Keyring {
                writeln!(
                    err,
                    "simplemapi: --dry-run prints the profile, for a configuration of your own with \
                     password-command or password-file in the place of keyring"
                )?;
            }
            Ok(exit::status(problem.kind))
        }
    }
}

fn set_up(arguments: &Arguments, out: &mut impl Write, err: &mut impl Write) -> Result<(), Stop> {
    let mut person = Person::new(arguments.password_file.is_none() && !arguments.dry_run, err);
    let address = match &arguments.address {
        Some(address) => address.clone(),
        None => person
            .ask("Mail address", "")?
            .ok_or_else(|| Stop::Said("a mail address is wanted".to_owned(), exit::USAGE))?,
    };
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => person
            .ask("Your name, as recipients see it", "")?
            .unwrap_or_default(),
    };
    let (mut account, hint) = settings(arguments, &address, &name, out, &mut person)?;
    if let Some(user) = &arguments.user {
        account.outgoing.user.clone_from(user);
        if let Some(incoming) = &mut account.incoming {
            incoming.user.clone_from(user);
        }
    }
    if arguments.no_imap {
        account.incoming = None;
    }
    if arguments.dry_run {
        if let Some(hint) = hint {
            writeln!(out, "# {hint}")?;
        }
        write!(out, "{}", account.profile()?)?;
        return Ok(());
    }
    describe(&account, out)?;
    if let Some(hint) = hint {
        heed(&hint, out, &mut person)?;
    }
    out.flush()?;

    let password = tried(arguments, &account, out, &mut person)?;
    let profile = keep(&account, &password)?;
    let path = Config::load().map(|config| config.path.display().to_string());
    writeln!(
        out,
        "Kept as profile \"{profile}\" in {}, and the password in the keyring.",
        path.unwrap_or_else(|_| "your configuration".to_owned())
    )?;
    Ok(())
}

/// The servers: named, found, or asked for.
fn settings(
    arguments: &Arguments,
    address: &str,
    name: &str,
    out: &mut impl Write,
    person: &mut Person<'_, impl Write>,
) -> Result<(Account, Option<Hint>), Stop> {
    let mut guess = Account::guess(address, name);
    if let Some(host) = &arguments.host {
        let server = |host: &str, port: Option<u16>, security, usual: [u16; 3]| {
            let [tls, starttls, none] = usual;
            Server {
                host: host.to_owned(),
                port: port.unwrap_or(match security {
                    Security::Tls => tls,
                    Security::StartTls => starttls,
                    Security::None => none,
                }),
                security,
                user: address.to_owned(),
            }
        };
        let (security, port) = (arguments.security, arguments.port);
        guess.outgoing = server(host, port, security, [465, 587, 25]);
        let (security, port) = (arguments.imap_security, arguments.imap_port);
        let incoming = arguments.imap_host.as_ref();
        guess.incoming = incoming.map(|host| server(host, port, security, [993, 143, 143]));
        return Ok((guess, None));
    }
    if !arguments.dry_run {
        writeln!(out, "Looking for the servers of {address} ...")?;
        out.flush()?;
    }
    if let Some(found) = find(address, name, &|| true) {
        match arguments.dry_run {
            true => writeln!(out, "# These settings are from {}.", found.source)?,
            false => writeln!(out, "These settings are from {}:", found.source)?,
        }
        return Ok((found.account, found.hint));
    }
    // Nothing is found for what is no address, and it helps nobody to be asked for its servers.
    guess.profile()?;
    let nobody = || {
        let why = format!("nobody says where the servers of {address} are: name them with --host");
        Stop::Said(why, exit::status(Kind::LoginFailed))
    };
    let (smtp, imap) = (&mut guess.outgoing, &mut guess.incoming);
    smtp.host = person
        .ask("Nothing was found. Server for outgoing mail", &smtp.host)?
        .ok_or_else(nobody)?;
    if let Some(server) = imap {
        match person.ask("Server for incoming mail, - for none", &server.host)? {
            Some(host) if host != "-" => server.host = host,
            _ => *imap = None,
        }
    }
    Ok((guess, None))
}

fn describe(account: &Account, out: &mut impl Write) -> io::Result<()> {
    let told = |server: &Server| {
        let security = match server.security {
            Security::Tls => "TLS",
            Security::StartTls => "STARTTLS",
            Security::None => "no encryption",
        };
        let Server {
            host, port, user, ..
        } = server;
        format!("{host}:{port}, {security}, as {user}")
    };
    writeln!(out, "  outgoing mail: {}", told(&account.outgoing))?;
    match &account.incoming {
        Some(server) => writeln!(out, "  incoming mail: {}", told(server)),
        None => writeln!(out, "  incoming mail: none"),
    }
}

/// Tells what a person should know, and lets them decide what only they can.
fn heed(
    hint: &Hint,
    out: &mut impl Write,
    person: &mut Person<'_, impl Write>,
) -> Result<(), Stop> {
    writeln!(out, "{hint}")?;
    out.flush()?;
    let (question, otherwise) = match hint {
        Hint::AppPassword(_) | Hint::Enable(_) => return Ok(()),
        Hint::OAuthOnly => ("Try a password all the same", "a password will be refused"),
        Hint::Elsewhere(_) => ("Is it", "if it is, name it with --host"),
    };
    match person.agrees(question)? {
        true => Ok(()),
        false => Err(Stop::Said(
            format!("not set up: {otherwise}"),
            exit::status(Kind::LoginFailed),
        )),
    }
}

/// The password with which the account works.
fn tried(
    arguments: &Arguments,
    account: &Account,
    out: &mut impl Write,
    person: &mut Person<'_, impl Write>,
) -> Result<Secret, Stop> {
    /// Whoever mistypes it more often has another one.
    const TRIES: usize = 3;
    // Before anybody types a password for them.
    account.profile()?;
    let mut tries = 0;
    loop {
        tries += 1;
        let given = arguments.password_file.as_deref();
        let password = match given {
            Some(path) => written(path)
                .map_err(|error| Stop::Said(error.reason(), exit::status(error.kind())))?,
            None => person.ask_password()?.ok_or_else(|| {
                let why = "a password is wanted: --password-file FILE, or - for the standard input";
                Stop::Said(why.to_owned(), exit::USAGE)
            })?,
        };
        writeln!(out, "Logging in ...")?;
        out.flush()?;
        match try_out(account, &password) {
            Ok(()) => return Ok(password),
            Err(problem)
                if problem.kind == Kind::LoginFailed && given.is_none() && tries < TRIES =>
            {
                person.tell(&problem)?;
            }
            Err(problem) => return Err(problem.into()),
        }
    }
}

/// The password in a file that nobody else can read, or on the standard input.
fn written(path: &Path) -> Result<Secret, Error> {
    /// No password comes near it.
    const LONGEST: u64 = 1 << 16;
    if path != Path::new("-") {
        let source = SecretSource::File(path.to_owned());
        return source.fetch(Deadline::after(Duration::from_secs(60)));
    }
    let mut line = String::new();
    let read = io::stdin().lock().take(LONGEST).read_line(&mut line);
    let line = Secret::new(line);
    let refuse = |why| Error::new(Kind::LoginFailed, why);
    read.map_err(|error| refuse("no password from the standard input").because(error))?;
    let text = line.reveal().trim_end_matches(['\r', '\n']);
    match text {
        "" => Err(refuse("the standard input has no password")),
        text => Ok(Secret::new(text.to_owned())),
    }
}
