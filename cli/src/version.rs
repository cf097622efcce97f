//! `simplemapi version`.
#![forbid(unsafe_code)]

use std::io::{self, Write};

use crate::exit;

/// Print the version.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

pub(crate) fn run(out: &mut impl Write) -> io::Result<u8> {
    writeln!(out, "simplemapi {}", env!("CARGO_PKG_VERSION"))?;
    Ok(exit::OK)
}
