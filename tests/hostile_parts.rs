//! What a stranger's names of files and boundaries of parts become when MAPIReadMail writes the files
//! of a message.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use simplemapi::calls::{self, Extent, ReadMessage, ReadRequest};
use simplemapi::config::{Config, Environment};
use simplemapi::providers::store::Wanted;
use simplemapi::session::Session;

/// Reads a message from a Maildir, with its files.
fn read(message: &[u8], body_as_file: bool) -> ReadMessage {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Maildir");
    for room in ["", "new", "cur", "tmp"] {
        fs::create_dir(path.join(room)).unwrap();
    }
    fs::write(path.join("new/1.host"), message).unwrap();
    let text = format!(
        "[profile.only]\naddress = \"ada@example.org\"\n\
         transport = {{ kind = \"maildir\", path = \"{path}\" }}\n\
         store = {{ kind = \"maildir\", path = \"{path}\" }}",
        path = path.display()
    );
    let environment = Environment::read(|_| None, false);
    let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
    let session = Session::open(&config, None, None).unwrap();
    let id = calls::find_next(&session, "", &Wanted::default()).unwrap();
    let request = ReadRequest {
        id: id.as_str(),
        extent: Extent::Files,
        body_as_file,
        peek: false,
    };
    calls::read_mail(&session, request).unwrap()
}

/// The names that the files of a message are told and written by, in order. The files are removed.
fn written(message: &ReadMessage) -> Vec<(String, String)> {
    let mut names = Vec::new();
    let mut folder = None;
    for file in &message.files {
        let path = file.path.as_ref().unwrap();
        let parent = path.parent().unwrap();
        assert_eq!(*folder.get_or_insert(parent), parent, "one folder for all");
        let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(path), 0o100_600, "{path:?}");
        assert_eq!(mode(parent), 0o040_700, "{parent:?}");
        let name = path.file_name().unwrap().to_str().unwrap();
        names.push((file.name.clone(), name.to_owned()));
    }
    let Some(folder) = folder else { return names };
    let there = fs::read_dir(folder).unwrap().count();
    assert_eq!(there, names.len(), "nothing else, and none twice");
    for file in &message.files {
        fs::remove_file(file.path.as_ref().unwrap()).unwrap();
    }
    names
}

/// A message with files of these names, each byte of which is encoded.
fn with_names(names: &[&[u8]]) -> Vec<u8> {
    let parts = names.iter().map(|name| {
        let name: String = name.iter().map(|byte| format!("%{byte:02X}")).collect();
        format!(
            "--b\nContent-Type: application/octet-stream\n\
             Content-Disposition: attachment; filename*=utf-8''{name}\n\nx\n"
        )
    });
    let parts: String = parts.collect();
    format!("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n").into_bytes()
}

#[test]
fn a_name_leads_nowhere_else_and_shows_what_it_is() {
    const NAMES: [(&[u8], &str); 36] = [
        // Paths, of either kind of system.
        (b"../../etc/passwd", "passwd"),
        (b"/etc/cron.d/x", "x"),
        (b"a/b", "b"),
        (b"a/", "a"),
        (b"C:\\windows\\x.ini", "x.ini"),
        (b"\\\\server\\share\\y.ini", "y.ini"),
        (b"..\\..\\z.ini", "z.ini"),
        (b"..", "attachment.bin"),
        (b".", "attachment.bin"),
        (b"/", "attachment.bin"),
        (b"", "attachment.bin"),
        (b" . ", "attachment.bin"),
        (
            b"\xc0\xae\xc0\xae\xc0\xaf",
            "\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}",
        ),
        // What a shell, a terminal or a person would take for something else.
        (b"-rf", "-rf"),
        (b"~", "~"),
        (b"$(reboot).txt", "$(reboot).txt"),
        (b".bashrc", ".bashrc"),
        (b"nul\0byte.txt", "nul byte.txt"),
        (b"\0", "attachment.bin"),
        (b"two\r\nlines.txt", "two lines.txt"),
        (b"\x1b[31mred\x07.txt", "[31mred .txt"),
        (b"c1\xc2\x9bcontrol.txt", "c1 control.txt"),
        (b"\xe2\x80\xaegpj.exe", "gpj.exe"),
        (
            b"right\xe2\x80\x8fto\xe2\x81\xa6left.txt",
            "righttoleft.txt",
        ),
        (b"line\xe2\x80\xa8separator.txt", "line separator.txt"),
        (b"not \xff utf-8.txt", "not \u{fffd} utf-8.txt"),
        (
            b"half \xed\xa0\xbd pair.txt",
            "half \u{fffd}\u{fffd}\u{fffd} pair.txt",
        ),
        // Names with a meaning on Windows are names like others here, but for what it drops.
        (b"CON", "CON"),
        (b"nul.txt", "nul.txt"),
        (b"COM1", "COM1"),
        (b"a.txt:stream", "a.txt:stream"),
        (b"dots.txt. . .", "dots.txt"),
        (b"blank.txt\xc2\xa0", "blank.txt"),
        // What is ordinary stays.
        (
            "Gr\u{fc}\u{df}e \u{65e5}\u{672c}.txt".as_bytes(),
            "Gr\u{fc}\u{df}e \u{65e5}\u{672c}.txt",
        ),
        (b"two  blanks.txt", "two  blanks.txt"),
        (b"UPPER.TXT", "UPPER.TXT"),
    ];
    for (given, expected) in NAMES {
        let message = read(&with_names(&[given]), false);
        let expected = vec![(expected.to_owned(), expected.to_owned())];
        assert_eq!(written(&message), expected, "{}", given.escape_ascii());
    }
}

#[test]
fn a_name_of_ten_thousand_bytes_is_cut_before_its_ending() {
    for letter in ["x", "\u{fc}", "\u{1f4a5}"] {
        let given = format!("{}.txt", letter.repeat(10_000 / letter.len()));
        let message = read(&with_names(&[given.as_bytes(); 3]), false);
        for (number, (told, name)) in written(&message).into_iter().enumerate() {
            assert!(
                (250..=255).contains(&told.len()) && told.ends_with(".txt"),
                "{told}"
            );
            assert!(name.len() <= 255 && name.ends_with(".txt"), "{name}");
            assert_eq!(name == told, number == 0, "{name}");
        }
    }
}

#[test]
fn names_that_meet_are_told_alike_and_written_apart() {
    let message = read(
        &with_names(&[b"a.txt", b"../a.txt", b"a1.txt", b"x/a.txt"]),
        false,
    );
    let names = written(&message);
    let told: Vec<_> = names.iter().map(|(told, _)| told.as_str()).collect();
    let there: Vec<_> = names.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(told, ["a.txt", "a.txt", "a1.txt", "a.txt"]);
    assert_eq!(there, ["a.txt", "a1.txt", "a11.txt", "a2.txt"]);
}

#[test]
fn thousands_of_one_name_are_written() {
    let message = read(&with_names(&[b"a".as_slice(); 2000]), false);
    let names = written(&message);
    assert_eq!((names.len(), names[1999].1.as_str()), (2000, "a1999"));
}

#[test]
fn no_name_takes_the_place_of_the_text() {
    let message = read(&with_names(&[b"message.txt".as_slice()]), true);
    let names: Vec<_> = written(&message)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    assert_eq!(names, ["message.txt", "message1.txt"]);
}

/// The text of a message, and its files with what is in them.
fn content(message: &ReadMessage) -> (String, Vec<(String, String)>) {
    let files = message.files.iter().map(|file| {
        let bytes = fs::read(file.path.as_ref().unwrap()).unwrap();
        (file.name.clone(), String::from_utf8(bytes).unwrap())
    });
    let content = (message.body.clone(), files.collect());
    written(message);
    content
}

/// Where readers differ. What they agree on is compared with one of them in `mime_readers`.
#[test]
fn boundaries_in_the_wrong_place_hide_no_part_and_cut_none() {
    type Files<'a> = &'a [(&'a str, &'a str)];
    const MESSAGES: [(&str, &str, Files<'_>); 5] = [
        // One that is not allowed is none, and the whole is shown as it stands.
        (
            "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\none\n--\n\ntwo\n----\n",
            "--\r\n\r\none\r\n--\r\n\r\ntwo\r\n----\r\n",
            &[],
        ),
        // Around the parts is what old readers were told; here there are no parts.
        (
            "Content-Type: multipart/mixed; boundary=b\n\none\n--b--\ntwo\n",
            "",
            &[],
        ),
        // The outer boundary ends what is inside, also where that has not ended itself.
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\
             Content-Type: message/rfc822\n\nSubject: in\nContent-Type: multipart/mixed; boundary=c\n\n\
             --c\n\ntwo\n--b\nContent-Type: image/gif\n\nthree\n--b--\n",
            "one",
            &[
                (
                    "in.eml",
                    "Subject: in\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ntwo",
                ),
                ("attachment.gif", "three"),
            ],
        ),
        // Inner and outer cannot be told apart: the parts of both are there.
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\
             Content-Type: image/png\n\ntwo\n--b--\n--b\nContent-Type: image/gif\n\nthree\n--b--\n",
            "one",
            &[("attachment.png", "two"), ("attachment.gif", "three")],
        ),
        // Nothing ends.
        (
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
             Content-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--c\n\
             Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=d\n\n--d\n\ntwo",
            "one",
            &[(
                "attachment.eml",
                "Content-Type: multipart/mixed; boundary=d\n\n--d\n\ntwo",
            )],
        ),
    ];
    for (message, body, files) in MESSAGES {
        let read = content(&read(message.as_bytes(), false));
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        assert_eq!(read, (body.to_owned(), files), "{message}");
    }
}
