//! Two programs understand each other by the classes and conversations of their messages.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;

use crate::client::Client;
use crate::desk::Desk;
use crate::stored;

const ASKER: &str = "asker@example.org";
const CHIEF: &str = "chief@example.org";

/// Two people whose mail lies in each other's Maildir.
struct Office {
    asker: Desk,
    chief: Desk,
    // The Maildirs go with the office.
    folder: tempfile::TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let maildir = |of: &str| folder.path().join(of);
        let desk = |who, to, from| Desk::between(who, &maildir(to), &maildir(from));
        Self {
            asker: desk(ASKER, "chief", "asker"),
            chief: desk(CHIEF, "asker", "chief"),
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

#[test]
fn a_request_is_approved_by_one_program_and_carried_out_by_the_other() {
    let office = Office::new();
    let workflow = Client::build("workflow.cpp");

    workflow.prints(&office.asker, &["request", CHIEF, "a new chair"]);
    workflow.prints(&office.asker, &["request", CHIEF, "Kaffee für März"]);
    let requests = stored::inbox(&office.path("chief"));
    assert_eq!(stored::each(&requests, "class"), ["IPM.Example.Request"; 2]);
    let asked = stored::each(&requests, "conversation");
    assert!(
        asked[0].starts_with("workflow-") && asked[0] != asked[1],
        "{asked:?}"
    );
    let pending = stored::inbox(&office.path("asker"));
    assert_eq!(stored::each(&pending, "class"), ["IPM.Example.Pending"; 2]);
    assert_eq!(stored::each(&pending, "conversation"), asked);

    assert_eq!(
        workflow.prints(&office.asker, &["collect"]),
        "",
        "nobody has answered"
    );
    let approved = workflow.prints(&office.chief, &["approve"]);
    assert_eq!(
        approved,
        "approved: a new chair\napproved: Kaffee für März\n"
    );
    assert_eq!(
        workflow.prints(&office.chief, &["approve"]),
        "",
        "once is enough"
    );
    assert!(stored::inbox(&office.path("chief")).is_empty());
    let mail = stored::inbox(&office.path("asker"));
    assert_eq!(mail.len(), 4);
    let approvals: Vec<_> = mail
        .iter()
        .filter(|message| message["class"] == "IPM.Example.Approval")
        .map(|message| message["conversation"].as_str().unwrap())
        .collect();
    assert_eq!(approvals, asked);

    let done = workflow.prints(&office.asker, &["collect"]);
    assert_eq!(
        done,
        "carried out: a new chair\ncarried out: Kaffee für März\n"
    );
    assert!(stored::inbox(&office.path("asker")).is_empty());
}

#[test]
fn an_approval_of_what_nobody_asked_for_is_not_carried_out() {
    let office = Office::new();
    let workflow = Client::build("workflow.cpp");
    workflow.prints(&office.asker, &["request", CHIEF, "a new chair"]);
    let message = "From: mallory@example.org\nSubject: a pony\n\
        X-MAPI-Message-Class: IPM.Example.Approval\nX-MAPI-Conversation-ID: guessed\n\ntext\n";
    fs::create_dir_all(office.path("asker/new")).unwrap();
    fs::write(office.path("asker/new/1700000000.M1P1Q1.host"), message).unwrap();

    let output = workflow.prints(&office.asker, &["collect"]);
    assert_eq!(output, "nobody asked for: a pony\n");
    let waiting = stored::inbox(&office.path("asker"));
    assert_eq!(stored::each(&waiting, "subject"), ["a new chair"]);
}

#[test]
fn a_request_that_cannot_be_sent_is_not_waited_for() {
    let office = Office::new();
    let workflow = Client::build("workflow.cpp");
    let complaint = workflow.complains(&office.asker, &["request", "no address", "a chair"]);
    assert!(
        complaint.starts_with("workflow: ") && complaint.contains("no address"),
        "{complaint}"
    );
    assert!(stored::inbox(&office.path("asker")).is_empty());
}

#[test]
fn a_request_that_cannot_be_answered_holds_up_no_other() {
    let office = Office::new();
    let workflow = Client::build("workflow.cpp");
    let message = "Subject: nobody asks this\nX-MAPI-Message-Class: IPM.Example.Request\n\ntext\n";
    fs::create_dir_all(office.path("chief/new")).unwrap();
    fs::write(office.path("chief/new/1700000000.M1P1Q1.host"), message).unwrap();
    workflow.prints(&office.asker, &["request", CHIEF, "a new chair"]);

    let approved = workflow.prints(&office.chief, &["approve"]);
    assert_eq!(approved, "approved: a new chair\n");
    let waiting = stored::inbox(&office.path("chief"));
    assert_eq!(stored::each(&waiting, "subject"), ["nobody asks this"]);
}
