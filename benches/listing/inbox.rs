//! A Maildir of any size, and a program in C that lists it through the library. Also for a test that
//! counts what that takes.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A Maildir with a program that lists it.
pub(crate) struct Inbox {
    folder: tempfile::TempDir,
}

impl Inbox {
    /// So many messages with bodies of about so many bytes, and a program with this library.
    pub(crate) fn new(library: &Path, count: usize, body: usize) -> Self {
        let inbox = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        inbox.fill(count, body);
        inbox.configure();
        inbox.build(library);
        inbox
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Nine in ten messages were read.
    fn fill(&self, count: usize, body: usize) {
        let maildir = self.path("Maildir");
        for room in ["new", "cur", "tmp"] {
            fs::create_dir_all(maildir.join(room)).unwrap();
        }
        let line = "A line of a message, of the length that lines of messages have.\n";
        let body = line.repeat(body / line.len());
        for number in 0..count {
            let (room, flags) = match number % 10 {
                0 => ("new", ""),
                _ => ("cur", ":2,S"),
            };
            let second = 1_700_000_000 + number / 3;
            let name = format!("{room}/{second}.M{number}P1Q{number}.host{flags}");
            fs::write(maildir.join(name), message(number, &body)).unwrap();
        }
    }

    fn configure(&self) {
        let path = self.path("Maildir").display().to_string();
        let config = format!(
            "[profile.bench]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = \"{path}\" }}\n\
             store = {{ kind = \"maildir\", path = \"{path}\" }}\n"
        );
        fs::write(self.path("config.toml"), config).unwrap();
    }

    fn build(&self, library: &Path) {
        std::os::unix::fs::symlink(library, self.path("libsimplemapi.so.0")).unwrap();
        let include = in_project("include").display().to_string();
        let here = format!("-Wl,-rpath,{}", self.folder.path().display());
        let library = library.display().to_string();
        assert!(self.compile("listing", &["-I", &include, &library, &here]));
    }

    /// Gives a command what the program needs to find the Maildir.
    pub(crate) fn with_configuration<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("SIMPLEMAPI_CONFIG", self.path("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env_remove("SIMPLEMAPI_LOG")
    }

    /// Compiles a C program of this folder, if that can be done here.
    pub(crate) fn compile(&self, name: &str, arguments: &[&str]) -> bool {
        let source = in_project(&format!("benches/listing/{name}.c"));
        let built = Command::new("cc")
            .args(["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(self.path(name))
            .arg(source)
            .args(arguments)
            .output()
            .expect("a C compiler: install the Debian package gcc");
        built.status.success()
    }
}

pub(crate) fn in_project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// With the fields that mail has when it has come through two servers.
fn message(number: usize, body: &str) -> String {
    format!(
        "Return-Path: <ben@example.org>\n\
         Received: from mx.example.org (mx.example.org [192.0.2.1])\n\
         \tby mail.example.com (Postfix) with ESMTPS id 4Q{number:07}\n\
         \tfor <ada@example.com>; Tue, 14 Nov 2023 22:13:20 +0000 (UTC)\n\
         Received: from laptop (unknown [198.51.100.7])\n\
         \tby mx.example.org (Postfix) with ESMTPSA id 7R{number:07}\n\
         \tfor <ada@example.com>; Tue, 14 Nov 2023 22:13:19 +0000 (UTC)\n\
         From: =?utf-8?q?Ben_M=C3=BCller?= <ben@example.org>\n\
         To: Ada Lovelace <ada@example.com>, Carol <carol@example.com>\n\
         Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_Nummer_{number}?=\n\
         Date: Tue, 14 Nov 2023 22:13:18 +0000\n\
         Message-ID: <{number}@example.org>\n\
         MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\n\
         Content-Transfer-Encoding: 7bit\n\n{body}"
    )
}
