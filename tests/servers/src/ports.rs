//! Ports that nobody uses.
#![forbid(unsafe_code)]

use std::net::{Ipv4Addr, TcpListener};

/// Ports on the loopback that the kernel had free a moment ago, all different. Another program may
/// take one before its server does: start again then.
///
/// # Panics
/// When the kernel has none left.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // Held together until the last is known, or the kernel would hand out the same one again.
    let held: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port"));
    held.map(|listener| listener.local_addr().expect("a bound port").port())
}
