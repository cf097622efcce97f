//! What a person has written is not lost with the window, nor with the program that it belonged to.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::code;
use crate::desk::Desk;

/// What a person may have made of the message before the window is gone.
const WRITTEN: &str = "dict(identity=1, subject='Half', body='Half a text', \
    recipients=[to('Grace Hopper')], files=[{'kept': 0}])";

const SEND: &str = "shown = begin()\n\
    propose('compose', subject=shown['subject'], body=shown['body'], \
    recipients=shown['recipients'], \
    files=[{'kept': at} for at in range(len(shown['files']))])";

#[test]
fn a_draft_is_kept_only_while_a_window_shows_it() {
    let desk = Desk::new();
    for (person, expected) in [
        (
            "propose('compose', subject='', body='', recipients=[to('Grace Hopper')])\n\
             open(os.environ['PERSON_HEARD'], 'a').write(json.dumps(\
             {'there': os.path.exists(shown['draft'])}))",
            code::SUCCESS,
        ),
        ("say('cancel')", code::USER_ABORT),
    ] {
        let looks = format!(
            "shown = begin()\n\
             note(shown['draft'], {WRITTEN})\n\
             sys.exit(3) if sorted(os.listdir(shown['draft'])) != ['draft.json', 'letter.json', 'lock'] \
             else None\n{person}"
        );
        let told = desk.does(&looks, &["send", "8", "Ada Lovelace"]);
        assert_eq!(told.code, expected, "{told:?}");
        assert!(desk.kept("drafts").is_empty());
        // Gone as soon as it is sent, lest anybody sends it again.
        if expected == code::SUCCESS {
            assert_eq!(desk.heard()[2], json!({"there": false}));
        }
    }
}

#[test]
fn what_was_written_outlives_the_window_and_the_files_and_can_be_sent() {
    let desk = Desk::new();
    let file = desk.file("one.txt", "one\n");
    let added = desk.file("two.txt", "two\n");
    let person = format!(
        "shown = begin(); letter = {WRITTEN}\n\
         letter['files'].append({{'added': 'file://{added}'}})\n\
         note(shown['draft'], letter); os.kill(os.getpid(), signal.SIGKILL)"
    );
    let told = desk.does(&person, &["send", "8", "Ada Lovelace", &file]);
    assert_eq!(told.code, code::FAILURE, "{told:?}");
    assert!(told.reason.contains("what was written is kept"), "{told:?}");
    assert!(told.reason.contains("killed by signal 9"), "{told:?}");
    fs::remove_file(&file).unwrap();
    let [draft] = &desk.kept("drafts")[..] else {
        unreachable!("one draft is kept")
    };
    assert!(told.reason.contains(draft.to_str().unwrap()), "{told:?}");

    // Again nothing is lost if the window fails.
    let said = desk.resumes(draft, "begin(); sys.exit(3)");
    assert!(said.starts_with("Failure: "), "{said}");
    assert!(said.contains("what was written is kept"), "{said}");

    assert_eq!(desk.resumes(draft, SEND), "sent");
    let shown = &desk.heard()[0];
    assert_eq!(
        shown["files"],
        json!([{"name": "one.txt", "size": 4}, {"name": "two.txt", "size": 4}])
    );
    assert_eq!(
        shown["identities"][0]["address"],
        "SMTP:countess@example.org"
    );
    let mail = desk.host.delivered().concat();
    for line in [
        "Subject: Half\n",
        "From: \"Countess\" <countess@example.org>\n",
        "To: \"Grace Hopper\" <grace@example.org>\n",
        "Half a text",
        "b25lCg==\n",
        "dHdvCg==\n",
    ] {
        assert!(mail.contains(line), "{line}{mail}");
    }
    assert!(desk.kept("drafts").is_empty());
    assert!(desk.resumes(draft, SEND).starts_with("InvalidMessage: "));
}

#[test]
fn what_was_written_is_kept_even_where_its_files_do_not_fit() {
    let desk = Desk::new();
    let file = desk.file("large.txt", &"x".repeat(20_000));
    let told = desk.does_on_a_full_disk(
        &format!("note(begin()['draft'], {WRITTEN}); sys.exit(3)"),
        &["send", "8", "Ada Lovelace", &file],
    );
    assert_eq!(told.code, code::FAILURE, "{told:?}");
    assert!(
        told.reason.contains("is kept but for its files"),
        "{told:?}"
    );
    let draft = desk.kept("drafts").remove(0);
    assert!(!draft.join("files/0/large.txt").exists());
    // The file is still where it was.
    assert_eq!(desk.resumes(&draft, SEND), "sent");
    assert_eq!(desk.heard()[0]["files"][0]["size"], 20_000);
}

#[test]
fn nothing_is_kept_of_what_the_program_has_itself() {
    let desk = Desk::new();
    let unchanged = "shown = begin()\n\
        note(shown['draft'], dict(subject=shown['subject'], body=shown['body'], \
        recipients=shown['recipients'], files=[{'kept': 0}])); sys.exit(3)";
    let file = desk.file("one.txt", "one\n");
    for person in [
        "begin(); sys.exit(3)",
        unchanged,
        "say('unavailable', reason='x')",
    ] {
        let told = desk.does(person, &["send", "8", "Ada Lovelace", &file]);
        assert_ne!(told.code, code::SUCCESS);
        assert!(!told.reason.contains("kept"), "{told:?}");
        assert!(desk.kept("drafts").is_empty(), "{person}");
    }
}

#[test]
fn a_draft_outlives_a_program_that_is_killed() {
    let desk = Desk::new();
    let file = desk.file("one.txt", "one\n");
    let person = format!("shown = begin(); note(shown['draft'], {WRITTEN}); hear()");
    let mut host = desk
        .before(&person, &["send", "8", "Ada Lovelace", &file])
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let draft = loop {
        let kept = desk.kept("drafts");
        match kept.first() {
            Some(draft) if draft.join("letter.json").exists() => break draft.clone(),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
    };
    assert!(
        desk.resumes(&draft, SEND).starts_with("AccessDenied: "),
        "somebody has it open"
    );
    host.kill().unwrap();
    host.wait().unwrap();
    // Its file is where it was, or the person is told.
    fs::rename(&file, desk.host.path("moved")).unwrap();
    let tries = "shown = begin()\n\
        letter = dict(subject='s', body='b', recipients=[to('Grace Hopper')])\n\
        propose('compose', files=[{'kept': 0}], **letter)\n\
        propose('compose', **letter)";
    assert_eq!(desk.resumes(&draft, tries), "sent");
    let heard = desk.heard();
    assert_eq!(heard[0]["files"], json!([{"name": "one.txt", "size": 0}]));
    let reason = heard[1]["reason"].as_str().unwrap();
    assert!(reason.contains("one.txt cannot be sent"), "{reason}");
}

#[test]
fn a_draft_is_sent_as_its_own_profile_and_a_password_is_asked_for() {
    let desk = Desk::new();
    desk.does(
        &format!("note(begin()['draft'], {WRITTEN}); sys.exit(3)"),
        &["send", "8", "Ada Lovelace"],
    );
    let draft = desk.kept("drafts").remove(0);
    let more = desk.profile("more", "");
    desk.configure(&format!("default-profile = \"more\"\n{more}"));
    // It has another name now.
    let person = format!(
        "shown = begin()\n\
         propose('logon', profile='more') if shown['dialog'] == 'logon' else None\n\
         if shown['dialog'] == 'compose':\n    {}",
        SEND.replace("shown = begin()\n", "")
    );
    assert_eq!(desk.resumes(&draft, &person), "sent");
    let dialogs: Vec<Value> = desk
        .heard()
        .iter()
        .map(|one| one["dialog"].clone())
        .collect();
    assert_eq!(
        dialogs,
        [json!("logon"), Value::Null, json!("compose"), Value::Null]
    );
    let mail = desk.host.delivered().concat();
    assert!(
        mail.contains("From: \"Countess\" <countess@example.org>\n"),
        "{mail}"
    );
}

#[test]
fn a_person_can_write_where_no_draft_can_be_kept() {
    let desk = Desk::new();
    fs::write(desk.host.path("state"), "in the way").unwrap();
    let told = desk.does(
        "shown = begin(); propose('compose', subject='', body='', recipients=[to('Grace Hopper')])",
        &["send", "8", "Ada Lovelace"],
    );
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(desk.heard()[0]["draft"], "");
    assert!(Path::new(&desk.host.path("state")).is_file());
}
