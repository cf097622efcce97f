//! Files of every kind that a caller can name, and what becomes of them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use simplemapi::attachment;
use simplemapi::config::Limits;
use simplemapi::error::{Error, Kind};
use simplemapi::model::{Attachment, OpenAttachment};
use tempfile::TempDir;

fn open_as(path: impl Into<PathBuf>, name: &str) -> Result<OpenAttachment, Error> {
    let attachment = Attachment {
        path: path.into(),
        name: name.to_owned(),
    };
    let start = Instant::now();
    let opened = attachment::open(&attachment, &Limits::default());
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?} kept its caller waiting",
        attachment.path
    );
    opened
}

fn refused(path: impl Into<PathBuf>) -> Kind {
    let path = path.into();
    let error = open_as(&path, "").unwrap_err();
    let shown: String = path.display().to_string();
    assert!(error.reason().contains(&shown), "{}", error.reason());
    error.kind()
}

fn content(mut opened: OpenAttachment) -> String {
    let mut text = String::new();
    opened.file.read_to_string(&mut text).unwrap();
    text
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn written(folder: &TempDir, name: impl AsRef<Path>, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn an_ordinary_file_is_opened_at_its_beginning_and_measured() {
    let folder = folder();
    let path = written(&folder, "report.txt", "hello");
    let opened = open_as(&path, "").unwrap();
    assert_eq!((opened.size, opened.name.as_str()), (5, "report.txt"));
    assert!(opened.file.as_raw_fd() > 2);
    let flags = rustix::io::fcntl_getfd(&opened.file).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
    assert_eq!(content(opened), "hello");
    assert_eq!(open_as(&path, "Bericht.txt").unwrap().name, "Bericht.txt");
    assert_eq!(open_as(written(&folder, "empty", ""), "").unwrap().size, 0);
}

#[test]
fn a_pipe_is_refused_at_once_with_and_without_a_writer() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
    assert_eq!(refused(&pipe), Kind::AttachmentUnreadable);
    let _writer = File::options().read(true).write(true).open(&pipe).unwrap();
    assert_eq!(refused(&pipe), Kind::AttachmentUnreadable);
}

#[test]
fn folders_sockets_and_devices_are_refused() {
    let folder = folder();
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [
        folder.path(),
        &socket,
        Path::new("/dev/zero"),
        Path::new("/dev/tty"),
    ] {
        assert_eq!(refused(path), Kind::AttachmentUnreadable, "{path:?}");
    }
    let reason = open_as(folder.path(), "").unwrap_err().reason();
    assert!(reason.contains("archive"), "{reason}");
}

#[test]
fn files_that_the_system_makes_up_are_refused() {
    for path in [
        "/proc/self/environ",
        "/proc/self/mem",
        "/proc/self/status",
        "/proc/kmsg",
    ] {
        if Path::new(path).exists() {
            assert_eq!(refused(path), Kind::AttachmentUnreadable, "{path}");
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let folder = folder();
    let file = written(&folder, "file", "");
    let dangling = folder.path().join("dangling");
    symlink("nowhere", &dangling).unwrap();
    let long = folder.path().join("x".repeat(5000));
    for path in [
        folder.path().join("missing"),
        dangling,
        file.join("below"),
        long,
        PathBuf::new(),
    ] {
        assert_eq!(refused(&path), Kind::AttachmentNotFound, "{path:?}");
    }
    let looped = folder.path().join("loop");
    symlink(&looped, &looped).unwrap();
    assert_eq!(refused(&looped), Kind::AttachmentUnreadable);
}

#[test]
fn a_link_to_a_file_is_the_file_under_the_links_name() {
    let folder = folder();
    let target = written(&folder, "target.txt", "hello");
    let link = folder.path().join("link.doc");
    symlink(target, &link).unwrap();
    let opened = open_as(link, "").unwrap();
    assert_eq!(opened.name, "link.doc");
    assert_eq!(content(opened), "hello");
}

#[test]
fn a_file_that_others_may_not_read_is_refused_to_them() {
    let folder = folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let path = written(&folder, "secret", "hello");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    // Linux keeps the user of each thread apart, and rustix changes only this one's.
    let kind = std::thread::spawn(move || {
        let nobody = rustix::process::Uid::from_raw(65534);
        let other = rustix::thread::set_thread_res_uid(nobody, nobody, nobody);
        if other.is_err() {
            // An ordinary user cannot become another, but can lock out itself.
            fs::set_permissions(&path, Permissions::from_mode(0o000)).unwrap();
        }
        refused(path)
    })
    .join()
    .unwrap();
    assert_eq!(kind, Kind::AttachmentUnreadable);
}

#[test]
fn a_file_over_the_limit_is_refused_before_it_is_read() {
    let folder = folder();
    let path = written(&folder, "huge", "");
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(5 << 30)
        .unwrap();
    assert_eq!(refused(&path), Kind::AttachmentTooLarge);
    let reason = open_as(&path, "").unwrap_err().reason();
    assert!(reason.contains("attachment-bytes"), "{reason}");
}

#[test]
fn a_path_is_bytes() {
    let folder = folder();
    let path = written(&folder, OsStr::from_bytes(b"caf\xe9.txt"), "hello");
    let opened = open_as(path, "").unwrap();
    assert_eq!(opened.name, "caf\u{fffd}.txt");
    assert_eq!(content(opened), "hello");
}

#[test]
fn backslashes_are_slashes_where_nothing_is_really_called_so() {
    let folder = folder();
    fs::create_dir(folder.path().join("docs")).unwrap();
    written(&folder, "docs/letter.txt", "below");
    let path = folder.path().join("docs\\letter.txt");
    let opened = open_as(&path, "").unwrap();
    assert_eq!(opened.name, "letter.txt");
    assert_eq!(content(opened), "below");
    written(&folder, "docs\\letter.txt", "literal");
    assert_eq!(content(open_as(&path, "").unwrap()), "literal");
    assert_eq!(
        refused(folder.path().join("no\\such")),
        Kind::AttachmentNotFound
    );
}

/// The only test here that changes the current folder; all others name whole paths.
#[test]
fn a_relative_path_means_what_it_means_at_the_moment() {
    let (one, two) = (folder(), folder());
    let whole = written(&one, "file", "one");
    written(&two, "file", "two");
    for (folder, text) in [(&one, "one"), (&two, "two")] {
        std::env::set_current_dir(folder).unwrap();
        assert_eq!(content(open_as("file", "").unwrap()), text);
    }
    drop(two);
    assert_eq!(refused("file"), Kind::AttachmentNotFound);
    assert_eq!(content(open_as(whole, "").unwrap()), "one");
    std::env::set_current_dir("/").unwrap();
}
