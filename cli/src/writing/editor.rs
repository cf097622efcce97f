//! The person's own editor, and their word.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{self, BufRead, Write};
use std::process::Command;

use simplemapi::error::{Error, Kind, Result};
use tempfile::NamedTempFile;

use crate::Draft;

/// What was written, in a file of its own.
#[derive(Debug)]
pub struct Written(NamedTempFile);

/// Shows a message in `$VISUAL` or `$EDITOR`, and waits until that has ended.
///
/// # Errors
/// [`Kind::Failure`]: the editor failed, or there is no place for what is written.
pub fn edit(draft: &Draft) -> Result<Written> {
    let failed = |what: &str| Error::new(Kind::Failure, what);
    let mut file = tempfile::Builder::new()
        .prefix("simplemapi-")
        .suffix(".eml.txt")
        .tempfile()
        .map_err(|error| failed("cannot make a file for the message").because(error))?;
    write!(file, "{draft}").map_err(|error| failed("cannot write the message").because(error))?;
    // With words of its own, as everybody allows in these variables.
    let ended = Command::new("/bin/sh")
        .args(["-c", "exec ${VISUAL:-${EDITOR:-editor}} \"$1\"", "editor"])
        .arg(file.path())
        .status()
        .map_err(|error| failed("cannot start the editor").because(error))?;
    match ended.success() {
        true => Ok(Written(file)),
        false => Err(failed(&format!("the editor failed ({ended}): not sent"))),
    }
}

impl Written {
    /// The message as it was saved.
    ///
    /// # Errors
    /// Those of [`Draft::parse`], and [`Kind::Failure`] where nothing can be read.
    pub fn draft(&self) -> Result<Draft> {
        Draft::parse(&self.text()?)
    }

    /// Whether nothing was saved, or nothing else than what was shown.
    ///
    /// # Errors
    /// [`Kind::Failure`] where nothing can be read.
    pub fn is_nothing_new(&self, shown: &Draft) -> Result<bool> {
        let text = self.text()?;
        Ok(text.trim().is_empty() || text == shown.to_string())
    }

    fn text(&self) -> Result<String> {
        // Editors put a new file in the place of the old one: read it by its name.
        fs::read_to_string(self.0.path()).map_err(|error| {
            Error::new(Kind::Failure, "cannot read what the editor has saved").because(error)
        })
    }

    /// Nobody has to write it again.
    pub fn keep(&self) {
        let kept = self.0.path().with_extension("kept");
        if fs::copy(self.0.path(), &kept).is_ok() {
            let _ = writeln!(io::stderr(), "What you wrote is kept in {}", kept.display());
        }
    }
}

/// Whether the person says that it shall be sent.
pub fn wanted(draft: &Draft) -> bool {
    let people = [&draft.to[..], &draft.cc, &draft.bcc].concat().join(", ");
    let files = match draft.files.len() {
        0 => String::new(),
        1 => " with a file".to_owned(),
        many => format!(" with {many} files"),
    };
    let mut err = io::stderr();
    let _ = write!(err, "Send \"{}\" to {people}{files}? [y/N] ", draft.subject);
    let _ = err.flush();
    let mut answer = String::new();
    let heard = io::stdin().lock().read_line(&mut answer).is_ok();
    heard && matches!(answer.trim(), "y" | "Y" | "yes")
}
