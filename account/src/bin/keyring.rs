//! `simplemapi-keyring`: the person's keyring, for the library, which runs it, and for a shell.
//!
//! A program that sends loads nothing of the desktop: this one does, and is gone again.
#![forbid(unsafe_code)]

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    on_unix::main()
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod on_unix {
    use std::env;
    use std::io::{self, Read, Write};
    use std::process::ExitCode;

    use simplemapi_account::{Keyring, Secret};

    const USAGE: &str = "usage: simplemapi-keyring get|set|delete HOST USER
get prints the password, set reads it from the standard input, one line.";
    /// No password comes near it.
    const LONGEST: u64 = 1 << 16;

    pub(super) fn main() -> ExitCode {
        match run(env::args().skip(1).collect()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(why) => {
                let _ = writeln!(io::stderr(), "{why}");
                ExitCode::FAILURE
            }
        }
    }

    fn run(arguments: Vec<String>) -> Result<(), String> {
        let [action, host, user] = arguments.as_slice() else {
            return match arguments.as_slice() {
                [one] if one == "--help" => said(USAGE),
                _ => Err(USAGE.to_owned()),
            };
        };
        let nothing = || Err(format!("the keyring has no password of {user} for {host}"));
        match action.as_str() {
            "get" => match Keyring::open()?.get(host, user)? {
                Some(password) => said(password.reveal()),
                None => nothing(),
            },
            "set" => {
                let password = line()?;
                Keyring::open()?.set(host, user, &password)
            }
            "delete" => match Keyring::open()?.delete(host, user)? {
                true => Ok(()),
                false => nothing(),
            },
            _ => Err(USAGE.to_owned()),
        }
    }

    fn said(text: &str) -> Result<(), String> {
        let mut out = io::stdout().lock();
        let written = writeln!(out, "{text}").and_then(|()| out.flush());
        written.map_err(|error| format!("cannot print: {error}"))
    }

    /// The first line of the standard input.
    fn line() -> Result<Secret, String> {
        let mut text = String::new();
        let read = io::stdin().lock().take(LONGEST).read_to_string(&mut text);
        let text = Secret::new(text);
        read.map_err(|error| format!("cannot read the password: {error}"))?;
        match text.reveal().lines().next() {
            None | Some("") => Err("the standard input has no password".to_owned()),
            Some(line) => Ok(Secret::new(line.to_owned())),
        }
    }
}
