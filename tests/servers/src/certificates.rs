//! A certificate authority for the tests, one certificate that holds and five that do not.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is for another host.
    WrongName,
    /// Nobody here trusts who signed it.
    UnknownAuthority,
    /// It signed itself.
    SelfSigned,
}

impl Flaw {
    /// Every flaw.
    pub const ALL: [Self; 5] = [
        Self::Expired,
        Self::NotYetValid,
        Self::WrongName,
        Self::UnknownAuthority,
        Self::SelfSigned,
    ];
}

/// A certificate and its key, in PEM files.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// The authority, and what it signed for `localhost`.
#[derive(Debug)]
pub struct Certificates {
    /// The authority's certificate: what a client has to trust.
    pub authority: PathBuf,
    /// A certificate for `localhost`, 127.0.0.1 and ::1 that holds.
    pub good: Identity,
    flawed: [Identity; 5],
}

impl Certificates {
    /// Makes them all in a folder.
    ///
    /// # Panics
    /// When they cannot be made or written.
    pub fn make(folder: &Path) -> Self {
        fs::create_dir_all(folder).expect("a folder for certificates");
        let trusted = authority("simplemapi test authority");
        let stranger = authority("an authority that nobody trusts");
        let ca_file = folder.join("authority.pem");
        fs::write(&ca_file, trusted.pem()).expect("the authority's certificate");

        let issue = |name: &str, params: CertificateParams, by: &CertifiedIssuer<'_, KeyPair>| {
            let key = KeyPair::generate().expect("a key");
            let certificate = params.signed_by(&key, by).expect("a certificate");
            write(folder, name, &certificate.pem(), &key)
        };
        let mut expired = for_localhost();
        expired.not_before = date_time_ymd(2020, 1, 1);
        expired.not_after = date_time_ymd(2020, 2, 1);
        let mut not_yet_valid = for_localhost();
        not_yet_valid.not_before = date_time_ymd(2090, 1, 1);
        not_yet_valid.not_after = date_time_ymd(2091, 1, 1);
        let self_signed = {
            let key = KeyPair::generate().expect("a key");
            let certificate = for_localhost().self_signed(&key).expect("a certificate");
            write(folder, "self-signed", &certificate.pem(), &key)
        };
        Self {
            good: issue("good", for_localhost(), &trusted),
            // In the order of Flaw::ALL.
            flawed: [
                issue("expired", expired, &trusted),
                issue("not-yet-valid", not_yet_valid, &trusted),
                issue("wrong-name", leaf(&["other.example.test"]), &trusted),
                issue("unknown-authority", for_localhost(), &stranger),
                self_signed,
            ],
            authority: ca_file,
        }
    }

    /// A certificate with this flaw.
    pub fn flawed(&self, flaw: Flaw) -> &Identity {
        &self.flawed[flaw as usize]
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = leaf(&[]);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.extended_key_usages.clear();
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("an authority")
}

fn for_localhost() -> CertificateParams {
    leaf(&["localhost", "127.0.0.1", "::1"])
}

fn leaf(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("host names");
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2090, 1, 1);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn write(folder: &Path, name: &str, certificate: &str, key: &KeyPair) -> Identity {
    let identity = Identity {
        certificate: folder.join(format!("{name}.pem")),
        key: folder.join(format!("{name}.key")),
    };
    fs::write(&identity.certificate, certificate).expect("a certificate file");
    fs::write(&identity.key, key.serialize_pem()).expect("a key file");
    identity
}
