//! A connection to a server: found, connected, protected, and bounded in time and memory. What is
//! spoken over it is its user's business.
//!
//! From the socket up: [`socket`] is a TCP connection that cannot kill its host, [`tls`] says whom to
//! trust ([`authorities`]), [`wire`] carries what both sides say, [`dial`] gets there, and [`kept`] keeps
//! what can be used again. [`dns`] knows which hosts offer a service.
#![forbid(unsafe_code)]

mod aside;
mod authorities;
mod dial;
mod dns;
mod kept;
#[cfg_attr(unix, path = "socket/unix.rs")]
#[cfg_attr(windows, path = "socket/windows.rs")]
mod socket;
mod tls;
mod wire;

pub(crate) use dial::dial;
pub(crate) use dns::{NameServers, Service};
pub(crate) use kept::{Keep, Kept, is_recent};
pub(crate) use tls::Trust;
pub(crate) use wire::{Framing, Wire};
