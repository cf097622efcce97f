//! A Postfix as Debian ships it, with a door for every way a client may come in.
#![forbid(unsafe_code)]

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::running::Running;
use crate::{Certificates, Flaw, Imap, Mailbox, dovecot, free_ports};

/// A way into the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// No TLS, no password; takes a bare LF for a line end, as Debian's Postfix does.
    Plain,
    /// The same without CHUNKING, so that messages are ended by a dot.
    Dots,
    /// As [`Door::Dots`], but a bare LF ends no line.
    StrictDots,
    /// Submission: STARTTLS and a password, or nothing.
    Submission,
    /// The same with TLS from the first byte.
    Tls,
    /// Without TLS; takes a mebibyte at most.
    SizeLimited,
    /// Submission with a certificate that a client must not accept.
    Flawed(Flaw),
}

impl Door {
    const ALL: [Self; 11] = [
        Self::Plain,
        Self::Submission,
        Self::Tls,
        Self::Dots,
        Self::StrictDots,
        Self::SizeLimited,
        Self::Flawed(Flaw::Expired),
        Self::Flawed(Flaw::NotYetValid),
        Self::Flawed(Flaw::WrongName),
        Self::Flawed(Flaw::UnknownAuthority),
        Self::Flawed(Flaw::SelfSigned),
    ];

    /// What its line of master.cf says beyond the common settings.
    fn settings(self, certificates: &Certificates) -> String {
        const PASSWORD: &str =
            "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes -o mynetworks=";
        const DOTS: &str = "-o smtpd_discard_ehlo_keywords=chunking";
        match self {
            Self::Plain => String::new(),
            Self::Submission => format!("-o smtpd_tls_security_level=encrypt {PASSWORD}"),
            Self::Tls => format!("-o smtpd_tls_wrappermode=yes {PASSWORD}"),
            Self::Dots => DOTS.to_owned(),
            // Clients in mynetworks are let off unless the list of exclusions is emptied.
            Self::StrictDots => format!(
                "{DOTS} -o smtpd_forbid_bare_newline=yes \
                 -o smtpd_forbid_bare_newline_exclusions= -o smtpd_forbid_unauth_pipelining=yes"
            ),
            Self::SizeLimited => "-o message_size_limit=1048576".to_owned(),
            Self::Flawed(flaw) => {
                let identity = certificates.flawed(flaw);
                format!(
                    "-o smtpd_tls_security_level=encrypt {PASSWORD} \
                     -o smtpd_tls_cert_file={} -o smtpd_tls_key_file={}",
                    identity.certificate.display(),
                    identity.key.display()
                )
            }
        }
    }
}

/// Somebody who may submit.
#[derive(Debug, Clone, Copy)]
pub struct Account {
    /// The user name.
    pub user: &'static str,
    /// The password.
    pub password: &'static str,
}

/// The second password has what quoting gets wrong.
pub(crate) const ACCOUNTS: [Account; 2] = [
    Account {
        user: "alice",
        password: "secret",
    },
    Account {
        user: "bob",
        password: "pa\"ss\\word",
    },
];
/// Somebody whose password is also that of the IMAP server.
pub(crate) const READER: Account = Account {
    user: "carol",
    password: Imap::PASSWORD,
};

const DOMAIN: &str = "example.test";
const PROGRAM: &str = "/usr/sbin/postfix";
/// Mailboxes that tests are given, one each.
const MAILBOXES: usize = 1000;

/// A Postfix of our own and what belongs to it.
#[derive(Debug)]
pub struct Postfix {
    running: Running,
    certificates: Certificates,
    ports: [u16; Door::ALL.len()],
    given: AtomicUsize,
}

impl Postfix {
    /// Whether one can be started here.
    ///
    /// # Errors
    /// Why not.
    pub fn can_run() -> Result<(), String> {
        for program in [PROGRAM, dovecot::PROGRAM] {
            if !Path::new(program).exists() {
                return Err(format!("{program} is not installed"));
            }
        }
        match fs::metadata("/proc/self").map(|me| me.uid()) {
            Ok(0) => Ok(()),
            _ => Err("only root can start Postfix".to_owned()),
        }
    }

    /// Starts one of its own.
    ///
    /// # Panics
    /// When it does not answer in time, with what its log says.
    pub fn start() -> Self {
        let mut complaint = String::new();
        // Somebody else may take a port between its choice and its use.
        for _ in 0..3 {
            match Self::try_start() {
                Ok(postfix) => return postfix,
                Err(log) => complaint = log,
            }
        }
        panic!("Postfix does not start: {complaint}");
    }

    fn try_start() -> Result<Self, String> {
        let running = Running::new("postfix");
        let folder = running.folder();
        let certificates = Certificates::make(&folder.join("certificates"));
        let ports = free_ports();
        for name in ["etc", "queue", "data", "mail"] {
            fs::create_dir_all(folder.join(name)).expect("a folder for Postfix");
        }
        let (mail_user, mail_group) = (id("-u", "mail"), id("-g", "mail"));
        chown(folder.join("data"), Some(id("-u", "postfix")), None).expect("Postfix's user");
        chown(folder.join("mail"), Some(mail_user), Some(mail_group)).expect("the user mail");
        // After a kill, what tidies the queue complains as Postfix's user, before there is a daemon for the log.
        let log = fs::File::create(folder.join("log")).expect("a log");
        log.set_permissions(fs::Permissions::from_mode(0o666))
            .expect("a log for everybody");
        let socket = dovecot::start(folder);

        let etc = folder.join("etc");
        let write = |name: &str, text: String| {
            fs::write(etc.join(name), text).expect("Postfix's configuration");
        };
        write(
            "main.cf",
            settings(folder, &certificates, &socket, mail_user, mail_group),
        );
        write("master.cf", services(&ports, &certificates));
        write("mailboxes", mailboxes());
        write("refusals", REFUSALS.to_owned());

        let postfix = Self {
            running,
            certificates,
            ports,
            given: AtomicUsize::new(0),
        };
        let etc = postfix.folder().join("etc");
        let arguments = [Path::new("-c"), &etc, Path::new("start")];
        run(PROGRAM, &arguments, postfix.folder());
        postfix.wait_until_open()?;
        Ok(postfix)
    }

    fn wait_until_open(&self) -> Result<(), String> {
        let begin = Instant::now();
        for port in self.ports {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                if begin.elapsed() > Duration::from_secs(20) || self.log().contains("fatal:") {
                    return Err(self.log());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    /// Kills all of it at once, as a power cut would. What it has taken stays in its queue.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&self) {
        let file = self.folder().join("queue/pid/master.pid");
        let master = fs::read_to_string(file).expect("its process id");
        let master = master.trim();
        let mut all = vec![master.to_owned()];
        all.extend(children(master));
        // Some may end by themselves meanwhile.
        let _ = Command::new("kill")
            .arg("-9")
            .args(&all)
            .stderr(Stdio::null())
            .status();
        let begin = Instant::now();
        while all.iter().any(|pid| runs(pid)) {
            assert!(begin.elapsed() < Duration::from_secs(60), "it lives on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts it again after [`Postfix::kill`], on the same ports.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub fn revive(&self) {
        let etc = self.folder().join("etc");
        let arguments = [Path::new("-c"), &etc, Path::new("start")];
        run(PROGRAM, &arguments, self.folder());
        self.wait_until_open()
            .unwrap_or_else(|log| panic!("it does not start again: {log}"));
    }

    /// Has it try again what it has put off, as it does with what a kill interrupted.
    pub fn flush(&self) {
        let etc = self.folder().join("etc");
        let arguments = [Path::new("-c"), &etc, Path::new("-f")];
        run("/usr/sbin/postqueue", &arguments, self.folder());
    }

    /// The port of a door; its host is `localhost`.
    pub fn port(&self, door: Door) -> u16 {
        let index = Door::ALL.iter().position(|&other| other == door);
        self.ports[index.expect("a door of this server")]
    }

    /// The certificates it shows; the doors without a flaw show the good one.
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// Alice, whose password is plain, and Bob, whose password has a quote and a backslash.
    pub fn accounts(&self) -> [Account; 2] {
        ACCOUNTS
    }

    /// Carol, who reads her mail on [`Imap`] with the same password.
    pub fn reader(&self) -> Account {
        READER
    }

    /// A mailbox that nobody else was given.
    ///
    /// # Panics
    /// When a thousand have been given away.
    pub fn mailbox(&self) -> Mailbox {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        assert!(number < MAILBOXES, "no mailbox is left");
        self.mailbox_of(&format!("box{number:03}"))
    }

    /// The mailbox of `alice`, `bob`, `carol` or `dave`, shared by all tests of the program.
    ///
    /// `reject`, `defer` and `full` are refused (550, 451, 452), `drop421` ends the connection.
    pub fn mailbox_of(&self, user: &str) -> Mailbox {
        let maildir = self.folder().join("mail").join(user).join("Maildir");
        Mailbox::new(format!("{user}@{DOMAIN}"), maildir)
    }

    /// Where mail for every address goes that has no mailbox.
    pub fn catch_all(&self) -> Mailbox {
        self.mailbox_of("catch-all")
    }

    /// Returns once the server has nothing left to deliver.
    ///
    /// # Panics
    /// When it still has after half a minute.
    pub fn settle(&self) {
        let begin = Instant::now();
        let queues = ["maildrop", "incoming", "active", "deferred"];
        while queues
            .iter()
            .any(|name| holds_a_file(&self.folder().join("queue").join(name)))
        {
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "Postfix still has mail to deliver: {}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read(self.folder().join("log"))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// The folder that everything of it is in.
    pub fn folder(&self) -> &Path {
        self.running.folder()
    }
}

/// The processes that this one started.
fn children(parent: &str) -> Vec<String> {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    processes
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|pid| pid.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|pid| field(pid, "PPid:").as_deref() == Some(parent))
        .collect()
}

/// Whether a process is there, and more than a name on the kernel's list.
fn runs(pid: &str) -> bool {
    field(pid, "State:").is_some_and(|state| !state.starts_with('Z'))
}

fn field(pid: &str, name: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().to_owned())
}

/// Runs a program that leaves a server behind.
pub(crate) fn run(program: &str, arguments: &[&Path], folder: &Path) {
    try_run(program, arguments, folder).unwrap_or_else(|complaint| panic!("{complaint}"));
}

/// Runs what has to be done soon; what it says when it fails.
pub(crate) fn try_run(program: &str, arguments: &[&Path], folder: &Path) -> Result<(), String> {
    // Into a file: the server keeps the other end of a pipe, and reading it would never end.
    let said = folder.join("said");
    let file = fs::File::create(&said).expect("a file for what is said");
    let status = Command::new("timeout")
        .args(["20", program])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(file.try_clone().expect("a second descriptor"))
        .stderr(file)
        .status()
        .unwrap_or_else(|error| panic!("cannot run {program}: {error}"));
    match status.success() {
        true => Ok(()),
        false => Err(format!(
            "{program} failed: {}{}",
            fs::read_to_string(said).unwrap_or_default(),
            fs::read_to_string(folder.join("log")).unwrap_or_default()
        )),
    }
}

pub(crate) fn id(which: &str, user: &str) -> u32 {
    let output = Command::new("id").args([which, user]).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or_else(|| panic!("there is no user {user}"))
}

fn holds_a_file(folder: &Path) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            holds_a_file(&path)
        } else {
            true
        }
    })
}

fn settings(
    folder: &Path,
    certificates: &Certificates,
    socket: &Path,
    mail_user: u32,
    mail_group: u32,
) -> String {
    let (here, good) = (folder.display(), &certificates.good);
    let (certificate, key) = (good.certificate.display(), good.key.display());
    let socket = socket.display();
    format!(
        "compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = {here}/data
maillog_file = {here}/log
maillog_file_prefixes = {here}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.{DOMAIN}
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_base = {here}/mail
virtual_mailbox_maps = texthash:{here}/etc/mailboxes
virtual_uid_maps = static:{mail_user}
virtual_gid_maps = static:{mail_group}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
mailbox_size_limit = 0
message_size_limit = 0
default_transport = error:5.1.2 this server relays nothing
relay_transport = error:5.1.2 this server relays nothing
smtpd_recipient_restrictions = check_recipient_access texthash:{here}/etc/refusals,
    permit_mynetworks, permit_sasl_authenticated, reject
smtpd_sasl_type = dovecot
smtpd_sasl_path = {socket}
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = none
smtpd_tls_loglevel = 1
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
default_process_limit = 100
in_flow_delay = 0
"
    )
}

/// The doors, and the daemons that Postfix consists of.
fn services(ports: &[u16], certificates: &Certificates) -> String {
    let mut lines = String::new();
    for (door, port) in Door::ALL.iter().zip(ports) {
        let settings = door.settings(certificates);
        lines.push_str(&format!(
            "127.0.0.1:{port} inet n - n - - smtpd {settings}\n"
        ));
    }
    lines.push_str(
        "pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
",
    );
    lines
}

/// virtual(8) refuses patterns that make up paths, so each mailbox is named.
fn mailboxes() -> String {
    let numbered = (0..MAILBOXES).map(|number| format!("box{number:03}"));
    let named = ["alice", "bob", "carol", "dave"].map(str::to_owned);
    let mut lines: String = numbered
        .chain(named)
        .map(|user| format!("{user}@{DOMAIN} {user}/Maildir/\n"))
        .collect();
    lines.push_str(&format!("@{DOMAIN} catch-all/Maildir/\n"));
    lines
}

const REFUSALS: &str = "reject@example.test 550 5.1.1 no such user
defer@example.test 451 4.2.1 mailbox busy
full@example.test 452 4.2.2 mailbox full
drop421@example.test 421 4.3.2 go away
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_killed_in_the_middle_of_a_message_starts_again() {
        let Some(_) = crate::postfix() else { return };
        let postfix = Postfix::start();
        postfix.kill();
        // What is half written has a name that is none yet.
        let half = postfix.folder().join("queue/incoming/149907.22859");
        fs::write(&half, "").expect("its queue");
        chown(half, Some(id("-u", "postfix")), None).expect("Postfix's user");
        postfix.revive();
    }
}
