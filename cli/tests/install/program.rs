//! `examples/send.c`, built from an installed tree in the ways that there are, and run.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::built::{in_project, run};

/// An installed tree.
pub(crate) struct Tree<'a> {
    /// What stands before the paths that it will have, if it is not where it thinks it is.
    pub(crate) root: &'a Path,
    pub(crate) prefix: PathBuf,
    pub(crate) libdir: PathBuf,
}

impl Tree<'_> {
    fn pkg_config(&self, arguments: &[&str]) -> Vec<String> {
        let printed = run(Command::new("pkg-config")
            .env("PKG_CONFIG_LIBDIR", self.libdir.join("pkgconfig"))
            .env("PKG_CONFIG_SYSROOT_DIR", self.root)
            .args(arguments)
            .arg("simplemapi"));
        printed.split_whitespace().map(str::to_owned).collect()
    }

    /// The program can be built in every way, and works.
    pub(crate) fn serves(&self) {
        self.finds_its_keyring();
        self.finds_its_windows();
        let folder = tempfile::tempdir().unwrap();
        let program = |name: &str| folder.path().join(name);
        let source = in_project("examples/send.c");

        run(Command::new("cc")
            .args(["-Wall", "-Werror"])
            .arg(&source)
            .args(self.pkg_config(&["--cflags", "--libs"]))
            .arg("-o")
            .arg(program("by-pkg-config")));
        self.sends(&program("by-pkg-config"));

        run(Command::new("cc")
            .arg("-I")
            .arg(self.prefix.join("include/simplemapi"))
            .arg(&source)
            .arg("-L")
            .arg(&self.libdir)
            .args(["-lsimplemapi", "-o"])
            .arg(program("by-hand")));
        self.sends(&program("by-hand"));

        self.sends(&self.built_by_cmake(folder.path(), "simplemapi::simplemapi"));
    }

    /// What the library runs is where it looks. That there is no keyring here it says itself.
    fn finds_its_keyring(&self) {
        let desk = tempfile::tempdir().unwrap();
        let config = desk.path().join("config.toml");
        let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = server.local_addr().unwrap().port();
        thread::spawn(move || {
            let (mut client, _) = server.accept().unwrap();
            client.write_all(b"220 here\r\n").unwrap();
            let _ = client.read(&mut [0; 512]);
            let _ = client.write_all(b"250-here\r\n250 AUTH PLAIN\r\n");
            let _ = client.read(&mut [0; 512]);
        });
        let text = format!(
            "[profile.test]\naddress = \"ada@example.org\"\ntransport = {{ kind = \"smtp\", host = \
             \"127.0.0.1\", port = {port}, security = \"none\", user = \"ada\", keyring = true }}\n"
        );
        fs::write(&config, text).unwrap();
        let said = Command::new(self.prefix.join("bin/simplemapi"))
            .arg("doctor")
            .env_clear()
            .env("SIMPLEMAPI_CONFIG", config)
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/no/such/bus")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let keyring = self.prefix.join("libexec/simplemapi/simplemapi-keyring");
        let reason = format!(
            "no password from {}: it ended with exit code 1: the keyring cannot be asked",
            keyring.display()
        );
        assert!(said.contains(&reason), "{said}");
    }

    /// There is no such screen, which the windows say themselves.
    fn finds_its_windows(&self) {
        let desk = tempfile::tempdir().unwrap();
        let config = desk.path().join("config.toml");
        let mailbox = desk.path().join("Maildir");
        let text = format!(
            "[profile.test]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = {mailbox:?} }}\n"
        );
        fs::write(&config, text).unwrap();
        let source = in_project("tests/host/dialogs.c");
        let host = desk.path().join("host");
        run(Command::new("cc")
            .arg(source)
            .args(self.pkg_config(&["--cflags", "--libs"]))
            .arg("-o")
            .arg(&host));
        let said = run(Command::new(&host)
            .args(["send", "8", "grace@example.org"])
            .env_clear()
            .env("LD_LIBRARY_PATH", &self.libdir)
            .env("SIMPLEMAPI_CONFIG", config)
            .env("DISPLAY", ":no-such-screen"));
        let windows = self.prefix.join("libexec/simplemapi/simplemapi-ui");
        let reason = format!("{} says: ", windows.display());
        assert!(
            said.contains("code 26\n") && said.contains(&reason),
            "{said}"
        );
    }

    /// What CMake makes of it in a folder, linked with one of our targets.
    fn built_by_cmake(&self, folder: &Path, target: &str) -> PathBuf {
        let build = folder.join("cmake");
        run(Command::new("cmake")
            .arg("-S")
            .arg(in_project("cli/tests/install/cmake"))
            .arg("-B")
            .arg(&build)
            .arg(format!("-DCMAKE_PREFIX_PATH={}", self.prefix.display()))
            .arg(format!("-DWITH={target}")));
        run(Command::new("cmake").arg("--build").arg(&build));
        build.join("by-cmake")
    }

    /// The program finds the library under its own name, and sends.
    fn sends(&self, program: &Path) {
        let desk = tempfile::tempdir().unwrap();
        let path = |name: &str| desk.path().join(name);
        fs::write(path("notes.txt"), "notes\n").unwrap();
        let config = format!(
            "[profile.test]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = \"{}\" }}\n",
            path("Mail").display()
        );
        fs::write(path("config.toml"), config).unwrap();
        run(Command::new("timeout")
            .arg("60")
            .arg(program)
            .args(["grace@example.org", "notes.txt"])
            .current_dir(desk.path())
            .env("LD_LIBRARY_PATH", &self.libdir)
            .env("SIMPLEMAPI_CONFIG", path("config.toml"))
            .env("SIMPLEMAPI_UI", "none")
            .env_remove("SIMPLEMAPI_LOG"));
        assert_eq!(fs::read_dir(path("Mail/new")).unwrap().count(), 1);
    }

    /// The static library, where the tree has one.
    pub(crate) fn serves_without_a_shared_library(&self) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("static");
        let needs: Vec<String> = self
            .pkg_config(&["--static", "--libs-only-l"])
            .into_iter()
            .filter(|library| library != "-lsimplemapi")
            .collect();
        run(Command::new("cc")
            .arg(in_project("examples/send.c"))
            .args(self.pkg_config(&["--cflags"]))
            .arg(self.libdir.join("libsimplemapi.a"))
            .args(needs)
            .arg("-o")
            .arg(&program));
        let by_cmake = self.built_by_cmake(folder.path(), "simplemapi::static");
        for program in [program, by_cmake] {
            let needed = run(Command::new("readelf").arg("--dynamic").arg(&program));
            assert!(!needed.contains("libsimplemapi"), "{needed}");
            self.sends(&program);
        }
    }
}
