//! A message that a person completes in a window.
#![forbid(unsafe_code)]

use std::path::Path;

use super::address::shown;
use super::asking::{Asked, ask};
use super::handing::Handed;
use super::limits::{check_body, check_counts};
use super::people::People;
use super::recipients::resolve;
use super::send::{go_out, open_all, sender};
use crate::attachment::local_path;
use crate::config::Environment;
use crate::dialogs::{ComposeDialog, Dialog, Dialogs, Letter, LetterFile, Proposal, ShownFile};
use crate::drafts::{Contents, FileEntry, Folder, Room};
use crate::error::{Error, Kind, Result};
use crate::model::{Attachment, Mailbox, Message, OpenAttachment, Person};
use crate::session::Session;

/// Shows a message to a person, and sends what they make of it. Its files are open already: whatever
/// becomes of them, the person sends what the program had.
///
/// # Errors
/// Those of [`Dialogs::show`]. What is wrong with the message is told to the person.
pub(super) fn compose(
    session: &Session,
    message: Message,
    files: Vec<OpenAttachment>,
    dialogs: &dyn Dialogs,
) -> Result<Handed> {
    let begun = Begun::new(session, message, files);
    let contents = begun.contents();
    // A person can write without a draft too.
    let mut draft = draft(&contents).ok();
    let done = begun.ask(dialogs, &mut draft);
    let Some(draft) = draft else { return done };
    match done {
        Err(failed) if failed.kind() != Kind::UserAborted => {
            Err(begun.keep(draft, &contents, failed))
        }
        done => {
            draft.remove();
            done
        }
    }
}

/// A folder for what a person makes of this.
fn draft(contents: &Contents) -> Result<Folder> {
    let draft = Folder::begin(&Room::Drafts.path(Environment::get())?)?;
    match draft.put(contents) {
        Ok(()) => Ok(draft),
        Err(error) => {
            draft.remove();
            Err(error)
        }
    }
}

/// A message as it is before a person completes it.
pub(super) struct Begun<'s> {
    session: &'s Session,
    message: Message,
    files: Vec<BegunFile>,
    identities: Vec<Mailbox>,
}

/// A file as the person sees it first; it may be gone since it was written down.
pub(super) struct BegunFile {
    name: String,
    file: Result<OpenAttachment>,
}

impl<'s> Begun<'s> {
    /// The message of a program.
    pub(super) fn new(session: &'s Session, message: Message, files: Vec<OpenAttachment>) -> Self {
        let files = files.into_iter().map(|file| BegunFile {
            name: file.name.clone(),
            file: Ok(file),
        });
        Self::with(session, message, files.collect())
    }

    /// A message that was begun before.
    pub(super) fn again(session: &'s Session, draft: &Folder, contents: &Contents) -> Self {
        let limits = session.limits();
        let files = contents.files.iter().map(|entry| BegunFile {
            name: entry.name.clone(),
            file: draft.open_file(entry, &limits),
        });
        Self::with(session, contents.message(), files.collect())
    }

    fn with(session: &'s Session, mut message: Message, files: Vec<BegunFile>) -> Self {
        let profile = session.profile();
        let first = sender(profile, message.originator.as_ref());
        let mut identities = vec![first.clone()];
        let known = std::iter::once(&profile.sender).chain(&profile.identities);
        identities.extend(known.filter(|known| **known != first).cloned());
        message.recipients = shown(message.recipients, &People::of(session));
        Self {
            session,
            message,
            files,
            identities,
        }
    }

    /// What is written down of it.
    pub(super) fn contents(&self) -> Contents {
        let profile = &self.session.profile().name;
        let files = self.files.iter().filter_map(|file| file.file.as_ref().ok());
        Contents::new(profile, self.people(), &self.message, files)
    }

    /// Its files that can be read, with what is written down of them.
    pub(super) fn copies<'f>(
        &'f self,
        contents: &'f Contents,
    ) -> impl Iterator<Item = (&'f FileEntry, &'f OpenAttachment)> {
        let files = self.files.iter().map(|file| file.file.as_ref().ok());
        contents
            .files
            .iter()
            .zip(files)
            .filter_map(|(entry, file)| Some((entry, file?)))
    }

    /// What is written down of its files, with the sizes they are found to have.
    pub(super) fn sizes<'f>(
        &'f self,
        entries: &'f mut [FileEntry],
    ) -> impl Iterator<Item = (&'f mut FileEntry, Option<u64>)> {
        let sizes = self
            .files
            .iter()
            .map(|file| Some(file.file.as_ref().ok()?.size));
        entries.iter_mut().zip(sizes)
    }

    /// Whom it may come from, as a person sees them.
    pub(super) fn people(&self) -> Vec<Person> {
        self.identities.iter().cloned().map(Person::from).collect()
    }

    /// Lets a person complete it, and sends it. What they have so far may stand in this folder, which is
    /// gone as soon as it is sent: nobody shall find it and send it again.
    ///
    /// # Errors
    /// Those of [`Dialogs::show`].
    pub(super) fn ask(&self, dialogs: &dyn Dialogs, draft: &mut Option<Folder>) -> Result<Handed> {
        let folder = draft.as_ref().map_or(Path::new(""), Folder::path);
        let files = self.files.iter().map(|file| ShownFile {
            name: file.name.clone(),
            size: file.file.as_ref().map_or(0, |file| file.size),
        });
        let dialog = Dialog::Compose(ComposeDialog {
            identities: self.people(),
            recipients: self.message.recipients.clone(),
            subject: self.message.subject.clone(),
            body: self.message.body.clone(),
            files: files.collect(),
            draft: folder.to_owned(),
        });
        let asked = Asked::Of(self.session);
        ask(dialogs, &dialog, asked, &mut |proposal| {
            let Proposal::Compose(letter) = proposal else {
                return None;
            };
            Some(self.send(letter).map(|handed| {
                if let Some(draft) = draft.take() {
                    draft.remove();
                }
                (handed.to_string(), handed)
            }))
        })
    }

    /// Keeps what a person has written, if they have, as nobody shows it any more.
    pub(super) fn keep(&self, draft: Folder, contents: &Contents, failed: Error) -> Error {
        let letter = draft.letter();
        if letter.is_none_or(|letter| letter == contents.unchanged()) {
            // The caller has all of it.
            draft.remove();
            return failed;
        }
        let but = match draft.copy_in(self.copies(contents)) {
            Ok(()) => String::new(),
            Err(error) => format!(" but for its files: {}", error.reason()),
        };
        kept(failed, &draft, &but)
    }

    /// Sends it as a person completed it.
    fn send(&self, letter: Letter) -> Result<Handed> {
        let limits = self.session.limits();
        check_counts(&limits, letter.recipients.len(), letter.files.len())?;
        check_body(&limits, &letter.body)?;
        if letter.recipients.is_empty() {
            return Err(Error::new(
                Kind::UnknownRecipient,
                "the message has no recipient",
            ));
        }
        let most = limits.recipients as usize;
        let recipients = resolve(&letter.recipients, &People::of(self.session), most)?;
        check_counts(&limits, recipients.len(), letter.files.len())?;
        let files = self.files(&letter.files)?;
        let from = self.identities.get(letter.identity).ok_or_else(|| {
            let reason = format!("there is no identity {}", letter.identity);
            Error::new(Kind::Failure, reason)
        })?;
        let message = Message {
            subject: letter.subject,
            body: letter.body,
            ..self.message.clone()
        };
        go_out(self.session, from.clone(), message, recipients, files)
    }

    fn files(&self, wanted: &[LetterFile]) -> Result<Vec<OpenAttachment>> {
        let limits = self.session.limits();
        let mut files = Vec::with_capacity(wanted.len());
        for file in wanted {
            match file {
                LetterFile::Kept(number) => files.push(self.kept(*number)?),
                LetterFile::Added(uri) => {
                    let attachment = Attachment {
                        path: local_path(uri)?,
                        name: String::new(),
                    };
                    files.extend(open_all(&[attachment], &limits)?);
                }
            }
        }
        Ok(files)
    }

    /// The file of the program's with this number. A message reads its files by position, so that a
    /// second try reads all of them again.
    fn kept(&self, number: usize) -> Result<OpenAttachment> {
        let file = self.files.get(number).ok_or_else(|| {
            let reason = format!("the message had no file {number}");
            Error::new(Kind::AttachmentNotFound, reason)
        })?;
        let file = file.file.as_ref().map_err(|error| {
            let reason = format!("{} cannot be sent: {}", file.name, error.reason());
            Error::new(error.kind(), reason)
        })?;
        let again = file.file.try_clone().map_err(|error| {
            let reason = format!("cannot read {}", file.path.display());
            Error::new(Kind::of_system_error(&error), reason).because(error)
        })?;
        Ok(OpenAttachment {
            file: again,
            size: file.size,
            name: file.name.clone(),
            path: file.path.clone(),
        })
    }
}

/// A failure after which a draft is still there.
pub(super) fn kept(failed: Error, draft: &Folder, but: &str) -> Error {
    let reason = format!(
        "{}; what was written is kept{but} (\"simplemapi drafts\" shows it, as does the next window to \
         write in): {}",
        failed.reason(),
        draft.path().display(),
    );
    Error::new(failed.kind(), reason)
}
