//! The server for TLS, and the certificate that it shows. Like sink.c it takes everything and keeps
//! nothing; a thread of the measuring process serves each client, whose own costs stay apart.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::{HandshakeKind, ServerConfig, ServerConnection, StreamOwned};
use test_servers::Certificates;

use super::certificates;

const GREETING: &[u8] = b"220 sink ESMTP\r\n";
const HELLO: &[u8] = b"250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 8BITMIME\r\n";

/// An SMTP server that speaks TLS from the first byte. It serves until the process ends.
pub(crate) struct TlsSink {
    pub(crate) port: u16,
    /// Whom a client has to trust.
    pub(crate) authority: PathBuf,
    resumed: Arc<AtomicUsize>,
}

impl TlsSink {
    pub(crate) fn start(folder: &Path) -> Self {
        let made = Certificates::make(&folder.join("certificates"));
        let config = certificates::showing(&made.good);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let resumed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&resumed);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, config) = (client.unwrap(), Arc::clone(&config));
                let count = Arc::clone(&count);
                // A client that is done may hang up as it likes.
                thread::spawn(move || serve(client, config, &count).ok());
            }
        });
        Self {
            port,
            authority: made.authority,
            resumed,
        }
    }

    /// How many connections began with what an earlier one had left, and so without a certificate.
    pub(crate) fn resumed(&self) -> usize {
        self.resumed.load(Ordering::Relaxed)
    }
}

fn serve(client: TcpStream, config: Arc<ServerConfig>, resumed: &AtomicUsize) -> io::Result<()> {
    client.set_nodelay(true)?;
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut client = BufReader::with_capacity(1 << 16, StreamOwned::new(tls, client));
    client.get_mut().write_all(GREETING)?;
    if client.get_ref().conn.handshake_kind() == Some(HandshakeKind::Resumed) {
        resumed.fetch_add(1, Ordering::Relaxed);
    }
    let (mut line, mut answers) = (Vec::new(), Vec::new());
    loop {
        line.clear();
        if client.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line);
        let mut words = command.split_ascii_whitespace();
        answers.extend_from_slice(match words.next() {
            Some("EHLO") => HELLO,
            Some("BDAT") => {
                let length = words.next().and_then(|length| length.parse().ok());
                skip(&mut client, length.unwrap_or_default())?;
                b"250 2.0.0 taken\r\n"
            }
            Some("QUIT") => b"221 2.0.0 bye\r\n",
            _ => b"250 2.0.0 yes\r\n",
        });
        if client.buffer().is_empty() {
            client.get_mut().write_all(&answers)?;
            answers.clear();
        }
    }
}

fn skip(from: &mut impl BufRead, mut length: usize) -> io::Result<()> {
    while length > 0 {
        let there = from.fill_buf()?.len().min(length);
        if there == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        from.consume(there);
        length -= there;
    }
    Ok(())
}
