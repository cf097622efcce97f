//! The keys of a directory server: a URL says where it is, and a DN who asks.
#![forbid(unsafe_code)]

use std::time::Duration;

use super::reader::Table;
use super::server::{SECURITY, password, refuse_clear_text};
use super::values::{self, DirectoryUrl};
use super::{Directory, Environment, Login, Security, Server};
use crate::error::Result;

/// Reads a table that has the keys of a directory and no others.
pub(super) fn directory(mut table: Table<'_>, environment: &Environment) -> Result<Directory> {
    let url = table.text_as("url", values::directory_url)?;
    let security = table.choice("security", &SECURITY)?;
    let base = table.text("base")?;
    let bind_dn = table.text("bind-dn")?;
    let password = password(&mut table, environment)?;
    let ca_file = table.text_as("ca-file", |text| values::path(text, environment))?;
    let timeout = table.number("timeout", 1..=3600)?.unwrap_or(60);
    let deadline = table.number("deadline", 1..=86_400)?.unwrap_or(900);
    let results = table.number("results", 1..=10_000)?.unwrap_or(100);

    let place = table.finish()?;
    let DirectoryUrl { host, port, tls } = place.require("url", url)?;
    let security = match (tls, security) {
        (true, None | Some(Security::Tls)) => Security::Tls,
        (true, Some(_)) => {
            return Err(place.refuse("security", "contradicts the \"ldaps://\" of \"url\""));
        }
        (false, Some(Security::Tls)) => {
            let why = "is \"tls\": that is written \"ldaps://\" in \"url\"";
            return Err(place.refuse("security", why));
        }
        (false, security) => security.unwrap_or(Security::StartTls),
    };
    let login = match (bind_dn, password) {
        (Some(user), Some(password)) => Some(Login {
            password: password.of(&host, &user),
            user,
            mechanism: None,
        }),
        (None, None) => None,
        (Some(_), None) => return Err(place.refuse("bind-dn", "has no password beside it")),
        (None, Some(password)) => {
            return Err(place.refuse(password.key, "has no \"bind-dn\" beside it"));
        }
    };
    let server = Server {
        certificate_name: None,
        host,
        port: port.unwrap_or(if tls { 636 } else { 389 }),
        security,
        login,
        ca_file,
        timeout: Duration::from_secs(timeout),
        deadline: Duration::from_secs(deadline),
    };
    refuse_clear_text(&place, &server)?;
    Ok(Directory {
        server,
        base: place.require("base", base)?,
        results: u32::try_from(results).unwrap_or(u32::MAX),
    })
}
