//! Mozilla's file for mail programs, `config-v1.1.xml`.
//!
//! It comes from outside: it is short by now, and here neither depth nor entities are without bounds.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use simplemapi::config::Security;
use simplemapi::model::Address;

use super::Settings;
use crate::account::{Hint, Server};

/// The elements around a server, from the outermost.
const AROUND: [&str; 2] = ["clientConfig", "emailProvider"];
/// The format needs four levels, and five in parts that nobody here reads.
const MOST_LEVELS: usize = 16;

/// A server as it is written.
#[derive(Debug, Default)]
struct Written {
    /// `smtp`, `imap`, `pop3`.
    kind: String,
    host: String,
    port: String,
    socket: String,
    user: String,
    authentication: Vec<String>,
}

/// Whether a password can be used there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Login {
    Password,
    OAuth,
}

/// The settings that a file has for an address: the first servers, by its own order, that can be used.
/// Without TLS none can.
pub(super) fn read(file: &[u8], address: &Address) -> Option<Settings> {
    let servers = servers(file)?;
    let of_kind = |kind: &str| {
        let servers = servers.iter().filter(|server| server.kind == kind);
        let usable: Vec<_> = servers
            .filter_map(|server| Some((server.login()?, server.filled(address)?)))
            .collect();
        let first = |wanted| usable.iter().find(|(login, _)| *login == wanted);
        first(Login::Password)
            .or_else(|| first(Login::OAuth))
            .cloned()
    };
    let (login, outgoing) = of_kind("smtp")?;
    let incoming = of_kind("imap");
    let only_oauth = login == Login::OAuth
        || incoming
            .as_ref()
            .is_some_and(|(login, _)| *login == Login::OAuth);
    Some(Settings {
        outgoing,
        incoming: incoming.map(|(_, server)| server),
        hint: only_oauth.then_some(Hint::OAuthOnly),
    })
}

impl Written {
    fn login(&self) -> Option<Login> {
        let takes = |ways: &[&str]| {
            let mut known = self.authentication.iter().map(String::as_str);
            known.any(|way| ways.iter().any(|wanted| wanted.eq_ignore_ascii_case(way)))
        };
        // "plain" is what old files call it.
        if self.authentication.is_empty() || takes(&["password-cleartext", "plain"]) {
            Some(Login::Password)
        } else {
            takes(&["OAuth2"]).then_some(Login::OAuth)
        }
    }

    fn filled(&self, address: &Address) -> Option<Server> {
        let security = match self.socket.as_str() {
            "SSL" => Security::Tls,
            "STARTTLS" => Security::StartTls,
            _ => return None,
        };
        let fill = |text: &str| {
            text.replace("%EMAILADDRESS%", address.as_ref())
                .replace("%EMAILLOCALPART%", address.local())
                .replace("%EMAILDOMAIN%", address.domain())
        };
        let user = match self.user.as_str() {
            "" => address.to_string(),
            user => fill(user),
        };
        Some(Server {
            host: fill(&self.host),
            port: self.port.parse().ok().filter(|port| *port != 0)?,
            security,
            user,
        })
    }

    fn set(&mut self, element: &str, text: &str) {
        let text = text.trim().to_owned();
        match element {
            "hostname" => self.host = text,
            "port" => self.port = text,
            "socketType" => self.socket = text,
            "username" => self.user = text,
            "authentication" => self.authentication.push(text),
            _ => {}
        }
    }
}

/// The servers of a file, in its order; nothing if it is not such a file as a whole.
fn servers(file: &[u8]) -> Option<Vec<Written>> {
    let text = std::str::from_utf8(file).ok()?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<String> = Vec::new();
    let mut servers = Vec::new();
    let mut server: Option<Written> = None;
    let mut content = String::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                if open.len() >= MOST_LEVELS {
                    return None;
                }
                if open == AROUND {
                    server = begun(&element);
                }
                content.clear();
                open.push(element.name().into_inner().to_owned());
            }
            Event::End(_) => {
                let element = open.pop()?;
                match (open.len().checked_sub(AROUND.len()), &mut server) {
                    (Some(0), _) => servers.extend(server.take()),
                    (Some(1), Some(server)) => server.set(&element, &content),
                    _ => {}
                }
                content.clear();
            }
            Event::Text(text) => content.push_str(&text),
            Event::CData(text) => content.push_str(&text),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().ok()? {
                Some(letter) => content.push(letter),
                None => content.push_str(resolve_predefined_entity(&reference)?),
            },
            // No such file has one, and what it may declare is how readers are brought down.
            Event::DocType(_) => return None,
            Event::Eof => return open.is_empty().then_some(servers),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

/// The server that an element begins, if it is one.
fn begun(element: &BytesStart<'_>) -> Option<Written> {
    let kinds: &[&str] = match element.name().into_inner() {
        "outgoingServer" => &["smtp"],
        "incomingServer" => &["imap", "pop3"],
        _ => return None,
    };
    let kind = element.try_get_attribute("type").ok()??;
    let kind = kinds.iter().find(|known| **known == kind.value)?;
    Some(Written {
        kind: (*kind).to_owned(),
        ..Written::default()
    })
}

#[cfg(test)]
mod tests;
