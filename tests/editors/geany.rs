//! `plugins/geany`, on a screen that nobody sees. `geany_driver.c` is who sits before it.
#![forbid(unsafe_code)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::desk::{Desk, ON_SCREEN, has, in_project, library, received, said};

/// An X server of our own, with the number that it found free.
struct Screen {
    server: Child,
    number: String,
}

impl Screen {
    fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .args(["-screen", "0", "1024x768x24"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        let told = server.stdout.take().unwrap();
        BufReader::new(told).read_line(&mut number).unwrap();
        assert!(!number.is_empty(), "Xvfb does not start");
        Self {
            server,
            number: format!(":{}", number.trim()),
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What Geany and everything that it is compiled with needs.
fn can_run() -> bool {
    let headers = Command::new("pkg-config")
        .args(["--exists", "geany"])
        .status();
    if !headers.is_ok_and(|status| status.success()) {
        test_servers::skip("the headers of geany (geany, libgtk-3-dev) are not installed");
        return false;
    }
    has("geany") && has("Xvfb")
}

fn words(command: &str, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(command).args(arguments).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.split_whitespace().map(str::to_owned).collect()
}

/// Builds a plugin into Geany's folder for them.
fn build(desk: &Desk, source: &Path) -> String {
    let name = source.file_stem().unwrap().to_str().unwrap();
    let plugin = desk.path("geany/plugins").join(format!("{name}.so"));
    let built = Command::new("gcc")
        .args([
            "-std=c11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I",
        ])
        .arg(in_project("include"))
        .arg(source)
        .args(words("pkg-config", &["--cflags", "--libs", "geany"]))
        .arg(library())
        .arg("-o")
        .arg(&plugin)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", said(&built));
    plugin.to_str().unwrap().to_owned()
}

/// Sends the document; what Geany says in the end.
fn send(desk: &Desk, screen: &Screen, to: &str, subject: &str, as_text: bool) -> String {
    let mut geany = desk.editor("geany");
    if as_text {
        geany.env("DRIVER_AS_TEXT", "yes");
    }
    let output = geany
        .args([
            "--config",
            "geany",
            "--no-session",
            "--no-terminal",
            "--new-instance",
        ])
        .arg("März.txt")
        .env("DISPLAY", &screen.number)
        .env_remove("WAYLAND_DISPLAY")
        .env("DRIVER_TO", to)
        .env("DRIVER_SUBJECT", subject)
        .output()
        .unwrap();
    said(&output)
}

#[test]
fn geany_sends_what_is_on_the_screen_and_shows_why_it_could_not() {
    let (Some(postfix), true) = (test_servers::postfix(), can_run()) else {
        return;
    };
    let desk = Desk::new(postfix);
    let mailbox = postfix.mailbox();
    let to = mailbox.address();
    fs::create_dir_all(desk.path("geany/plugins")).unwrap();
    let plugins = ["plugins/geany/geany-mapi.c", "tests/editors/geany_driver.c"]
        .map(|source| build(&desk, &in_project(source)))
        .join(";");
    fs::write(
        desk.path("geany/geany.conf"),
        format!("[plugins]\nload_plugins=true\nactive_plugins={plugins};\n"),
    )
    .unwrap();
    let screen = Screen::new();

    let shown = send(&desk, &screen, to, "1 März", false);
    assert!(
        shown.contains("geany: Mail \"1 März\" to ") && shown.contains(": sent"),
        "{shown}"
    );
    let shown = send(&desk, &screen, &format!("{to}, {to},"), "2", true);
    assert!(
        shown.contains("geany: Mail \"2\" to ") && shown.contains(": sent"),
        "{shown}"
    );
    let shown = send(&desk, &screen, "reject@example.test", "3", false);
    assert!(
        shown.contains("geany: \"3\" was not sent: ") && shown.contains("no such user"),
        "{shown}"
    );

    let messages = received(&mailbox, 2);
    let file = &messages[0]["parts"][1];
    assert_eq!(messages[0]["subject"], "1 März");
    assert_eq!(file["filename"], "März.txt");
    assert_eq!(file["base64"], ON_SCREEN, "Grüße, nicht gespeichert");
    assert_eq!(
        messages[1]["parts"][0]["text"],
        "Grüße,\nnicht gespeichert\n"
    );
    desk.is_tidy();
}
