//! The bus of a session, and GNOME's keyring on it.
#![forbid(unsafe_code)]

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::running::Running;

const BUS: &str = "/usr/bin/dbus-daemon";
const KEYRING: &str = "/usr/bin/gnome-keyring-daemon";
/// Asks the bus whether somebody has a name.
const SEND: &str = "/usr/bin/dbus-send";
/// The name of what keeps passwords.
const SECRETS: &str = "org.freedesktop.secrets";

/// A session of our own, whose keyring begins with nothing in it.
#[derive(Debug)]
pub struct Bus {
    running: Running,
    children: Vec<Child>,
}

impl Bus {
    /// Whether one can be started here.
    ///
    /// # Errors
    /// Why not.
    pub fn can_run() -> Result<(), String> {
        let missing = [BUS, KEYRING, SEND]
            .into_iter()
            .find(|path| !Path::new(path).exists());
        match missing {
            Some(path) => Err(format!(
                "{path} is not installed (dbus-daemon, dbus-bin, gnome-keyring)"
            )),
            None => Ok(()),
        }
    }

    /// Starts one whose keyring is unlocked, as after a login.
    ///
    /// # Panics
    /// When it is not there in time.
    pub fn start() -> Self {
        let mut session = Self::without_keyring();
        session.unlock_keyring();
        session
    }

    /// Has somebody keep passwords, as after a login.
    ///
    /// # Panics
    /// When it is not there in time.
    pub fn unlock_keyring(&mut self) {
        self.start_keyring(&["--unlock"]);
    }

    /// Locks the keyring, as it is before a login. There is nobody to unlock it.
    ///
    /// # Panics
    /// When it is not there again in time.
    pub fn lock_keyring(&mut self) {
        if let Some(mut keyring) = self.children.pop() {
            let _ = keyring.kill();
            let _ = keyring.wait();
        }
        self.wait("a session without it", |session| !session.has(SECRETS));
        self.start_keyring(&[]);
    }

    fn start_keyring(&mut self, arguments: &[&str]) {
        let home = self.folder().to_owned();
        let mut keyring = Command::new(KEYRING)
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .env_clear()
            .env("DBUS_SESSION_BUS_ADDRESS", self.bus())
            .env("HOME", &home)
            .env("XDG_DATA_HOME", &home)
            .env("XDG_RUNTIME_DIR", &home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(home.join("keyring.log")).expect("a log"))
            .spawn()
            .expect("gnome-keyring-daemon");
        // The password of the login; its end is that of the input.
        let mut input = keyring.stdin.take().expect("a pipe");
        let _ = input.write_all(b"login");
        drop(input);
        self.take_in("keyring", keyring);
        self.wait("the keyring", |session| session.has(SECRETS));
    }

    /// Starts one in which nothing keeps passwords.
    ///
    /// # Panics
    /// When it is not there in time.
    pub fn without_keyring() -> Self {
        let running = Running::new("bus");
        let mut session = Self {
            running,
            children: Vec::new(),
        };
        let home = session.folder().to_owned();
        fs::set_permissions(&home, Permissions::from_mode(0o700)).expect("a private folder");
        // Nothing is started by its name: those of this machine are not ours.
        let configuration = format!(
            "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
             \"http://www.freesession.org/standards/dbus/1.0/busconfig.dtd\">\n\
             <busconfig><type>session</type><listen>unix:path={}</listen><auth>EXTERNAL</auth>\
             <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
             <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n",
            session.socket().display()
        );
        let file = home.join("bus.conf");
        fs::write(&file, configuration).expect("the bus's configuration");
        let bus = Command::new(BUS)
            .arg(format!("--config-file={}", file.display()))
            .arg("--nofork")
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(home.join("bus.log")).expect("a log"))
            .spawn()
            .expect("dbus-daemon");
        session.take_in("bus", bus);
        session.wait("the bus", |session| session.has("org.freedesktop.DBus"));
        session
    }

    /// What a program of the session has in DBUS_SESSION_BUS_ADDRESS.
    pub fn bus(&self) -> String {
        format!("unix:path={}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder().join("bus")
    }

    fn folder(&self) -> &Path {
        self.running.folder()
    }

    fn take_in(&mut self, name: &str, child: Child) {
        let file = self.folder().join(format!("{name}.pid"));
        fs::write(file, child.id().to_string()).expect("its process id");
        self.children.push(child);
    }

    /// Whether somebody on the bus has this name.
    fn has(&self, name: &str) -> bool {
        let asked = Command::new(SEND)
            .args([&format!("--bus={}", self.bus()), "--print-reply"])
            .args(["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"])
            .args([
                "org.freedesktop.DBus.NameHasOwner",
                &format!("string:{name}"),
            ])
            .output()
            .expect("dbus-send runs");
        String::from_utf8_lossy(&asked.stdout).contains("boolean true")
    }

    fn wait(&self, what: &str, is_there: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !is_there(self) {
            let log = || fs::read_to_string(self.folder().join("keyring.log"));
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "{what} does not start: {}",
                log().unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
