//! Names become people: what is resolved, sent and saved through a profile with an address book.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use simplemapi::calls::{
    self, Access, AddressRequest, Asking, Compose, Extent, Person, ReadRequest, SaveAs,
};
use simplemapi::config::{Config, Environment};
use simplemapi::dialogs::Nobody;
use simplemapi::error::{Error, Kind};
use simplemapi::model::{Message, Recipient, RecipientClass};
use simplemapi::providers::store::{Flags, Wanted};
use simplemapi::session::Session;
use tempfile::TempDir;

use RecipientClass::{Bcc, Cc, To};

/// A profile that sends into a Maildir and knows people.
struct Desk {
    folder: TempDir,
    session: Arc<Session>,
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\n{lines}\r\nEND:VCARD\r\n")
}

fn person(uid: &str, name: &str, more: &str) -> String {
    card(&format!(
        "UID:{uid}\r\nFN:{name}\r\nEMAIL:{uid}@b.test{more}"
    ))
}

fn group(uid: &str, name: &str, members: &[&str]) -> String {
    let members: String = members
        .iter()
        .map(|uid| format!("\r\nMEMBER:urn:uuid:{uid}"))
        .collect();
    card(&format!("KIND:group\r\nUID:{uid}\r\nFN:{name}{members}"))
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for book in ["private", "office"] {
            fs::create_dir(folder.path().join(book)).unwrap();
        }
        let session = open(&folder);
        let desk = Self { folder, session };
        desk.write("private/ada.vcf", &person("ada", "Ada Lovelace", ""));
        desk.write("private/king.vcf", &person("king", "Ada King", ""));
        desk.write("private/bob.vcf", &person("bob", "Bob", ""));
        desk.write(
            "office/carol.vcf",
            &person("carol", "Carol", "\r\nCATEGORIES:Stock"),
        );
        desk.write(
            "office/dan.vcf",
            &person("dan", "Dan", "\r\nCATEGORIES:Stock"),
        );
        desk.write(
            "office/both.vcf",
            &group("both", "Everybody", &["inner", "carol", "dan"]),
        );
        desk.write(
            "office/inner.vcf",
            &group("inner", "Inner Ring", &["dan", "both", "inner"]),
        );
        desk.write("office/empty.vcf", &group("empty", "Empty Hall", &[]));
        desk.write("office/ada2.vcf", &person("adam", "Adam", ""));
        desk
    }

    /// As another process would open it.
    fn reopened(self) -> Self {
        Self {
            session: open(&self.folder),
            folder: self.folder,
        }
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn access(&self) -> Access {
        Arc::clone(&self.session).into()
    }

    fn resolve(&self, name: &str) -> Result<Person, Error> {
        calls::resolve_name(self.access(), name, Asking::Nobody)
    }

    fn refusal(&self, name: &str) -> Kind {
        self.resolve(name).unwrap_err().kind()
    }

    /// Sends, and tells who stands in which header: `To: a@b.test`.
    fn send(&self, recipients: Vec<Recipient>) -> Result<Vec<String>, Error> {
        let message = Message {
            recipients,
            subject: "to whom".to_owned(),
            ..Message::default()
        };
        calls::send(self.access(), message, Compose::Unattended)?;
        let raw = self.take_sent();
        let mut told = Vec::new();
        let unfolded = raw.replace("\n ", " ");
        for line in unfolded.lines().take_while(|line| !line.is_empty()) {
            if let Some((field @ ("To" | "Cc" | "Bcc"), value)) = line.split_once(": ") {
                told.extend(value.split(", ").map(|one| format!("{field}: {one}")));
            }
        }
        Ok(told)
    }

    fn take_sent(&self) -> String {
        let mut files = fs::read_dir(self.folder.path().join("mail/new")).unwrap();
        let file = files.next().unwrap().unwrap().path();
        let raw = fs::read_to_string(&file).unwrap();
        fs::remove_file(file).unwrap();
        raw
    }
}

fn open(folder: &TempDir) -> Arc<Session> {
    let text = format!(
        r#"
        [profile.only]
        address = "me@b.test"
        transport = {{ kind = "maildir", path = "{path}/mail" }}
        store = {{ kind = "maildir", path = "{path}/store", keep-sent = false }}
        address-book = [
            {{ kind = "vcard", path = "{path}/private" }},
            {{ kind = "vcard", path = "{path}/office" }},
        ]
        limits = {{ recipients = 5 }}
        "#,
        path = folder.path().display()
    );
    let environment = Environment::read(|_| None, false);
    let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
    Arc::new(Session::open(&config, None, None).unwrap())
}

fn named(class: RecipientClass, name: &str) -> Recipient {
    Recipient {
        class,
        name: name.to_owned(),
        address: String::new(),
        entry_id: Vec::new(),
    }
}

fn by_id(class: RecipientClass, person: &Person) -> Recipient {
    Recipient {
        // Not to be looked at.
        address: "SMTP:nobody at all".to_owned(),
        entry_id: person.entry_id.clone(),
        ..named(class, "Nobody")
    }
}

#[test]
fn a_name_that_one_person_has_is_that_person() {
    let desk = Desk::new();
    let ada = desk.resolve(" ada LOVE ").unwrap();
    assert_eq!(
        (&*ada.name, &*ada.address),
        ("Ada Lovelace", "SMTP:ada@b.test")
    );
    assert!(!ada.entry_id.is_empty());
    let list = desk.resolve("inner").unwrap();
    assert_eq!(
        (&*list.name, &*list.address),
        ("Inner Ring", "MAPIPDL:Inner Ring")
    );
}

#[test]
fn an_address_means_itself() {
    let desk = Desk::new();
    for (text, name) in [
        ("SMTP:x@y.test", "x@y.test"),
        ("x@y.test", "x@y.test"),
        ("Ex <x@y.test>", "Ex"),
        ("Ex[smtp:x@y.test]", "Ex"),
    ] {
        let found = desk.resolve(text).unwrap();
        assert_eq!((&*found.name, &*found.address), (name, "SMTP:x@y.test"));
    }
    assert_eq!(desk.refusal("SMTP:not an address"), Kind::UnknownRecipient);
    assert_eq!(desk.refusal("a@b.test; c@d.test"), Kind::AmbiguousRecipient);
}

#[test]
fn none_and_several_have_codes_of_their_own() {
    let desk = Desk::new();
    let several = desk.resolve("ada").unwrap_err();
    assert_eq!(several.kind(), Kind::AmbiguousRecipient);
    assert!(
        several
            .reason()
            .contains("Ada King <king@b.test>, Ada Lovelace <ada@b.test>"),
        "{}",
        several.reason()
    );
    for name in ["", "  ", "Zzyzx", "*", "*)(uid=*", "a*", "\\2a"] {
        assert_eq!(desk.refusal(name), Kind::UnknownRecipient, "{name:?}");
    }
    let asked = |name| {
        calls::resolve_name(
            desk.access(),
            name,
            Asking::Dialog(&Nobody::new("this is a test")),
        )
        .unwrap_err()
        .kind()
    };
    assert_eq!(
        asked("ada"),
        Kind::NotSupported,
        "there is no dialog to ask in"
    );
    assert_eq!(asked("Zzyzx"), Kind::UnknownRecipient);
}

#[test]
fn the_first_book_with_one_answer_decides_and_a_whole_name_goes_before_a_guess() {
    let desk = Desk::new();
    desk.write("private/c.vcf", &person("caro", "Caroline", ""));
    assert_eq!(
        desk.resolve("caro").unwrap().name,
        "Caroline",
        "the first book"
    );
    assert_eq!(
        desk.resolve("carol").unwrap().name,
        "Carol",
        "the whole name, in the second book"
    );
    assert_eq!(desk.resolve("adam").unwrap().name, "Adam");
}

#[test]
fn mail_goes_to_names_and_to_everyone_on_lists_once() {
    let desk = Desk::new();
    assert_eq!(
        desk.send(vec![named(To, "lovelace"), named(Cc, "Bob")])
            .unwrap(),
        [
            "To: \"Ada Lovelace\" <ada@b.test>",
            "Cc: \"Bob\" <bob@b.test>"
        ]
    );
    // Lists in lists, and in circles.
    assert_eq!(
        desk.send(vec![named(To, "Everybody")]).unwrap(),
        ["To: \"Carol\" <carol@b.test>", "To: \"Dan\" <dan@b.test>"]
    );
    // Whoever is named apart stays there; of two lists the one that more people see counts.
    assert_eq!(
        desk.send(vec![
            named(Cc, "stock"),
            named(To, "inner"),
            named(Cc, "Carol")
        ])
        .unwrap(),
        ["To: \"Dan\" <dan@b.test>", "Cc: \"Carol\" <carol@b.test>"]
    );
    assert_eq!(
        desk.send(vec![named(To, "Everybody"), named(Bcc, "Dan")])
            .unwrap(),
        ["To: \"Carol\" <carol@b.test>"],
        "a blind copy stays blind"
    );
}

#[test]
fn one_name_that_cannot_be_resolved_stops_the_whole_message() {
    let desk = Desk::new();
    for (name, kind) in [
        ("Zzyzx", Kind::UnknownRecipient),
        ("ada", Kind::AmbiguousRecipient),
        ("Empty Hall", Kind::InvalidRecipients),
    ] {
        let error = desk
            .send(vec![named(To, "Bob"), named(Cc, name)])
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{name}");
        assert!(
            error.reason().starts_with("recipient 2: "),
            "{}",
            error.reason()
        );
    }
    assert!(
        !desk.folder.path().join("mail/new").exists(),
        "nothing was sent"
    );
}

#[test]
fn lists_keep_to_the_limit_on_recipients() {
    let desk = Desk::new();
    let many: Vec<String> = (0..6).map(|at| format!("m{at}")).collect();
    for uid in &many {
        desk.write(&format!("office/{uid}.vcf"), &person(uid, uid, ""));
    }
    let members: Vec<&str> = many.iter().map(String::as_str).collect();
    desk.write("office/many.vcf", &group("many", "Many", &members));
    desk.write("office/few.vcf", &group("few", "Few", &members[..4]));
    for names in [&["Many"][..], &["Few", "Bob", "Ada King"]] {
        let recipients = names.iter().map(|name| named(To, name)).collect();
        assert_eq!(
            desk.send(recipients).unwrap_err().kind(),
            Kind::TooManyRecipients,
            "{names:?}"
        );
    }
    assert_eq!(desk.send(vec![named(To, "Few")]).unwrap().len(), 4);
}

#[test]
fn an_entry_id_means_the_same_entry_after_a_restart_whatever_it_says_by_then() {
    let desk = Desk::new();
    let (ada, list) = (
        desk.resolve("lovelace").unwrap(),
        desk.resolve("stock").unwrap(),
    );
    let written_out = desk.resolve("Ex <x@y.test>").unwrap();
    let desk = desk.reopened();
    desk.write(
        "private/ada.vcf",
        &person("ada", "Ada King", "").replace("ada@", "ada.king@"),
    );
    assert_eq!(
        desk.send(vec![
            by_id(To, &ada),
            by_id(Cc, &list),
            by_id(To, &written_out)
        ])
        .unwrap(),
        [
            "To: \"Ada King\" <ada.king@b.test>",
            "To: \"Ex\" <x@y.test>",
            "Cc: \"Carol\" <carol@b.test>",
            "Cc: \"Dan\" <dan@b.test>"
        ]
    );
    fs::remove_file(desk.folder.path().join("private/ada.vcf")).unwrap();
    let gone = desk.send(vec![by_id(To, &ada)]).unwrap_err();
    assert_eq!(gone.kind(), Kind::InvalidRecipients);
}

#[test]
fn an_entry_id_that_was_cut_changed_or_made_up_is_nobody() {
    let desk = Desk::new();
    let ada = desk.resolve("lovelace").unwrap();
    let send = |entry_id: &[u8]| {
        let forged = Person {
            entry_id: entry_id.to_vec(),
            ..ada.clone()
        };
        desk.send(vec![by_id(To, &forged)]).unwrap_err().kind()
    };
    for length in 1..ada.entry_id.len() {
        assert_eq!(
            send(&ada.entry_id[..length]),
            Kind::InvalidRecipients,
            "{length}"
        );
    }
    for at in 0..ada.entry_id.len() {
        let mut changed = ada.entry_id.clone();
        changed[at] ^= 4;
        assert_eq!(send(&changed), Kind::InvalidRecipients, "{at}");
    }
    for key in [
        "vcard:uid:nobody",
        "ldap:uid=x",
        "",
        "vcard:uid:../../etc/passwd",
    ] {
        let made_up = simplemapi::model::book_entry_id(key);
        assert_eq!(send(&made_up), Kind::InvalidRecipients, "{key}");
    }
}

#[test]
fn the_address_of_a_list_finds_it_for_programs_that_keep_no_entry_ids() {
    let desk = Desk::new();
    let list = desk.resolve("stock").unwrap();
    let recipient = Recipient {
        address: list.address,
        ..named(To, &list.name)
    };
    assert_eq!(desk.send(vec![recipient]).unwrap().len(), 2);
}

#[test]
fn what_is_saved_keeps_names_and_lists_as_they_are_and_reads_back() {
    let desk = Desk::new();
    let message = Message {
        recipients: vec![
            named(To, "lovelace"),
            named(Cc, "Everybody"),
            named(Cc, "ada"),
            named(Bcc, "Zzyzx"),
        ],
        ..Message::default()
    };
    let id = calls::save_mail(desk.access(), message, Flags::default(), SaveAs::New).unwrap();
    let request = ReadRequest {
        id: id.as_str(),
        extent: Extent::Envelope,
        body_as_file: false,
        peek: true,
    };
    let read = calls::read_mail(&desk.session, request).unwrap();
    let told: Vec<_> = read
        .recipients
        .iter()
        .map(|(class, who)| (*class, who.name.as_str(), who.address.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (To, "Ada Lovelace", "SMTP:ada@b.test"),
            (Cc, "Everybody", ""),
            (Cc, "ada", ""),
            (Bcc, "Zzyzx", "")
        ]
    );
    assert!(calls::find_next(&desk.session, "", &Wanted::default()).is_ok());
    let again: Vec<Recipient> = read.recipients[..2]
        .iter()
        .map(|(class, who)| Recipient {
            address: who.address.clone(),
            entry_id: who.entry_id.clone(),
            ..named(*class, &who.name)
        })
        .collect();
    assert_eq!(
        desk.send(again).unwrap().len(),
        3,
        "the list is expanded when it is sent"
    );
}

#[test]
fn details_and_address_check_everything_before_they_miss_their_window() {
    let desk = Desk::new();
    let ada = desk.resolve("lovelace").unwrap();
    let nobody = Nobody::new("this is a test");
    let details = |id: &[u8]| {
        let shown = calls::show_details(desk.access(), id, false, &nobody);
        shown.unwrap_err().kind()
    };
    assert_eq!(details(&[]), Kind::AmbiguousRecipient);
    assert_eq!(details(&[1, 2, 3]), Kind::InvalidRecipients);
    assert_eq!(
        details(&simplemapi::model::book_entry_id("vcard:uid:gone")),
        Kind::InvalidRecipients
    );
    assert_eq!(details(&ada.entry_id), Kind::NotSupported);
    let choose = |recipients: &[Recipient]| {
        let request = AddressRequest {
            caption: String::new(),
            fields: 3,
            label: String::new(),
            recipients: recipients.to_vec(),
        };
        let chosen = calls::choose_recipients(desk.access(), request, &nobody);
        chosen.unwrap_err().kind()
    };
    assert_eq!(choose(&[]), Kind::NotSupported);
    assert_eq!(
        choose(&[named(To, "Zzyzx"), by_id(Cc, &ada)]),
        Kind::NotSupported
    );
    let malformed = Recipient {
        address: "SMTP:not an address".to_owned(),
        ..named(To, "")
    };
    assert_eq!(
        choose(&[named(To, "Bob"), malformed]),
        Kind::InvalidRecipients
    );
}

#[test]
fn a_book_that_cannot_be_read_is_no_unknown_name_and_stops_only_guesses() {
    let desk = Desk::new();
    let everybody = desk.resolve("everybody").unwrap();
    fs::remove_dir_all(desk.folder.path().join("private")).unwrap();
    for guess in ["caro", "Nobody"] {
        let error = desk.resolve(guess).unwrap_err();
        assert_eq!(error.kind(), Kind::Failure, "{guess}");
        assert!(error.reason().contains("/private"), "{}", error.reason());
    }
    // Whom the other book knows by the whole name, or by an entry id, can be nobody else.
    assert_eq!(desk.resolve("carol").unwrap().name, "Carol");
    assert_eq!(desk.send(vec![by_id(Cc, &everybody)]).unwrap().len(), 2);
    // The other way round, a book after the one that knows is missing.
    let desk = Desk::new();
    fs::remove_dir_all(desk.folder.path().join("office")).unwrap();
    assert_eq!(desk.resolve("bob").unwrap().name, "Bob");
    assert_eq!(desk.refusal("bo"), Kind::Failure);
    assert!(desk.resolve("x@y.test").is_ok(), "an address needs no book");
}

/// A contact as a person writes it for khard.
const KHARD: &str = "First name : Jürgen\nLast name : Müller\nNickname : Jojo\nEmail :\n    \
    work : jm@example.org\n    pref : juergen@example.org\nCategories :\n    - Stock\n    - Büro\n";

#[test]
fn contacts_that_khard_made_are_found_at_the_address_that_it_prefers() {
    let desk = Desk::new();
    let path = |name: &str| desk.folder.path().join(name).display().to_string();
    let config = format!("[addressbooks]\n[[work]]\npath = {}\n", path("private"));
    fs::write(path("khard.conf"), config).unwrap();
    fs::write(path("contact.yaml"), KHARD).unwrap();
    let khard = |arguments: &[&str]| {
        std::process::Command::new("khard")
            .args(["-c", &path("khard.conf")])
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .env("HOME", desk.folder.path())
            .output()
    };
    let Ok(made) = khard(&["new", "-a", "work", "-i", &path("contact.yaml")]) else {
        test_servers::skip("there is no khard: install the Debian package of that name");
        return;
    };
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    for name in ["muller", "Jürgen Müller", "jojo", "juergen"] {
        let found = desk.resolve(name).unwrap();
        assert_eq!(
            (&*found.name, &*found.address),
            ("Jürgen Müller", "SMTP:juergen@example.org")
        );
    }
    assert_eq!(
        desk.send(vec![named(To, "buro")]).unwrap().len(),
        1,
        "its category is a list"
    );
    let listed = khard(&["email", "--parsable", "lovelace"]).unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let ours = desk.resolve("lovelace").unwrap();
    assert!(
        listed.contains(&format!("\nada@b.test\t{}\t", ours.name)),
        "khard reads the same of our cards: {listed}"
    );
}
