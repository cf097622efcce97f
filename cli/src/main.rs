//! The `simplemapi` command: sends from the shell, and says why a send would fail, through the same
//! library that C programs use.
//!
//! What it prints is all written to a stream that is handed in, so that a closed pipe ends it
//! quietly instead of by a panic.
#![forbid(unsafe_code)]

mod completions;
mod contacts;
mod doctor;
mod drafts;
mod exit;
mod outbox;
mod plain;
#[cfg(windows)]
mod register;
mod send;
#[cfg(unix)]
mod setup;
mod times;
mod version;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Send mail from the shell, and find out why a send would fail.
#[derive(Parser)]
#[command(
    name = "simplemapi",
    version,
    disable_help_subcommand = true,
    after_help = exit::HELP
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Send(Box<send::Arguments>),
    Contacts(contacts::Arguments),
    Doctor(doctor::Arguments),
    Outbox(outbox::Arguments),
    #[cfg(unix)]
    Setup(Box<setup::Arguments>),
    Drafts(drafts::Arguments),
    #[cfg(windows)]
    Register(register::Register),
    #[cfg(windows)]
    Unregister(register::Unregister),
    Completions(completions::Arguments),
    Version(version::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => {
            // What was asked for (help) goes to the standard output, a refusal to the other one.
            let _ = answer.print();
            return match answer.use_stderr() {
                true => ExitCode::from(exit::USAGE),
                false => ExitCode::SUCCESS,
            };
        }
    };
    let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
    let outcome = match arguments.command {
        Command::Send(arguments) => send::run(&arguments, &mut err),
        Command::Contacts(arguments) => contacts::run(&arguments, &mut out, &mut err),
        Command::Doctor(arguments) => doctor::run(&arguments, &mut out),
        Command::Outbox(arguments) => outbox::run(&arguments, &mut out, &mut err),
        #[cfg(unix)]
        Command::Setup(arguments) => setup::run(&arguments, &mut out, &mut err),
        Command::Drafts(arguments) => drafts::run(&arguments, &mut out, &mut err),
        #[cfg(windows)]
        Command::Register(arguments) => register::register(&arguments, &mut err),
        #[cfg(windows)]
        Command::Unregister(arguments) => register::unregister(&arguments, &mut err),
        Command::Completions(arguments) => completions::run(
            &arguments,
            <Arguments as CommandFactory>::command(),
            &mut out,
        ),
        Command::Version(_) => version::run(&mut out),
    };
    match outcome.and_then(|code| out.flush().map(|()| code)) {
        Ok(code) => ExitCode::from(code),
        // Nobody is left to be told.
        Err(_) => ExitCode::from(exit::IO_ERROR),
    }
}
