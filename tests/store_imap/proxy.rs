//! A man in the middle who only counts: what a client says to a server, and what it costs.
#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What has passed.
#[derive(Debug, Default, Clone)]
pub(crate) struct Passed {
    /// What the client said.
    pub(crate) said: String,
    /// How many bytes the server answered.
    pub(crate) answered: usize,
}

impl Passed {
    /// The commands in which this stands, each a round trip.
    pub(crate) fn commands(&self, text: &str) -> Vec<&str> {
        self.said
            .lines()
            .filter(|line| line.contains(text))
            .collect()
    }
}

pub(crate) struct Proxy {
    pub(crate) port: u16,
    passed: Arc<Mutex<Passed>>,
}

impl Proxy {
    /// In front of a server on this machine.
    pub(crate) fn before(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let passed = Arc::new(Mutex::new(Passed::default()));
        let counts = Arc::clone(&passed);
        // It ends with the test program.
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).unwrap();
                let (said, answered) = (Arc::clone(&counts), Arc::clone(&counts));
                pass(&client, &server, move |bytes| {
                    let text = String::from_utf8_lossy(bytes);
                    said.lock().unwrap().said.push_str(&text);
                });
                pass(&server, &client, move |bytes| {
                    answered.lock().unwrap().answered += bytes.len();
                });
            }
        });
        Self { port, passed }
    }

    /// What has passed since this was asked last.
    pub(crate) fn passed(&self) -> Passed {
        std::mem::take(&mut *self.passed.lock().unwrap())
    }
}

/// Counts before it passes on, so that nobody has an answer that was not counted.
fn pass(from: &TcpStream, to: &TcpStream, count: impl Fn(&[u8]) + Send + 'static) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(length) = from.read(&mut buffer)
            && length > 0
        {
            count(&buffer[..length]);
            if to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
