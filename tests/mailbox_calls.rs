//! What is sent, saved, found and read again through one profile whose way out and store are the
//! same Maildir.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use simplemapi::calls::{self, Access, Compose, Extent, ReadMessage, ReadRequest, SaveAs};
use simplemapi::config::{Config, Environment};
use simplemapi::error::Kind;
use simplemapi::model::{Message, MessageId, Recipient, RecipientClass};
use simplemapi::providers::store::{Flags, Wanted};
use simplemapi::session::Session;
use tempfile::TempDir;

struct Mailbox {
    folder: TempDir,
    session: Arc<Session>,
}

impl Mailbox {
    fn new(store_keys: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Maildir");
        let text = format!(
            r#"
            [profile.only]
            name = "Ada Lovelace"
            address = "ada@example.org"
            transport = {{ kind = "maildir", path = "{path}" }}
            store = {{ kind = "maildir", path = "{path}" {store_keys} }}
            "#,
            path = path.display()
        );
        let environment = Environment::read(|_| None, false);
        let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
        let session = Arc::new(Session::open(&config, None, None).unwrap());
        Self { folder, session }
    }

    fn access(&self) -> Access {
        Arc::clone(&self.session).into()
    }

    fn send(&self, message: Message) {
        calls::send(self.access(), message, Compose::Unattended).unwrap();
    }

    fn find(&self, class: &str, seed: &str) -> Result<MessageId, Kind> {
        let wanted = Wanted {
            class_prefix: class.to_owned(),
            unread_only: false,
        };
        calls::find_next(&self.session, seed, &wanted).map_err(|error| error.kind())
    }

    fn read(&self, id: &MessageId) -> ReadMessage {
        let request = ReadRequest {
            id: id.as_str(),
            extent: Extent::Files,
            body_as_file: false,
            peek: false,
        };
        calls::read_mail(&self.session, request).unwrap()
    }

    /// The messages of a folder, `.` for the Inbox.
    fn raw(&self, folder: &str) -> Vec<String> {
        let folder = self.folder.path().join("Maildir").join(folder);
        let files = ["new", "cur"]
            .iter()
            .filter_map(|part| fs::read_dir(folder.join(part)).ok())
            .flatten();
        files
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect()
    }
}

fn to(class: RecipientClass, name: &str, address: &str) -> Recipient {
    Recipient {
        class,
        name: name.into(),
        address: address.into(),
        entry_id: Vec::new(),
    }
}

fn letter(subject: &str) -> Message {
    Message {
        subject: subject.into(),
        body: "text\n".into(),
        recipients: vec![
            to(RecipientClass::To, "Grace", "grace@example.org"),
            to(RecipientClass::Bcc, "", "secret@example.org"),
        ],
        ..Message::default()
    }
}

#[test]
fn a_copy_of_what_is_sent_is_kept_and_it_alone_names_blind_copies() {
    let mailbox = Mailbox::new("");
    mailbox.send(letter("one"));
    let (arrived, kept) = (mailbox.raw("."), mailbox.raw(".Sent"));
    assert_eq!((arrived.len(), kept.len()), (1, 1));
    assert!(!arrived[0].contains("secret@example.org"));
    assert!(kept[0].contains("Bcc: <secret@example.org>"), "{}", kept[0]);
}

#[test]
fn no_copy_is_kept_where_none_is_wanted() {
    let mailbox = Mailbox::new(", keep-sent = false");
    mailbox.send(letter("one"));
    assert_eq!((mailbox.raw(".").len(), mailbox.raw(".Sent").len()), (1, 0));
}

#[test]
fn a_copy_that_cannot_be_kept_does_not_turn_a_sent_mail_into_a_failed_one() {
    let mailbox = Mailbox::new("");
    mailbox.send(letter("one"));
    let sent = mailbox.folder.path().join("Maildir/.Sent");
    fs::remove_dir_all(&sent).unwrap();
    fs::write(&sent, "in the way").unwrap();
    mailbox.send(letter("two"));
    assert_eq!(mailbox.raw(".").len(), 2);
}

#[test]
fn a_program_finds_its_own_class_and_others_do_not_see_it() {
    let mailbox = Mailbox::new("");
    let own = Message {
        class: "IPC.Example.Request".into(),
        conversation_id: "case 7, Grüße".into(),
        ..letter("request")
    };
    mailbox.send(own);
    mailbox.send(letter("ordinary"));
    let found = mailbox.find("ipc.example", "").unwrap();
    let read = mailbox.read(&found);
    assert_eq!(
        (read.class.as_str(), read.conversation_id.as_str()),
        ("IPC.Example.Request", "case 7, Grüße")
    );
    assert_eq!(
        mailbox.find("IPC.Example", found.as_str()),
        Err(Kind::NoMessages)
    );
    assert_eq!(
        mailbox.read(&mailbox.find("", "").unwrap()).subject,
        "ordinary"
    );
}

#[test]
fn somebody_saved_by_name_is_read_back_by_name() {
    let mailbox = Mailbox::new("");
    let message = Message {
        recipients: vec![
            to(RecipientClass::To, "Grace Hopper", ""),
            to(RecipientClass::Cc, "Bob", "bob@example.org"),
        ],
        ..letter("kept")
    };
    let id = calls::save_mail(mailbox.access(), message, Flags::default(), SaveAs::New).unwrap();
    let people: Vec<_> = mailbox
        .read(&id)
        .recipients
        .into_iter()
        .map(|(class, who)| (class, who.name, who.address))
        .collect();
    assert_eq!(
        people,
        [
            (RecipientClass::To, "Grace Hopper".to_owned(), String::new()),
            (
                RecipientClass::Cc,
                "Bob".to_owned(),
                "SMTP:bob@example.org".to_owned()
            ),
        ]
    );
}

#[test]
fn an_answer_goes_to_the_entry_id_of_who_wrote() {
    let mailbox = Mailbox::new("");
    mailbox.send(letter("question"));
    let question = mailbox.read(&mailbox.find("", "").unwrap());
    let answer = Message {
        recipients: vec![Recipient {
            entry_id: question.originator.entry_id,
            ..to(RecipientClass::To, "nobody looks at this", "nor@at.this")
        }],
        ..letter("answer")
    };
    mailbox.send(answer);
    let arrived = mailbox.raw(".");
    let answer = arrived
        .iter()
        .find(|mail| mail.contains("Subject: answer"))
        .unwrap();
    assert!(
        answer.contains("To: \"Ada Lovelace\" <ada@example.org>"),
        "{answer}"
    );
}

#[test]
fn files_of_a_read_message_are_the_callers_and_their_folder_goes_with_the_last() {
    let mailbox = Mailbox::new("");
    let file = mailbox.folder.path().join("notes.txt");
    fs::write(&file, "notes").unwrap();
    let attachment = simplemapi::model::Attachment {
        path: file,
        name: String::new(),
    };
    mailbox.send(Message {
        attachments: vec![attachment.clone(), attachment],
        ..letter("files")
    });
    let read = mailbox.read(&mailbox.find("", "").unwrap());
    let paths: Vec<_> = read
        .files
        .iter()
        .map(|file| file.path.clone().unwrap())
        .collect();
    let folder = paths[0].parent().unwrap().to_owned();
    assert_eq!(paths[1].file_name().unwrap(), "notes1.txt");
    assert!(read.files.iter().all(|file| file.name == "notes.txt"));
    for path in &paths {
        assert_eq!(fs::read_to_string(path).unwrap(), "notes");
        fs::remove_file(path).unwrap();
    }
    drop(read);
    assert!(!folder.exists());
}
