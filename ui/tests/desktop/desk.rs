//! A host program on a desktop, and the person before the screen.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use test_servers::{Desktop, Door, Mailbox, Postfix};

use crate::host::{Ended, Host, names};

/// The front end that is tested.
pub(crate) const UI: &str = env!("CARGO_BIN_EXE_simplemapi-ui");

pub(crate) struct Desk {
    pub(crate) host: Host,
    pub(crate) desktop: Desktop,
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
    /// Somebody with a desktop and no configuration; nothing where there can be no desktop.
    pub(crate) fn new() -> Option<Self> {
        let desktop = test_servers::desktop()?;
        let host = Host::new("dialogs");
        fs::remove_file(host.config()).unwrap();
        fs::write(host.path("cards.vcf"), "").unwrap();
        Some(Self { host, desktop })
    }

    /// The same with a profile that sends through a Postfix of its own.
    pub(crate) fn with_postfix() -> Option<(Self, &'static Postfix)> {
        let postfix = test_servers::postfix()?;
        let desk = Self::new()?;
        desk.configure(&desk.profile(postfix.port(Door::Plain)));
        Some((desk, postfix))
    }

    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.host.config(), text).unwrap();
    }

    /// A profile with two identities and an address book, which sends to this port.
    pub(crate) fn profile(&self, port: u16) -> String {
        format!(
            "[profile.test]\nname = \"Ada\"\naddress = \"ada@example.test\"\n\
             identities = [\"Countess <countess@example.test>\"]\noutbox.when = \"never\"\n\
             transport = {{ kind = \"smtp\", host = \"localhost\", port = {port}, security = \"none\" }}\n\
             address-book = [{{ kind = \"vcard\", path = {:?} }}]\n",
            self.host.path("cards.vcf"),
        )
    }

    /// Puts somebody into the address book.
    pub(crate) fn knows(&self, name: &str, address: &str) {
        self.card(name, &format!("EMAIL:{address}\n"));
    }

    /// Puts a list of those who are in the address book into it.
    pub(crate) fn knows_list(&self, name: &str, members: &[&str]) {
        let members = members.iter().map(|name| format!("MEMBER:{}\n", id(name)));
        self.card(
            name,
            &format!("KIND:group\n{}", members.collect::<String>()),
        );
    }

    fn card(&self, name: &str, lines: &str) {
        let path = self.host.path("cards.vcf");
        let cards = fs::read_to_string(&path).unwrap();
        let card = format!("UID:{}\nFN:{name}\n{lines}", id(name));
        fs::write(
            path,
            format!("{cards}BEGIN:VCARD\nVERSION:4.0\n{card}END:VCARD\n"),
        )
        .unwrap();
    }

    /// A file of this text, and its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.host.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// How the host is started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.host.command(arguments);
        self.desktop.lead(&mut command).env("SIMPLEMAPI_UI", UI);
        command
    }

    /// Starts the host, before whom somebody does this.
    pub(crate) fn does(&self, person: &str, arguments: &[&str]) -> Told {
        let mut command = self.command(arguments);
        self.meets(person, command.spawn().unwrap())
    }

    /// How another program than the host is started in its place.
    pub(crate) fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let host = self.command(&[]);
        let mut command = Command::new(program);
        for (name, value) in host.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = fs::File::create(self.path("output")).unwrap();
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        command
    }

    /// Has somebody do this in the windows of a host that runs.
    pub(crate) fn meets(&self, person: &str, host: Child) -> Told {
        tells(self.watches(person, host))
    }

    /// The same, and how the host ended.
    pub(crate) fn watches(&self, person: &str, mut host: Child) -> Ended {
        let did = self.acts(&format!("host = {}\n{person}", host.id()));
        if !did.status.success() {
            let _ = host.kill();
            let said = String::from_utf8_lossy(&did.stderr).into_owned();
            unreachable!("{said}\n{}", self.host.wait(host).output);
        }
        self.host.wait(host)
    }

    /// Has somebody do this on the screen.
    pub(crate) fn acts(&self, person: &str) -> Output {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/desktop/person.py");
        // Debian's own, which has what its packages bring.
        let mut command = Command::new("/usr/bin/python3");
        self.desktop
            .lead(&mut command)
            .arg(script)
            .env("PERSON", person)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// What a host says at its end.
    pub(crate) fn ended(&self, host: Child) -> Told {
        tells(self.host.wait(host))
    }

    /// Whether anything is kept of what a person has written.
    pub(crate) fn has_drafts(&self) -> bool {
        !names(&self.desktop.path("state/simplemapi/drafts")).is_empty()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.host.path(name)
    }
}

fn tells(ended: Ended) -> Told {
    assert!(ended.status.success(), "{}", ended.output);
    let mut lines = ended.output.lines().map(str::to_owned);
    let returned: Vec<_> = lines
        .by_ref()
        .take_while(|line| !line.starts_with("code "))
        .collect();
    let mut words = ended.output.lines();
    let code = words.find_map(|line| line.strip_prefix("code "));
    Told {
        code: code.unwrap().parse().unwrap(),
        reason: lines.collect::<Vec<_>>().join(" "),
        lines: returned,
    }
}

/// What somebody of this name is in the address book.
fn id(name: &str) -> String {
    format!("urn:{}", name.replace(' ', "-"))
}

/// The one message that a mailbox gets, as text.
pub(crate) fn received(mailbox: &Mailbox) -> String {
    let mut messages = mailbox.wait_for(1);
    String::from_utf8(messages.remove(0)).unwrap()
}
