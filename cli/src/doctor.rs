//! `simplemapi doctor`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use simplemapi::config::{
    self, AddressBookConfig, Config, Environment, Login, Mechanism, Profile, Relays, SecretSource,
    Security, Server, StoreKind, TransportConfig,
};
use simplemapi::dialogs;
use simplemapi::error::Result;
use simplemapi::session::Session;

use crate::exit;

/// Say which configuration is used, and try everything short of sending.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    /// Try this profile instead of the default one
    #[arg(short, long, value_name = "NAME")]
    profile: Option<String>,
}

const AFTER: &str = "\
Examples:
  simplemapi doctor
  SIMPLEMAPI_CONFIG=./draft.toml simplemapi doctor --profile work";

/// Tells on `out` what it finds, step by step, and a verdict in the last line.
pub(crate) fn run(arguments: &Arguments, out: &mut impl Write) -> io::Result<u8> {
    let environment = Environment::get();
    writeln!(out, "Configuration")?;
    let config = Config::load();
    for place in config::places(environment) {
        let found = match &config {
            Ok(config) if config.path == place => "used",
            _ if place.exists() => "there",
            _ => "not there",
        };
        writeln!(out, "  {}: {found}", place.display())?;
    }
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            if !config::places(environment)
                .iter()
                .any(|place| place.exists())
            {
                writeln!(
                    out,
                    "\nA configuration that sends can be as short as this:\n"
                )?;
                for line in config::EXAMPLE.lines() {
                    writeln!(out, "  {line}")?;
                }
            }
            return refuse(out, &error);
        }
    };
    for warning in &config.warnings {
        writeln!(out, "  warning: {warning}")?;
    }
    writeln!(out, "\nProfiles")?;
    let tried = config.profile(arguments.profile.as_deref());
    for profile in &config.profiles {
        let default = match config.profile(None) {
            Ok(default) if default.name == profile.name => " (default)",
            _ => "",
        };
        writeln!(out, "  {}{default}", profile.name)?;
    }
    let profile = match tried {
        Ok(profile) => profile,
        Err(error) => return refuse(out, &error),
    };
    describe(profile, out)?;

    writeln!(out, "\nTrying it")?;
    let session = match Session::open(&config, Some(&profile.name), None) {
        Ok(session) => session,
        Err(error) => return refuse(out, &error),
    };
    let sends = attempt(out, |report| {
        session.transport().check(session.deadline(), report)
    })?;
    if let Err(error) = sends {
        return refuse(out, &error);
    }
    for book in session.address_books() {
        let finds = attempt(out, |report| book.check(session.deadline(), report))?;
        if let Err(error) = finds {
            writeln!(
                out,
                "\nMail to addresses can be sent, and nobody is found by name: {}",
                error.reason()
            )?;
            return Ok(exit::status(error.kind()));
        }
    }
    match dialogs::open(0).available() {
        Ok(()) => writeln!(out, "  a person can be asked by a front end for dialogs")?,
        Err(nobody) => writeln!(out, "  {}", nobody.reason())?,
    }
    writeln!(out, "\nAll is well: profile \"{}\" can send.", profile.name)?;
    Ok(exit::OK)
}

/// Goes through a provider's own steps. The outer result is that of printing.
fn attempt(
    out: &mut impl Write,
    check: impl FnOnce(&mut dyn FnMut(&str)) -> Result<()>,
) -> io::Result<Result<()>> {
    let mut printed = Ok(());
    let checked = check(&mut |step| {
        if printed.is_ok() {
            printed = writeln!(out, "  {step}").and_then(|()| out.flush());
        }
    });
    printed.map(|()| checked)
}

fn refuse(out: &mut impl Write, error: &simplemapi::error::Error) -> io::Result<u8> {
    writeln!(out, "\nNothing can be sent: {}", error.reason())?;
    Ok(exit::status(error.kind()))
}

/// What the profile says, without its secrets.
fn describe(profile: &Profile, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "\nProfile \"{}\"", profile.name)?;
    let senders = std::iter::once(&profile.sender).chain(&profile.identities);
    let senders: Vec<_> = senders.map(|sender| sender.address.to_string()).collect();
    writeln!(out, "  sends as {}", senders.join(", "))?;
    match &profile.transport {
        TransportConfig::Smtp(server) => describe_smtp(server, &profile.relays, out)?,
        TransportConfig::Sendmail { program } => writeln!(out, "  by {}", program.display())?,
        TransportConfig::Maildir { path } => {
            writeln!(
                out,
                "  into the Maildir {}; nothing leaves this machine",
                path.display()
            )?;
        }
        TransportConfig::Command { program } => {
            // Its arguments may hold anything, a token too.
            let program = program.first().map_or("", String::as_str);
            writeln!(out, "  by the command {program}")?;
        }
    }
    match profile.store.as_ref().map(|store| &store.kind) {
        Some(StoreKind::Maildir { path }) => {
            writeln!(out, "  keeps mail in the Maildir {}", path.display())?;
        }
        Some(StoreKind::Imap(server)) => {
            writeln!(out, "  keeps mail by IMAP on {}", told(server))?;
        }
        None => {}
    }
    for book in &profile.address_books {
        match book {
            AddressBookConfig::Vcard { path } => {
                writeln!(out, "  finds people on the vCards in {}", path.display())?;
            }
            AddressBookConfig::Ldap(directory) => {
                let server = told(&directory.server);
                writeln!(
                    out,
                    "  finds people by LDAP on {server}, below {}",
                    directory.base
                )?;
            }
        }
    }
    Ok(())
}

fn describe_smtp(server: &Server, relays: &Relays, out: &mut impl Write) -> io::Result<()> {
    match relays {
        Relays::Listed(others) => {
            writeln!(out, "  by SMTP to {}", told(server))?;
            for (host, port) in others {
                writeln!(out, "    or else to {host}:{port}")?;
            }
            Ok(())
        }
        Relays::Discovered(discovery) => {
            let security: Vec<_> = discovery.security.iter().map(|one| words(*one)).collect();
            let (host, security) = (&server.host, security.join(" or "));
            let login = login(server);
            writeln!(
                out,
                "  by SMTP to the servers that DNS names for {host}, {security}, {login}"
            )?;
            match discovery.nameserver {
                Some(asked) => writeln!(out, "    asking the name server {asked}"),
                None => Ok(()),
            }
        }
    }
}

fn words(security: Security) -> &'static str {
    match security {
        Security::Tls => "TLS",
        Security::StartTls => "STARTTLS",
        Security::None => "no encryption",
    }
}

fn login(server: &Server) -> String {
    match &server.login {
        Some(login) => format!("as {} {}", login.user, password(login)),
        None => "without a login".to_owned(),
    }
}

fn told(server: &Server) -> String {
    let (security, login) = (words(server.security), login(server));
    format!("{}:{}, {security}, {login}", server.host, server.port)
}

fn password(login: &Login) -> String {
    let token = login.mechanism == Some(Mechanism::XOauth2);
    let what = if token { "the token" } else { "the password" };
    match &login.password {
        SecretSource::Given(_) => format!("with {what} of the configuration"),
        SecretSource::Command(command) => {
            format!(
                "with {what} that {} prints",
                command.first().map_or("", String::as_str)
            )
        }
        SecretSource::File(path) => format!("with {what} in {}", path.display()),
        SecretSource::Keyring { .. } => format!("with {what} that the keyring has"),
        SecretSource::Ask => "without a password".to_owned(),
    }
}
