//! A nightly program mails what is in stock to the people who look after it.
#![forbid(unsafe_code)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::client::Client;
use crate::desk::Desk;

/// What a file beside the example says.
fn beside(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/inventory");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn card(uid: &str, name: &str, address: &str, more: &str) -> String {
    format!("BEGIN:VCARD\nVERSION:4.0\nUID:{uid}\nFN:{name}\nEMAIL:{address}{more}\nEND:VCARD\n")
}

/// Runs it as the lines of a unit or a crontab do, from a folder of nobody's and with next to no
/// environment; the paths there lead to the desk instead.
fn run(line: &str, inventory: &Client, desk: &Desk) -> Output {
    let stock = desk.file("stock.tsv", &beside("stock.tsv"));
    let recipients = desk.file("recipients", &beside("recipients"));
    let log = desk.temporary().join("inventory.log").display().to_string();
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("/usr/local/bin/inventory"));
    let arguments: Vec<&str> = words
        .map(|word| match word {
            "inventory" => "desk",
            "/etc/inventory/recipients" => &recipients,
            "/var/lib/inventory/stock.tsv" => &stock,
            "/var/log/inventory.log" => &log,
            word => word,
        })
        .collect();
    let mut command: Command = inventory.at(desk, &arguments);
    command.current_dir("/").output().unwrap()
}

/// The line of a file beside the example that has this in it, without it and what is before.
fn line_of(file: &str, mark: &str) -> String {
    let text = beside(file);
    let line = text.lines().find_map(|line| line.split_once(mark)).unwrap();
    line.1.to_owned()
}

#[test]
fn what_is_in_stock_reaches_everybody_but_the_one_whom_nobody_knows() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let [grace, ralph, ada, office] = [(); 4].map(|()| postfix.mailbox());
    let sender = postfix.mailbox();
    let desk = Desk::served_by(postfix, sender.address(), sender.maildir());
    let cards = [
        card("g", "Grace Hopper", grace.address(), ""),
        card("r", "Ralph Babbage", ralph.address(), ""),
        card("a", "Ada Lovelace", ada.address(), "\nCATEGORIES:Office"),
        card("o", "Office Desk", office.address(), "\nCATEGORIES:Office"),
    ];
    let desk = desk.knowing(&cards.concat());
    let inventory = Client::build("inventory.c");

    let exec = line_of("inventory.service", "ExecStart=");
    let ended = run(&exec, &inventory, &desk);
    let log = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{log}");
    for told in [
        " inventory: paper: 2 items to Grace Hopper\n",
        " inventory: paper: 2 items to Office\n",
        " inventory: tools: 1 items to Ralph Babbage\n",
        " inventory: food: 2 items to Ada Lovelace\n",
        " inventory: food: Nobody Anybody Knows gets nothing: ",
        " inventory: done, with status 1\n",
    ] {
        assert!(log.contains(told), "{told}\n{log}");
    }
    for (mailbox, subjects) in [
        (&grace, &["paper"][..]),
        (&ralph, &["tools"]),
        (&ada, &["paper", "food"]),
        (&office, &["paper"]),
    ] {
        let messages = mailbox.wait_for(subjects.len());
        assert_eq!(messages.len(), subjects.len());
        for subject in subjects {
            let subject = format!("Subject: In stock: {subject}");
            let found = messages.iter().any(|message| {
                String::from_utf8_lossy(message)
                    .lines()
                    .any(|line| line.trim_end() == subject)
            });
            assert!(found, "{subject}");
        }
    }

    let known = beside("recipients").replace("; Nobody Anybody Knows", "");
    let stock = desk.file("stock.tsv", &beside("stock.tsv"));
    let recipients = desk.file("recipients", &known);
    let log = desk.temporary().join("log").display().to_string();
    assert_eq!(
        inventory.prints(&desk, &["-l", &log, &recipients, &stock]),
        ""
    );
    assert!(
        fs::read_to_string(log)
            .unwrap()
            .ends_with("done, with status 0\n")
    );
}

#[test]
fn every_way_to_fail_has_its_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::between(
        "me@example.org",
        &folder.path().join("out"),
        &folder.path().join("in"),
    );
    let inventory = Client::build("inventory.c");
    let status = |arguments: &[&str]| {
        inventory
            .at(&desk, arguments)
            .output()
            .unwrap()
            .status
            .code()
    };
    let recipients = desk.file("recipients", "paper: me@example.org\nno colon\n");
    let stock = desk.file("stock.tsv", "paper\tA4\t1\n");
    assert_eq!(status(&[]), Some(2));
    assert_eq!(status(&["-x", "y", &recipients, &stock]), Some(2));
    assert_eq!(status(&["/nowhere", &stock]), Some(2));
    assert_eq!(status(&["-p", "nobody", &recipients, &stock]), Some(3));
    assert_eq!(
        status(&[&recipients, &stock]),
        Some(1),
        "a line that says nothing"
    );
    assert_eq!(
        fs::read_dir(folder.path().join("out/new")).unwrap().count(),
        1
    );
}

#[test]
fn systemd_understands_the_timer_and_the_service() {
    let folder = tempfile::tempdir().unwrap();
    let program = ("/usr/local/bin/inventory", "/bin/true");
    let service = beside("inventory.service").replace(program.0, program.1);
    fs::write(folder.path().join("inventory.service"), service).unwrap();
    fs::write(
        folder.path().join("inventory.timer"),
        beside("inventory.timer"),
    )
    .unwrap();
    let verified = Command::new("systemd-analyze")
        .arg("verify")
        .arg(folder.path().join("inventory.timer"))
        .output();
    let Ok(verified) = verified else {
        test_servers::skip("there is no systemd-analyze");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr).into_owned();
    // It looks at every unit of the machine, and may complain of others.
    assert!(!said.contains("inventory."), "{said}");
}

#[test]
fn the_line_for_cron_runs_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::between(
        "me@example.org",
        &folder.path().join("out"),
        &folder.path().join("in"),
    );
    let desk = desk.knowing(&card("g", "Grace Hopper", "grace@example.org", ""));
    let inventory = Client::build("inventory.c");
    let line = line_of("inventory.cron", "* * * inventory ");
    let ended = run(&line, &inventory, &desk);
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(1), 0));
    let log = fs::read_to_string(desk.temporary().join("inventory.log")).unwrap();
    assert!(log.contains("paper: 2 items to Grace Hopper\n"), "{log}");
    assert!(
        log.contains("tools: 1 items, and nobody to tell\n"),
        "{log}"
    );
}
