//! The name servers of a system that has `/etc/resolv.conf`.
#![forbid(unsafe_code)]

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use resolv_conf::Config;

use super::NameServers;
use crate::regular_file;

const SETTINGS: &str = "/etc/resolv.conf";
const PORT: u16 = 53;
/// As many as any host is given, and what such a file may have.
const MOST_SERVERS: usize = 3;
const MOST_SETTINGS: usize = 64 << 10;

pub(super) fn name_servers() -> NameServers {
    let mut text = Vec::new();
    let _ = regular_file::open(Path::new(SETTINGS))
        .and_then(|(file, _)| regular_file::read(&file, MOST_SETTINGS, &mut text));
    // What cannot be read means what an empty file does: a server on this machine.
    let (config, _) = Config::parse_with_errors(&text);
    let addresses = config.get_nameservers_or_local().into_iter();
    NameServers {
        addresses: addresses
            .take(MOST_SERVERS)
            .map(|address| SocketAddr::new(IpAddr::from(address), PORT))
            .collect(),
        timeout: Duration::from_secs(config.timeout.clamp(1, 30).into()),
        rounds: config.attempts.clamp(1, 5),
    }
}
