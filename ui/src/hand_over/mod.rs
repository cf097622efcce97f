//! Nothing is configured: the message goes to the person's own mail program.
#![forbid(unsafe_code)]

mod portal;
mod thunderbird;
mod xdg_email;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use gtk::{gio, glib, prelude::*};
use simplemapi::dialogs::{HandOverDialog, Proposal};
use simplemapi::model::{Recipient, RecipientClass};

use crate::catalogue::text;
use crate::frame::first;
use crate::library::{Library, Verdict};
use crate::people::written;

/// A message on its way to a mail program.
struct Outgoing {
    to: Vec<String>,
    cc: Vec<String>,
    bcc: Vec<String>,
    subject: String,
    body: String,
    files: Vec<PathBuf>,
}

impl From<HandOverDialog> for Outgoing {
    fn from(dialog: HandOverDialog) -> Self {
        let of = |class| {
            let recipients = dialog
                .recipients
                .iter()
                .filter(move |one| one.class == class);
            recipients.cloned().map(line).collect()
        };
        Self {
            to: of(RecipientClass::To),
            cc: of(RecipientClass::Cc),
            bcc: of(RecipientClass::Bcc),
            subject: dialog.subject,
            body: dialog.body,
            files: dialog.files.into_iter().map(|file| file.path).collect(),
        }
    }
}

/// A recipient as mail programs read one.
fn line(recipient: Recipient) -> String {
    written(&recipient.into())
}

/// Gives the message to a mail program, and tells the library which one has it.
pub(crate) async fn show(dialog: HandOverDialog, library: &Library) {
    let message = Outgoing::from(dialog);
    let Some(program) = give(&message).await else {
        return library.give_up(text("no-mail-program"));
    };
    if let Verdict::Refused(reason) = library.propose(Proposal::HandOver { program }).await {
        library.give_up(reason);
    }
}

/// The way that loses least goes first. Says which program has the message.
async fn give(message: &Outgoing) -> Option<String> {
    let preferred = gio::AppInfo::default_for_uri_scheme("mailto");
    if let Some(name) = thunderbird::compose(message, preferred.as_ref()).await {
        return Some(name);
    }
    let name = preferred?.name().to_string();
    if portal::compose(message).await || xdg_email::compose(message).await {
        return Some(name);
    }
    // Not the one of choice, or nobody chose: the first in some list may be one that opens no window.
    thunderbird::compose(message, None).await
}

/// Runs a program that opens a window, and says whether it seems to.
async fn started(program: &Path, arguments: &[String]) -> bool {
    let quiet = gio::SubprocessFlags::STDOUT_SILENCE | gio::SubprocessFlags::STDERR_SILENCE;
    let mut words = vec![program.as_os_str()];
    words.extend(arguments.iter().map(OsStr::new));
    let Ok(child) = gio::SubprocessLauncher::new(quiet).spawn(&words) else {
        return false;
    };
    // Long enough for one that fails to do so; one that is still there shows something by now.
    let enough = glib::timeout_future_seconds(3);
    match first(child.wait_check_future(), enough).await {
        None => true,
        Some(ended) => ended.is_ok(),
    }
}
