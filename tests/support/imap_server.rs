//! An IMAP server that does what it is told: well behaved unless a test wants it otherwise, with an
//! Inbox of its own, on a port of the kernel's choice, in threads that end with it.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use simplemapi::config::{Security, Server as Settings};

/// No test waits for a server that waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server behaves.
#[derive(Clone)]
pub(crate) struct Manners {
    /// The messages in its Inbox, with the UIDs 1, 2, 3 and so on.
    pub(crate) messages: Vec<&'static str>,
    /// What these UIDs are worth, a connection after the other; the last one stays.
    pub(crate) validities: Vec<u32>,
    /// What it offers.
    pub(crate) offers: &'static str,
    /// How it describes the parts of a message of this UID; else it is a text.
    pub(crate) structure: fn(usize) -> Option<String>,
    /// What it does instead of the usual, by what stands in the command. `GREETING` is for its first
    /// words.
    pub(crate) instead: Vec<(&'static str, Act)>,
    /// Its TLS, at once or after STARTTLS.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    pub(crate) tls_at_once: bool,
    /// It closes the connection when it has sent this many bytes.
    pub(crate) cut: Option<(usize, How)>,
    /// On the first connection only.
    pub(crate) cut_once: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            messages: vec![
                "Subject: one\r\n\r\nthe first\r\n",
                "Subject: two\r\n\r\nthe second\r\n",
            ],
            validities: vec![7],
            offers: "IMAP4rev1 UIDPLUS",
            structure: |_| None,
            instead: Vec::new(),
            tls: None,
            tls_at_once: false,
            cut: None,
            cut_once: false,
        }
    }
}

/// Something else than the usual answer. `TAG` in it is the command's.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Says this.
    Say(Vec<u8>),
    /// Says this, and then the usual.
    Before(Vec<u8>),
    /// Says this and closes the connection.
    SayAndClose(Vec<u8>),
    /// Says the first, and then the second over and over, for as long as somebody listens.
    Flood(Vec<u8>, Vec<u8>),
    /// Says the first, so many of the second by their numbers, and the last.
    Many(&'static str, u32, fn(u32) -> String, &'static str),
    /// Says this a byte at a time, with a pause after each.
    Drip(Vec<u8>, Duration),
    /// Says nothing, and keeps the connection.
    Hang,
}

/// Says this.
pub(crate) fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_vec())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Close,
    Reset,
}

/// What a server has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// Every command; `TLS ` stands before those under TLS.
    pub(crate) lines: Vec<String>,
    pub(crate) connections: usize,
    pub(crate) sent: usize,
}

impl Log {
    /// In how many commands this stands.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.lines.iter().filter(|line| line.contains(text)).count()
    }
}

/// A running server. It stops when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    stop: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(manners: Manners) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Log::default()));
        let stop = Arc::new(AtomicBool::new(false));
        let (its_log, its_stop) = (Arc::clone(&log), Arc::clone(&stop));
        let acceptor = thread::spawn(move || {
            for stream in listener.incoming() {
                if its_stop.load(Ordering::SeqCst) {
                    break;
                }
                let (mut manners, log) = (manners.clone(), Arc::clone(&its_log));
                let number = log.lock().unwrap().connections;
                log.lock().unwrap().connections += 1;
                if manners.cut_once && number > 0 {
                    manners.cut = None;
                }
                thread::spawn(move || Connection::serve(stream.unwrap(), manners, number, log));
            }
        });
        Self {
            address,
            log,
            stop,
            acceptor: Some(acceptor),
        }
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    /// A profile's settings for it, without TLS and without a login.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            security: Security::None,
            login: None,
            certificate_name: None,
            ca_file: None,
            timeout: Duration::from_secs(20),
            deadline: Duration::from_secs(40),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

struct Connection {
    stream: Option<Stream>,
    /// The same socket, for what only a socket can do; none once it has been reset.
    raw: Option<TcpStream>,
    manners: Manners,
    number: usize,
    log: Arc<Mutex<Log>>,
    inbox: Vec<u8>,
    sent: usize,
    seen: Vec<bool>,
}

/// Ends a connection: it has nothing more to say.
fn over() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Connection {
    fn serve(stream: TcpStream, manners: Manners, number: usize, log: Arc<Mutex<Log>>) {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let raw = Some(stream.try_clone().unwrap());
        let mut connection = Self {
            stream: Some(Stream::Plain(stream)),
            raw,
            seen: vec![false; manners.messages.len()],
            manners,
            number,
            log,
            inbox: Vec::new(),
            sent: 0,
        };
        let _ = connection.run();
        if let Some(raw) = connection.raw {
            let _ = raw.shutdown(Shutdown::Both);
        }
    }

    fn run(&mut self) -> io::Result<()> {
        if self.manners.tls_at_once {
            self.start_tls()?;
        }
        self.answer("*", "GREETING", "* OK test\r\n".to_owned())?;
        loop {
            let line = self.line()?;
            let is_tls = matches!(self.stream, Some(Stream::Tls(_)));
            let shown = if is_tls {
                format!("TLS {line}")
            } else {
                line.clone()
            };
            self.log.lock().unwrap().lines.push(shown);
            let (tag, command) = line.split_once(' ').unwrap_or((&line, ""));
            let code = match command.split(' ').next() {
                Some("APPEND") => "[APPENDUID 7 99] ",
                Some("UID") if command.starts_with("UID COPY") => "[COPYUID 7 1 9] ",
                _ => "",
            };
            let usual = format!("{}{tag} OK {code}done\r\n", self.data(command));
            self.answer(tag, command, usual)?;
            if command == "STARTTLS" {
                self.start_tls()?;
            }
            if command == "LOGOUT" {
                return Ok(());
            }
        }
    }

    /// What a good server says before it says that it is done.
    fn data(&mut self, command: &str) -> String {
        let words: Vec<&str> = command.split(' ').collect();
        match words.as_slice() {
            ["CAPABILITY", ..] => format!("* CAPABILITY {}\r\n", self.manners.offers),
            ["SELECT", ..] => {
                let validities = &self.manners.validities;
                let validity = validities.get(self.number).or(validities.last());
                format!(
                    "* {} EXISTS\r\n* OK [UIDVALIDITY {}] ids\r\n",
                    self.manners.messages.len(),
                    validity.copied().unwrap_or_default()
                )
            }
            ["UID", "FETCH", set, ..] => {
                let uids: Vec<usize> = (1..=self.manners.messages.len())
                    .filter(|uid| is_in(*uid, set))
                    .collect();
                uids.iter().map(|uid| self.fetched(*uid, command)).collect()
            }
            ["UID", "STORE", set, ..] if command.contains("\\Seen") => {
                for uid in 1..=self.seen.len() {
                    self.seen[uid - 1] |= is_in(uid, set);
                }
                String::new()
            }
            _ => String::new(),
        }
    }

    fn fetched(&self, uid: usize, command: &str) -> String {
        let message = self.manners.messages[uid - 1];
        let flags = if self.seen[uid - 1] { "\\Seen" } else { "" };
        let mut data = format!("* {uid} FETCH (UID {uid} FLAGS ({flags})");
        if command.contains("INTERNALDATE") {
            data.push_str(" INTERNALDATE \"17-Jul-1996 02:44:25 -0700\"");
        }
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        if command.contains("BODYSTRUCTURE") {
            let text = format!("(\"text\" \"plain\" NIL NIL NIL \"7bit\" {} 1)", body.len());
            let structure = (self.manners.structure)(uid).unwrap_or(text);
            data.push_str(&format!(" BODYSTRUCTURE {structure}"));
        }
        for (item, name, text) in [
            (
                "BODY.PEEK[HEADER.FIELDS",
                "BODY[HEADER.FIELDS (X)]<0>",
                "\r\n".to_owned(),
            ),
            (
                "BODY.PEEK[HEADER]",
                "BODY[HEADER]<0>",
                format!("{head}\r\n\r\n"),
            ),
            ("BODY.PEEK[]", "BODY[]", message.to_owned()),
        ] {
            if command.contains(item) {
                data.push_str(&format!(" {name} {{{}}}\r\n{text}", text.len()));
            }
        }
        data + ")\r\n"
    }

    fn answer(&mut self, tag: &str, command: &str, usual: String) -> io::Result<()> {
        let instead = self.manners.instead.iter();
        let act = instead.clone().find(|(part, _)| command.contains(part));
        let told = |text: &[u8]| match text.windows(3).position(|three| three == b"TAG") {
            Some(at) => [&text[..at], tag.as_bytes(), &text[at + 3..]].concat(),
            None => text.to_vec(),
        };
        match act.map(|(_, act)| act.clone()) {
            None => self.put(usual.as_bytes()),
            Some(Act::Say(text)) => self.put(&told(&text)),
            Some(Act::Before(text)) => self.put(&[told(&text), usual.into_bytes()].concat()),
            Some(Act::SayAndClose(text)) => {
                self.put(&told(&text))?;
                Err(over())
            }
            Some(Act::Flood(first, then)) => {
                self.put(&told(&first))?;
                loop {
                    self.put(&then)?;
                }
            }
            Some(Act::Many(first, count, then, last)) => {
                let mut text = first.to_owned();
                for number in 1..=count {
                    text.push_str(&then(number));
                    if text.len() > 16 * 1024 {
                        self.put(text.as_bytes())?;
                        text.clear();
                    }
                }
                text.push_str(last);
                self.put(&told(text.as_bytes()))
            }
            Some(Act::Drip(text, pause)) => {
                for byte in told(&text) {
                    self.put(&[byte])?;
                    thread::sleep(pause);
                }
                Err(over())
            }
            Some(Act::Hang) => loop {
                self.read_more()?;
            },
        }
    }

    fn start_tls(&mut self) -> io::Result<()> {
        let config = Arc::clone(self.manners.tls.as_ref().ok_or_else(over)?);
        let Some(Stream::Plain(plain)) = self.stream.take() else {
            return Err(over());
        };
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        self.stream = Some(Stream::Tls(Box::new(StreamOwned::new(tls, plain))));
        Ok(())
    }

    /// A command, its literals taken and dropped.
    fn line(&mut self) -> io::Result<String> {
        let mut command = String::new();
        loop {
            let line = self.line_end()?;
            command.push_str(&line);
            let Some((_, length)) = line
                .strip_suffix('}')
                .and_then(|line| line.rsplit_once('{'))
            else {
                return Ok(command);
            };
            self.put(b"+ go on\r\n")?;
            let length: usize = length.parse().map_err(io::Error::other)?;
            while self.inbox.len() < length {
                self.read_more()?;
            }
            self.inbox.drain(..length);
        }
    }

    fn line_end(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.inbox.iter().position(|&byte| byte == b'\n') {
                let line: Vec<u8> = self.inbox.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 64 * 1024];
        let count = match self.stream.as_mut().ok_or_else(over)? {
            Stream::Plain(stream) => stream.read(&mut buffer)?,
            Stream::Tls(stream) => stream.read(&mut buffer)?,
        };
        if count == 0 {
            return Err(over());
        }
        self.inbox.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut allowed = bytes;
        let mut broken = None;
        if let Some((after, how)) = self.manners.cut
            && self.sent + bytes.len() > after
        {
            allowed = &bytes[..after.saturating_sub(self.sent)];
            broken = Some(how);
        }
        match self.stream.as_mut().ok_or_else(over)? {
            Stream::Plain(stream) => stream.write_all(allowed)?,
            Stream::Tls(stream) => {
                stream.write_all(allowed)?;
                stream.flush()?;
            }
        }
        self.sent += allowed.len();
        self.log.lock().unwrap().sent += allowed.len();
        match (broken, &self.raw) {
            (None, _) => Ok(()),
            (Some(How::Reset), Some(raw)) => {
                // The last close resets: a shutdown would still be polite.
                rustix::net::sockopt::set_socket_linger(raw, Some(Duration::ZERO))?;
                self.raw = None;
                Err(over())
            }
            _ => Err(over()),
        }
    }
}

/// Whether a UID is in a set such as `1,3:*`.
fn is_in(uid: usize, set: &str) -> bool {
    set.split(',').any(|range| {
        let (first, last) = range.split_once(':').unwrap_or((range, range));
        let number = |text: &str| text.parse().unwrap_or(usize::MAX);
        (number(first)..=number(last)).contains(&uid)
    })
}
