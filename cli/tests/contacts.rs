//! `simplemapi contacts`, and mail to names from the shell.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

mod desk;

use desk::{Desk, Ended};

const CARDS: &str = "\
BEGIN:VCARD\nVERSION:4.0\nUID:m\nFN:Jürgen Müller\nEMAIL:jm@example.org\nCATEGORIES:Stock\nEND:VCARD\n\
BEGIN:VCARD\nVERSION:4.0\nUID:a\nFN:Ada Lovelace\nEMAIL:ada@example.org\nCATEGORIES:Stock\nEND:VCARD\n\
BEGIN:VCARD\nVERSION:4.0\nUID:k\nFN:Ada King\nEMAIL:king@example.org\nEND:VCARD\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("cards.vcf", CARDS);
    desk.configure(&format!(
        "[profile.local]\naddress = \"me@example.org\"\n\
         transport = {{ kind = \"maildir\", path = {:?} }}\n\
         address-book = [{{ kind = \"vcard\", path = {:?} }}]\n",
        desk.path("mail"),
        desk.path("cards.vcf")
    ));
    desk
}

fn contacts(desk: &Desk, name: &str) -> Ended {
    desk.run(&["contacts", name], b"")
}

#[test]
fn whom_a_name_means_is_shown_with_the_reason() {
    let desk = desk();
    let book = format!("the vCards in {}", desk.path("cards.vcf").display());
    let ended = contacts(&desk, "muller");
    assert_eq!(ended.status, 0, "{ended:?}");
    assert_eq!(
        ended.out,
        format!(
            "{book}:\n  Jürgen Müller <jm@example.org>: its words begin so\n\n\
             Mail to \"muller\" goes to:\n  Jürgen Müller <jm@example.org>\n"
        )
    );
    let ended = contacts(&desk, "stock");
    assert_eq!(
        ended.out,
        format!(
            "{book}:\n  Stock, a list: its whole name\n\n\
             Mail to \"stock\" goes to:\n  Jürgen Müller <jm@example.org>\n  Ada Lovelace <ada@example.org>\n"
        )
    );
    let ended = contacts(&desk, "x@y.test");
    assert_eq!(ended.out, "Mail to \"x@y.test\" goes to:\n  x@y.test\n");
}

#[test]
fn nobody_and_several_are_failures_that_say_why() {
    let desk = desk();
    let several = contacts(&desk, "ada");
    assert_eq!(several.status, 67, "{several:?}");
    assert!(
        several
            .out
            .contains("  Ada King <king@example.org>: its words begin so\n")
    );
    assert!(
        several
            .err
            .starts_with("simplemapi: \"ada\" may mean Ada King <king@example.org>, Ada Lovelace"),
        "{}",
        several.err
    );
    let nobody = contacts(&desk, "zzyzx");
    assert_eq!(nobody.status, 67, "{nobody:?}");
    assert!(
        nobody.out.ends_with("cards.vcf: nobody\n\n"),
        "{}",
        nobody.out
    );
    std::fs::remove_file(desk.path("cards.vcf")).expect("the cards go");
    let gone = contacts(&desk, "muller");
    assert_eq!(gone.status, 69, "{gone:?}");
    let none = Desk::without_configuration();
    assert_eq!(contacts(&none, "muller").status, 78);
}

#[test]
fn mail_is_sent_to_names_and_lists_from_the_shell() {
    let desk = desk();
    let ended = desk.run(&["send", "stock", "--cc", "ada king", "--body", "x"], b"");
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{ended:?}");
    let messages = desk.messages();
    assert!(
        messages[0].contains("<jm@example.org>")
            && messages[0].contains("Cc: \"Ada King\" <king@example.org>"),
        "{messages:?}"
    );
    let ended = desk.run(&["send", "ada", "--body", "x"], b"");
    assert_eq!(ended.status, 67, "{ended:?}");
    assert_eq!(desk.messages().len(), 1);
}

#[test]
fn doctor_reads_the_address_book_too() {
    let desk = desk();
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended
            .out
            .contains("cards.vcf: 3 people and 1 lists in 1 files\n"),
        "{}",
        ended.out
    );
    std::fs::remove_file(desk.path("cards.vcf")).expect("the cards go");
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 69, "{ended:?}");
    let verdict = ended.out.lines().last().expect("a verdict");
    assert!(
        verdict.starts_with("Mail to addresses can be sent, and nobody is found by name: "),
        "{verdict}"
    );
}
