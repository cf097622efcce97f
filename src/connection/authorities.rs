//! The certificate authorities that this machine trusts.
//!
//! Elsewhere rustls-native-certs knows where they are. On Linux it would ask `getenv`, which crashes
//! beside a host's `setenv`, and would heed a variable in a program that has more rights than its
//! user; so there it is told where to look.
#![forbid(unsafe_code)]

use rustls::pki_types::CertificateDer;

#[cfg(not(target_os = "linux"))]
pub(super) fn of_this_machine() -> Vec<CertificateDer<'static>> {
    rustls_native_certs::load_native_certs().certs
}

/// Those that SSL_CERT_FILE and SSL_CERT_DIR name, or else the distribution's.
#[cfg(target_os = "linux")]
pub(super) fn of_this_machine() -> Vec<CertificateDer<'static>> {
    let environment = crate::config::Environment::get();
    linux::certificates(
        environment.authority_file.as_deref(),
        &environment.authority_folders,
    )
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::{Path, PathBuf};

    use rustls::pki_types::CertificateDer;
    use rustls_native_certs::load_certs_from_paths;

    /// Where distributions keep them all in one file.
    const FILES: [&str; 6] = [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/var/lib/ca-certificates/ca-bundle.pem",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];
    /// Where each has a file of its own.
    const FOLDER: &str = "/etc/ssl/certs";

    pub(super) fn certificates(
        file: Option<&Path>,
        folders: &[PathBuf],
    ) -> Vec<CertificateDer<'static>> {
        if file.is_none() && folders.is_empty() {
            let known = FILES.map(Path::new).into_iter().find(|path| path.exists());
            return match known {
                Some(file) => load_certs_from_paths(Some(file), None).certs,
                None => load_certs_from_paths(None, Some(Path::new(FOLDER))).certs,
            };
        }
        let mut certificates = load_certs_from_paths(file, None).certs;
        for folder in folders {
            certificates.extend(load_certs_from_paths(None, Some(folder)).certs);
        }
        certificates
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_is_named_replaces_the_distributions() {
            let made = tempfile::tempdir().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let authority = folder.path().join("authority.pem");
            let file = test_servers::Certificates::make(made.path()).authority;
            std::fs::rename(file, &authority).unwrap();
            assert_eq!(certificates(Some(&authority), &[]).len(), 1);
            assert_eq!(certificates(None, &[folder.path().to_owned()]).len(), 1);
            assert_eq!(certificates(Some(Path::new("/missing")), &[]).len(), 0);
        }
    }
}
