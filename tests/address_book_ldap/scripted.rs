//! A server that does as it is told.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use simplemapi::config::{Directory, Security, Server};

/// What it does with its connections, the first and the further ones.
pub(crate) type Script = fn(usize, &mut Talk);

/// A server whose every connection runs a script; it ends with the test program.
pub(crate) struct Scripted {
    port: u16,
    log: Arc<Mutex<Log>>,
}

/// What has happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    pub(crate) connections: usize,
    /// All that was heard, on whichever connection.
    pub(crate) heard: Vec<u8>,
    /// How much could be said.
    pub(crate) said: usize,
}

/// A connection.
pub(crate) struct Talk {
    stream: TcpStream,
    log: Arc<Mutex<Log>>,
}

impl Scripted {
    pub(crate) fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Arc::new(Mutex::new(Log::default()));
        let shared = Arc::clone(&log);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let stream = stream.unwrap();
                stream
                    .set_read_timeout(Some(Duration::from_secs(60)))
                    .unwrap();
                stream
                    .set_write_timeout(Some(Duration::from_secs(60)))
                    .unwrap();
                let log = Arc::clone(&shared);
                log.lock().unwrap().connections += 1;
                thread::spawn(move || script(number, &mut Talk { stream, log }));
            }
        });
        Self { port, log }
    }

    pub(crate) fn log(&self) -> Log {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self) -> Directory {
        Directory {
            server: Server {
                host: "127.0.0.1".to_owned(),
                port: self.port,
                security: Security::None,
                login: None,
                certificate_name: None,
                ca_file: None,
                timeout: Duration::from_secs(30),
                deadline: Duration::from_secs(60),
            },
            base: "dc=example,dc=org".to_owned(),
            results: 100,
        }
    }
}

impl Talk {
    /// The ids of the next requests; none when the client has hung up.
    pub(crate) fn hear(&mut self) -> Vec<u8> {
        let mut bytes = vec![0; 1 << 16];
        let count = self.stream.read(&mut bytes).unwrap_or(0);
        bytes.truncate(count);
        self.log.lock().unwrap().heard.extend(&bytes);
        ids(&bytes)
    }

    /// Says it; false when the client does not want to hear it.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> bool {
        let said = self.stream.write_all(bytes).is_ok();
        if said {
            self.log.lock().unwrap().said += bytes.len();
        }
        said
    }

    /// Says the same for as long as the client wants to hear it.
    pub(crate) fn flood(&mut self, bytes: &[u8]) {
        let many = bytes.repeat((1 << 18) / bytes.len() + 1);
        while self.say(&many) {}
    }

    /// Waits until the client hangs up.
    pub(crate) fn wait(&mut self) {
        while !self.hear().is_empty() {}
    }
}

/// The ids of the messages in these bytes, which came in one piece each.
fn ids(mut bytes: &[u8]) -> Vec<u8> {
    let mut ids = Vec::new();
    while let [0x30, length, rest @ ..] = bytes {
        let (octets, rest) = match length {
            0..0x80 => (0, rest),
            _ => (usize::from(length & 0x7f), rest),
        };
        let length = match octets {
            0 => usize::from(*length),
            _ => rest[..octets]
                .iter()
                .fold(0, |sum, &octet| sum * 256 + usize::from(octet)),
        };
        let message = &rest[octets..];
        ids.push(message[2]);
        bytes = message.get(length..).unwrap_or_default();
    }
    ids
}
