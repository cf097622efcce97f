//! Drafts by themselves.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use super::listing::list_in;
use super::*;
use crate::attachment;
use crate::config::Limits;
use crate::error::Kind;
use crate::model::{Attachment, Message, OpenAttachment, Person};

/// A room for drafts and a file to attach.
struct Desk {
    folder: tempfile::TempDir,
    room: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join("state/simplemapi/drafts");
        fs::write(folder.path().join("a.txt"), "as it was").unwrap();
        Self { folder, room }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self) -> OpenAttachment {
        let attachment = Attachment {
            path: self.path("a.txt"),
            name: "Grüße.txt".to_owned(),
        };
        attachment::open(&attachment, &Limits::default()).unwrap()
    }

    fn contents(&self, files: &[OpenAttachment]) -> Contents {
        let message = Message {
            subject: "s".to_owned(),
            body: "b".to_owned(),
            class: "IPM.Test".to_owned(),
            receipt_requested: true,
            ..Message::default()
        };
        Contents::new("work", vec![me("one"), me("two")], &message, files)
    }

    /// A draft that was begun, with copies of its files.
    fn begun(&self, files: &[OpenAttachment]) -> Folder {
        let folder = Folder::begin(&self.room).unwrap();
        let contents = self.contents(files);
        folder.put(&contents).unwrap();
        folder.copy_in(contents.files.iter().zip(files)).unwrap();
        folder
    }
}

fn me(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        address: format!("SMTP:{name}@example.org"),
        entry_id: Vec::new(),
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn kind<T: std::fmt::Debug>(result: crate::error::Result<T>) -> Kind {
    result.unwrap_err().kind()
}

#[test]
fn a_draft_is_read_back_with_files_that_are_gone_since_and_is_private() {
    let desk = Desk::new();
    let files = [desk.file()];
    let path = desk.begun(&files).release();
    fs::remove_file(desk.path("a.txt")).unwrap();
    let folder = Folder::open(&path).unwrap();
    let contents = folder.contents().unwrap();
    assert_eq!(contents, desk.contents(&files));
    let entry = &contents.files[0];
    let copy = folder.open_file(entry, &Limits::default()).unwrap();
    assert_eq!((copy.size, copy.name.as_str()), (9, "Grüße.txt"));
    let path = folder.path_of(entry);
    assert_eq!(fs::read_to_string(&path).unwrap(), "as it was");
    assert_eq!((mode(&path), mode(&desk.room)), (0o600, 0o700));
    assert_eq!(mode(folder.path()), 0o700);
}

#[test]
fn a_draft_is_one_persons_at_a_time_and_listed_while_it_is_nobodys() {
    let desk = Desk::new();
    assert_eq!(list_in(&desk.room).unwrap(), []);
    let folder = desk.begun(&[]);
    let path = folder.path().to_owned();
    assert_eq!(list_in(&desk.room).unwrap(), []);
    assert_eq!(kind(Folder::open(&path)), Kind::AccessDenied);
    assert_eq!(kind(discard(&path)), Kind::AccessDenied);
    folder.release();
    let [listed] = &list_in(&desk.room).unwrap()[..] else {
        unreachable!("there is one draft")
    };
    assert_eq!((&listed.folder, listed.subject.as_str()), (&path, "s"));
    assert!(listed.when > 1_700_000_000);
    discard(&path).unwrap();
    assert!(!path.exists());
    assert_eq!(kind(discard(&path)), Kind::InvalidMessage);
}

#[test]
fn what_a_person_made_of_it_goes_before_what_it_was() {
    let desk = Desk::new();
    let files = [desk.file(), desk.file()];
    let folder = desk.begun(&files);
    fs::write(desk.path("more.txt"), "more").unwrap();
    let added = format!("file://{}", desk.path("more.txt").display());
    let letter = serde_json::json!({
        "dialog": "compose", "identity": 1, "subject": "new", "body": "", "recipients": [],
        "files": [{"kept": 1}, {"kept": 7}, {"added": added}],
    });
    fs::write(folder.path().join("letter.json"), letter.to_string()).unwrap();
    let contents = folder.contents().unwrap();
    assert_eq!(contents.subject, "new");
    assert_eq!(contents.class, "IPM.Test");
    assert_eq!(contents.identities, [me("two"), me("one")]);
    let numbers: Vec<_> = contents.files.iter().map(|file| file.number).collect();
    assert_eq!(numbers, [1, 2]);
    let more = folder.open_file(&contents.files[1], &Limits::default());
    assert_eq!(more.unwrap().name, "more.txt");

    // From now on that is what it was.
    folder.put(&contents).unwrap();
    assert!(folder.letter().is_none());
    assert_eq!(folder.contents().unwrap(), contents);
}

#[test]
fn whoever_is_killed_while_a_draft_is_written_anew_leaves_the_one_or_the_other() {
    let desk = Desk::new();
    let folder = desk.begun(&[]);
    let old = folder.contents().unwrap();
    let mut new = old.clone();
    new.subject = "new".to_owned();
    let in_folder = |name: &str| folder.path().join(name);
    let text = serde_json::to_vec(&new).unwrap();
    fs::write(in_folder("draft.part"), &text[..9]).unwrap();
    assert_eq!(folder.contents().unwrap(), old);
    // The letter was about the old one.
    let letter = serde_json::to_vec(&old.unchanged()).unwrap();
    fs::write(in_folder("draft.next"), &text).unwrap();
    fs::write(in_folder("letter.json"), &letter).unwrap();
    assert_eq!(folder.contents().unwrap(), old);
    fs::write(in_folder("draft.next"), &text).unwrap();
    fs::remove_file(in_folder("letter.json")).unwrap();
    assert_eq!(folder.contents().unwrap(), new);
}

#[test]
fn what_is_damaged_or_leads_elsewhere_is_refused_and_never_a_panic() {
    let desk = Desk::new();
    let secret = desk.path("secret");
    fs::write(&secret, "a secret").unwrap();
    let path = desk.begun(&[desk.file()]).release();
    let draft = path.join("draft.json");
    let whole = fs::read_to_string(&draft).unwrap();
    for damage in [
        "",
        "{",
        "[]",
        "null",
        "{\"version\":1}",
        &"[".repeat(100_000),
        &whole.replace("\"version\":1", "\"version\":2"),
    ] {
        fs::write(&draft, damage).unwrap();
        let refused = Folder::open(&path).unwrap().contents();
        assert_eq!(kind(refused), Kind::InvalidMessage, "{damage:.20}");
        assert_eq!(list_in(&desk.room).unwrap(), []);
    }
    fs::remove_file(&draft).unwrap();
    symlink(&secret, &draft).unwrap();
    assert_eq!(
        kind(Folder::open(&path).unwrap().contents()),
        Kind::InvalidMessage
    );
    fs::remove_file(&draft).unwrap();

    // Its files are found by their names alone, and those stay in their folders.
    for (name, number) in [("../../../../secret", 0), ("/etc/passwd", 0), ("a", 9)] {
        let hostile = whole.replace("Grüße.txt", name);
        let hostile = hostile.replace("\"number\":0", &format!("\"number\":{number}"));
        let hostile = hostile.replace("a.txt", "gone");
        fs::write(&draft, hostile).unwrap();
        let folder = Folder::open(&path).unwrap();
        let entry = &folder.contents().unwrap().files[0];
        let refused = folder.open_file(entry, &Limits::default());
        assert_eq!(kind(refused), Kind::AttachmentNotFound, "{name}");
    }
    // A letter that is damaged costs what a person wrote, and not the draft.
    fs::write(&draft, &whole).unwrap();
    fs::write(path.join("letter.json"), "{\"subject\":").unwrap();
    assert_eq!(
        Folder::open(&path).unwrap().contents().unwrap().subject,
        "s"
    );

    // A copy that is a link, or was cut off, is none.
    let folder = Folder::open(&path).unwrap();
    let entry = folder.contents().unwrap().files[0].clone();
    let copy = folder.path_of(&entry);
    let from = |folder: &Folder| folder.open_file(&entry, &Limits::default()).unwrap().path;
    assert_eq!(from(&folder), copy);
    fs::write(&copy, "as it").unwrap();
    assert_eq!(from(&folder), desk.path("a.txt"));
    fs::remove_file(&copy).unwrap();
    symlink(&secret, &copy).unwrap();
    assert_eq!(from(&folder), desk.path("a.txt"));
    drop(folder);

    let link = desk.room.join("1795380000-123456-89abcdef");
    symlink(&path, &link).unwrap();
    assert!(Folder::open(&link).is_err());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(kind(Folder::open(&path)), Kind::AccessDenied);
}

#[test]
fn a_file_that_cannot_be_copied_leaves_nothing_of_itself() {
    let desk = Desk::new();
    let files = [desk.file()];
    let folder = Folder::begin(&desk.room).unwrap();
    let contents = desk.contents(&files);
    fs::write(desk.path("a.txt"), "less").unwrap();
    let copied = folder.copy_in(contents.files.iter().zip(&files));
    assert_eq!(kind(copied), Kind::AttachmentUnreadable);
    assert!(!folder.path_of(&contents.files[0]).exists());
}

#[test]
fn after_a_week_what_is_no_draft_is_removed_and_a_draft_is_not() {
    let desk = Desk::new();
    let aged = |folder: Folder, name: &str| {
        let path = desk.room.join(name);
        fs::rename(folder.release(), &path).unwrap();
        path
    };
    let draft = aged(desk.begun(&[]), "1695380000-123456-89abcdef");
    let files = Folder::begin(&desk.room).unwrap();
    let handed = aged(files, "1695380000-123456-89abcdee");
    let young = Folder::begin(&desk.room).unwrap().release();
    let foreign = desk.room.join("notes");
    fs::create_dir(&foreign).unwrap();
    drop(Folder::begin(&desk.room).unwrap());
    assert!(!handed.exists());
    assert!(draft.exists() && young.exists() && foreign.exists());
}
