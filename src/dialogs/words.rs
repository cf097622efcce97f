//! What is said between the library and a front end. Each type is written as JSON just as it stands
//! here; `docs/dialogs.md` describes it for other languages.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use serde::{Deserialize, Serialize, Serializer};

use crate::config::Secret;
use crate::model::{Person, Recipient, RecipientClass};

/// What is spoken.
pub const VERSION: u32 = 1;

/// The first that a front end hears; the library lends the dialog, a front end owns it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename = "show")]
pub struct Show<D> {
    /// What the library speaks.
    pub version: u32,
    /// The window of the caller's to show it over, by its number; 0 for none.
    pub parent: usize,
    /// What is shown.
    #[serde(flatten)]
    pub dialog: D,
}

/// Whatever a front end says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Said {
    /// It is ready to show something.
    Hello {
        /// What it speaks.
        version: u32,
    },
    /// It cannot show anything.
    Unavailable {
        /// Why, in words.
        reason: String,
    },
    /// Whom may this mean?
    Find {
        /// What somebody typed.
        text: String,
    },
    /// The person wants this.
    Propose {
        /// What they decided.
        #[serde(flatten)]
        proposal: Proposal,
    },
    /// The person wants nothing.
    Cancel,
}

/// A dialog, with all that it shows at first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "dialog", rename_all = "kebab-case")]
pub enum Dialog {
    /// Log on: MAPI_LOGON_UI, MAPI_PASSWORD_UI.
    Logon(LogonDialog),
    /// Write a message: MAPI_DIALOG, MAPISendDocuments.
    Compose(ComposeDialog),
    /// Choose recipients: MAPIAddress.
    Address(AddressDialog),
    /// See who somebody is: MAPIDetails.
    Details(DetailsDialog),
    /// Say who of several is meant: MAPIResolveName.
    Resolve(ResolveDialog),
    /// Show a message in a window that outlives the caller: MAPI_DIALOG_MODELESS.
    OpenDraft(OpenDraftDialog),
    /// Give a message to the person's mail program, where nothing is configured.
    HandOver(HandOverDialog),
}

/// Choose a profile, give a password.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogonDialog {
    /// The profiles there are.
    pub profiles: Vec<String>,
    /// The one to begin with; empty where none was named and there is no default.
    pub profile: String,
    /// Whether only its password may be asked for.
    pub profile_is_fixed: bool,
    /// Why it cannot be opened as it is.
    pub reason: String,
}

/// Complete a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ComposeDialog {
    /// Whom it may come from, the one to begin with first.
    pub identities: Vec<Person>,
    /// Whom it is for, as far as the program knows.
    pub recipients: Vec<Recipient>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The files that go with it.
    pub files: Vec<ShownFile>,
    /// A private folder in which the front end may keep `letter.json`, what the person has so far; empty
    /// for none.
    #[serde(default)]
    pub draft: PathBuf,
}

/// A file that is attached already.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShownFile {
    /// The name that recipients see.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
}

/// Choose recipients.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddressDialog {
    /// The title; empty for the front end's own.
    pub caption: String,
    /// What can be filled in; nothing where the book is only looked at.
    pub fields: Vec<Field>,
    /// Whom to begin with.
    pub recipients: Vec<Recipient>,
}

/// A field for recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Which of them stand in it.
    pub class: RecipientClass,
    /// What stands before it; empty for the front end's own word.
    pub label: String,
}

/// See an entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DetailsDialog {
    /// Who it is.
    pub person: Person,
    /// Everyone on it, where it is a list.
    pub members: Vec<Person>,
    /// Whether it is to be looked at only. Nothing can be changed in this version.
    pub read_only: bool,
}

/// Choose one of several.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResolveDialog {
    /// What was looked for.
    pub text: String,
    /// Whom it may mean.
    pub people: Vec<Person>,
    /// Whether there are more than these.
    pub more: bool,
}

/// Have a window of its own show a message that waits on the disk.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpenDraftDialog {
    /// The folder that holds all of it.
    pub draft: PathBuf,
}

/// Give a message to the person's mail program.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandOverDialog {
    /// Whom it is for, as far as the program knows; nobody has been looked up.
    pub recipients: Vec<Recipient>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The files that go with it.
    pub files: Vec<CopiedFile>,
}

/// The copy of a file, which stays for the mail program to read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CopiedFile {
    /// The name that recipients see.
    pub name: String,
    /// How many bytes it has.
    pub size: u64,
    /// Where it is, by that name.
    pub path: PathBuf,
}

/// What a person wants while a dialog is open.
#[derive(Debug)]
pub enum Request {
    /// To know whom this may mean.
    Find(String),
    /// To be done, with this.
    Propose(Proposal),
}

/// What a person decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "dialog", rename_all = "kebab-case")]
pub enum Proposal {
    /// To log on so.
    Logon {
        /// The profile; not looked at where it is fixed.
        #[serde(default)]
        profile: String,
        /// The password; empty for the configured one.
        #[serde(default, serialize_with = "revealed")]
        password: Secret,
    },
    /// To send this.
    Compose(Letter),
    /// To have these recipients.
    Address {
        /// In any order; names are looked up.
        #[serde(default)]
        recipients: Vec<Recipient>,
    },
    /// To have seen enough.
    Details,
    /// That this one is meant.
    Resolve {
        /// One of those who were told.
        person: Person,
    },
    /// That a window shows the draft, which is its own from now on.
    OpenDraft,
    /// That a mail program has the message.
    HandOver {
        /// What it is called.
        program: String,
    },
}

/// A password, on its way to the one who asked for it.
fn revealed<S: Serializer>(password: &Secret, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(password.reveal())
}

/// A message as a person completed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Which of the identities it comes from.
    #[serde(default)]
    pub identity: usize,
    /// Whom it is for; names are looked up.
    pub recipients: Vec<Recipient>,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The files that go with it.
    #[serde(default)]
    pub files: Vec<LetterFile>,
}

/// A file of a completed message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterFile {
    /// The shown one of this number, from 0.
    Kept(usize),
    /// One that the person added, by its `file:` URI.
    Added(String),
}

/// What a request is answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Answer {
    /// Whom a text may mean, the best first.
    Found {
        /// Those people and lists.
        people: Vec<Person>,
        /// Whether there are more than these.
        more: bool,
    },
    /// The proposal holds, and the dialog is over.
    Accepted {
        /// What came of it, in words; often nothing.
        outcome: String,
    },
    /// It does not, and the dialog stays.
    Refused {
        /// Why, in words for the person.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_goes_elsewhere_is_one_of_these_words() {
        let dialog = Dialog::OpenDraft(OpenDraftDialog {
            draft: "/drafts/a".into(),
        });
        assert_eq!(
            serde_json::to_string(&dialog).unwrap(),
            r#"{"dialog":"open-draft","draft":"/drafts/a"}"#
        );
        for (said, is_meant) in [
            (r#"{"dialog":"open-draft"}"#, "OpenDraft"),
            (
                r#"{"dialog":"hand-over","program":"Thunderbird"}"#,
                "HandOver { program: \"Thunderbird\" }",
            ),
        ] {
            let proposal: Proposal = serde_json::from_str(said).unwrap();
            assert_eq!(format!("{proposal:?}"), is_meant);
        }
    }

    #[test]
    fn a_dialog_says_which_it_is_and_a_proposal_is_read_back() {
        let dialog = Dialog::Logon(LogonDialog {
            profiles: vec!["work".to_owned()],
            profile: String::new(),
            profile_is_fixed: false,
            reason: "why".to_owned(),
        });
        assert_eq!(
            serde_json::to_string(&dialog).unwrap(),
            r#"{"dialog":"logon","profiles":["work"],"profile":"","profile-is-fixed":false,"reason":"why"}"#
        );
        let letter = r#"{"dialog":"compose","subject":"","body":"","recipients":
            [{"class":"bcc","name":"Ada"}],"files":[{"kept":1},{"added":"file:///a"}],"new":1}"#;
        let Proposal::Compose(letter) = serde_json::from_str(letter).unwrap() else {
            panic!("it is another dialog's");
        };
        assert_eq!(letter.recipients[0].class, RecipientClass::Bcc);
        assert!(matches!(letter.files[0], LetterFile::Kept(1)));
    }
}
