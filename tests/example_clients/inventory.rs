//! A nightly program mails what is in stock to the people who look after it.
#![forbid(unsafe_code)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use test_servers::{Mailbox, Postfix};

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

/// The arguments of a unit's line or of a crontab's. The paths there lead to the desk instead.
fn arguments(line: &str, desk: &Desk) -> Vec<String> {
    let stock = desk.file("stock.tsv", &beside("stock.tsv"));
    let recipients = desk.file("recipients", &beside("recipients"));
    let log = log_of(desk).display().to_string();
    let mut words = line.split_whitespace();
    assert_eq!(words.next(), Some("/usr/local/bin/inventory"));
    words
        .map(|word| match word {
            "inventory" => "desk",
            "/etc/inventory/recipients" => &recipients,
            "/var/lib/inventory/stock.tsv" => &stock,
            "/var/log/inventory.log" => &log,
            word => word,
        })
        .map(str::to_owned)
        .collect()
}

/// Where it writes what became of it, if its line says so.
fn log_of(desk: &Desk) -> PathBuf {
    desk.temporary().join("inventory.log")
}

/// Runs it as such a line does, from a folder of nobody's and with next to no environment.
fn run(line: &str, inventory: &Client, desk: &Desk) -> Output {
    let arguments = arguments(line, desk);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command: Command = inventory.at(desk, &arguments);
    command.current_dir("/").output().unwrap()
}

/// The line of a file beside the example that has this in it, without it and what is before.
fn line_of(file: &str, mark: &str) -> String {
    let text = beside(file);
    let line = text.lines().find_map(|line| line.split_once(mark)).unwrap();
    line.1.to_owned()
}

/// Everybody who looks after something, at a desk whose mail goes through Postfix.
struct Office {
    desk: Desk,
    grace: Mailbox,
    ralph: Mailbox,
    ada: Mailbox,
    office: Mailbox,
}

impl Office {
    fn served_by(postfix: &Postfix) -> Self {
        let [grace, ralph, ada, office] = [(); 4].map(|()| postfix.mailbox());
        let sender = postfix.mailbox();
        let desk = Desk::served_by(postfix, sender.address(), sender.maildir());
        let cards = [
            card("g", "Grace Hopper", grace.address(), ""),
            card("r", "Ralph Babbage", ralph.address(), ""),
            card("a", "Ada Lovelace", ada.address(), "\nCATEGORIES:Office"),
            card("o", "Office Desk", office.address(), "\nCATEGORIES:Office"),
        ];
        Self {
            desk: desk.knowing(&cards.concat()),
            grace,
            ralph,
            ada,
            office,
        }
    }

    /// That the log names the one who got nothing, and that the others got theirs.
    fn has_been_told(&self, log: &str) {
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
            (&self.grace, &["paper"][..]),
            (&self.ralph, &["tools"]),
            (&self.ada, &["paper", "food"]),
            (&self.office, &["paper"]),
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
    }
}

#[test]
fn what_is_in_stock_reaches_everybody_but_the_one_whom_nobody_knows() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    let office = Office::served_by(postfix);
    let desk = &office.desk;
    let inventory = Client::build("inventory.c");

    let exec = line_of("inventory.service", "ExecStart=");
    let ended = run(&exec, &inventory, desk);
    let log = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{log}");
    office.has_been_told(&log);

    let known = beside("recipients").replace("; Nobody Anybody Knows", "");
    let stock = desk.file("stock.tsv", &beside("stock.tsv"));
    let recipients = desk.file("recipients", &known);
    let log = desk.temporary().join("log").display().to_string();
    assert_eq!(
        inventory.prints(desk, &["-l", &log, &recipients, &stock]),
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
    let log = fs::read_to_string(log_of(&desk)).unwrap();
    assert!(log.contains("paper: 2 items to Grace Hopper\n"), "{log}");
    assert!(
        log.contains("tools: 1 items, and nobody to tell\n"),
        "{log}"
    );
}

/// A cron of our own. It sees a machine on which there is one crontab, and a user `inventory`, and on which
/// it is ten seconds to the time in that.
struct Cron(Child);

/// It has mounts and processes of its own, and the latter go with the first of them.
const APART: [&str; 4] = ["--mount", "--pid", "--fork", "--kill-child"];

/// What it sees is mounted for it alone.
const PRIVATELY: &str = "set -e
    mount -t tmpfs none /run
    mount -t tmpfs none /var/spool/cron
    mkdir /var/spool/cron/crontabs
    mount --bind /dev/null /etc/crontab
    mount --bind \"$0/cron.d\" /etc/cron.d
    mount --bind \"$0/passwd\" /etc/passwd
    export LD_PRELOAD=\"$(echo /usr/lib/*/faketime/libfaketime.so.1)\"
    FAKETIME='@2026-03-01 03:14:50' exec cron -f";

impl Cron {
    fn start(folder: &Path) -> Self {
        let cron = Command::new("unshare")
            .args(APART)
            .args(["sh", "-c", PRIVATELY])
            .arg(folder)
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .spawn();
        Self(cron.unwrap())
    }
}

impl Drop for Cron {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Whether a cron can be given such a machine.
fn can_run_cron() -> bool {
    // The library is the same package's as the program.
    for program in ["/usr/sbin/cron", "/usr/bin/faketime"] {
        if !Path::new(program).exists() {
            test_servers::skip(&format!("there is no {program}"));
            return false;
        }
    }
    let private = Command::new("unshare")
        .args(APART)
        .args(["mount", "-t", "tmpfs", "none", "/run"])
        .output();
    if !private.is_ok_and(|output| output.status.success()) {
        test_servers::skip("nothing may be mounted here, not even privately");
        return false;
    }
    true
}

#[test]
fn cron_runs_it_at_its_time_as_its_user() {
    let Some(postfix) = test_servers::postfix() else {
        return;
    };
    if !can_run_cron() {
        return;
    }
    let office = Office::served_by(postfix);
    let desk = &office.desk;
    let folder = desk.config().parent().unwrap().to_owned();
    let open_to = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    open_to(&folder, 0o755);
    open_to(&desk.temporary(), 0o777);

    // The line that we ship, with the paths of the desk before it and in it.
    let inventory = Client::build("inventory.c");
    let program = inventory.copied_to(&folder);
    let shipped = beside("inventory.cron");
    let line = shipped.lines().last().unwrap();
    let (when, command) = line.split_once("/usr/local/bin/inventory").unwrap();
    let command = arguments(&format!("/usr/local/bin/inventory{command}"), desk).join(" ");
    let crontab = format!(
        "SIMPLEMAPI_CONFIG={}\nSIMPLEMAPI_UI=none\nLD_LIBRARY_PATH={}\n{when}{} {command}\n",
        desk.config().display(),
        folder.display(),
        program.display(),
    );
    fs::create_dir(folder.join("cron.d")).unwrap();
    fs::write(folder.join("cron.d/inventory"), crontab).unwrap();
    open_to(&folder.join("cron.d/inventory"), 0o644);
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let inventory = "inventory:*:65534:65534::/nonexistent:/bin/sh\n";
    fs::write(folder.join("passwd"), users + inventory).unwrap();

    let cron = Cron::start(&folder);
    let begun = Instant::now();
    let log = loop {
        let log = fs::read_to_string(log_of(desk)).unwrap_or_default();
        if log.contains(" inventory: done") {
            break log;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{log}");
        std::thread::sleep(Duration::from_millis(50));
    };
    drop(cron);
    office.has_been_told(&log);
}
