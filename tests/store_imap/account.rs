//! A mailbox on the server that belongs to one test.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use simplemapi::config::{
    Deletion, Login, Secret, SecretSource, Security, Server, StoreConfig, StoreKind,
};
use simplemapi::error::Result;
use simplemapi::mime::{Composed, compose};
use simplemapi::model::{Draft, MessageId};
use simplemapi::providers::store::{self, Store, Wanted};
use test_servers::Imap;

use crate::mail;

pub(crate) struct Account {
    pub(crate) imap: &'static Imap,
    user: &'static str,
}

impl Account {
    /// The mailbox of this user; none where there is no server.
    pub(crate) fn of(user: &'static str) -> Option<Self> {
        test_servers::imap().map(|imap| Self { imap, user })
    }

    pub(crate) fn settings(&self) -> Server {
        Server {
            host: "localhost".to_owned(),
            port: self.imap.tls_port(),
            security: Security::Tls,
            login: Some(login(self.user, Imap::PASSWORD)),
            certificate_name: None,
            ca_file: Some(self.imap.certificates().authority.clone()),
            timeout: Duration::from_secs(20),
            deadline: Duration::from_secs(60),
        }
    }

    pub(crate) fn store(&self) -> Box<dyn Store> {
        open(self.settings(), Deletion::Trash)
    }

    pub(crate) fn store_without_trash(&self) -> Box<dyn Store> {
        open(self.settings(), Deletion::Permanent)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.imap.maildir(self.user)
    }

    /// Delivers a message as a mail system does, without asking the server.
    pub(crate) fn deliver(&self, number: usize, fields: &str) {
        let text = format!("Subject: {number}\n{fields}\nbody of {number}\n");
        self.put(number, &text);
    }

    /// Delivers this message, which arrives after those of smaller numbers.
    pub(crate) fn put(&self, number: usize, text: &str) {
        let new = self.path().join("new");
        let owner = fs::metadata(&new).expect("the user has logged in");
        let temporary = self.path().join("tmp").join(format!("{number}"));
        fs::write(&temporary, text).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + number as u64);
        fs::File::open(&temporary)
            .unwrap()
            .set_modified(at)
            .unwrap();
        chown(&temporary, Some(owner.uid()), Some(owner.gid())).unwrap();
        fs::rename(
            temporary,
            new.join(format!("{}.M{number}.host", 1_700_000_000 + number)),
        )
        .unwrap();
    }

    /// Has the server hang up on this user.
    pub(crate) fn kick(&self) {
        self.imap.kick(self.user);
    }

    /// What was thrown away, in the folder that this server has for it.
    pub(crate) fn trash(&self) -> Vec<String> {
        let mut names = self.names(".Papierkorb/cur");
        names.extend(self.names(".Papierkorb/new"));
        names
    }

    /// The names of the files in one of its folders, `cur` or `.Sent/cur`.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path().join(folder)) else {
            return Vec::new();
        };
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn login(user: &str, password: &str) -> Login {
    Login {
        user: user.to_owned(),
        password: SecretSource::Given(Secret::new(password.to_owned())),
        mechanism: None,
    }
}

pub(crate) fn open(server: Server, deletion: Deletion) -> Box<dyn Store> {
    let kind = StoreKind::Imap(server);
    store::open(&StoreConfig {
        kind,
        deletion,
        keep_sent: true,
    })
    .unwrap()
}

/// All that is wanted, in the order in which it is found.
pub(crate) fn list(store: &dyn Store, wanted: &Wanted) -> Result<Vec<MessageId>> {
    let mut found: Vec<MessageId> = Vec::new();
    loop {
        match store.next(found.last(), wanted) {
            Ok(id) => found.push(id),
            Err(error) if error.kind() == simplemapi::error::Kind::NoMessages => return Ok(found),
            Err(error) => return Err(error),
        }
    }
}

pub(crate) fn note(text: &str) -> Composed {
    of_class(text, "")
}

pub(crate) fn of_class(text: &str, class: &str) -> Composed {
    compose(Draft {
        class: class.to_owned(),
        ..mail::draft(&["bob@example.org"], text)
    })
    .unwrap()
}
