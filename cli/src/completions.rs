//! `simplemapi completions`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use clap_complete::Shell;

use crate::exit;

/// Print what makes a shell complete the words of this command.
#[derive(clap::Args)]
#[command(after_help = AFTER)]
pub(crate) struct Arguments {
    /// Whose
    shell: Shell,
}

const AFTER: &str = "\
Example:
  simplemapi completions bash >~/.local/share/bash-completion/completions/simplemapi";

pub(crate) fn run(
    arguments: &Arguments,
    mut command: clap::Command,
    out: &mut impl Write,
) -> io::Result<u8> {
    // In memory first: the generator panics when it cannot print.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "simplemapi", &mut script);
    out.write_all(&script)?;
    Ok(exit::OK)
}
