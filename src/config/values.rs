//! What single values of the configuration may be.
#![forbid(unsafe_code)]

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, REPLACEMENT, UTF_16BE, UTF_16LE};

use super::Environment;
use super::reader::{Checked, one_line, quoted};
use crate::model::{Address, Mailbox, Written, written};

/// The reference allows a profile name 256 characters, and means the default one by an empty one.
pub(super) fn profile_name(text: &str) -> Checked<&str> {
    const MOST: usize = 256;
    one_line(text)?;
    if text.chars().count() > MOST {
        return Err(format!("is a profile name of more than {MOST} characters"));
    }
    Ok(text)
}

/// A host name or an address; a name in another script becomes the ASCII form that travels.
pub(super) fn host(text: &str) -> Checked<String> {
    one_line(text)?;
    let address = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    if let Ok(address) = address.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let wrong = |why: &str| format!("is {}, which is not a host name: {why}", quoted(text));
    if text.contains("://") {
        return Err(wrong("write the host alone, without a scheme"));
    }
    if text.contains(':') {
        return Err(wrong("the port has a key of its own, \"port\""));
    }
    if text.contains('@') {
        return Err(wrong("a user has a key of its own, \"user\""));
    }
    let ascii = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        idna::domain_to_ascii(text).map_err(|_| wrong("it has no ASCII form"))?
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    match ascii.chars().find(|&c| !plain(c)) {
        Some(c) => Err(wrong(&format!(
            "it has the character {}",
            quoted(&c.to_string())
        ))),
        None if ascii.len() > 253 => Err(wrong("it is longer than 253 characters")),
        None if ascii.trim_end_matches('.').is_empty() => Err(wrong("it has no letters")),
        None => Ok(ascii),
    }
}

/// A domain, as a host's name, and nothing that could be taken for an address.
pub(super) fn domain(text: &str) -> Checked<String> {
    let name = host(text)?;
    match name.parse::<IpAddr>() {
        Ok(_) => Err(format!("is {}; a domain is wanted", quoted(text))),
        Err(_) => Ok(name.trim_end_matches('.').to_owned()),
    }
}

/// The address of a name server, with its port where it is not 53.
pub(super) fn nameserver(text: &str) -> Checked<SocketAddr> {
    const PORT: u16 = 53;
    let address = text
        .parse::<IpAddr>()
        .map(|address| SocketAddr::new(address, PORT));
    address.or_else(|_| text.parse()).map_err(|_| {
        let example = "an address such as \"192.0.2.1\" or \"192.0.2.1:5353\" is wanted";
        format!("is {}; {example}", quoted(text))
    })
}

/// Whether what is sent to this host stays on this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A path from the root or from the home folder. Others would depend on the working directory,
/// which is whatever the host made it.
pub(super) fn path(text: &str, environment: &Environment) -> Checked<PathBuf> {
    one_line(text)?;
    if text == "~" || text.starts_with("~/") {
        let Some(home) = &environment.home else {
            return Err(format!("is {}, and HOME is not set", quoted(text)));
        };
        return Ok(home.join(text.trim_start_matches('~').trim_start_matches('/')));
    }
    let path = PathBuf::from(text);
    if !path.is_absolute() {
        return Err(format!(
            "is {}; a path from \"/\" or \"~/\" is wanted",
            quoted(text)
        ));
    }
    Ok(path)
}

/// A program by its path, or by a name that PATH leads to.
pub(super) fn program(text: &str, environment: &Environment) -> Checked<PathBuf> {
    one_line(text)?;
    if Path::new(text).components().count() > 1 || text.starts_with(['/', '~', '.']) {
        return path(text, environment);
    }
    environment.find_program(text).ok_or_else(|| {
        format!(
            "names the program {}, which is in no folder of PATH",
            quoted(text)
        )
    })
}

/// A program and its arguments.
pub(super) fn command(words: Vec<String>, environment: &Environment) -> Checked<Vec<String>> {
    let mut words = words.into_iter();
    let first = words
        .next()
        .ok_or("is empty; a program and its arguments are wanted")?;
    let program = program(&first, environment)?;
    let program = program.into_os_string().into_string().map_err(|_| {
        format!(
            "names the program {}, whose path is not UTF-8",
            quoted(&first)
        )
    })?;
    Ok([program].into_iter().chain(words).collect())
}

/// A word of a command line: anything but what the system cannot pass on.
pub(super) fn word(text: &str) -> Checked<String> {
    if text.contains('\0') {
        return Err("has the control character U+0000".to_owned());
    }
    Ok(text.to_owned())
}

/// A mail address.
pub(super) fn address(text: &str) -> Checked<Address> {
    Address::new(text).map_err(|error| format!("is wrong: {}", error.reason()))
}

/// An address with or without a display name: `Ada <ada@example.org>`.
pub(super) fn mailbox(text: &str) -> Checked<Mailbox> {
    one_line(text)?;
    let Some(Written {
        kind: None,
        name,
        address: bare,
    }) = written(text)
    else {
        return Err(format!("holds {}, which has no mail address", quoted(text)));
    };
    Ok(Mailbox {
        name,
        address: address(bare)?,
    })
}

/// Where a directory server is.
pub(super) struct DirectoryUrl {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    /// Whether TLS begins with the first byte.
    pub(super) tls: bool,
}

/// Where a directory server is: what follows host and port would be another search than ours.
pub(super) fn directory_url(text: &str) -> Checked<DirectoryUrl> {
    one_line(text)?;
    let wrong = || {
        format!(
            "is {}; \"ldap://HOST\" or \"ldaps://HOST\" is wanted, with \":PORT\" where it differs",
            quoted(text)
        )
    };
    let (tls, server) = match text.strip_prefix("ldaps://") {
        Some(server) => (true, server),
        None => (false, text.strip_prefix("ldap://").ok_or_else(wrong)?),
    };
    let server = server.strip_suffix('/').unwrap_or(server);
    // The colons of a literal IPv6 address are within its brackets.
    let (name, port) = match server.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (server, None),
    };
    if name.is_empty() || name.contains(['/', '?', ' ']) {
        return Err(wrong());
    }
    let port = port
        .map(|port| {
            port.parse()
                .ok()
                .filter(|port| *port != 0)
                .ok_or_else(wrong)
        })
        .transpose()?;
    Ok(DirectoryUrl {
        host: host(name)?,
        port,
        tls,
    })
}

/// A charset in which old programs write text: one whose every ASCII byte means ASCII.
pub(super) fn charset(text: &str) -> Checked<&'static Encoding> {
    Encoding::for_label(text.as_bytes())
        .filter(|encoding| ![REPLACEMENT, UTF_16BE, UTF_16LE].contains(encoding))
        .ok_or_else(|| {
            format!(
                "is {}; a charset such as \"windows-1252\", \"iso-8859-15\" or \"shift_jis\" is wanted",
                quoted(text)
            )
        })
}
