//! The name by which this machine introduces itself.
#![forbid(unsafe_code)]

use std::net::IpAddr;

use lettre::transport::smtp::extension::ClientId;

use crate::host_name::host_name;

/// The machine's own name where it is a full one, otherwise the address it connects from: a bare
/// `localhost` or `debian` is what many servers take for a bot.
pub(super) fn client_name(local: IpAddr) -> ClientId {
    match host_name() {
        name if is_full_host_name(&name) => ClientId::Domain(name),
        _ => match local.to_canonical() {
            IpAddr::V4(address) => ClientId::Ipv4(address),
            IpAddr::V6(address) => ClientId::Ipv6(address),
        },
    }
}

fn is_full_host_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.len() <= 253
        && name.contains('.')
        && !name.ends_with(".localdomain")
        && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_host_name_is_one() {
        assert!(is_full_host_name("desk.example.org"));
        for name in [
            "",
            "localhost",
            "localhost.localdomain",
            ".",
            "a..b",
            "a.b\r\nMAIL",
            "under_score.org",
            "-a.org",
        ] {
            assert!(!is_full_host_name(name), "{name:?}");
        }
    }

    #[test]
    fn without_one_the_address_is_the_name() {
        let names = ["127.0.0.1", "::1", "::ffff:192.0.2.1"].map(|address| {
            let name = client_name(address.parse().unwrap());
            matches!(name, ClientId::Domain(_)) || name.to_string().starts_with('[')
        });
        assert_eq!(names, [true; 3]);
    }
}
