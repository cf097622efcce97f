//! Programs of other toolkits, and of none, have something mailed, and go on living.
#![forbid(unsafe_code)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desk::{Desk, received};
use crate::host;

/// Builds a program of `tests/hosts`.
pub(crate) fn build(desk: &Desk, compiler: &str, source: &str, package: Option<&str>) -> PathBuf {
    let program = desk.path("program");
    let mut command = Command::new(compiler);
    command
        .args(["-Wall", "-Wextra", "-Werror", "-fPIC", "-o"])
        .arg(&program)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/hosts/{source}")))
        .arg("-I")
        .arg(host::project().join("include"))
        .arg(desk.path("libsimplemapi.so.0"))
        .arg(format!("-Wl,-rpath,{}", desk.path("").display()));
    if let Some(package) = package {
        let flags = Command::new("pkg-config")
            .args(["--cflags", "--libs", package])
            .output();
        let flags = String::from_utf8(flags.unwrap().stdout).unwrap();
        command.args(flags.split_whitespace());
    }
    let built = command.output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{said}");
    program
}

/// Has a program's button pressed, the message sent, and the program go on until it ends by itself.
fn mails_by_its_button(compiler: &str, source: &str, package: &str, subject: &str) {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let program = build(&desk, compiler, source, Some(package));
    let mut command = desk.command_of(&program, &[mailbox.address()]);
    let host = command.spawn().unwrap();
    let person = "number = window('^Host$')\n\
        subprocess.run(['xdotool', 'windowactivate', '--sync', number], check=True); key('space')\n\
        focused('text', 'Message'); typed('Anders.'); press('Send')\n\
        window('^Mailed: 0$')";
    let ended = desk.watches(person, host);
    assert!(ended.status.success(), "{}", ended.output);
    let mail = received(&mailbox);
    assert!(mail.contains(&format!("Subject: {subject}\n")), "{mail}");
    assert!(mail.contains("Anders."), "{mail}");
}

#[test]
fn a_program_of_gtk_3_mails_and_goes_on() {
    mails_by_its_button("gcc", "gtk3.c", "gtk+-3.0", "From GTK 3");
}

#[test]
fn a_program_of_qt_mails_and_goes_on() {
    mails_by_its_button("g++", "qt5.cpp", "Qt5Widgets", "From Qt");
}

#[test]
fn a_program_on_a_terminal_mails_and_has_it_back_as_it_was() {
    let Some((desk, postfix)) = Desk::with_postfix() else {
        return;
    };
    let mailbox = postfix.mailbox();
    let program = build(&desk, "gcc", "terminal.c", None);
    let call = format!("{} {}", program.display(), mailbox.address());
    let script = Path::new("/usr/bin/script");
    let mut command = desk.command_of(script, &["-q", "-e", "-c", &call, "/dev/null"]);
    let mut host = command.spawn().unwrap();
    host.stdin.as_mut().unwrap().write_all(b"typed\n").unwrap();
    let ended = desk.watches("focused('text', 'Message'); press('Send')", host);
    assert!(
        ended.status.success(),
        "{:?} {}",
        ended.status,
        ended.output
    );
    // What was typed is echoed by the terminal; all else is the program's own.
    assert_eq!(ended.output, "typed\r\nmailed: 0\r\n");
    assert!(received(&mailbox).contains("Subject: From a terminal\n"));
}
