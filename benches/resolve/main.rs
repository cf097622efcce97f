//! What it costs to find somebody by name in a folder of 1,000, 10,000 and 100,000 vCards, a file each:
//! the first time, from the index that is kept, and after that; beside a plain read of the same files
//! and beside khard, in the same run.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement stops where it fails, and prints what it found"
)]

#[path = "../support/library.rs"]
mod library;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// khard needs a second for every five hundred cards or so.
const MOST_FOR_KHARD: usize = 10_000;

/// A folder of cards with a program that finds people in it.
struct Bench {
    folder: tempfile::TempDir,
    count: usize,
}

/// Seconds.
struct Took {
    first: f64,
    mean: f64,
    longest: f64,
}

impl Bench {
    fn new(count: usize) -> Self {
        let bench = Self {
            folder: tempfile::tempdir().unwrap(),
            count,
        };
        fs::create_dir(bench.path("cards")).unwrap();
        for number in 0..count {
            let file = bench.path("cards").join(format!("{number}.vcf"));
            fs::write(file, card(number)).unwrap();
        }
        let cards = bench.path("cards").display().to_string();
        let config = format!(
            "[profile.bench]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = \"{}\" }}\n\
             address-book = [{{ kind = \"vcard\", path = \"{cards}\" }}]\n",
            bench.path("mail").display()
        );
        fs::write(bench.path("config.toml"), config).unwrap();
        let khard = format!("[addressbooks]\n[[bench]]\npath = {cards}\n");
        fs::write(bench.path("khard.conf"), khard).unwrap();
        bench.build();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn build(&self) {
        let library = library::installed();
        std::os::unix::fs::symlink(&library, self.path("libsimplemapi.so.0")).unwrap();
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        let built = Command::new("cc")
            .args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-I"])
            .args([
                project.join("include"),
                project.join("benches/resolve/resolve.c"),
            ])
            .arg(&library)
            .arg(format!("-Wl,-rpath,{}", self.folder.path().display()))
            .arg("-o")
            .arg(self.path("resolve"))
            .status()
            .expect("a C compiler: install the Debian package gcc");
        assert!(built.success());
    }

    fn ours(&self) -> Took {
        let output = Command::new(self.path("resolve"))
            .arg(self.count.to_string())
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env_remove("SIMPLEMAPI_LOG")
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{complaint}");
        let printed = String::from_utf8(output.stdout).unwrap();
        let mut numbers = printed.split_whitespace().map(|one| one.parse().unwrap());
        let mut next = || numbers.next().unwrap();
        Took {
            first: next(),
            mean: next(),
            longest: next(),
        }
    }

    /// What any program needs at least that looks into every card.
    fn plain_read(&self) -> f64 {
        let began = Instant::now();
        let mut bytes = 0;
        for entry in fs::read_dir(self.path("cards")).unwrap() {
            bytes += fs::read(entry.unwrap().path()).unwrap().len();
        }
        assert!(bytes > self.count);
        began.elapsed().as_secs_f64()
    }

    /// `None` where there is none, or it would take too long.
    fn khard(&self) -> Option<f64> {
        if self.count > MOST_FOR_KHARD {
            return None;
        }
        let began = Instant::now();
        let output = Command::new("khard")
            .arg("-c")
            .arg(self.path("khard.conf"))
            .args(["email", "--parsable", "Family000007"])
            .env("LC_ALL", "C.UTF-8")
            .output()
            .ok()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(printed.contains("given7@example.org"), "{printed}");
        Some(began.elapsed().as_secs_f64())
    }
}

/// As khard and the contacts programs of desktops write them, without photos.
fn card(number: usize) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Example//EN\r\n\
         UID:5e0f2c4e-1f0e-4b4e-9c1e-{number:012}\r\nFN:Given{number:06}. Family{number:06} Müller\r\n\
         N:Family{number:06};Given{number:06};;;\r\nORG:Example;Department {}\r\n\
         EMAIL;TYPE=work:given{number}@example.org\r\nEMAIL;TYPE=home:home{number}@example.net\r\n\
         TEL;TYPE=cell:+49 30 {number}\r\nADR;TYPE=work:;;Example Street {number};Berlin;;10115;Germany\r\n\
         CATEGORIES:Department {}\r\nREV:20260101T000000Z\r\nEND:VCARD\r\n",
        number % 50,
        number % 50
    )
}

fn compare(count: usize) {
    let bench = Bench::new(count);
    let cold = bench.ours();
    // What was written just before it was read is read once more.
    std::thread::sleep(std::time::Duration::from_millis(200));
    bench.ours();
    let runs = (0..3).map(|_| bench.ours());
    let warm = runs
        .min_by(|one, other| one.first.total_cmp(&other.first))
        .unwrap();
    let plain = (0..3).map(|_| bench.plain_read()).fold(f64::MAX, f64::min);
    let khard = bench.khard();
    println!(
        "{count:>8} | {:>8.0} | {:>8.1} | {:>7.1} | {:>10.2} | {:>8.1} | {:>7.1} x | {:>8.0} x | {}",
        cold.first * 1e3,
        warm.first * 1e3,
        warm.mean * 1e6,
        warm.longest * 1e3,
        plain * 1e3,
        plain / warm.first,
        plain / warm.mean,
        khard.map_or("not run".to_owned(), |khard| format!(
            "{:.0} ms, {:.0} x the first, {:.0} x the next",
            khard * 1e3,
            khard / warm.first,
            khard / warm.mean
        )),
    );
}

fn main() {
    println!("Finding somebody by name in a folder of vCards; files in the page cache.");
    println!("without: no index is kept yet; first: the first call of a process, with the index;");
    println!(
        "then: the calls after it; plain: reading the same files, and doing nothing with them.\n"
    );
    println!(
        "   cards | without ms | first ms | then us | longest ms | plain ms | plain by first | by then | khard"
    );
    for count in [1_000, 10_000, 100_000] {
        compare(count);
    }
}
