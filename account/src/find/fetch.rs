//! A small file from the web, within bounds of time, length and trust.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The files that there are have 2 or 3 KiB.
pub(super) const MOST_BYTES: usize = 64 << 10;
const MOST_REDIRECTS: u32 = 3;

/// What is at a URL; nothing where it cannot be had by TLS in time, or is too long.
///
/// This machine itself may be asked without TLS.
pub(super) fn fetch(url: &str, within: Duration) -> Option<Vec<u8>> {
    let here = url.parse().is_ok_and(|uri: Uri| is_this_machine(&uri));
    let mut settings = Agent::config_builder()
        .https_only(!here)
        .max_redirects(if here { 0 } else { MOST_REDIRECTS })
        .timeout_global(Some(within))
        .user_agent(concat!("simplemapi/", env!("CARGO_PKG_VERSION")))
        .tls_config(trust());
    if here {
        settings = settings.proxy(None);
    }
    let mut answer = settings.build().new_agent().get(url).call().ok()?;
    let limit = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    let body = answer.body_mut().with_config().limit(limit);
    body.read_to_vec().ok()
}

/// The authorities that this machine trusts.
fn trust() -> TlsConfig {
    let authorities = rustls_native_certs::load_native_certs().certs;
    let authorities = authorities
        .iter()
        .map(|der| Certificate::from_der(der).to_owned());
    TlsConfig::builder()
        .root_certs(RootCerts::from(authorities))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

fn is_this_machine(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || literal
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use super::*;

    /// Answers once with these bytes.
    fn serve(answer: impl Into<Vec<u8>>) -> String {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = answer.into();
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 4096]);
            let _ = client.write_all(&answer);
        });
        format!("http://127.0.0.1:{port}/config.xml")
    }

    fn get(url: &str) -> Option<Vec<u8>> {
        fetch(url, Duration::from_secs(5))
    }

    fn ok(body: &[u8]) -> Vec<u8> {
        [
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).as_bytes(),
            body,
        ]
        .concat()
    }

    #[test]
    fn a_small_file_of_this_machine_is_had() {
        assert_eq!(get(&serve(ok(b"<a/>"))).unwrap(), b"<a/>");
        let longest = vec![b'x'; MOST_BYTES];
        assert_eq!(get(&serve(ok(&longest))).unwrap(), longest);
    }

    #[test]
    fn what_is_too_long_or_not_there_is_nothing() {
        assert_eq!(get(&serve(ok(&vec![b'x'; MOST_BYTES + 1]))), None);
        assert_eq!(get(&serve(ok(&vec![b'x'; 10 << 20]))), None);
        assert_eq!(
            get(&serve("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")),
            None
        );
        assert_eq!(get(&serve("rubbish\r\n\r\n")), None);
        assert_eq!(get(&serve("")), None);
    }

    #[test]
    fn this_machine_sends_nobody_elsewhere() {
        let target = serve(ok(b"<a/>"));
        let moved = format!("HTTP/1.1 302 Go\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
        assert_ne!(get(&serve(moved)).as_deref(), Some(b"<a/>".as_slice()));
    }

    #[test]
    fn nobody_else_is_asked_without_tls() {
        // 192.0.2.0/24 is nobody's: it would take all the time there is.
        let begin = std::time::Instant::now();
        assert_eq!(
            fetch("http://192.0.2.1/config.xml", Duration::from_secs(30)),
            None
        );
        assert!(begin.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_silent_server_is_given_up() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let begin = std::time::Instant::now();
        assert_eq!(fetch(&url, Duration::from_millis(300)), None);
        assert!(begin.elapsed() < Duration::from_secs(10));
    }
}
