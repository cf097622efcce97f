//! The person at the terminal, if there is one.
#![forbid(unsafe_code)]

use std::fmt;
use std::io::{self, BufRead, IsTerminal, Write};

use simplemapi_account::Secret;

/// Somebody who can be asked, or nobody.
pub(super) struct Person<'e, E> {
    is_there: bool,
    err: &'e mut E,
}

impl<'e, E: Write> Person<'e, E> {
    /// Whoever sits at the terminal, if they are to be asked.
    pub(super) fn new(may_be_asked: bool, err: &'e mut E) -> Self {
        let is_there = may_be_asked && io::stdin().is_terminal() && io::stderr().is_terminal();
        Self { is_there, err }
    }

    /// What they answer; a default stands for an empty line. Nobody answers nothing.
    pub(super) fn ask(&mut self, question: &str, default: &str) -> io::Result<Option<String>> {
        if !self.is_there {
            return Ok(None);
        }
        match default {
            "" => write!(self.err, "{question}: ")?,
            default => write!(self.err, "{question} [{default}]: ")?,
        }
        self.err.flush()?;
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let answer = match line.trim() {
            "" => default,
            answer => answer,
        };
        Ok(Some(answer.to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Whether they say yes. Nobody does not.
    pub(super) fn agrees(&mut self, question: &str) -> io::Result<bool> {
        let answer = self.ask(&format!("{question}? [y/N]"), "")?;
        Ok(answer.is_some_and(|answer| answer.to_lowercase().starts_with('y')))
    }

    /// A password, which nobody else sees.
    pub(super) fn ask_password(&mut self) -> io::Result<Option<Secret>> {
        if !self.is_there {
            return Ok(None);
        }
        let password = Secret::new(rpassword::prompt_password("Password: ")?);
        Ok(Some(password).filter(|password| !password.reveal().is_empty()))
    }

    pub(super) fn tell(&mut self, what: &dyn fmt::Display) -> io::Result<()> {
        writeln!(self.err, "simplemapi: {what}")
    }
}
