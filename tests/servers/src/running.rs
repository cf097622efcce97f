//! Servers that end with the test program.
#![forbid(unsafe_code)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// A folder for servers and a guard that stops them and removes it.
///
/// The guard is a shell that waits for the end of its input. The other end is held here, so it
/// comes when this value is dropped, and also when the test program exits with it in a static,
/// panics or is killed.
#[derive(Debug)]
pub(crate) struct Running {
    folder: PathBuf,
    guard: Child,
    alive: Option<ChildStdin>,
}

impl Running {
    /// Makes the folder, which every user may enter: the servers' own users work in it.
    ///
    /// Whoever starts a server in it leaves its process id in a file `*.pid` there, in a folder at
    /// most three deep.
    pub(crate) fn new(name: &str) -> Self {
        let folder = tempfile::Builder::new()
            .prefix(&format!("simplemapi-{name}-"))
            .permissions(Permissions::from_mode(0o755))
            .tempdir()
            .expect("a temporary folder")
            .keep();
        let mut guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // An interrupt from the keyboard is for the tests; the guard has work to do then.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let alive = guard.stdin.take();
        Self {
            folder,
            guard,
            alive,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.alive.take());
        let _ = self.guard.wait();
    }
}

/// Ten seconds of asking politely, then not. A zombie has gone, though its number is still taken.
const GUARD: &str = r#"
trap '' HUP INT TERM
runs() { grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }
cat >/dev/null
pids=$(find "$1" -maxdepth 4 -name '*.pid' -type f -exec cat {} +)
for pid in $pids; do kill "$pid"; done
for pid in $pids; do
    tries=0
    while runs "$pid" && [ $tries -lt 200 ]; do sleep 0.05; tries=$((tries + 1)); done
    ! runs "$pid" || kill -9 "$pid"
done
rm -rf "$1"
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn what_has_ended_and_nobody_asked_after_yet_is_not_waited_for() {
        let running = Running::new("running");
        let mut child = Command::new("sleep").arg("100").spawn().expect("sleep");
        let pid = child.id().to_string() + "\n";
        std::fs::write(running.folder().join("sleep.pid"), pid).expect("a pid file");
        let begun = Instant::now();
        drop(running);
        assert!(begun.elapsed() < Duration::from_secs(8));
        child.wait().expect("it has ended");
    }
}
