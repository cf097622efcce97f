//! Programs whose wide text has 32-bit units, and programs whose wide text has 16, send the same mail
//! by the same source line.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot be run has failed"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};

/// Prints what a stranger's mail reader makes of the one message in a Maildir.
const READER: &str = "
import email, email.policy, pathlib, sys
[path] = pathlib.Path(sys.argv[1], 'new').iterdir()
message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
[to] = message['To'].addresses
sys.stdout.buffer.write('\\n'.join(
    [message['Subject'], to.display_name, to.addr_spec, message.get_content().rstrip()]).encode())
";

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{command:?} ({error}): install the Debian packages g++ and python3")
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{said}",
        output.status
    );
    output
}

/// Compiles the program as this, lets it send, and reads what arrived.
fn sent_by(options: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let test = std::env::current_exe().expect("the test knows where it is");
    let built = test.parent().expect("the test is in a folder");
    let folder = tempfile::tempdir().expect("a folder for the program and its mail");
    let maildir = folder.path().join("Maildir");
    let config = folder.path().join("config.toml");
    let text = format!(
        "[profile.local]\naddress = \"ada@example.org\"\n\
         [profile.local.transport]\nkind = \"maildir\"\npath = \"{}\"\n",
        maildir.display()
    );
    fs::write(&config, text).expect("the configuration can be written");
    let program = folder.path().join("wide_text");
    run(Command::new("g++")
        .args(options)
        .arg("-o")
        .arg(&program)
        .arg("-I")
        .arg(root.join("include"))
        .arg(root.join("c-tests/header/wide_text.c"))
        // The library is no source text.
        .args(["-x", "none"])
        .arg(built.join("libsimplemapi.so")));
    // The program asks for the library by its SONAME.
    let soname = folder.path().join("libsimplemapi.so.0");
    symlink(built.join("libsimplemapi.so"), soname).expect("the library can be found");
    run(Command::new(program)
        .env("LD_LIBRARY_PATH", folder.path())
        .env("SIMPLEMAPI_CONFIG", &config)
        .env("SIMPLEMAPI_UI", "none"));
    let read = run(Command::new("python3").args(["-c", READER]).arg(&maildir));
    String::from_utf8(read.stdout).expect("the reader writes UTF-8")
}

#[test]
fn wide_literals_of_either_size_arrive_as_they_were() {
    let expected = "Grüße, 日本 🦀\nJürgen Groß\njuergen@example.org\nSchöne Grüße, 日本 🦀";
    let c = ["-x", "c", "-std=c11"];
    let cpp = ["-x", "c++", "-std=c++11"];
    for language in [c, cpp] {
        for unit in [&[][..], &["-DSIMPLEMAPI_UTF16"], &["-fshort-wchar"]] {
            let options = [&language, unit].concat();
            assert_eq!(sent_by(&options), expected, "compiled with {options:?}");
        }
    }
}
