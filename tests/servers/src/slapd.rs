//! OpenLDAP's slapd as Debian ships it: a directory of people and groups.
#![forbid(unsafe_code)]

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::postfix::try_run;
use crate::running::Running;
use crate::{Certificates, Identity, free_ports};

const PROGRAM: &str = "/usr/sbin/slapd";
/// Adds entries; Debian has it in a package of its own.
const MODIFY: &str = "/usr/bin/ldapmodify";

/// What Active Directory calls things, with its numbers and the way it compares.
const ACTIVE_DIRECTORY: &str = "\
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
  SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch
  SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 1.2.840.113556.1.2.447 NAME 'mailNickname' EQUALITY caseIgnoreMatch
  SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP organizationalPerson STRUCTURAL
  MAY ( givenName $ displayName $ mail $ sAMAccountName $ proxyAddresses $ mailNickname ) )
objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top STRUCTURAL MUST cn
  MAY ( member $ displayName $ mail $ sAMAccountName $ proxyAddresses $ mailNickname ) )
";

/// A directory server of our own. Everybody may read what is in it, except below
/// [`Slapd::CLOSED`], and a wrong password is refused.
#[derive(Debug)]
pub struct Slapd {
    running: Running,
    certificates: Certificates,
    ports: [u16; 2],
}

impl Slapd {
    /// The entry that is there from the beginning.
    pub const BASE: &str = "dc=example,dc=org";
    /// What only those who log in may read.
    pub const CLOSED: &str = "ou=closed,dc=example,dc=org";
    /// Who may read and write everything.
    pub const ADMIN: &str = "cn=admin,dc=example,dc=org";
    /// The password of that one.
    pub const PASSWORD: &str = "secret-of-the-directory";

    /// Whether one can be started here.
    ///
    /// # Errors
    /// Why not.
    pub fn can_run() -> Result<(), String> {
        let missing = [PROGRAM, MODIFY]
            .into_iter()
            .find(|path| !Path::new(path).exists());
        match missing {
            Some(path) => Err(format!("{path} is not installed (slapd, ldap-utils)")),
            None => Ok(()),
        }
    }

    /// Starts one with the certificate that holds.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub fn start() -> Self {
        Self::start_with(|certificates| &certificates.good)
    }

    /// Starts one that shows this certificate.
    ///
    /// # Panics
    /// When it does not answer in time.
    pub fn start_with(identity: impl Fn(&Certificates) -> &Identity) -> Self {
        let mut complaint = String::new();
        // Somebody else may take a port between its choice and its use.
        for _ in 0..3 {
            match Self::try_start(&identity) {
                Ok(slapd) => return slapd,
                Err(why) => complaint = why,
            }
        }
        panic!("slapd does not start: {complaint}");
    }

    fn try_start(identity: impl Fn(&Certificates) -> &Identity) -> Result<Self, String> {
        let running = Running::new("slapd");
        let certificates = Certificates::make(&running.folder().join("certificates"));
        let slapd = Self {
            ports: free_ports(),
            certificates,
            running,
        };
        let home = slapd.home();
        fs::create_dir_all(home.join("data")).expect("a folder for slapd");
        fs::write(home.join("active-directory.schema"), ACTIVE_DIRECTORY).expect("a schema");
        let file = home.join("slapd.conf");
        let shown = identity(&slapd.certificates);
        fs::write(&file, slapd.configuration(shown)).expect("slapd's configuration");
        let [clear, tls] = slapd.ports;
        let doors = format!("ldap://127.0.0.1:{clear}/ ldaps://127.0.0.1:{tls}/");
        let arguments = [Path::new("-f"), &file, Path::new("-h"), Path::new(&doors)];
        try_run(PROGRAM, &arguments, &home)?;
        let begin = Instant::now();
        for port in slapd.ports {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
                if begin.elapsed() > Duration::from_secs(20) {
                    return Err(format!("nobody answers on port {port}"));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        slapd.add(&format!(
            "dn: {base}\nobjectClass: domain\ndc: example\n\n\
             dn: {closed}\nobjectClass: organizationalUnit\nou: closed\n",
            base = Self::BASE,
            closed = Self::CLOSED,
        ));
        Ok(slapd)
    }

    fn home(&self) -> PathBuf {
        self.running.folder().join("slapd")
    }

    fn configuration(&self, identity: &Identity) -> String {
        format!(
            "include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/misc.schema
include {home}/active-directory.schema
pidfile {home}/slapd.pid
argsfile {home}/slapd.args
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCACertificateFile {authority}
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
TLSVerifyClient never
database mdb
maxsize 67108864
suffix \"{base}\"
rootdn \"{admin}\"
rootpw {password}
directory {home}/data
dbnosync
access to dn.subtree=\"{closed}\" by users read by * none
access to attrs=userPassword by anonymous auth by * none
access to * by * read
",
            home = self.home().display(),
            authority = self.certificates.authority.display(),
            certificate = identity.certificate.display(),
            key = identity.key.display(),
            base = Self::BASE,
            admin = Self::ADMIN,
            password = Self::PASSWORD,
            closed = Self::CLOSED,
        )
    }

    /// The port for StartTLS; its host is `localhost`.
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

    /// Adds entries, or changes them, as LDIF says (RFC 2849).
    ///
    /// # Panics
    /// When the server refuses one.
    pub fn add(&self, ldif: &str) {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(ldif.as_bytes()).expect("the entries");
        let done = Command::new(MODIFY)
            .args(["-a", "-x", "-M", "-D", Self::ADMIN, "-w", Self::PASSWORD])
            .args(["-H", &format!("ldap://127.0.0.1:{}/", self.port())])
            .arg("-f")
            .arg(file.path())
            .output()
            .expect("ldapmodify runs");
        assert!(done.status.success(), "{done:?}");
    }
}
