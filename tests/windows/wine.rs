//! A Windows of our own: Wine, without a screen, in a folder that lasts from run to run.
#![forbid(unsafe_code)]

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may run, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(900);

/// How many tests use the Wine of this machine: the last one stops it.
static USERS: Mutex<usize> = Mutex::new(0);

/// Runs a program in the system in folder $0, which sees the files below $1 as this machine does. All that
/// it starts ends with it; Wine is asked first, as it keeps its registry in memory.
const INSIDE: &str = r#"
mkdir -p "$0$1" && mount --bind "$1" "$0$1" && mount -t proc proc "$0/proc" || exit
shift
exec chroot "$0" sh -c '"$@"; status=$?; wineserver -k; exit $status' sh "$@"
"#;

/// Wine, as long as it is ours.
pub(crate) struct Wine {
    prefix: PathBuf,
    /// The system that it is in, if that is not this machine.
    system: Option<PathBuf>,
}

impl Wine {
    /// Takes that of this machine, which keeps its files in this folder.
    pub(crate) fn take(folder: &Path) -> Self {
        let wine = Self {
            prefix: folder.join("wine"),
            system: None,
        };
        let mut users = users();
        *users += 1;
        wine.make(&wine.prefix);
        drop(users);
        wine
    }

    /// That of the Debian with 32 bits in this folder, which `ci/wine32` has made.
    pub(crate) fn with_32_bits(system: &Path) -> Self {
        let wine = Self {
            prefix: "/wine".into(),
            system: Some(system.to_owned()),
        };
        wine.make(&system.join("wine"));
        wine
    }

    fn make(&self, folder: &Path) {
        let made = folder.join("made");
        if !made.exists() {
            let _ = fs::remove_dir_all(folder);
            fs::create_dir_all(folder).unwrap();
            let (done, said) = self.run(self.program("wineboot").arg("-i"));
            assert!(done, "wineboot: {said}");
            fs::write(made, "").unwrap();
        }
    }

    /// A program of Windows, by its name or path.
    pub(crate) fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match &self.system {
            None => Command::new("wine"),
            Some(system) => {
                let mut command = Command::new("unshare");
                command
                    .args(["--mount", "--pid", "--fork", "--kill-child"])
                    .args(["sh", "-c", INSIDE])
                    .args([system.as_path(), &env::temp_dir(), Path::new("wine")]);
                command
            }
        };
        let width = if self.system.is_some() { "32" } else { "64" };
        command
            .arg(program)
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", format!("win{width}"))
            .env("WINEDEBUG", "-all")
            // Neither .NET nor a browser, and no menus on this machine.
            .env("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=")
            .env_remove("DISPLAY")
            .env_remove("SIMPLEMAPI_LOG")
            .stdin(Stdio::null());
        command
    }

    /// Runs a program, and tells whether it succeeded and what it said.
    pub(crate) fn run(&self, command: &mut Command) -> (bool, String) {
        // Not a pipe: what Wine leaves running would hold it open.
        let mut output = tempfile::tempfile().unwrap();
        command
            .stdout(output.try_clone().unwrap())
            .stderr(output.try_clone().unwrap());
        let mut said = move || {
            let mut said = Vec::new();
            output.rewind().unwrap();
            output.read_to_end(&mut said).unwrap();
            String::from_utf8_lossy(&said).into_owned()
        };
        let mut child = command.spawn().unwrap();
        let started = Instant::now();
        loop {
            if let Some(status) = child.try_wait().unwrap() {
                return (status.success(), said());
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("it hangs: {}", said());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if self.system.is_some() {
            return;
        }
        let mut users = users();
        *users -= 1;
        if *users == 0 {
            // What serves this folder, and nobody else's.
            let mut server = Command::new("wineserver");
            let _ = server.arg("-k").env("WINEPREFIX", &self.prefix).status();
        }
    }
}

fn users() -> MutexGuard<'static, usize> {
    USERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What Wine calls a path of this machine.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display())
}
