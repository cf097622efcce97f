//! The examples: each is a whole program, which is compiled as strictly as anybody might, linked with
//! the shared library (or in Python, which loads it), and run with the path of a file as its argument, over a profile whose Inbox has
//! two messages. A ```text block that follows is what it prints. It deletes its temporary files.
#![forbid(unsafe_code)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::markdown::{Block, Page, blocks, in_project};

/// The Inbox that every example finds: the names of the files say when each message arrived.
const INBOX: [(&str, &str); 2] = [
    (
        "1700000000.M1P1.desk",
        "From: Grace Hopper <grace@example.org>\n\
         To: Ada Lovelace <ada@example.org>, archive@example.org\n\
         Subject: The report\n\
         MIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=\"part\"\n\n\
         --part\n\n\
         Here it is, Ada.\n\
         --part\n\
         Content-Type: text/plain\n\
         Content-Disposition: attachment; filename=\"figures.txt\"\n\n\
         1 2 3\n\
         --part--\n",
    ),
    (
        "1700003600.M2P1.desk",
        "From: Grace Hopper <grace@example.org>\n\
         To: Ada Lovelace <ada@example.org>\n\
         Subject: Lunch\n\n\
         At noon?\n",
    ),
];

/// The people whom every example knows.
const CONTACTS: &str = "\
    BEGIN:VCARD\nVERSION:4.0\nUID:grace\nFN:Grace Hopper\nEMAIL:grace@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:ada\nFN:Ada Lovelace\nEMAIL:ada@example.org\nEND:VCARD\n\
    BEGIN:VCARD\nVERSION:4.0\nUID:both\nKIND:group\nFN:Compilers and Analysts\n\
    MEMBER:urn:uuid:grace\nMEMBER:urn:uuid:ada\nEND:VCARD\n";

/// What an example is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    C,
    Cpp,
    Python,
    CSharp,
}

impl Language {
    /// The language that a fence names, if programs in it are run here.
    fn of(fence: &str) -> Option<Self> {
        match fence {
            "c" => Some(Self::C),
            "cpp" => Some(Self::Cpp),
            "python" => Some(Self::Python),
            "csharp" => Some(Self::CSharp),
            _ => None,
        }
    }
}

/// A folder with a profile whose mail stays in it, and with the library under the name that programs
/// are linked with.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().expect("a folder"));
        let config = format!(
            "[profile.example]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = \"{}\" }}\n\
             store = {{ kind = \"maildir\", path = \"{}\" }}\n\
             address-book = [{{ kind = \"vcard\", path = \"{}\" }}]\n",
            desk.path("Maildir").display(),
            desk.path("Mail").display(),
            desk.path("contacts.vcf").display()
        );
        for folder in ["Mail/cur", "Mail/new", "Mail/tmp", "temporary"] {
            fs::create_dir_all(desk.path(folder)).expect("a folder");
        }
        for (name, message) in INBOX {
            fs::write(desk.path("Mail/new").join(name), message).expect("a message");
        }
        fs::write(desk.path("config.toml"), config).expect("a configuration");
        fs::write(desk.path("contacts.vcf"), CONTACTS).expect("an address book");
        fs::write(desk.path("march.txt"), "sales went up\n").expect("a file to send");
        std::os::unix::fs::symlink(library(), desk.path("libsimplemapi.so.0"))
            .expect("a link to the library");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn compile(&self, language: Language, source: &str) -> Output {
        let (compiler, standard, name) = match language {
            Language::C => ("gcc", "-std=c99", "example.c"),
            Language::Cpp => ("g++", "-std=c++17", "example.cpp"),
            Language::Python => return self.script(source),
            Language::CSharp => return self.assembly(source),
        };
        fs::write(self.path(name), source).expect("a source file");
        Command::new(compiler)
            .env("LC_ALL", "C")
            .args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror"])
            .arg("-I")
            .arg(in_project("include"))
            .arg("-o")
            .args([self.path("example"), self.path(name)])
            .arg(library())
            .output()
            .expect("a compiler: install the Debian packages gcc and g++")
    }

    /// Makes a program of a script; its compiler looks at it first, too.
    fn script(&self, source: &str) -> Output {
        let example = self.path("example");
        fs::write(&example, format!("#!/usr/bin/env python3\n{source}")).expect("a script");
        fs::set_permissions(&example, fs::Permissions::from_mode(0o755)).expect("its mode");
        Command::new("python3")
            .args(["-W", "error", "-c"])
            .arg("import sys; compile(open(sys.argv[1]).read(), sys.argv[1], 'exec')")
            .arg(&example)
            .output()
            .expect("python3: install the Debian package of that name")
    }

    /// Makes a program of what Mono compiles.
    fn assembly(&self, source: &str) -> Output {
        fs::write(self.path("example.cs"), source).expect("a source file");
        let assembly = self.path("example.exe");
        let runner = format!("#!/bin/sh\nexec mono {} \"$@\"\n", assembly.display());
        fs::write(self.path("example"), runner).expect("a script");
        fs::set_permissions(self.path("example"), fs::Permissions::from_mode(0o755))
            .expect("its mode");
        Command::new("mcs")
            .arg("-warnaserror")
            .arg(format!("-out:{}", assembly.display()))
            .arg(self.path("example.cs"))
            .output()
            .expect("mcs: install the Debian packages mono-mcs and mono-runtime")
    }

    fn run(&self) -> Output {
        Command::new("timeout")
            .arg("60")
            .args([self.path("example"), self.path("march.txt")])
            .env("LD_LIBRARY_PATH", self.0.path())
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("TMPDIR", self.path("temporary"))
            .env("TZ", "UTC")
            .env("SIMPLEMAPI_UI", "none")
            .env_remove("SIMPLEMAPI_LOG")
            .output()
            .expect("timeout runs")
    }

    fn messages(&self) -> usize {
        fs::read_dir(self.path("Maildir/new")).map_or(0, Iterator::count)
    }

    fn temporary_files(&self) -> usize {
        let folder = fs::read_dir(self.path("temporary"));
        folder.expect("the folder stays").count()
    }
}

/// The library that cargo built for this test, in the same folder.
fn library() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    let library = test.with_file_name("libsimplemapi.so");
    assert!(library.exists(), "cargo built no {}", library.display());
    library
}

/// What is wrong with an example, if anything is.
fn wrong(
    page: &Path,
    language: Language,
    example: &Block<'_>,
    prints: Option<&str>,
) -> Option<String> {
    let place = format!("{}:{}", page.display(), example.line);
    let desk = Desk::new();
    let compiled = desk.compile(language, &example.text);
    if !compiled.status.success() {
        let said = String::from_utf8_lossy(&compiled.stderr);
        return Some(format!("{place} does not compile:\n{said}"));
    }
    let ran = desk.run();
    let printed = String::from_utf8_lossy(&ran.stdout);
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Some(format!(
            "{place} ended with {}:\n{printed}{said}",
            ran.status
        ));
    }
    if printed != prints.unwrap_or_default() {
        return Some(format!("{place} printed:\n{printed}"));
    }
    if desk.temporary_files() > 0 {
        return Some(format!("{place} left temporary files behind"));
    }
    let sent = printed.lines().filter(|line| *line == "sent").count();
    (sent != desk.messages()).then(|| {
        format!(
            "{place} says that it sent {sent} messages, and {} came",
            desk.messages()
        )
    })
}

/// Runs the examples in these languages, and tells which there were.
fn run_all(languages: &[Language]) -> Vec<Language> {
    let mut examples = Vec::new();
    let mut complaints = Vec::new();
    for page in ["docs", "docs/functions"]
        .into_iter()
        .flat_map(Page::all_in)
    {
        let blocks = blocks(&page.text);
        for (at, block) in blocks.iter().enumerate() {
            let language = Language::of(block.language);
            let Some(language) = language.filter(|language| languages.contains(language)) else {
                continue;
            };
            let next = blocks.get(at + 1).filter(|next| next.language == "text");
            let prints = next.map(|next| next.text.as_str());
            complaints.extend(wrong(&page.path, language, block, prints));
            examples.push(language);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    examples
}

#[test]
fn every_example_compiles_links_runs_and_prints_what_the_page_says() {
    let examples = run_all(&[Language::C, Language::Cpp, Language::Python]);
    let found = |language| examples.iter().filter(|other| **other == language).count();
    assert!(found(Language::C) >= 13, "{examples:?}");
    assert_eq!((found(Language::Cpp), found(Language::Python)), (1, 1));
}

#[test]
#[ignore = "Mono is large: make soak"]
fn the_example_in_c_sharp_does_too() {
    assert_eq!(run_all(&[Language::CSharp]), [Language::CSharp]);
}
