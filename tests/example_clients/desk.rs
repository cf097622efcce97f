//! Where somebody sits: a profile, the Maildir that its store is, and a place for temporary files.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use test_servers::{Door, Postfix};

/// A person's profile and mail.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
    maildir: PathBuf,
}

impl Desk {
    /// Somebody whose mail leaves into this Maildir, and who reads that one.
    pub(crate) fn between(address: &str, outgoing: &Path, incoming: &Path) -> Self {
        let transport = format!("kind = \"maildir\"\npath = \"{}\"", outgoing.display());
        Self::new(address, &transport, incoming)
    }

    /// Somebody whose mail goes through Postfix, which delivers to this Maildir.
    pub(crate) fn served_by(postfix: &Postfix, address: &str, maildir: &Path) -> Self {
        let transport = format!(
            "kind = \"smtp\"\nhost = \"localhost\"\nport = {}\nsecurity = \"none\"",
            postfix.port(Door::Plain)
        );
        Self::new(address, &transport, maildir)
    }

    fn new(address: &str, transport: &str, maildir: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "[profile.desk]\nname = \"{}\"\naddress = \"{address}\"\n\n\
             [profile.desk.transport]\n{transport}\n\n\
             [profile.desk.store]\nkind = \"maildir\"\npath = \"{}\"\n",
            address.split('@').next().unwrap(),
            maildir.display()
        );
        fs::write(folder.path().join("config.toml"), config).unwrap();
        fs::create_dir(folder.path().join("temporary")).unwrap();
        Self {
            folder,
            maildir: maildir.to_owned(),
        }
    }

    /// The same, with these people in its address book.
    pub(crate) fn knowing(self, cards: &str) -> Self {
        let book = self.file("cards.vcf", cards);
        let mut config = fs::read_to_string(self.config()).unwrap();
        config +=
            &format!("\n[[profile.desk.address-book]]\nkind = \"vcard\"\npath = \"{book}\"\n");
        fs::write(self.config(), config).unwrap();
        self
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path("config.toml")
    }

    pub(crate) fn maildir(&self) -> &Path {
        &self.maildir
    }

    /// The folder for temporary files.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.path("temporary")
    }

    /// Gives it an address book with somebody in it.
    pub(crate) fn knows(&self, name: &str, address: &str) {
        let card =
            format!("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nEMAIL:{address}\r\nEND:VCARD\r\n");
        let path = self.file("contacts.vcf", &card);
        let mut config = fs::read_to_string(self.config()).unwrap();
        config.push_str(&format!(
            "\n[[profile.desk.address-book]]\nkind = \"vcard\"\npath = \"{path}\"\n"
        ));
        fs::write(self.config(), config).unwrap();
    }

    /// A file of this text, to be attached.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
