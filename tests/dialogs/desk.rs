//! A host program, the profile that it has, and the person before the screen.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::host::{Host, names};

const CARDS: &str = "\
    BEGIN:VCARD\nVERSION:4.0\nUID:g\nFN:Grace Hopper\nEMAIL:grace@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:a\nFN:Ada Lovelace\nEMAIL:lovelace@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:r\nFN:Ralph Lovelace\nEMAIL:ralph@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:l\nKIND:group\nFN:Compilers\n\
    MEMBER:urn:uuid:g\nMEMBER:urn:uuid:r\nEND:VCARD\n";

pub(crate) struct Desk {
    pub(crate) host: Host,
}

/// What a host says of its call.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: u32,
    pub(crate) reason: String,
    /// What the call returned, a line each.
    pub(crate) lines: Vec<String>,
}

impl Desk {
    /// Somebody with a default profile, an address book and two identities.
    pub(crate) fn new() -> Self {
        let desk = Self::without_profile();
        desk.configure(&desk.profile("test", ""));
        desk
    }

    /// Somebody without a configuration.
    pub(crate) fn without_profile() -> Self {
        let host = Host::new("dialogs");
        fs::remove_file(host.config()).unwrap();
        fs::write(host.path("cards.vcf"), CARDS).unwrap();
        // By another process: children that other tests start inherit for a moment what is open here, and
        // a program that anybody has open for writing cannot be run.
        let copied = Command::new("install")
            .args(["--mode=755"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogs/person.py"))
            .arg(host.path("person"))
            .status();
        assert!(copied.unwrap().success());
        Self { host }
    }

    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.host.config(), text).unwrap();
    }

    /// A profile that sends into the host's Maildir; `more` are keys of its own.
    pub(crate) fn profile(&self, name: &str, more: &str) -> String {
        format!(
            "[profile.{name}]\nname = \"Ada\"\naddress = \"{name}@example.org\"\n\
             identities = [\"Countess <countess@example.org>\"]\n{more}\n\
             transport = {{ kind = \"maildir\", path = {:?} }}\n\
             address-book = [{{ kind = \"vcard\", path = {:?} }}]\n",
            self.host.maildir(),
            self.host.path("cards.vcf"),
        )
    }

    pub(crate) fn person(&self) -> PathBuf {
        self.host.path("person")
    }

    /// A file of this text, and its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.host.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs the host, before whom somebody does this.
    pub(crate) fn does(&self, person: &str, arguments: &[&str]) -> Told {
        self.tells(self.before(person, arguments))
    }

    /// The host, before whom somebody does this.
    pub(crate) fn before(&self, person: &str, arguments: &[&str]) -> Command {
        let mut command = self.host.command(arguments);
        self.seat(&mut command, person);
        command
    }

    /// Runs the host where no file may have more than 8 KiB, as if the disk were full then.
    pub(crate) fn does_on_a_full_disk(&self, person: &str, arguments: &[&str]) -> Told {
        let mut command = self.before(person, arguments);
        command.env("FULL", "");
        self.tells(command)
    }

    /// Has somebody sit before whatever a program shows.
    fn seat(&self, command: &mut Command, person: &str) {
        let _ = fs::remove_file(self.host.path("heard"));
        command
            .env("SIMPLEMAPI_CONFIG", self.host.config())
            .env("XDG_STATE_HOME", self.host.path("state"))
            .env("SIMPLEMAPI_UI", self.person())
            .env("PERSON", person)
            .env("PERSON_HEARD", self.host.path("heard"));
    }

    /// Runs the process of a window that shows a draft, in which somebody does this. It says how that
    /// ended.
    pub(crate) fn resumes(&self, folder: &Path, person: &str) -> String {
        let mut command = Self::window(folder);
        self.seat(&mut command, person);
        let ended = command.output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
        let said = String::from_utf8(ended.stdout).unwrap();
        let said = said.lines().find_map(|line| line.strip_prefix("resumed: "));
        said.unwrap().to_owned()
    }

    /// The process of a window that shows a draft: this very program, as the test of this name.
    fn window(folder: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["--exact", "desk::a_window_shows_a_draft", "--nocapture"])
            .env("DRAFT", folder);
        command
    }

    /// The same, started by somebody before the screen and left alone, who waits until it has the draft.
    pub(crate) fn window_of_its_own(person: &str) -> String {
        let program = std::env::current_exe().unwrap();
        format!(
            "shown = begin(); draft = shown['draft']\n\
             subprocess.Popen([{program:?}, '--exact', 'desk::a_window_shows_a_draft'], \
             start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, \
             stderr=subprocess.DEVNULL, env=dict(os.environ, DRAFT=draft, PERSON={person:?}))\n\
             wait_until_locked(draft + '/lock')\n"
        )
    }

    /// The folders of this name in the state of simplemapi.
    pub(crate) fn kept(&self, room: &str) -> Vec<PathBuf> {
        let room = self.host.path("state/simplemapi").join(room);
        let names = names(&room);
        names.iter().map(|name| room.join(name)).collect()
    }

    pub(crate) fn tells(&self, mut command: Command) -> Told {
        let ended = self.host.wait(command.spawn().unwrap());
        assert!(ended.status.success(), "{}", ended.output);
        let mut lines = ended.output.lines().map(str::to_owned);
        let returned: Vec<_> = lines
            .by_ref()
            .take_while(|line| !line.starts_with("code "))
            .collect();
        let code = ended
            .output
            .lines()
            .find_map(|line| line.strip_prefix("code "));
        Told {
            code: code.unwrap().parse().unwrap(),
            reason: lines.collect::<Vec<_>>().join(" "),
            lines: returned,
        }
    }

    /// What the person was told, in order.
    pub(crate) fn heard(&self) -> Vec<Value> {
        let heard = fs::read_to_string(self.host.path("heard")).unwrap_or_default();
        let heard = heard.lines().map(serde_json::from_str);
        heard.collect::<Result<_, _>>().unwrap()
    }
}

/// Is one where [`Desk::window`] starts it, and nothing elsewhere.
#[test]
fn a_window_shows_a_draft() {
    let Some(folder) = std::env::var_os("DRAFT") else {
        return;
    };
    let dialogs = simplemapi::dialogs::open(0);
    let said = match simplemapi::calls::resume(Path::new(&folder), dialogs.as_ref()) {
        Ok(handed) => handed.to_string(),
        Err(error) => format!("{:?}: {}", error.kind(), error.reason()),
    };
    println!("resumed: {said}");
}
