//! The programs that are compared, and the server that they send to.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// A way to send the same messages.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    source: &'static str,
    libraries: &'static [&'static str],
}

/// What no library can be faster than.
pub(crate) const FLOOR: Peer = peer("FLOOR", "floor.c", &[]);
pub(crate) const OURS: Peer = peer("simplemapi", "simplemapi.c", &[]);
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

/// What a program is asked to do.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    pub(crate) messages: usize,
    /// Over one connection, or over one each.
    pub(crate) kept: bool,
    pub(crate) file: Option<&'a Path>,
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
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = std::env::current_exe()
            .unwrap()
            .with_file_name("libsimplemapi.so");
        std::os::unix::fs::symlink(library, folder.path().join("libsimplemapi.so.0")).unwrap();
        let bench = Self { folder };
        assert!(bench.build("sink.c", &[]), "the server has to build");
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file with bytes that do not repeat.
    pub(crate) fn file(&self, bytes: u64) -> PathBuf {
        let path = self.path(&format!("{bytes}.bin"));
        let mut random = fs::File::open("/dev/urandom").unwrap().take(bytes);
        std::io::copy(&mut random, &mut fs::File::create(&path).unwrap()).unwrap();
        path
    }

    /// Whether the peer is there: its library may not be installed.
    pub(crate) fn has(&self, peer: &Peer) -> bool {
        self.build(peer.source, peer.libraries)
    }

    fn build(&self, source: &str, libraries: &[&str]) -> bool {
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let (compiler, standard) = match source.ends_with(".cpp") {
            true => ("c++", "-std=c++17"),
            false => ("cc", "-std=gnu11"),
        };
        let ours = source == OURS.source;
        let mut command = Command::new(compiler);
        command
            .args([standard, "-O2", "-Wall", "-Wextra"])
            .arg("-I")
            .arg(project.join("include"))
            .arg(project.join("benches/send").join(source))
            .args(ours.then(|| self.path("libsimplemapi.so.0")))
            .args(ours.then(|| format!("-Wl,-rpath,{}", self.folder.path().display())))
            .args(libraries)
            .arg("-o")
            .arg(self.path(source).with_extension("run"));
        let built = command.output().expect("a C compiler");
        if !built.status.success() && libraries.is_empty() {
            panic!("{}", String::from_utf8_lossy(&built.stderr));
        }
        built.status.success()
    }

    /// Runs a peer against the server on this port.
    pub(crate) fn run(&self, peer: &Peer, port: u16, task: Task<'_>) -> Cost {
        let config = self.path(&format!("{port}.toml"));
        let profile = format!(
            "[profile.bench]\naddress = \"ada@example.org\"\noutbox = {{ when = \"never\" }}\n\
             transport = {{ kind = \"smtp\", host = \"127.0.0.1\", port = {port}, security = \"none\" }}\n"
        );
        fs::write(&config, profile).unwrap();
        let file = task
            .file
            .map_or("-".to_owned(), |path| path.display().to_string());
        let began = Instant::now();
        let output = Command::new(self.path(peer.source).with_extension("run"))
            .args([port.to_string(), task.messages.to_string()])
            .args([if task.kept { "kept" } else { "each" }, &file])
            .env("SIMPLEMAPI_CONFIG", config)
            .env_remove("SIMPLEMAPI_LOG")
            .output()
            .unwrap();
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
