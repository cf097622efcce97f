//! The desktop's portal, which passes a message to whatever mail program there is, files by descriptor.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fs::File;

use gtk::glib::variant::{Handle, ToVariant};
use gtk::{gio, glib, prelude::*};

use super::Outgoing;

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const EMAIL: &str = "org.freedesktop.portal.Email";

/// The first version that knows several addresses, copies and hidden copies.
const NEEDED: u32 = 3;
/// In milliseconds. The portal may ask the person which program to use.
const PATIENCE: i32 = 60_000;

/// Hands the message to the portal, if there is one that can take all of it.
pub(super) async fn compose(message: &Outgoing) -> bool {
    pass(message).await.is_ok()
}

async fn pass(message: &Outgoing) -> Result<(), glib::Error> {
    let refuse = |why: &str| glib::Error::new(gio::IOErrorEnum::Failed, why);
    let bus = gio::bus_get_future(gio::BusType::Session).await?;
    if version(&bus).await? < NEEDED {
        return Err(refuse("the portal is too old"));
    }
    let descriptors = gio::UnixFDList::new();
    let mut files = Vec::new();
    for path in &message.files {
        let file = File::open(path).map_err(|error| refuse(&error.to_string()))?;
        files.push(Handle(descriptors.append(file)?));
    }
    let options: HashMap<&str, glib::Variant> = HashMap::from([
        ("addresses", bare(&message.to).to_variant()),
        ("cc", bare(&message.cc).to_variant()),
        ("bcc", bare(&message.bcc).to_variant()),
        ("subject", message.subject.to_variant()),
        ("body", message.body.to_variant()),
        ("attachment_fds", files.to_variant()),
    ]);
    bus.call_with_unix_fd_list_future(
        Some(NAME),
        PATH,
        EMAIL,
        "ComposeEmail",
        Some(&("", options).to_variant()),
        None,
        gio::DBusCallFlags::NONE,
        PATIENCE,
        Some(&descriptors),
    )
    .await?;
    Ok(())
}

/// The addresses alone: with a name before one the portal takes nothing.
fn bare(lines: &[String]) -> Vec<&str> {
    let bare = |line| match str::rsplit_once(line, '<') {
        Some((_, address)) => address.trim_end_matches('>'),
        None => line,
    };
    lines.iter().map(|line| bare(line.as_str())).collect()
}

async fn version(bus: &gio::DBusConnection) -> Result<u32, glib::Error> {
    let property = (EMAIL, "version").to_variant();
    let answer = bus
        .call_future(
            Some(NAME),
            PATH,
            "org.freedesktop.DBus.Properties",
            "Get",
            Some(&property),
            None,
            gio::DBusCallFlags::NONE,
            PATIENCE,
        )
        .await?;
    let value = answer.child_value(0).as_variant();
    Ok(value.and_then(|value| value.get()).unwrap_or(0))
}
