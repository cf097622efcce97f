//! Reads one `[profile.NAME]` of the configuration.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use super::directory::directory;
use super::reader::Table;
use super::server::{Ports, server, servers};
use super::{
    AddressBookConfig, Deletion, Environment, Limits, OutboxConfig, Profile, Queueing, Relays,
    StoreConfig, StoreKind, TransportConfig, values,
};
use crate::error::Result;
use crate::model::Mailbox;

const SMTP: Ports = Ports {
    tls: 465,
    starttls: 587,
    none: 25,
};
const IMAP: Ports = Ports {
    tls: 993,
    starttls: 143,
    none: 143,
};

/// Where every mail system puts its `sendmail`, whatever it is.
const SENDMAIL: &str = "/usr/sbin/sendmail";

pub(super) fn profile(
    name: String,
    mut table: Table<'_>,
    environment: &Environment,
) -> Result<Profile> {
    values::profile_name(&name).map_err(|why| table.place().invalid(why))?;
    let display = table.text("name")?.unwrap_or_default();
    let address = table.text_as("address", values::address)?;
    let identities = table
        .texts_as("identities", values::mailbox)?
        .unwrap_or_default();
    let transport_table = table.table("transport")?;
    let store_table = table.table("store")?;
    let book_tables = table.tables("address-book")?;
    let outbox_table = table.table("outbox")?;
    let limits_table = table.table("limits")?;
    let place = table.finish()?;

    let sender = Mailbox {
        name: display,
        address: place.require("address", address)?,
    };
    let transport_table =
        transport_table.ok_or_else(|| place.lacks(format_args!("table \"transport\"")))?;
    let (transport, relays) = transport(transport_table, environment)?;
    Ok(Profile {
        outbox: outbox(outbox_table, &name, environment)?,
        name,
        sender,
        identities,
        transport,
        relays,
        limits: limits_table.map(limits).transpose()?.unwrap_or_default(),
        store: store_table
            .map(|table| store(table, environment))
            .transpose()?,
        address_books: book_tables
            .into_iter()
            .map(|table| address_book(table, environment))
            .collect::<Result<_>>()?,
    })
}

/// The way out, and the further relays of one by SMTP.
fn transport(mut table: Table<'_>, environment: &Environment) -> Result<(TransportConfig, Relays)> {
    #[derive(Clone, Copy)]
    enum Kind {
        Smtp,
        Sendmail,
        Maildir,
        Command,
    }
    let kind = table.choice(
        "kind",
        &[
            ("smtp", Kind::Smtp),
            ("sendmail", Kind::Sendmail),
            ("maildir", Kind::Maildir),
            ("command", Kind::Command),
        ],
    )?;
    let Some(kind) = kind else {
        return Err(table
            .place()
            .lacks("\"kind\"; it may be \"smtp\", \"sendmail\", \"maildir\", \"command\""));
    };
    let transport = match kind {
        Kind::Smtp => {
            let (server, relays) = servers(table, &SMTP, environment)?;
            return Ok((TransportConfig::Smtp(server), relays));
        }
        Kind::Sendmail => {
            let program = table.text_as("program", |text| values::program(text, environment))?;
            table.finish()?;
            let program = program.unwrap_or_else(|| PathBuf::from(SENDMAIL));
            Ok(TransportConfig::Sendmail { program })
        }
        Kind::Maildir => maildir(table, environment).map(|path| TransportConfig::Maildir { path }),
        Kind::Command => {
            let program = table
                .texts_as("program", values::word)?
                .map(|words| values::command(words, environment))
                .transpose()
                .map_err(|why| table.place().refuse("program", why))?;
            let place = table.finish()?;
            let program = place.require("program", program)?;
            Ok(TransportConfig::Command { program })
        }
    }?;
    Ok((transport, Relays::default()))
}

fn store(mut table: Table<'_>, environment: &Environment) -> Result<StoreConfig> {
    #[derive(Clone, Copy)]
    enum Kind {
        Maildir,
        Imap,
    }
    let kind = table.choice("kind", &[("maildir", Kind::Maildir), ("imap", Kind::Imap)])?;
    let deletion = table.choice(
        "delete",
        &[
            ("trash", Deletion::Trash),
            ("permanent", Deletion::Permanent),
        ],
    )?;
    let keep_sent = table.flag("keep-sent")?;
    let kind = match kind {
        Some(Kind::Maildir) => maildir(table, environment).map(|path| StoreKind::Maildir { path }),
        Some(Kind::Imap) => server(table, &IMAP, environment).map(StoreKind::Imap),
        None => Err(table
            .place()
            .lacks("\"kind\"; it may be \"maildir\", \"imap\"")),
    }?;
    Ok(StoreConfig {
        kind,
        deletion: deletion.unwrap_or_default(),
        keep_sent: keep_sent.unwrap_or(true),
    })
}

fn maildir(mut table: Table<'_>, environment: &Environment) -> Result<PathBuf> {
    let path = table.text_as("path", |text| values::path(text, environment))?;
    table.finish()?.require("path", path)
}

fn address_book(mut table: Table<'_>, environment: &Environment) -> Result<AddressBookConfig> {
    #[derive(Clone, Copy)]
    enum Kind {
        Vcard,
        Ldap,
    }
    match table.choice("kind", &[("vcard", Kind::Vcard), ("ldap", Kind::Ldap)])? {
        Some(Kind::Vcard) => {
            maildir(table, environment).map(|path| AddressBookConfig::Vcard { path })
        }
        Some(Kind::Ldap) => directory(table, environment).map(AddressBookConfig::Ldap),
        None => Err(table
            .place()
            .lacks("\"kind\"; it may be \"vcard\", \"ldap\"")),
    }
}

fn outbox(
    table: Option<Table<'_>>,
    profile: &str,
    environment: &Environment,
) -> Result<OutboxConfig> {
    let mut when = None;
    let mut path = None;
    if let Some(mut table) = table {
        when = table.choice(
            "when",
            &[
                ("never", Queueing::Never),
                ("offline", Queueing::Offline),
                ("always", Queueing::Always),
            ],
        )?;
        path = table.text_as("path", |text| values::path(text, environment))?;
        let place = table.finish()?;
        if path.is_none()
            && environment.state_home.is_none()
            && matches!(when, Some(Queueing::Offline | Queueing::Always))
        {
            return Err(
                place.lacks("\"path\", and neither HOME nor XDG_STATE_HOME says where it would be")
            );
        }
    }
    Ok(OutboxConfig {
        when: when.unwrap_or_default(),
        path: path.or_else(|| {
            let home = environment.state_home.as_ref()?;
            Some(home.join("simplemapi/outbox").join(folder_name(profile)))
        }),
    })
}

/// A profile's name as that of a folder: what could mean something else in a path is written as
/// `%` and two digits, and a name that gets too long by that as its checksum.
fn folder_name(profile: &str) -> String {
    const LONGEST: usize = 200;
    let mut name = String::new();
    for byte in profile.bytes() {
        match byte {
            b'.' if name.is_empty() => name.push_str("%2E"),
            b'/' | b'%' | 0..=31 | 127 => name.push_str(&format!("%{byte:02X}")),
            _ if byte.is_ascii() => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    if name.is_empty() || name.len() > LONGEST {
        let sum = ring::digest::digest(&ring::digest::SHA256, profile.as_bytes());
        name = sum
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
    }
    name
}

fn limits(mut table: Table<'_>) -> Result<Limits> {
    const TERABYTE: u64 = 1 << 40;
    let default = Limits::default();
    let attachments = table.number("attachments", 0..=100_000)?;
    let attachment_bytes = table.number("attachment-bytes", 0..=TERABYTE)?;
    let recipients = table.number("recipients", 1..=1_000_000)?;
    let body_bytes = table.number("body-bytes", 0..=1 << 32)?;
    table.finish()?;
    let count = |number: Option<u64>, default| {
        number
            .and_then(|number| u32::try_from(number).ok())
            .unwrap_or(default)
    };
    Ok(Limits {
        attachments: count(attachments, default.attachments),
        attachment_bytes: attachment_bytes.unwrap_or(default.attachment_bytes),
        recipients: count(recipients, default.recipients),
        body_bytes: body_bytes.unwrap_or(default.body_bytes),
    })
}
