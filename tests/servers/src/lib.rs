//! Real mail servers for the tests: started by the test program, on ports the kernel gives, in a
//! folder of their own, and gone when the program is, however it ends.
//!
//! ```no_run
//! let Some(postfix) = test_servers::postfix() else { return };
//! let mailbox = postfix.mailbox();
//! // ... send to mailbox.address() through postfix.port(Door::Submission) ...
//! let messages = mailbox.wait_for(1);
//! ```
//!
//! Debian's Postfix and Dovecot want to be started by root. Where that is not possible a test says
//! that it was skipped and why, past the capture of cargo, so that the gate can count it; with
//! `SIMPLEMAPI_TEST_SERVERS=required` it fails instead for want of a server.
#![forbid(unsafe_code)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test whose server fails has to fail"
)]

mod bus;
mod certificates;
mod desktop;
mod dovecot;
mod imap;
mod maildir;
mod ports;
mod postfix;
mod running;
mod sink;
mod site;
mod skip;
mod slapd;

pub use bus::Bus;
pub use certificates::{Certificates, Flaw, Identity};
pub use desktop::Desktop;
pub use imap::Imap;
pub use maildir::Mailbox;
pub use ports::free_ports;
pub use postfix::{Account, Door, Postfix};
pub use sink::Sink;
pub use site::Site;
pub use skip::skip;
pub use slapd::Slapd;

use std::sync::OnceLock;

/// The Postfix of this test program, started when first asked for; none where it cannot run.
///
/// # Panics
/// When it can run and does not start, or when servers are required and it cannot run.
pub fn postfix() -> Option<&'static Postfix> {
    static SHARED: OnceLock<Postfix> = OnceLock::new();
    can_run(Postfix::can_run()).then(|| SHARED.get_or_init(Postfix::start))
}

/// These many of Postfix, each of its own, which may be killed; none where they cannot run.
///
/// # Panics
/// As [`postfix`].
pub fn postfixes<const N: usize>() -> Option<[Postfix; N]> {
    can_run(Postfix::can_run()).then(|| {
        let starting = [(); N].map(|()| std::thread::spawn(Postfix::start));
        starting.map(|one| one.join().expect("Postfix starts"))
    })
}

/// A server of its own that takes everything; none where it cannot run.
///
/// # Panics
/// As [`postfix`].
pub fn sink() -> Option<Sink> {
    can_run(Sink::can_run()).then(Sink::start)
}

/// The IMAP server of this test program, started when first asked for; none where it cannot run.
///
/// # Panics
/// When it can run and does not start, or when servers are required and it cannot run.
pub fn imap() -> Option<&'static Imap> {
    static SHARED: OnceLock<Imap> = OnceLock::new();
    can_run(Imap::can_run()).then(|| SHARED.get_or_init(Imap::start))
}

/// The directory server of this test program, started when first asked for; none where it cannot run.
///
/// # Panics
/// When it can run and does not start, or when servers are required and it cannot run.
pub fn slapd() -> Option<&'static Slapd> {
    static SHARED: OnceLock<Slapd> = OnceLock::new();
    can_run(Slapd::can_run()).then(|| SHARED.get_or_init(Slapd::start))
}

/// A desktop of its own; none where it cannot run.
///
/// # Panics
/// As [`postfix`].
pub fn desktop() -> Option<Desktop> {
    can_run(Desktop::can_run()).then(Desktop::start)
}

/// The bus of a session of its own, with a keyring that is unlocked; none where it cannot run.
///
/// # Panics
/// As [`postfix`].
pub fn keyring() -> Option<Bus> {
    can_run(Bus::can_run()).then(Bus::start)
}

fn can_run(checked: Result<(), String>) -> bool {
    let Err(reason) = checked else {
        return true;
    };
    let required =
        std::env::var_os("SIMPLEMAPI_TEST_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "the servers have to run, and cannot: {reason}");
    skip(&reason);
    false
}
