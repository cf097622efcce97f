//! What a draft says.
#![forbid(unsafe_code)]

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::folder::{DRAFT, Folder, LETTER};
use crate::attachment::{display_name, local_path, uri_of};
use crate::dialogs::{Letter, LetterFile};
use crate::error::{Error, Kind, Result};
use crate::model::{Message, OpenAttachment, Person, Recipient, RecipientClass};

const VERSION: u32 = 1;

/// A message as a window shows it first: `draft.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Contents {
    version: u32,
    /// The profile that it is sent with.
    pub(crate) profile: String,
    /// Whom it may come from, in the order in which the window shows them.
    pub(crate) identities: Vec<Person>,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) subject: String,
    pub(crate) body: String,
    pub(crate) class: String,
    pub(crate) conversation_id: String,
    pub(crate) receipt_requested: bool,
    pub(crate) files: Vec<FileEntry>,
    /// How many numbers files were given so far: none is given twice.
    numbers: usize,
}

/// A file of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileEntry {
    /// The name that recipients see.
    pub(crate) name: String,
    /// How many bytes it had; nothing is known of one that the person added.
    pub(crate) size: Option<u64>,
    /// Where it was.
    pub(crate) uri: String,
    /// The number of its copy, if there is one.
    pub(crate) number: usize,
}

impl FileEntry {
    /// These files, numbered from 0.
    pub(crate) fn all<'f>(files: impl IntoIterator<Item = &'f OpenAttachment>) -> Vec<Self> {
        let files = files.into_iter().enumerate().map(|(number, file)| Self {
            name: file.name.clone(),
            size: Some(file.size),
            uri: uri_of(&file.path),
            number,
        });
        files.collect()
    }
}

impl Contents {
    /// What a message says, but for its attachments, which are open already.
    pub(crate) fn new<'f>(
        profile: &str,
        identities: Vec<Person>,
        message: &Message,
        files: impl IntoIterator<Item = &'f OpenAttachment>,
    ) -> Self {
        let files = FileEntry::all(files);
        Self {
            version: VERSION,
            profile: profile.to_owned(),
            identities,
            recipients: message.recipients.clone(),
            subject: message.subject.clone(),
            body: message.body.clone(),
            class: message.class.clone(),
            conversation_id: message.conversation_id.clone(),
            receipt_requested: message.receipt_requested,
            numbers: files.len(),
            files,
        }
    }

    /// The message again.
    pub(crate) fn message(&self) -> Message {
        Message {
            subject: self.subject.clone(),
            body: self.body.clone(),
            class: self.class.clone(),
            conversation_id: self.conversation_id.clone(),
            receipt_requested: self.receipt_requested,
            originator: self
                .identities
                .first()
                .map(|first| first.clone().to(RecipientClass::To)),
            recipients: self.recipients.clone(),
            attachments: Vec::new(),
        }
    }

    /// What a front end proposes that changed nothing.
    pub(crate) fn unchanged(&self) -> Letter {
        Letter {
            identity: 0,
            recipients: self.recipients.clone(),
            subject: self.subject.clone(),
            body: self.body.clone(),
            files: (0..self.files.len()).map(LetterFile::Kept).collect(),
        }
    }

    /// What a person has made of it.
    fn after(mut self, letter: Letter) -> Self {
        let mut identities = std::mem::take(&mut self.identities);
        if letter.identity < identities.len() {
            let chosen = identities.remove(letter.identity);
            identities.insert(0, chosen);
        }
        let mut numbers = self.numbers;
        let entry = |file| match file {
            LetterFile::Kept(at) => self.files.get(at).cloned(),
            LetterFile::Added(uri) => {
                let number = numbers;
                numbers = numbers.saturating_add(1);
                let path = local_path(&uri);
                let path = path.as_deref().unwrap_or(Path::new(""));
                Some(FileEntry {
                    name: display_name("", path),
                    size: None,
                    uri,
                    number,
                })
            }
        };
        let files = letter.files.into_iter().filter_map(entry).collect();
        Self {
            identities,
            recipients: letter.recipients,
            subject: letter.subject,
            body: letter.body,
            files,
            numbers,
            ..self
        }
    }
}

impl Folder {
    /// Writes down what the message says.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn put(&self, contents: &Contents) -> Result<()> {
        self.write(contents)
    }

    /// What the message says by now: what a person has made of it goes before what it was.
    ///
    /// # Errors
    /// [`Kind::InvalidMessage`] where it is none.
    pub(crate) fn contents(&self) -> Result<Contents> {
        let _ = self.settle();
        let draft: Contents = self.read(DRAFT)?.ok_or_else(|| {
            let reason = format!("{} holds no draft", self.path().display());
            Error::new(Kind::InvalidMessage, reason)
        })?;
        if draft.version != VERSION {
            let reason = format!(
                "the draft {} is of version {}, and this is {VERSION}",
                self.path().display(),
                draft.version
            );
            return Err(Error::new(Kind::InvalidMessage, reason));
        }
        Ok(match self.letter() {
            Some(letter) => draft.after(letter),
            None => draft,
        })
    }

    /// What the front end has written down. Damaged, it is as good as none: the draft is still there.
    pub(crate) fn letter(&self) -> Option<Letter> {
        self.read(LETTER).ok().flatten()
    }
}
