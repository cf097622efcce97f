//! The programs that are compared, and the server that they send to.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A way to send the same messages.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    /// Empty for a program that is part of this one.
    source: &'static str,
    libraries: &'static [&'static str],
}

/// What no library can be faster than.
pub(crate) const FLOOR: Peer = peer("FLOOR", "floor.c", &[]);
/// The same over TLS: floor_tls.rs.
pub(crate) const FLOOR_TLS: Peer = peer("FLOOR", "", &[]);
pub(crate) const OURS: Peer = peer("simplemapi", "simplemapi.c", &["-lsimplemapi"]);
/// Each call for itself.
pub(crate) const OUR_CALLS: Peer = peer("simplemapi", "calls.c", &["-lsimplemapi"]);
/// Eight threads of one program.
pub(crate) const OUR_THREADS: Peer = peer("8 threads", "threads.c", &["-lsimplemapi", "-pthread"]);
/// What else a C or C++ program could use.
pub(crate) const OTHERS: [Peer; 5] = [
    peer("libcurl", "curl.c", &["-lcurl"]),
    peer("libcurl, own MIME", "curl_read.c", &["-lcurl"]),
    peer("libesmtp", "libesmtp.c", &["-lesmtp"]),
    peer("libetpan", "libetpan.c", &["-letpan"]),
    peer("VMime", "vmime.cpp", &["-lvmime"]),
];

const fn peer(
    name: &'static str,
    source: &'static str,
    libraries: &'static [&'static str],
) -> Peer {
    Peer {
        name,
        source,
        libraries,
    }
}

/// What this program is told to be that peer.
pub(crate) const FLOOR_OVER_TLS: &str = "floor-over-tls";

/// How long ago a file was changed that will not change again unnoticed.
const SETTLED: Duration = Duration::from_millis(200);

/// What a program is asked to do.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) messages: usize,
    /// Over one connection, or over one each.
    pub(crate) kept: bool,
    pub(crate) file: Option<&'a Path>,
    /// Over TLS, where there is an authority to trust.
    pub(crate) authority: Option<&'a Path>,
}

/// What it took, for one message.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall_ms: f64,
    pub(crate) cpu_ms: f64,
    pub(crate) memory_mb: f64,
    /// The whole process, from outside.
    pub(crate) process_ms: f64,
}

/// A folder with the programs.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new(library: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["libsimplemapi.so", "libsimplemapi.so.0"] {
            std::os::unix::fs::symlink(library, folder.path().join(name)).unwrap();
        }
        let bench = Self { folder };
        assert!(bench.build("sink.c", &[]), "the server has to build");
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with bytes that do not repeat; beyond a gigabyte, one that is empty and takes no room.
    pub(crate) fn file(&self, bytes: u64) -> PathBuf {
        let path = self.path(&format!("{bytes}.bin"));
        let mut file = fs::File::create(&path).unwrap();
        if bytes > 1 << 30 {
            file.set_len(bytes).unwrap();
        } else {
            let mut random = fs::File::open("/dev/urandom").unwrap().take(bytes);
            std::io::copy(&mut random, &mut file).unwrap();
        }
        path
    }

    /// Whether the peer is there: its library may not be installed.
    pub(crate) fn has(&self, peer: &Peer) -> bool {
        peer.source.is_empty() || self.build(peer.source, peer.libraries)
    }

    fn build(&self, source: &str, libraries: &[&str]) -> bool {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (compiler, standard) = match source.ends_with(".cpp") {
            true => ("c++", "-std=c++17"),
            false => ("cc", "-std=gnu11"),
        };
        let mut command = Command::new(compiler);
        command
            .args([standard, "-O2", "-Wall", "-Wextra"])
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join("benches/send").join(source))
            .arg("-L")
            .arg(self.folder.path())
            .arg(format!("-Wl,-rpath,{}", self.folder.path().display()))
            .args(libraries)
            .arg("-o")
            .arg(self.path(source).with_extension("run"));
        let built = command.output().expect("a C compiler");
        let is_needed = libraries.is_empty() || libraries.contains(&"-lsimplemapi");
        if !built.status.success() && is_needed {
            panic!("{}", String::from_utf8_lossy(&built.stderr));
        }
        built.status.success()
    }

    /// A peer that sends to the server on this port, run by the words before it if there are any.
    pub(crate) fn command(&self, by: &[&str], peer: &Peer, port: u16, task: Task<'_>) -> Command {
        let config = self.path(&format!("{port}.toml"));
        let security = match task.authority {
            Some(authority) => format!("\"tls\", ca-file = \"{}\"", authority.display()),
            None => "\"none\"".to_owned(),
        };
        let profile = format!(
            "[profile.bench]\naddress = \"ada@example.org\"\nlimits = {{ attachment-bytes = {} }}\n\
             transport = {{ kind = \"smtp\", host = \"127.0.0.1\", port = {port}, security = {security} }}\n",
            4_u64 << 30
        );
        // As people have it: one that was written this very moment is read again at every logon.
        if fs::read_to_string(&config).ok().as_ref() != Some(&profile) {
            fs::write(&config, profile).unwrap();
            std::thread::sleep(SETTLED);
        }
        let program = match peer.source {
            "" => std::env::current_exe().unwrap(),
            source => self.path(source).with_extension("run"),
        };
        let mut words: Vec<OsString> = by.iter().map(OsString::from).collect();
        words.push(program.into());
        words.extend(peer.source.is_empty().then(|| FLOOR_OVER_TLS.into()));
        words.extend([port.to_string().into(), task.messages.to_string().into()]);
        words.push(if task.kept { "kept" } else { "each" }.into());
        words.push(task.file.unwrap_or(Path::new("-")).into());
        if peer.source.is_empty() {
            words.extend(task.authority.map(OsString::from));
        }
        let mut command = Command::new(words.remove(0));
        command
            .args(words)
            .env("SIMPLEMAPI_CONFIG", config)
            .env("SIMPLEMAPI_UI", "none")
            .env("XDG_STATE_HOME", self.path("state"))
            .env_remove("SIMPLEMAPI_LOG");
        command
    }

    /// Runs a peer against the server on this port.
    pub(crate) fn run(&self, peer: &Peer, port: u16, task: Task<'_>) -> Cost {
        let mut command = self.command(&[], peer, port, task);
        let began = Instant::now();
        let output = command.output().unwrap();
        let process_ms = began.elapsed().as_secs_f64() * 1e3;
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{}: {complaint}", peer.name);
        let printed = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = printed
            .split_whitespace()
            .map(|figure| figure.parse().unwrap())
            .collect();
        let messages = task.messages as f64;
        Cost {
            wall_ms: figures[0] * 1e3 / messages,
            cpu_ms: figures[1] * 1e3 / messages,
            memory_mb: figures[2] / 1024.0,
            process_ms,
        }
    }
}

/// The server.
pub(crate) struct Sink {
    process: Child,
    answers: BufReader<std::process::ChildStdout>,
    pub(crate) port: u16,
}

/// What a server took.
pub(crate) struct Taken {
    pub(crate) messages: usize,
    pub(crate) answers: usize,
}

impl Sink {
    pub(crate) fn start(bench: &Bench, manners: &[&str]) -> Self {
        let mut process = Command::new(bench.path("sink.run"))
            .args(manners)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        answers.read_line(&mut port).unwrap();
        Self {
            process,
            answers,
            port: port.trim().parse().unwrap(),
        }
    }

    /// Ends it, and tells what it took.
    pub(crate) fn stop(mut self) -> Taken {
        drop(self.process.stdin.take());
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        self.process.wait().unwrap();
        let figures: Vec<usize> = line
            .split_whitespace()
            .map(|figure| figure.parse().unwrap())
            .collect();
        Taken {
            messages: figures[0],
            answers: figures[2],
        }
    }
}
