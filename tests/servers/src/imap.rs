//! A Dovecot as Debian ships it, which shows Maildirs by IMAP.
#![forbid(unsafe_code)]

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::dovecot::PROGRAM;
use crate::postfix::{id, run};
use crate::running::Running;
use crate::{Certificates, Postfix, free_ports};

/// What speaks IMAP for Dovecot; Debian has it in a package of its own.
const WORKER: &str = "/usr/lib/dovecot/imap";

/// What puts mail into a mailbox of Dovecot's.
const DELIVERY: &str = "/usr/lib/dovecot/dovecot-lda";

/// An IMAP server of our own. Every user is known, and all have the same password.
#[derive(Debug)]
pub struct Imap {
    running: Running,
    certificates: Certificates,
    ports: [u16; 2],
}

impl Imap {
    /// Everybody's password.
    pub const PASSWORD: &str = "secret-of-all";

    /// Whether one can be started here.
    ///
    /// # Errors
    /// Why not.
    pub fn can_run() -> Result<(), String> {
        match Path::new(WORKER).exists() {
            true => Postfix::can_run(),
            false => Err(format!("{WORKER} is not installed (dovecot-imapd)")),
        }
    }

    /// Starts one.
    ///
    /// # Panics
    /// When it does not answer in time, with what its log says.
    pub fn start() -> Self {
        let mut complaint = String::new();
        // Somebody else may take a port between its choice and its use.
        for _ in 0..3 {
            match Self::try_start() {
                Ok(imap) => return imap,
                Err(log) => complaint = log,
            }
        }
        panic!("Dovecot does not start: {complaint}");
    }

    fn try_start() -> Result<Self, String> {
        let running = Running::new("imap");
        let folder = running.folder();
        let certificates = Certificates::make(&folder.join("certificates"));
        let imap = Self {
            ports: free_ports(),
            certificates,
            running,
        };
        let home = imap.home();
        let mail = home.join("mail");
        fs::create_dir_all(&mail).expect("a folder for mail");
        chown(&mail, Some(id("-u", "mail")), Some(id("-g", "mail"))).expect("the user mail");
        let file = imap.configuration_file();
        fs::write(&file, imap.configuration()).expect("Dovecot's configuration");
        run(PROGRAM, &[Path::new("-c"), &file], &home);
        let begin = Instant::now();
        for port in imap.ports {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                if begin.elapsed() > Duration::from_secs(20) {
                    return Err(imap.log());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(imap)
    }

    fn home(&self) -> PathBuf {
        self.running.folder().join("dovecot")
    }

    fn configuration_file(&self) -> PathBuf {
        self.home().join("dovecot.conf")
    }

    fn configuration(&self) -> String {
        let home = self.home();
        let home = home.display();
        let [clear, tls] = self.ports;
        let good = &self.certificates.good;
        format!(
            "base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:{home}/mail/%u
maildir_stat_dirs = yes
auth_mechanisms = plain login
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={home}/mail/%u allow_all_users=yes
}}
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  mailbox \"Papierkorb\" {{
    special_use = \\Trash
    auto = create
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {clear}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
",
            cert = good.certificate.display(),
            key = good.key.display(),
            password = Self::PASSWORD,
        )
    }

    /// The port for STARTTLS; its host is `localhost`.
    pub fn port(&self) -> u16 {
        self.ports[0]
    }

    /// The port for TLS from the first byte.
    pub fn tls_port(&self) -> u16 {
        self.ports[1]
    }

    /// The certificates of its authority.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// The Maildir of a user; made at the first login.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.home().join("mail").join(user)
    }

    /// The command of the delivery agent that a mail system runs for a user: it takes a message on its
    /// standard input, and ends when the message is in the mailbox.
    pub fn delivery(&self, user: &str) -> [String; 5] {
        let configuration = self.configuration_file().display().to_string();
        [DELIVERY, "-c", &configuration, "-d", user].map(str::to_owned)
    }

    /// Hangs up on a user.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn kick(&self, user: &str) {
        let done = Command::new("/usr/bin/doveadm")
            .arg("-c")
            .arg(self.configuration_file())
            .args(["kick", user])
            .output()
            .expect("doveadm runs");
        assert!(done.status.success(), "{done:?}");
        // The process that serves the user is told, and ends when it gets round to it.
        std::thread::sleep(Duration::from_millis(500));
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home().join("log")).unwrap_or_default()
    }
}
