//! An SMTP server that does what it is told: well behaved unless a test wants it otherwise, on a
//! port of the kernel's choice, in threads that end with it.
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

use encodify::base64::STANDARD;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use simplemapi::config::{Security, Smtp};

/// No test waits for a server that waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a server behaves.
#[derive(Default, Clone)]
pub(crate) struct Manners {
    /// What it offers after EHLO.
    pub(crate) offers: Vec<&'static str>,
    /// What it offers under TLS, where that is something else.
    pub(crate) offers_under_tls: Option<Vec<&'static str>>,
    /// What it does instead of the usual, by how the command begins. Beside the commands there are
    /// `CONNECT` for the greeting and `END` for the answer to a whole message.
    pub(crate) instead: Vec<(&'static str, Act)>,
    /// Its TLS, after STARTTLS.
    pub(crate) tls: Option<Arc<ServerConfig>>,
    /// Whether TLS begins at once.
    pub(crate) tls_at_once: bool,
    /// The one name and password it knows.
    pub(crate) account: Option<(&'static str, &'static str)>,
    /// Where it breaks off a connection.
    pub(crate) cut: Option<Cut>,
    /// Whether it does so on the first one only.
    pub(crate) cut_once: bool,
    /// Whether it forgets the bodies it is sent, for those that are too large to keep.
    pub(crate) forgets: bool,
    /// It closes a connection after this many messages.
    pub(crate) messages_a_connection: Option<usize>,
    /// What it says to the second MAIL of a connection, before it closes it.
    pub(crate) second_message: Option<&'static str>,
}

/// Something else than the usual answer.
#[derive(Clone)]
pub(crate) enum Act {
    /// Says this; what it means for the rest is read off its first digit.
    Say(Vec<u8>),
    /// Says this and closes the connection.
    SayAndClose(&'static str),
    /// Says this over and over, for as long as somebody listens.
    Flood(&'static [u8]),
    /// Says this a byte at a time, with a pause after each.
    Drip(&'static [u8], Duration),
    /// Says nothing, and keeps the connection.
    Hang,
}

/// Says this.
pub(crate) fn say(text: &str) -> Act {
    Act::Say(text.as_bytes().to_vec())
}

/// Where and how a server breaks off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) after: usize,
    pub(crate) side: Side,
    pub(crate) how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Sent,
    Received,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Close,
    Reset,
    Stall,
}

/// A message as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) sender: String,
    pub(crate) recipients: Vec<String>,
    pub(crate) bytes: Vec<u8>,
}

/// What a server has seen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// Every command line; `TLS ` stands before those under TLS.
    pub(crate) lines: Vec<String>,
    /// The messages it took responsibility for.
    pub(crate) messages: Vec<Received>,
    pub(crate) connections: usize,
    /// How often it answered and then heard from the client again.
    pub(crate) flights: usize,
    /// How many bytes it has sent, and received, in the clear or in TLS.
    pub(crate) sent: usize,
    pub(crate) received: usize,
}

impl Log {
    /// The lines that begin so, wherever they were sent.
    pub(crate) fn count(&self, start: &str) -> usize {
        let plain = |line: &&String| line.strip_prefix("TLS ").unwrap_or(line).starts_with(start);
        self.lines.iter().filter(plain).count()
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
                log.lock().unwrap().connections += 1;
                if manners.cut_once && log.lock().unwrap().connections > 1 {
                    manners.cut = None;
                }
                thread::spawn(move || Connection::serve(stream.unwrap(), manners, log));
            }
        });
        Self {
            address,
            log,
            stop,
            acceptor: Some(acceptor),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    /// What it has seen once it has seen all that was sent to it, however busy the machine.
    pub(crate) fn log_when(&self, seen: impl Fn(&Log) -> bool) -> Log {
        for _ in 0..3000 {
            let log = self.log();
            if seen(&log) {
                return log;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.log()
    }

    /// A profile's settings for it, without TLS and without a login.
    pub(crate) fn settings(&self) -> Smtp {
        Smtp {
            host: "127.0.0.1".to_owned(),
            port: self.port(),
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
    log: Arc<Mutex<Log>>,
    inbox: Vec<u8>,
    outbox: Vec<u8>,
    sent: usize,
    received: usize,
    answered: bool,
    sender: Option<String>,
    recipients: Vec<String>,
    body: Vec<u8>,
    messages: usize,
}

/// Ends a connection: it has nothing more to say.
fn over() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Connection {
    fn serve(stream: TcpStream, manners: Manners, log: Arc<Mutex<Log>>) {
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let raw = Some(stream.try_clone().unwrap());
        let mut connection = Self {
            stream: Some(Stream::Plain(stream)),
            raw,
            manners,
            log,
            inbox: Vec::new(),
            outbox: Vec::new(),
            sent: 0,
            received: 0,
            answered: false,
            sender: None,
            recipients: Vec::new(),
            body: Vec::new(),
            messages: 0,
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
        self.answer("CONNECT", "220 test ESMTP\r\n")?;
        loop {
            let line = self.line()?;
            let shown = if self.is_tls() {
                format!("TLS {line}")
            } else {
                line.clone()
            };
            self.log.lock().unwrap().lines.push(shown);
            let verb = line
                .split([' ', ':'])
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let mut reply = String::from("250-test\r\n");
                    let under_tls = self
                        .manners
                        .offers_under_tls
                        .as_ref()
                        .filter(|_| self.is_tls());
                    for offer in under_tls.unwrap_or(&self.manners.offers) {
                        reply.push_str(&format!("250-{offer}\r\n"));
                    }
                    reply.push_str("250 HELP\r\n");
                    self.answer(&line, &reply)?;
                }
                "STARTTLS" => {
                    let said = self.answer(&line, "220 go ahead\r\n")?;
                    self.flush()?;
                    if said == Some(2) {
                        self.start_tls()?;
                    }
                }
                "AUTH" => self.auth(&line)?,
                "MAIL" if self.messages > 0 && self.manners.second_message.is_some() => {
                    self.put(self.manners.second_message.unwrap_or_default().as_bytes());
                    self.flush()?;
                    return Err(over());
                }
                "MAIL" => {
                    self.recipients.clear();
                    self.sender = None;
                    if self.answer(&line, "250 2.1.0 sender ok\r\n")? == Some(2) {
                        self.sender = Some(between_angles(&line));
                    }
                }
                "RCPT" if self.sender.is_none() => {
                    self.answer("", "503 5.5.1 no sender\r\n")?;
                }
                "RCPT" => {
                    if self.answer(&line, "250 2.1.5 recipient ok\r\n")? == Some(2) {
                        self.recipients.push(between_angles(&line));
                    }
                }
                "DATA" => {
                    let usual = if self.recipients.is_empty() {
                        "554 5.5.1 no valid recipients\r\n"
                    } else {
                        "354 go on\r\n"
                    };
                    if self.answer(&line, usual)? == Some(3) {
                        self.read_lines()?;
                        self.take_message()?;
                    }
                }
                "BDAT" => self.bdat(&line)?,
                "QUIT" => {
                    self.answer(&line, "221 bye\r\n")?;
                    self.flush()?;
                    return Ok(());
                }
                "HELO" | "RSET" | "NOOP" => {
                    self.answer(&line, "250 ok\r\n")?;
                }
                _ => {
                    self.answer("?", "500 what?\r\n")?;
                }
            }
        }
    }

    fn auth(&mut self, line: &str) -> io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let mechanism = words.next().unwrap_or_default().to_ascii_uppercase();
        let given = words.next().map(str::to_owned);
        if self.instead(line).is_some() {
            self.answer(line, "")?;
            return Ok(());
        }
        let (user, password) = self.manners.account.unwrap_or_default();
        let proven = match mechanism.as_str() {
            "LOGIN" => {
                let name = self.prompt(&STANDARD.encode("Username:"))?;
                let word = self.prompt(&STANDARD.encode("Password:"))?;
                (name, word) == (STANDARD.encode(user), STANDARD.encode(password))
            }
            "PLAIN" | "XOAUTH2" => {
                let proof = match given {
                    Some(proof) => proof,
                    None => self.prompt("")?,
                };
                let expected = if mechanism == "PLAIN" {
                    format!("\0{user}\0{password}")
                } else {
                    format!("user={user}\x01auth=Bearer {password}\x01\x01")
                };
                let right = proof == STANDARD.encode(expected);
                if !right && mechanism == "XOAUTH2" {
                    self.prompt(&STANDARD.encode("{\"status\":\"401\"}"))?;
                }
                right
            }
            _ => false,
        };
        let usual = if proven {
            "235 2.7.0 welcome\r\n"
        } else {
            "535 5.7.8 wrong name or password\r\n"
        };
        self.answer("AUTH-END", usual).map(drop)
    }

    fn prompt(&mut self, challenge: &str) -> io::Result<String> {
        self.put(format!("334 {challenge}\r\n").as_bytes());
        let line = self.line()?;
        self.log
            .lock()
            .unwrap()
            .lines
            .push(format!("(proof) {line}"));
        Ok(line)
    }

    fn bdat(&mut self, line: &str) -> io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let size: usize = words.next().and_then(|size| size.parse().ok()).unwrap();
        let last = words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("LAST"));
        let mut missing = size;
        loop {
            let count = missing.min(self.inbox.len());
            if !self.manners.forgets {
                self.body.extend_from_slice(&self.inbox[..count]);
            }
            self.inbox.drain(..count);
            missing -= count;
            if missing == 0 {
                break;
            }
            self.read_more()?;
        }
        if self.recipients.is_empty() {
            self.body.clear();
            return self
                .answer(line, "554 5.5.1 no valid recipients\r\n")
                .map(drop);
        }
        if last {
            return self.take_message();
        }
        self.answer(line, "250 2.0.0 more\r\n").map(drop)
    }

    /// Reads the lines of DATA, as lenient about line ends as some servers are.
    fn read_lines(&mut self) -> io::Result<()> {
        loop {
            let line = self.raw_line()?;
            let bare = line.strip_suffix(b"\n").unwrap_or(&line);
            let bare = bare.strip_suffix(b"\r").unwrap_or(bare);
            if bare == b"." {
                return Ok(());
            }
            self.keep(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        if !self.manners.forgets {
            self.body.extend_from_slice(bytes);
        }
    }

    fn take_message(&mut self) -> io::Result<()> {
        let message = Received {
            sender: self.sender.take().unwrap_or_default(),
            recipients: std::mem::take(&mut self.recipients),
            bytes: std::mem::take(&mut self.body),
        };
        // It is the server's before the answer can be lost.
        let taken = match self.instead("END") {
            Some(Act::Say(text)) => text.first() == Some(&b'2'),
            Some(Act::SayAndClose(text)) => text.starts_with('2'),
            _ => true,
        };
        if taken {
            self.log.lock().unwrap().messages.push(message);
        }
        self.answer("END", "250 2.0.0 taken\r\n")?;
        self.messages += 1;
        if self.manners.messages_a_connection == Some(self.messages) {
            self.flush()?;
            return Err(over());
        }
        Ok(())
    }

    fn instead(&self, command: &str) -> Option<Act> {
        let found = self
            .manners
            .instead
            .iter()
            .find(|(start, _)| command.starts_with(start));
        found.map(|(_, act)| act.clone())
    }

    /// Answers, and tells by what first digit.
    fn answer(&mut self, command: &str, usual: &str) -> io::Result<Option<u32>> {
        let text = match self.instead(command) {
            None => usual.as_bytes().to_vec(),
            Some(Act::Say(text)) => text,
            Some(Act::SayAndClose(text)) => {
                self.put(text.as_bytes());
                self.flush()?;
                return Err(over());
            }
            Some(Act::Flood(text)) => loop {
                self.put(text);
                self.flush()?;
            },
            Some(Act::Drip(text, pause)) => {
                for byte in text {
                    self.put(&[*byte]);
                    self.flush()?;
                    thread::sleep(pause);
                }
                return Err(over());
            }
            Some(Act::Hang) => {
                self.flush()?;
                loop {
                    self.read_more()?;
                }
            }
        };
        self.put(&text);
        Ok(text
            .first()
            .and_then(|digit| char::from(*digit).to_digit(10)))
    }

    fn is_tls(&self) -> bool {
        matches!(self.stream, Some(Stream::Tls(_)))
    }

    fn start_tls(&mut self) -> io::Result<()> {
        let config = Arc::clone(self.manners.tls.as_ref().unwrap());
        let Some(Stream::Plain(plain)) = self.stream.take() else {
            return Err(over());
        };
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        self.stream = Some(Stream::Tls(Box::new(StreamOwned::new(tls, plain))));
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        let line = self.raw_line()?;
        Ok(String::from_utf8_lossy(&line)
            .trim_end_matches(['\r', '\n'])
            .to_owned())
    }

    fn raw_line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(end) = self.inbox.iter().position(|&byte| byte == b'\n') {
                return Ok(self.inbox.drain(..=end).collect());
            }
            self.read_more()?;
        }
    }

    /// Answers what is still to be answered, and waits for more.
    fn read_more(&mut self) -> io::Result<()> {
        self.flush()?;
        let mut buffer = [0; 64 * 1024];
        let mut room = buffer.len();
        if let Some(Cut {
            after,
            side: Side::Received,
            how,
        }) = self.manners.cut
        {
            if self.received >= after {
                return self.break_off(how);
            }
            room = room.min(after - self.received);
        }
        let stream = self.stream.as_mut().ok_or_else(over)?;
        let count = match stream {
            Stream::Plain(stream) => stream.read(&mut buffer[..room])?,
            Stream::Tls(stream) => stream.read(&mut buffer[..room])?,
        };
        if count == 0 {
            return Err(over());
        }
        self.received += count;
        let mut log = self.log.lock().unwrap();
        log.received += count;
        log.flights += usize::from(std::mem::take(&mut self.answered));
        self.inbox.extend_from_slice(&buffer[..count]);
        Ok(())
    }

    fn put(&mut self, bytes: &[u8]) {
        self.outbox.extend_from_slice(bytes);
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.outbox);
        if bytes.is_empty() {
            return Ok(());
        }
        let mut allowed = bytes.as_slice();
        let mut broken = None;
        if let Some(Cut {
            after,
            side: Side::Sent,
            how,
        }) = self.manners.cut
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
        self.answered = true;
        self.log.lock().unwrap().sent += allowed.len();
        broken.map_or(Ok(()), |how| self.break_off(how))
    }

    fn break_off(&mut self, how: How) -> io::Result<()> {
        match (how, &mut self.raw) {
            (How::Reset, Some(raw)) => {
                // The last close resets: a shutdown would still be polite.
                rustix::net::sockopt::set_socket_linger(raw, Some(Duration::ZERO))?;
                self.raw = None;
            }
            (How::Stall, Some(raw)) => {
                let mut buffer = [0; 4096];
                while raw.read(&mut buffer).is_ok_and(|count| count > 0) {}
            }
            _ => {}
        }
        Err(over())
    }
}

fn between_angles(line: &str) -> String {
    let start = line.find('<').map_or(0, |at| at + 1);
    let end = line.find('>').unwrap_or(line.len());
    line.get(start..end).unwrap_or_default().to_owned()
}
