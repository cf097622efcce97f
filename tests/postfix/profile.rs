//! Profiles for the doors of the test server.
#![forbid(unsafe_code)]

use test_servers::{Account, Door, Postfix};

/// Into submission by STARTTLS with a password, by one way of authentication.
pub(crate) fn submission(postfix: &Postfix, account: Account, mechanism: &str) -> String {
    format!(
        "{}security = \"starttls\"\nuser = \"{}\"\npassword = '{}'\nauth = \"{mechanism}\"\nca-file = \"{}\"\n",
        smtp(postfix, Door::Submission),
        account.user,
        account.password,
        postfix.certificates().authority.display()
    )
}

/// Without TLS and password.
pub(crate) fn plain(postfix: &Postfix, door: Door) -> String {
    format!("{}security = \"none\"\n", smtp(postfix, door))
}

fn smtp(postfix: &Postfix, door: Door) -> String {
    format!(
        "[profile.test]
name = \"Ada Lovelace\"
address = \"ada@example.test\"
outbox.when = \"never\"

[profile.test.transport]
kind = \"smtp\"
host = \"localhost\"
port = {}
timeout = 20
deadline = 60
",
        postfix.port(door)
    )
}
