//! A Windows of our own: Wine, without a screen, in a folder that lasts from run to run.
#![forbid(unsafe_code)]

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a program may run, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(1200);

/// One at a time: the registry is everybody's.
static TURN: Mutex<()> = Mutex::new(());

/// Wine, as long as it is ours.
pub(crate) struct Wine {
    prefix: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

impl Wine {
    /// Takes it, and makes it in this folder where it is not there yet.
    pub(crate) fn take(folder: &Path) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let wine = Self {
            prefix: folder.join("wine"),
            _turn: turn,
        };
        let made = wine.prefix.join("made");
        if !made.exists() {
            let _ = fs::remove_dir_all(&wine.prefix);
            fs::create_dir_all(&wine.prefix).unwrap();
            let (status, said) = wine.run(wine.program("wineboot").arg("-i"));
            assert!(status, "wineboot: {said}");
            fs::write(made, "").unwrap();
        }
        wine
    }

    /// A program of Windows, by its name or path.
    pub(crate) fn program(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("wine");
        command
            .arg(program)
            .env("WINEPREFIX", &self.prefix)
            .env("WINEARCH", "win64")
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
        let output = self.prefix.join("output");
        let file = File::create(&output).unwrap();
        let mut child = command
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        let started = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > PATIENCE {
                child.kill().unwrap();
                child.wait().unwrap();
                panic!("it hangs: {}", fs::read_to_string(&output).unwrap());
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let said = fs::read(&output).unwrap();
        (
            status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        // What serves this folder, and nobody else's.
        let mut server = Command::new("wineserver");
        let _ = server.arg("-k").env("WINEPREFIX", &self.prefix).status();
    }
}

/// What Wine calls a path of this machine.
pub(crate) fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display())
}
