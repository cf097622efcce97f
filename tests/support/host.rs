//! Host programs: each a file of `tests/host/`, built against the library and given a profile.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
#![allow(dead_code, reason = "each test program uses its part of it")]

#[path = "script.rs"]
mod script;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long any host may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A host program and the folder it lives in: its configuration, its Maildir and its output.
pub(crate) struct Host {
    folder: TempDir,
}

/// How a host ended, and what it printed.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

impl Host {
    /// Builds `tests/host/NAME.c` and gives it a profile that sends into a Maildir of its own.
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("simplemapi-host-")
            .permissions(fs::Permissions::from_mode(0o755))
            .tempdir()
            .unwrap();
        let library = std::env::current_exe()
            .unwrap()
            .with_file_name("libsimplemapi.so");
        assert!(library.exists(), "cargo built no {}", library.display());
        symlink(&library, folder.path().join("libsimplemapi.so.0")).unwrap();
        let project = project();
        let built = Command::new("gcc")
            .args([
                "-std=gnu11",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-g",
                "-pthread",
            ])
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join(format!("tests/host/{name}.c")))
            .arg(&library)
            .arg(format!("-Wl,-rpath,{}", folder.path().display()))
            .args(["-ldl", "-lm", "-o"])
            .arg(folder.path().join("host"))
            .output()
            .unwrap();
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        let host = Self { folder };
        host.transport(&format!(
            "kind = \"maildir\"\npath = \"{}\"",
            host.maildir().display()
        ));
        host
    }

    /// Gives it a profile with this transport, in which nothing waits.
    pub(crate) fn transport(&self, keys: &str) {
        self.outbox("never", keys);
    }

    /// Gives it a profile with this transport and this rule for its outbox.
    pub(crate) fn outbox(&self, when: &str, transport: &str) {
        let config = format!(
            "[profile.test]\nname = \"Ada\"\naddress = \"ada@example.org\"\noutbox.when = \"{when}\"\n\
             [profile.test.transport]\n{transport}\n"
        );
        fs::write(self.config(), config).unwrap();
    }

    /// Where the messages of that outbox are.
    pub(crate) fn outbox_path(&self) -> PathBuf {
        self.path("state/simplemapi/outbox/test")
    }

    /// Gives it a profile whose `sendmail` is this shell script.
    pub(crate) fn sendmail(&self, lines: &str) {
        let path = self.path("sendmail");
        let here = self.path("");
        script::write(&path, &format!("cd {}\n{lines}", here.display()));
        self.transport(&format!(
            "kind = \"sendmail\"\nprogram = \"{}\"",
            path.display()
        ));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("config.toml")
    }

    pub(crate) fn maildir(&self) -> PathBuf {
        self.path("Mail")
    }

    /// The messages in its Maildir; and that there is nothing half written beside them.
    pub(crate) fn delivered(&self) -> Vec<String> {
        assert_eq!(names(&self.maildir().join("tmp")), [""; 0]);
        let folder = self.maildir().join("new");
        names(&folder)
            .iter()
            .map(|name| fs::read_to_string(folder.join(name)).unwrap())
            .collect()
    }

    /// Starts it with a standard input that says nothing until the child's end is written to.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().unwrap()
    }

    /// How it is started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let output = fs::File::create(self.path("output")).unwrap();
        let mut command = Command::new(self.path("host"));
        command
            .args(arguments)
            .env("SIMPLEMAPI_CONFIG", self.config())
            .env("SIMPLEMAPI_UI", "none")
            .env("XDG_STATE_HOME", self.path("state"))
            .env_remove("SIMPLEMAPI_LOG")
            .stdin(Stdio::piped())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        command
    }

    pub(crate) fn wait(&self, mut child: Child) -> Ended {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                panic!("the host hangs: {}", self.output());
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        Ended {
            status,
            output: self.output(),
        }
    }

    pub(crate) fn output(&self) -> String {
        fs::read_to_string(self.path("output")).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.wait(self.start(arguments))
    }

    /// Runs the host and expects that it comes through, printing nothing but what it says itself.
    pub(crate) fn survives(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert!(
            ended.status.success(),
            "{:?} {}",
            ended.status,
            ended.output
        );
        ended.output
    }
}

/// The root of the project, whichever of its packages is tested.
pub(crate) fn project() -> &'static Path {
    let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    folders
        .find(|folder| folder.join("include/mapi.h").exists())
        .unwrap()
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
