//! Messages made to harm their reader: none takes the stack, the time or the memory of its host.
#![cfg(target_os = "linux")]
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use std::process::Command;
use std::time::{Duration, Instant};

use simplemapi::error::{Error, Kind};
use simplemapi::mime::{parse, parse_header, parse_outline, write_content};
use simplemapi::model::Received;

/// What the threads have that calls are made on.
const STACK: usize = 2 << 20;

/// Where nothing is optimized, messages are smaller by this.
const SMALLER: usize = if cfg!(debug_assertions) { 20 } else { 1 };

/// No message may take longer, wherever this runs; an optimized reader takes a tenth of it.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 2 });

/// How many times its own size a message may take, and how much beyond that: what a thread takes,
/// and each recipient, however short its name is.
const TIMES: usize = 10;
const THREAD: usize = 4 << 20;
const RECIPIENT: usize = 320;
const MOST_RECIPIENTS: usize = 100_000;

#[test]
fn no_message_takes_the_stack_the_time_or_the_memory_of_its_host() {
    // In a process of its own, whose allocator gives back at once what is freed: else a message
    // would hide in the memory of the one before.
    let reader = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_reader", "--ignored", "--nocapture"])
        .env(
            "GLIBC_TUNABLES",
            "glibc.malloc.trim_threshold=0:glibc.malloc.mmap_threshold=65536:glibc.malloc.arena_max=1",
        )
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&reader.stderr);
    assert!(reader.status.success(), "{}: {said}", reader.status);
    assert!(String::from_utf8_lossy(&reader.stdout).contains("1 passed"));
}

/// A field of `/proc/self/status` in bytes.
fn memory(field: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    let kilobytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

/// Forgets how much memory this process ever had.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// Reads a message through every door, and every file in it, within the bounds.
fn survive(name: &str, message: Vec<u8>) -> Result<Received, Error> {
    let size = message.len();
    let copy = message.clone();
    forget_peak();
    let before = memory("VmRSS:");
    let start = Instant::now();
    let reader = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || {
            let received = parse(message)?;
            for file in &received.attachments {
                write_content(file, &mut std::io::sink()).unwrap();
            }
            Ok(received)
        });
    let received = reader.unwrap().join().expect("the reader lives");
    let time = start.elapsed();
    let taken = memory("VmHWM:").saturating_sub(before);
    let shown = format!("{name}: {size} bytes took {time:?} and {taken} bytes");
    let recipients = received
        .as_ref()
        .map_or(MOST_RECIPIENTS, |received| received.recipients.len());
    let allowed = TIMES * size + THREAD + recipients * RECIPIENT;
    assert!(time < TIME, "{shown}");
    assert!(taken < allowed, "{shown}");
    assert_eq!(parse_outline(copy.clone()).is_ok(), received.is_ok());
    let kind = received.as_ref().err().map(Error::kind);
    let header = parse_header(&copy);
    assert_eq!(header.is_err(), kind == Some(Kind::TooManyRecipients));
    received
}

fn read(name: &str, message: impl Into<Vec<u8>>) -> Received {
    survive(name, message.into()).expect(name)
}

fn refused(name: &str, message: impl Into<Vec<u8>>) -> Kind {
    survive(name, message.into()).expect_err(name).kind()
}

/// Multiparts in multiparts.
fn nested(depth: usize) -> String {
    let levels = (0..depth)
        .map(|level| format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"));
    levels.collect::<String>() + "\ndeep"
}

/// A multipart of this many of these parts.
fn parts(count: usize, part: &str) -> String {
    format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        format!("--b\n{part}\n").repeat(count)
    )
}

/// This many times whatever depends on the number.
fn each(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
#[ignore = "it is run by the test above"]
fn the_reader() {
    // Nobody's first time is counted.
    read("an ordinary message", "Subject: x\n\ny");

    let received = read("multiparts in multiparts", nested(200_000 / SMALLER));
    assert_eq!(received.attachments.len(), 1, "the deep part is one file");
    assert_eq!(read("a hundred levels", nested(100)).body, "deep");
    let received = read(
        "messages in messages",
        "Content-Type: message/rfc822\n\n".repeat(100_000 / SMALLER),
    );
    assert_eq!(received.attachments.len(), 1);
    let received = read(
        "messages in multiparts in messages",
        each(50_000 / SMALLER, |level| {
            format!(
                "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\nContent-Type: message/rfc822\n\n"
            )
        }),
    );
    assert_eq!(received.attachments.len(), 1);
    assert_eq!(
        refused(
            "the same boundary again and again",
            "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(400_000 / SMALLER)
        ),
        Kind::TooManyFiles
    );
    read(
        "a boundary in every line that is none of ours",
        format!("{}{}", nested(100), "--nobody\n".repeat(500_000 / SMALLER)),
    );
    read(
        "dashes",
        format!("{}{}", nested(100), "-".repeat(5_000_000 / SMALLER)),
    );

    assert_eq!(
        refused("half a million parts", parts(500_000 / SMALLER, "\nx")),
        Kind::TooManyFiles
    );
    assert_eq!(
        refused(
            "half a million parts without a header",
            parts(500_000 / SMALLER, "")
        ),
        Kind::TooManyFiles
    );
    read(
        "as many parts as may be",
        parts(9_000, "Content-Type: image/png\n\nx"),
    );
    let received = read("as many texts as may be", parts(9_000, "\nx"));
    assert!(received.body.len() > 9_000);
    let pages = format!(
        "Content-Type: multipart/alternative; boundary=b\n\n{}",
        "--b\nContent-Type: text/html\n\n<br>\n".repeat(9_000)
    );
    assert_eq!(read("as many versions as may be", pages).body, "");

    read("a million fields", "A: b\n".repeat(1_000_000 / SMALLER));
    read("a million fields that count", "To: a@b\n".repeat(90_000));
    assert_eq!(
        refused("too many recipients", "To: a@b\n".repeat(101_000)),
        Kind::TooManyRecipients
    );
    assert_eq!(
        refused("too many groups", format!("To: {}", "a:b;".repeat(101_000)),),
        Kind::TooManyRecipients
    );
    assert_eq!(
        refused(
            "too many in one field",
            format!("To: {}", "a,".repeat(101_000))
        ),
        Kind::TooManyRecipients
    );
    let received = read(
        "a long line",
        format!("Subject: {}\n\nx", "y".repeat(10_000_000 / SMALLER)),
    );
    assert_eq!(received.subject.len(), 10_000_000 / SMALLER);
    read(
        "continuations",
        format!("Subject: x{}\n\ny", "\n x".repeat(2_000_000 / SMALLER)),
    );
    read(
        "encoded words",
        format!(
            "Subject: {}\n\ny",
            "=?utf-8?q?=E2=82=AC?= ".repeat(200_000 / SMALLER)
        ),
    );
    read(
        "encoded words that never end",
        format!("Subject: {}\n\ny", "=?utf-8?q?x ".repeat(200_000 / SMALLER)),
    );
    read(
        "half encoded words",
        format!("Subject: {}\n\ny", "=?".repeat(1_000_000 / SMALLER)),
    );
    for words in [
        "=?utf-8?q?x?= ",
        "=?utf-8?q?x ",
        "=?utf-8?b?x ",
        "=?",
        "=?a?",
        "=?aa?q?",
        "=?utf-8?b?",
        "=?aa?b?=",
    ] {
        let name = format!("a name of {words:?}");
        read(
            &name,
            format!("From: {}<a@b>\n\ny", words.repeat(200_000 / SMALLER)),
        );
    }
    for letter in [
        "(", ")", "<", ">", "\"", "\\", "@", ":", ";", "( ", "a ", "a@ ", "\"\\", "(\\", ":;", "=",
        "\t", "\r",
    ] {
        let name = format!("a million {letter:?} in From");
        read(
            &name,
            format!("From: {}\n\ny", letter.repeat(1_000_000 / SMALLER)),
        );
    }
    for letter in ["(", ")", "\\(", "1 ", ":", "Jan ", "+"] {
        read(
            &format!("a million {letter:?} in Date"),
            format!("Date: {}\n\ny", letter.repeat(1_000_000 / SMALLER)),
        );
    }

    for (name, pieces) in [
        (
            "pieces of one name",
            each(200_000 / SMALLER, |n| format!(" name*{n}=x;")),
        ),
        (
            "pieces of many names",
            each(200_000 / SMALLER, |n| format!(" n{n}*1=x;")),
        ),
        (
            "parameters",
            each(200_000 / SMALLER, |n| format!(" n{n}=x;")),
        ),
        ("semicolons", ";".repeat(1_000_000 / SMALLER)),
        ("equals signs", "=".repeat(1_000_000 / SMALLER)),
        ("quotes", "a=\"".repeat(300_000 / SMALLER)),
        (
            "a long boundary",
            format!("boundary={}", "b".repeat(5_000_000 / SMALLER)),
        ),
    ] {
        read(
            name,
            format!("Content-Type: multipart/mixed; {pieces}\n\ny"),
        );
        let part = format!(
            "Content-Type: image/png; {}\n\ny",
            pieces.get(..1000).unwrap()
        );
        read(
            &format!("{name}, in many parts"),
            parts(5_000 / SMALLER, &part),
        );
    }

    let base64 = |lines: usize| {
        "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n".repeat(lines)
    };
    read(
        "much base64",
        format!(
            "Content-Transfer-Encoding: base64\n\n{}",
            base64(300_000 / SMALLER)
        ),
    );
    read(
        "base64 of blanks",
        format!(
            "Content-Transfer-Encoding: base64\n\n{}",
            "\n".repeat(10_000_000 / SMALLER)
        ),
    );
    read(
        "base64 of equals signs",
        format!(
            "Content-Transfer-Encoding: base64\n\n{}",
            "=".repeat(5_000_000 / SMALLER)
        ),
    );
    for escapes in ["=", "=0", "=41", "=\n", " ", " \n", "=zz"] {
        read(
            &format!("quoted-printable of {escapes:?}"),
            format!(
                "Content-Transfer-Encoding: quoted-printable\n\n{}",
                escapes.repeat(2_000_000 / SMALLER)
            ),
        );
    }
    for charset in [
        "utf-8",
        "us-ascii",
        "utf-16",
        "utf-7",
        "iso-2022-jp",
        "gb18030",
        "ibm850",
        "x-unknown",
        "koi8-r",
    ] {
        for byte in [0xff_u8, 0x80, 0, b'+', 0x1b, b'\r', b'\n'] {
            let mut message =
                format!("Content-Type: text/plain; charset={charset}\n\n").into_bytes();
            message.extend(std::iter::repeat_n(byte, 2_000_000 / SMALLER));
            let received = read(&format!("{byte:#x} in {charset}"), message);
            assert!(!received.body.contains('\0'));
        }
    }
    let long = "x".repeat(10_000 / SMALLER);
    let received = read(
        "a charset of ten thousand letters",
        format!("Content-Type: text/plain; charset={long}\n\ny"),
    );
    assert_eq!(received.body, "y");

    for tags in [
        "<div>",
        "<b><p>",
        "<a href=http://x>",
        "<table><tr><td>",
        "<ul><li>",
        "<blockquote>x",
        "<pre>",
        "<style>",
        "<script>",
        "<!--",
        "<![CDATA[",
        "<",
        "</",
        "&",
        "&amp",
        "&#",
        "<br>",
        "<hr>",
        "<p x=1 ",
        "<x y='",
        "\u{a0}",
        "<blockquote>x<p>",
        "<title>",
        "</a>",
        "<a href='http://xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'>x",
    ] {
        read(
            &format!("HTML of {tags:?}"),
            format!(
                "Content-Type: text/html\n\n{}",
                tags.repeat(3_000_000 / SMALLER / tags.len())
            ),
        );
    }
    read(
        "a tag of many attributes",
        format!(
            "Content-Type: text/html\n\n<p {}>",
            each(300_000 / SMALLER, |n| format!("a{n}=1 "))
        ),
    );
    let received = read(
        "a page too large to show",
        format!("Content-Type: text/html\n\n{}", "<p>x".repeat(5 << 20)),
    );
    assert_eq!(
        (received.body.as_str(), received.attachments.len()),
        ("", 1)
    );
    let received = read(
        "a text too large to show",
        format!("\n\n{}", "x\n".repeat(33 << 20)),
    );
    assert_eq!(
        (received.body.as_str(), received.attachments.len()),
        ("", 1)
    );
}
