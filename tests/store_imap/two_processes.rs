//! Two processes that take messages from one Inbox on the server.

use std::time::Duration;

use simplemapi::config::{Deletion, Security, Server};
use simplemapi::error::Kind;
use simplemapi::providers::store::Wanted;
use test_servers::Imap;

use crate::account::{Account, login, open};
use crate::taking::{assert_each_once, by_two_processes, take_all};

/// Tell the child which server is meant, and whose Inbox.
const PORT: &str = "STORE_IMAP_TEST_PORT";
const AUTHORITY: &str = "STORE_IMAP_TEST_AUTHORITY";

const USER: &str = "two-processes";

/// How many messages the two fight over.
const COUNT: usize = 300;

#[test]
#[ignore = "run by another test, as a process of its own"]
fn worker() {
    let (Ok(port), Some(authority)) = (std::env::var(PORT), std::env::var_os(AUTHORITY)) else {
        return;
    };
    let settings = Server {
        host: "localhost".to_owned(),
        port: port.parse().unwrap(),
        security: Security::Tls,
        login: Some(login(USER, Imap::PASSWORD)),
        certificate_name: None,
        ca_file: Some(authority.into()),
        timeout: Duration::from_secs(60),
        deadline: Duration::from_secs(120),
    };
    take_all(open(settings, Deletion::Trash).as_ref());
}

#[test]
fn two_processes_that_read_and_delete_lose_nothing_and_double_nothing() {
    let Some(account) = Account::of(USER) else {
        return;
    };
    let store = account.store();
    // The mailbox is made by the first login.
    let empty = store.next(None, &Wanted::default());
    assert_eq!(empty.unwrap_err().kind(), Kind::NoMessages);
    for number in 0..COUNT {
        account.deliver(number, "");
    }
    let settings = account.settings();
    let taken = by_two_processes(
        "two_processes::worker",
        &[
            (PORT, settings.port.to_string()),
            (AUTHORITY, settings.ca_file.unwrap().display().to_string()),
        ],
    );
    assert_each_once(&taken, COUNT);
    assert_eq!(account.trash().len(), COUNT);
    assert!(account.names("new").is_empty() && account.names("cur").is_empty());
}
