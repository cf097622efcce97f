//! Nothing is configured: the message goes to the person's own mail program.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::code;
use crate::desk::{Desk, Told};

/// How long a mail program may take to be there.
const PATIENCE: Duration = Duration::from_secs(60);

/// Has the host mail a file to somebody.
fn mails(desk: &Desk) -> Told {
    let file = desk.file("a report, one.txt", "one\n");
    let arguments = ["send", "8", "Grace Hopper <grace@example.org>", &file];
    desk.ended(desk.command(&arguments).spawn().unwrap())
}

/// Has this program be the one for mail; it says where it writes down what it was started with.
fn prefers(desk: &Desk, name: &str, exec: &str) {
    let home = desk.desktop.path("home");
    let applications = home.join(".local/share/applications");
    fs::create_dir_all(&applications).unwrap();
    fs::create_dir_all(home.join(".config")).unwrap();
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName={name}\nExec={exec} %u\n\
         MimeType=x-scheme-handler/mailto;\n"
    );
    fs::write(applications.join("mailer.desktop"), entry).unwrap();
    fs::write(
        home.join(".config/mimeapps.list"),
        "[Default Applications]\nx-scheme-handler/mailto=mailer.desktop\n",
    )
    .unwrap();
}

fn waits_for(path: &Path) -> String {
    let begun = Instant::now();
    loop {
        match fs::read_to_string(path) {
            Ok(text) if text.ends_with('\n') || text.ends_with('}') => return text,
            _ => assert!(
                begun.elapsed() < PATIENCE,
                "nothing is in {}",
                path.display()
            ),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A mail program that writes down what it is started with.
fn mailer(desk: &Desk) -> PathBuf {
    let (program, given) = (desk.path("mailer"), desk.path("given"));
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >'{0}.new' && mv '{0}.new' '{0}'\n",
        given.display()
    );
    // By another process: what this one has open for writing others cannot run.
    let mut install = Command::new("install")
        .args(["--mode=755", "/dev/stdin"])
        .arg(&program)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = install.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, script.as_bytes()).unwrap();
    drop(stdin);
    assert!(install.wait().unwrap().success());
    prefers(desk, "Mailer", program.to_str().unwrap());
    given
}

#[test]
fn the_program_of_choice_gets_it_by_its_address_for_mail() {
    let Some(desk) = Desk::new() else { return };
    let given = mailer(&desk);
    let told = mails(&desk);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let given = waits_for(&given);
    for part in [
        "mailto:",
        "grace",
        "subject=From%20a%20host",
        "body=Its%20text",
        "attach=",
    ] {
        assert!(given.contains(part), "{part} {given}");
    }
}

/// The desktop's portal, played by a script.
struct Portal(Child);

impl Portal {
    fn start(desk: &Desk, version: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/portal.py");
        let mut command = Command::new("/usr/bin/python3");
        let started = desk.desktop.lead(&mut command);
        started.arg(script).arg(desk.path("given")).arg(version);
        let mut child = started.stdout(Stdio::piped()).spawn().unwrap();
        let mut ready = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut ready).unwrap();
        assert_eq!(ready, "ready\n");
        Self(child)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_portal_gets_it_with_the_contents_of_the_files() {
    let Some(desk) = Desk::new() else { return };
    let given = mailer(&desk);
    let _portal = Portal::start(&desk, "4");
    let told = mails(&desk);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let given = waits_for(&given);
    for part in [
        r#""addresses": ["grace@example.org"]"#,
        r#""subject": "From a host""#,
        r#""body": "Its text.""#,
        r#""files": ["one\n"]"#,
    ] {
        assert!(given.contains(part), "{part} {given}");
    }
}

#[test]
fn a_portal_that_cannot_take_all_of_it_is_passed_over() {
    let Some(desk) = Desk::new() else { return };
    let given = mailer(&desk);
    let _portal = Portal::start(&desk, "2");
    let told = mails(&desk);
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert!(waits_for(&given).starts_with("mailto:"));
}

#[test]
fn without_a_mail_program_it_cannot_be_done() {
    let Some(desk) = Desk::new() else { return };
    let mut command = desk.command(&["send", "8", "grace@example.org"]);
    // Whatever is installed here.
    let empty = desk.path("empty");
    command.env("XDG_DATA_DIRS", &empty).env("PATH", &empty);
    let told = desk.ended(command.spawn().unwrap());
    assert!(
        told.code != code::SUCCESS && told.code != code::USER_ABORT,
        "{told:?}"
    );
}

/// Has it lie in the folder of programs that is looked in first.
fn path_with(desk: &Desk, name: &str, program: &Path) -> String {
    let folder = desk.path("bin");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(program, folder.join(name)).unwrap();
    format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
}

#[test]
fn thunderbird_gets_it_where_the_program_of_choice_does_not_take_it() {
    let Some(desk) = Desk::new() else { return };
    let given = mailer(&desk);
    prefers(&desk, "Broken", "/bin/false");
    let mut command = desk.command(&["send", "8", "Grace Hopper <grace@example.org>"]);
    command.env(
        "PATH",
        path_with(&desk, "thunderbird", &desk.path("mailer")),
    );
    let told = desk.ended(command.spawn().unwrap());
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    assert_eq!(
        waits_for(&given),
        "-compose\nto='Grace Hopper <grace@example.org>',subject='From a host',body='Its text.',format='text'\n"
    );
}

/// An account, and nothing that asks a new user something.
const THUNDERBIRD: &str = r#"
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.accountmanager.defaultaccount", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.server.server1.type", "pop3");
user_pref("mail.server.server1.hostname", "localhost");
user_pref("mail.server.server1.userName", "ada");
user_pref("mail.server.server1.name", "Ada");
user_pref("mail.server.server1.login_at_startup", false);
user_pref("mail.server.server1.check_new_mail", false);
user_pref("mail.identity.id1.fullName", "Ada");
user_pref("mail.identity.id1.useremail", "ada@example.org");
user_pref("mail.identity.id1.valid", true);
user_pref("mail.shell.checkDefaultClient", false);
user_pref("mail.rights.version", 1);
user_pref("mailnews.start_page.enabled", false);
user_pref("mailnews.start_page_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
"#;

#[test]
#[ignore = "Thunderbird is large: make soak"]
fn the_real_thunderbird_shows_all_of_it() {
    let Some(desk) = Desk::new() else { return };
    prefers(&desk, "Thunderbird", "/usr/bin/thunderbird");
    let profiles = desk.desktop.path("home/.thunderbird");
    fs::create_dir_all(profiles.join("p")).unwrap();
    let list =
        "[General]\nStartWithLastProfile=1\n[Profile0]\nName=p\nIsRelative=1\nPath=p\nDefault=1\n";
    fs::write(profiles.join("profiles.ini"), list).unwrap();
    fs::write(profiles.join("p/user.js"), THUNDERBIRD).unwrap();
    let file = desk.file("a report, one.txt", "one\n");
    let mut command = desk.command(&["send", "8", "Grace Hopper <grace@example.org>", &file]);
    // The profile above, and none that it would make for this installation.
    command.env("MOZ_LEGACY_PROFILES", "1");
    // It has to be told that somebody reads its windows.
    command.env("GNOME_ACCESSIBILITY", "1");
    let told = desk.ended(command.spawn().unwrap());
    assert_eq!(told.code, code::SUCCESS, "{told:?}");
    let person = "window('^Write: From a host')\n\
        def programs():\n\
        \x20   screen = Atspi.get_desktop(0)\n\
        \x20   return [screen.get_child_at_index(at) for at in range(screen.get_child_count())]\n\
        def thunderbird():\n\
        \x20   return next(one for one in programs() if 'thunderbird' in one.get_name().lower())\n\
        def names():\n\
        \x20   return [one.get_name() for one in everything(thunderbird())]\n\
        for part in ['Grace Hopper <grace@example.org>', 'a report, one']:\n\
        \x20   until(lambda: f'{part!r} is among {[one.get_name() for one in programs()]} {names()}',\n\
        \x20         lambda: any(part in name for name in names()))\n\
        process = thunderbird().get_process_id()\n\
        os.kill(process, 15); until('it has ended', lambda: not os.path.exists(f'/proc/{process}'))";
    let saw = desk.acts(person);
    assert!(
        saw.status.success(),
        "{}",
        String::from_utf8_lossy(&saw.stderr)
    );
}
