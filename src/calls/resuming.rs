//! A draft, taken up again.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;

use super::composing::{Begun, kept};
use super::handing::Handed;
use super::logon::{MayAsk, ask_for_session};
use crate::config::Config;
use crate::dialogs::Dialogs;
use crate::drafts::Folder;
use crate::error::{Kind, Result};
use crate::session::{Session, Sessions};

/// Shows a draft to a person, with what was made of it before, and sends what they make of it. It is
/// gone when they have sent it or cancelled, and stays if anything fails.
///
/// # Errors
/// [`Kind::InvalidMessage`] where there is none, [`Kind::AccessDenied`] while somebody has it open,
/// [`Kind::LoginFailed`] when its profile cannot be opened, and those of [`Dialogs::show`].
pub fn resume(folder: &Path, dialogs: &dyn Dialogs) -> Result<Handed> {
    let draft = Folder::open(folder)?;
    let mut contents = draft.contents()?;
    let session = opened(&contents.profile, dialogs)?;
    let begun = Begun::again(&session, &draft, &contents);
    // What is shown now is what the next letter is about.
    for (entry, size) in begun.sizes(&mut contents.files) {
        entry.size = size.or(entry.size);
    }
    contents.identities = begun.people();
    contents.profile.clone_from(&session.profile().name);
    draft.put(&contents)?;
    let mut draft = Some(draft);
    let done = begun.ask(dialogs, &mut draft);
    let Some(draft) = draft else { return done };
    match done {
        Err(failed) if failed.kind() != Kind::UserAborted => {
            // What it had no copy of yet may be gone when it is opened again.
            let _ = draft.copy_in(begun.copies(&contents));
            Err(kept(failed, &draft, ""))
        }
        done => {
            draft.remove();
            done
        }
    }
}

/// A session of this profile, for which a person may be asked what it lacks.
fn opened(profile: &str, dialogs: &dyn Dialogs) -> Result<Arc<Session>> {
    let sessions = Sessions::new(Config::load);
    sessions.open(Some(profile), None).or_else(|failed| {
        let (profiles, _) = sessions.profiles();
        let may_ask = match profiles.iter().any(|known| known == profile) {
            true => MayAsk::Password(dialogs),
            false => MayAsk::Profile(dialogs),
        };
        let open = |profile: Option<&str>, password| sessions.open(profile, password);
        ask_for_session(&sessions, profile, failed, may_ask, open)
    })
}
