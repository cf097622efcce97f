//! Cards as programs write them, broken ones, and the index on disk.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use super::*;
use crate::stamp::Stamp;

fn deadline() -> Deadline {
    Deadline::after(Duration::from_secs(120))
}

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn of(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folder = Self { folder };
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        self.write_bytes(name, text.as_bytes());
    }

    fn write_bytes(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn book(&self) -> VcardBook {
        VcardBook::new(self.folder.path(), &Shelf::default())
    }

    /// What a query finds, as `name <address>` or `name (list)`.
    fn finds(&self, query: &str) -> Vec<String> {
        found(&self.book(), query)
    }
}

fn found(book: &VcardBook, query: &str) -> Vec<String> {
    let Some(query) = Query::new(query) else {
        return Vec::new();
    };
    let found = book.find(&query, deadline()).unwrap();
    found.matches.iter().map(|(_, entry)| told(entry)).collect()
}

fn told(entry: &Entry) -> String {
    match &entry.reaches {
        Reaches::Person(address) => format!("{} <{address}>", entry.name),
        Reaches::List => format!("{} (list)", entry.name),
    }
}

fn only(book: &VcardBook, query: &str) -> Entry {
    let found = book.find(&Query::new(query).unwrap(), deadline()).unwrap();
    assert_eq!(found.matches.len(), 1, "{found:?}");
    found.matches.into_iter().next().unwrap().1
}

/// The members of the only list that a query finds.
fn members(book: &VcardBook, query: &str) -> Vec<String> {
    let list = only(book, query);
    let members = book.members(&list.key, 100, deadline()).unwrap().unwrap();
    members
        .into_iter()
        .map(|member| match member {
            Member::Person(mailbox) => format!("{} <{}>", mailbox.name, mailbox.address),
            Member::List(key) => key,
        })
        .collect()
}

fn card(lines: &str) -> String {
    format!("BEGIN:VCARD\r\nVERSION:4.0\r\n{lines}\r\nEND:VCARD\r\n")
}

const MUELLER: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:mueller-1\r\nFN:Jürgen Müller\r\n\
    N:Müller;Jürgen;;;\r\nNICKNAME:Jojo\\, der Große,JM\r\nitem1.EMAIL;TYPE=INTERNET:jm1970@example.org\r\n\
    CATEGORIES:Buchhaltung,Berlin\r\nEND:VCARD\r\n";

#[test]
fn somebody_is_found_by_name_nickname_and_mailbox_without_case_and_accents() {
    let folder = Folder::of(&[("a.vcf", MUELLER)]);
    for query in [
        "jürgen müller",
        "muller",
        "MULLER, JUR",
        "jojo",
        "große",
        "grosse",
        "jm",
        "jm19",
    ] {
        assert_eq!(
            folder.finds(query),
            ["Jürgen Müller <jm1970@example.org>"],
            "{query}"
        );
    }
    for query in ["uller", "jürgen x", "example", "muller*", "*"] {
        assert_eq!(folder.finds(query), [""; 0], "{query}");
    }
}

#[test]
fn cards_of_every_version_are_read() {
    let folder = Folder::of(&[
        (
            "old.vcf",
            "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L=C3=B6ve;Ada\n\
             FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ada L=C3=B6=\nve\nEMAIL;PREF;INTERNET:ada@old.test\n\
             PHOTO;ENCODING=BASE64;TYPE=JPEG:AAAA\n  BBBB\n\nEND:VCARD\n",
        ),
        (
            "three.vcf",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\r\n b Fold\r\nEMAIL:b@old.test\r\nEMAIL;TYPE=work,pref:bob@three.test\r\nEND:VCARD\r\n",
        ),
        (
            "four.vcf",
            &card("FN:Carol Four\r\nEMAIL;PREF=2:c@four.test\r\nEMAIL;PREF=1:carol@four.test"),
        ),
        (
            "nested/mac.vcf",
            "BEGIN:VCARD\nVERSION:3.0\nN:Eve;Dan;;;\nEMAIL:mailto:dan@mac.test\nEND:VCARD\n",
        ),
    ]);
    folder.write_bytes(
        "latin.vcf",
        b"BEGIN:VCARD\nVERSION:2.1\nFN:Fran\xe7ois\nEMAIL:f@latin.test\nEND:VCARD\n",
    );
    for (query, expected) in [
        ("ada love", "Ada Löve <ada@old.test>"),
        ("bob fold", "Bob Fold <bob@three.test>"),
        ("carol", "Carol Four <carol@four.test>"),
        ("dan", "Dan Eve <dan@mac.test>"),
        ("francois", "François <f@latin.test>"),
    ] {
        assert_eq!(folder.finds(query), [expected], "{query}");
    }
}

#[test]
fn a_single_file_may_hold_them_all() {
    let folder = Folder::of(&[(
        "all.vcf",
        &(card("FN:Ada\r\nEMAIL:ada@b.test") + &card("FN:Bob\r\nEMAIL:bob@b.test")),
    )]);
    let book = VcardBook::new(&folder.folder.path().join("all.vcf"), &Shelf::default());
    assert_eq!(found(&book, "bob"), ["Bob <bob@b.test>"]);
    let missing = VcardBook::new(Path::new("/nowhere/at/all"), &Shelf::default());
    let error = missing
        .find(&Query::new("x").unwrap(), deadline())
        .unwrap_err();
    assert!(
        error
            .reason()
            .starts_with("cannot read the vCards in /nowhere"),
        "{}",
        error.reason()
    );
}

#[test]
fn groups_and_categories_are_lists() {
    let folder = Folder::of(&[
        ("a.vcf", MUELLER),
        (
            "b.vcf",
            &card("UID:urn:uuid:B2\r\nFN:Bob\r\nEMAIL:bob@b.test\r\nCATEGORIES:Berlin"),
        ),
        (
            "c.vcf",
            &card("UID:c\r\nFN:Phone Only\r\nTEL:1\r\nCATEGORIES:Berlin"),
        ),
        (
            "four.vcf",
            &card(
                "KIND:group\r\nUID:g4\r\nFN:Team Four\r\nMEMBER:urn:uuid:b2\r\nMEMBER:mailto:x@y.test",
            ),
        ),
        (
            "three.vcf",
            &card(
                "X-ADDRESSBOOKSERVER-KIND:group\r\nUID:g3\r\nFN:Team Three\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:mueller-1\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:g4",
            ),
        ),
        (
            "gnome.vcf",
            &card(
                "X-EVOLUTION-LIST:TRUE\r\nFN:Gnomes\r\nEMAIL;X-EVOLUTION-DEST-NAME=Ada:Ada <ada@gnome.test>",
            ),
        ),
        (
            "gone.vcf",
            &card("KIND:group\r\nUID:gone\r\nFN:Broken\r\nMEMBER:urn:uuid:nobody"),
        ),
    ]);
    let book = folder.book();
    assert_eq!(
        members(&book, "berlin"),
        ["Jürgen Müller <jm1970@example.org>", "Bob <bob@b.test>"]
    );
    assert_eq!(members(&book, "four"), ["Bob <bob@b.test>", " <x@y.test>"]);
    assert_eq!(
        members(&book, "three"),
        ["Jürgen Müller <jm1970@example.org>", "vcard:uid:g4"]
    );
    assert_eq!(members(&book, "gnomes"), [" <ada@gnome.test>"]);
    let key = only(&book, "broken").key;
    let error = book.members(&key, 100, deadline()).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRecipients);
    assert!(error.reason().contains("nobody"), "{}", error.reason());
    let berlin = only(&book, "berlin").key;
    let error = book.members(&berlin, 1, deadline()).unwrap_err();
    assert_eq!(error.kind(), Kind::TooManyRecipients);
}

#[test]
fn a_key_leads_to_the_entry_as_it_is_today() {
    let folder = Folder::of(&[
        ("a.vcf", MUELLER),
        ("b.vcf", &card("FN:No Uid\r\nEMAIL:nouid@b.test")),
    ]);
    let book = folder.book();
    for query in ["muller", "no uid", "berlin"] {
        let entry = only(&book, query);
        assert_eq!(
            folder.book().entry(&entry.key, deadline()).unwrap(),
            Some(entry)
        );
    }
    let key = only(&book, "muller").key;
    folder.write(
        "a.vcf",
        &MUELLER.replace("jm1970@example.org", "new@example.org"),
    );
    let entry = book.entry(&key, deadline()).unwrap().unwrap();
    assert_eq!(told(&entry), "Jürgen Müller <new@example.org>");
    fs::remove_file(folder.folder.path().join("a.vcf")).unwrap();
    assert_eq!(book.entry(&key, deadline()).unwrap(), None);
    for foreign in [
        "",
        "ldap:uid=ada",
        "vcard:",
        "vcard:uid:none",
        "vcard:\u{1f}",
    ] {
        assert_eq!(book.entry(foreign, deadline()).unwrap(), None);
    }
}

#[test]
fn what_comes_changes_and_goes_is_seen() {
    let folder = Folder::of(&[("a.vcf", &card("FN:Ada\r\nEMAIL:ada@b.test"))]);
    let book = folder.book();
    assert_eq!(found(&book, "ada"), ["Ada <ada@b.test>"]);
    folder.write("b.vcf", &card("FN:Adam\r\nEMAIL:adam@b.test"));
    assert_eq!(
        found(&book, "ada"),
        ["Ada <ada@b.test>", "Adam <adam@b.test>"]
    );
    folder.write("a.vcf", &card("FN:Ada\r\nEMAIL:eve@b.test"));
    assert_eq!(
        found(&book, "ada"),
        ["Ada <eve@b.test>", "Adam <adam@b.test>"]
    );
    fs::remove_file(folder.folder.path().join("a.vcf")).unwrap();
    assert_eq!(found(&book, "ada"), ["Adam <adam@b.test>"]);
}

#[test]
fn two_cards_of_one_uid_are_two_people_unless_they_say_the_same() {
    let one = card("UID:x\r\nFN:Ada\r\nEMAIL:ada@b.test");
    let other = card("UID:x\r\nFN:Ada\r\nEMAIL:eve@b.test");
    let same = Folder::of(&[("a.vcf", &one), ("b.vcf", &one)]);
    assert_eq!(same.finds("ada"), ["Ada <ada@b.test>"]);
    let differ = Folder::of(&[("a.vcf", &one), ("b.vcf", &other)]);
    assert_eq!(differ.finds("ada").len(), 2);
    let error = differ.book().entry("vcard:uid:x", deadline()).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRecipients);
}

#[test]
fn no_card_brings_anything_into_a_header() {
    let folder = Folder::of(&[
        ("a.vcf", &card("FN:Spy\\nBcc: x@y.test\r\nEMAIL:spy@b.test")),
        (
            "b.vcf",
            &card("FN:Evil One\r\nEMAIL:evil@b.test\\nBcc: spy@b.test"),
        ),
        (
            "c.vcf",
            &card(
                "FN;ENCODING=QUOTED-PRINTABLE:Evil=0D=0ABcc: two\r\nEMAIL:evil2@b.test>\r\n RCPT TO:<x@y.test>",
            ),
        ),
        (
            "d.vcf",
            &card("FN:\u{1f}\u{1e}Odd\u{1f}Name\r\nUID:a\u{1f}b\r\nEMAIL:odd@b.test"),
        ),
    ]);
    assert_eq!(folder.finds("spy"), ["Spy Bcc: x@y.test <spy@b.test>"]);
    assert_eq!(folder.finds("evil"), [""; 0]);
    assert_eq!(folder.finds("odd"), ["Odd Name <odd@b.test>"]);
}

#[test]
fn broken_and_huge_cards_take_no_other_with_them() {
    let photo = "QUFB".repeat(1 << 20);
    let many: String = (0..2000)
        .map(|at| card(&format!("FN:Many {at}\r\nEMAIL:m{at}@b.test")))
        .collect();
    let folder = Folder::of(&[
        (
            "a.vcf",
            &format!(
                "BEGIN:VCARD\nFN:Photo\nPHOTO;ENCODING=b:{photo}\nEMAIL:photo@b.test\nEND:VCARD\n"
            ),
        ),
        (
            "b.vcf",
            &format!("BEGIN:VCARD\nFN:Long{photo}\nEMAIL:long@b.test\nEND:VCARD\n"),
        ),
        ("c.vcf", "BEGIN:VCARD\nFN:Endless\nEMAIL:e@b.test\n"),
        (
            "d.vcf",
            "\0\0\u{feff}BEGIN:VCARD\nFN:x\n:::;;;\nEND:VCARD\nBEGIN:VCARD\n;;=:\nFN\nEMAIL\nEND:VCARD",
        ),
        ("e.vcf", &many),
        ("f.vcf", ""),
    ]);
    assert_eq!(folder.finds("photo"), ["Photo <photo@b.test>"]);
    for query in ["long", "endless", "x"] {
        assert_eq!(folder.finds(query), [""; 0], "{query}");
    }
    let book = folder.book();
    let found = book.find(&Query::new("many").unwrap(), deadline()).unwrap();
    assert_eq!((found.matches.len(), found.more), (Found::MOST, true));
    assert_eq!(told(&only(&book, "many 1999")), "Many 1999 <m1999@b.test>");
    let mut told = Vec::new();
    book.check(deadline(), &mut |step| told.push(step.to_owned()))
        .unwrap();
    assert!(
        told[0].ends_with(": 2001 people and 0 lists in 6 files"),
        "{told:?}"
    );
    assert!(
        told[1].starts_with("3 of its cards cannot be used"),
        "{told:?}"
    );
}

#[test]
fn what_is_in_a_folder_and_no_card_is_passed_over() {
    let folder = Folder::of(&[
        ("a.vcf", &card("FN:Ada\r\nEMAIL:ada@b.test")),
        (".hidden.vcf", &card("FN:Ada\r\nEMAIL:hidden@b.test")),
        ("a.vcf.tmp", &card("FN:Ada\r\nEMAIL:tmp@b.test")),
        (".git/x.vcf", &card("FN:Ada\r\nEMAIL:git@b.test")),
        ("folder.vcf/b.vcf", &card("FN:Adam\r\nEMAIL:adam@b.test")),
    ]);
    std::os::unix::fs::symlink("/nowhere", folder.folder.path().join("link.vcf")).unwrap();
    std::os::unix::fs::symlink(folder.folder.path(), folder.folder.path().join("loop")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.folder.path().join("fifo.vcf"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    assert_eq!(
        folder.finds("ada"),
        ["Ada <ada@b.test>", "Adam <adam@b.test>"]
    );
}

fn index_of(folder: &Folder) -> Index {
    let mut listing = Listing::of(folder.folder.path()).unwrap();
    let files = std::mem::take(&mut listing.files);
    Index::build(folder.folder.path(), files, &Index::default(), deadline()).unwrap()
}

#[test]
fn an_index_that_is_kept_is_the_one_that_was_made() {
    let cards: Vec<(String, String)> = (0..600)
        .map(|at| {
            (
                format!("{at}.vcf"),
                card(&format!(
                    "FN:Ada {at}\r\nUID:{at}\r\nEMAIL:a{at}@b.test\r\nCATEGORIES:c{}",
                    at % 7
                )),
            )
        })
        .collect();
    let cards: Vec<_> = cards
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let folder = Folder::of(&cards);
    let index = index_of(&folder);
    let mut bytes = Vec::new();
    kept::write(&index, folder.folder.path(), &mut bytes).unwrap();
    assert_eq!(
        kept::read(&bytes, folder.folder.path()).as_ref(),
        Some(&index)
    );
    assert_eq!(kept::read(&bytes, Path::new("/another/book")), None);
    for length in (0..bytes.len()).step_by(997) {
        assert_eq!(
            kept::read(bytes.get(..length).unwrap(), folder.folder.path()),
            None
        );
    }
    for at in (0..bytes.len()).step_by(1013) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(kept::read(&changed, folder.folder.path()), None, "{at}");
    }
}

#[test]
fn an_index_is_kept_by_its_user_alone_and_a_bad_one_is_replaced() {
    let cards: String = (0..600)
        .map(|at| card(&format!("FN:Ada {at}\r\nEMAIL:a{at}@b.test")))
        .collect();
    let folder = Folder::of(&[("a.vcf", &cards)]);
    let place = folder.folder.path().join("cache/simplemapi/index");
    let index = index_of(&folder);
    kept::save(&place, folder.folder.path(), &index).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&place), mode(place.parent().unwrap())),
        (0o600, 0o700)
    );
    assert_eq!(
        kept::load(&place, folder.folder.path()).as_ref(),
        Some(&index)
    );
    fs::set_permissions(&place, fs::Permissions::from_mode(0o622)).unwrap();
    assert_eq!(
        kept::load(&place, folder.folder.path()),
        None,
        "others may write to it"
    );
    fs::write(&place, "garbage").unwrap();
    assert_eq!(kept::load(&place, folder.folder.path()), None);
    kept::save(&place, folder.folder.path(), &index).unwrap();
    assert!(kept::load(&place, folder.folder.path()).is_some());
}

#[test]
fn only_what_changed_is_read_again() {
    let folder = Folder::of(&[
        ("a.vcf", &card("FN:Ada\r\nEMAIL:ada@b.test")),
        ("b.vcf", &card("FN:Bob\r\nEMAIL:bob@b.test")),
    ]);
    let index = index_of(&folder);
    let sure = |file: &index::ReadFile| files::Listed {
        stamp: Stamp {
            changed: 1,
            ..file.listed.stamp
        },
        ..file.listed.clone()
    };
    let mut older = Index::build(
        folder.folder.path(),
        index.files.iter().map(sure).collect(),
        &Index::default(),
        deadline(),
    )
    .unwrap();
    folder.write("a.vcf", &card("FN:Eve\r\nEMAIL:eve@b.test"));
    folder.write("b.vcf", &card("FN:Eve\r\nEMAIL:eve@b.test"));
    let mut now: Vec<_> = index.files.iter().map(sure).collect();
    now[0].stamp.changed = 2;
    now.push(files::Listed {
        name: "c.vcf".to_owned(),
        stamp: Stamp::default(),
    });
    older = Index::build(folder.folder.path(), now, &older, deadline()).unwrap();
    let names: Vec<_> = older.cards().map(|card| card.name).collect();
    assert_eq!(
        names,
        ["Eve", "Bob"],
        "one read anew, one taken over, one that has gone"
    );
}

#[test]
fn what_an_index_on_disk_says_is_checked_again() {
    let mut index = Index {
        text: "p\u{1f}vcard:uid:x\u{1f}Ada\u{1f}ada\u{1f}ada\u{1f}a@b.test\r\nBcc:x\u{1f}\u{1f}"
            .to_owned(),
        ..Index::default()
    };
    index.starts = vec![0, index.text.len() as u32, 7, u32::MAX];
    index.words = vec![
        Place {
            start: u32::MAX,
            length: u32::MAX,
            card: u32::MAX,
        },
        Place {
            start: 0,
            length: 1,
            card: 0,
        },
    ];
    let broken: Vec<_> = index.cards().filter_map(|card| entry(&card)).collect();
    assert_eq!(broken, []);
    assert!(index.equal(&index.words, "").len() <= 2);
    assert!(index.card(u32::MAX).is_none());
}
