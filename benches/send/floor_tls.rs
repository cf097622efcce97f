//! FLOOR over TLS: what the protocol, the machine and rustls cost, without a library of mail. It sends
//! what floor.c sends, and knows what that knows.
//!
//! This program runs itself for it, so that it is measured like the others: see peer.h.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use encodify::base64::MIME;
use rustix::time::{ClockId, clock_gettime};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

const INPUT: usize = 57 * 2048;
const TAIL: &str = "\r\n--frontier--\r\n";

struct Work<'a> {
    port: u16,
    count: usize,
    kept: bool,
    file: Option<&'a str>,
}

/// `PORT COUNT kept|each FILE|- AUTHORITY`.
pub(crate) fn run(arguments: &[String]) {
    let began = Instant::now();
    let [port, count, kept, file, authority] = arguments else {
        panic!("PORT COUNT kept|each FILE|- AUTHORITY");
    };
    let work = Work {
        port: port.parse().unwrap(),
        count: count.parse().unwrap(),
        kept: kept == "kept",
        file: (file != "-").then_some(file),
    };
    let config = trusting(authority);
    let mut server = None;
    for number in 1..=work.count {
        let there = server.get_or_insert_with(|| Server::dial(work.port, &config));
        there.send(number, work.file);
        if !work.kept || number == work.count {
            there.say(b"QUIT\r\n");
            there.expect(1);
            server = None;
        }
    }
    let processor = clock_gettime(ClockId::ProcessCPUTime);
    println!(
        "{:.9} {}.{:09} {}",
        began.elapsed().as_secs_f64(),
        processor.tv_sec,
        processor.tv_nsec,
        most_memory()
    );
}

/// With what rustls does by itself: among that are connections that begin where an earlier one ended.
fn trusting(authority: &str) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    // Who trusts the authorities of the system has to read them, some milliseconds a process.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
        .add(CertificateDer::from_pem_file(authority).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

struct Server {
    socket: TcpStream,
    tls: ClientConnection,
    heard: Vec<u8>,
}

impl Server {
    fn dial(port: u16, config: &Arc<ClientConfig>) -> Self {
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        socket.set_nodelay(true).unwrap();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let mut tls = ClientConnection::new(Arc::clone(config), name).unwrap();
        tls.set_buffer_limit(None);
        let mut server = Self {
            socket,
            tls,
            heard: Vec::new(),
        };
        server.expect(1);
        server.say(b"EHLO laptop\r\n");
        server.expect(1);
        server
    }

    fn say(&mut self, bytes: &[u8]) {
        self.tls.writer().write_all(bytes).unwrap();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut self.socket).unwrap();
        }
    }

    /// Waits for this many answers, and requires each to be a yes.
    fn expect(&mut self, mut count: usize) {
        loop {
            while let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let last = self.heard[3] == b' ';
                assert_eq!(self.heard[0], b'2', "the server said no");
                self.heard.drain(..=end);
                count -= usize::from(last);
            }
            if count == 0 {
                return;
            }
            while self.tls.wants_write() {
                self.tls.write_tls(&mut self.socket).unwrap();
            }
            assert_ne!(self.tls.read_tls(&mut self.socket).unwrap(), 0, "hung up");
            let state = self.tls.process_new_packets().unwrap();
            let start = self.heard.len();
            self.heard
                .resize(start + state.plaintext_bytes_to_read(), 0);
            self.tls
                .reader()
                .read_exact(&mut self.heard[start..])
                .unwrap();
        }
    }

    fn send(&mut self, number: usize, file: Option<&str>) {
        let head = head(number, file.is_some());
        let length = file.map_or(0, |file| fs::metadata(file).unwrap().len() as usize);
        let size = head.len() + file.map_or(0, |_| MIME.encoded_len(length) + TAIL.len());
        let mut output = format!(
            "MAIL FROM:<ada@example.org> BODY=8BITMIME SIZE={size}\r\n\
             RCPT TO:<ben@example.com>\r\nBDAT {size} LAST\r\n{head}"
        )
        .into_bytes();
        if let Some(file) = file {
            let (mut file, mut input) = (File::open(file).unwrap(), vec![0; INPUT]);
            loop {
                let got = file.read(&mut input).unwrap();
                MIME.encode_append(&input[..got], &mut output);
                if got < INPUT {
                    break;
                }
                self.say(&output);
                output.clear();
            }
            output.extend_from_slice(TAIL.as_bytes());
        }
        self.say(&output);
        self.expect(3);
    }
}

/// What message_head in base64.h writes.
fn head(number: usize, with_file: bool) -> String {
    const LINE: &str = "12 boxes of paper, 3 of ink, and 1 of what nobody asked for.\r\n";
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let mut head = format!(
        "From: <ada@example.org>\r\nTo: <ben@example.com>\r\nSubject: The stock of this night\r\n\
         Date: Tue, 14 Nov 2023 22:13:18 +0000\r\nMessage-ID: <{number}.{}@laptop>\r\n\
         MIME-Version: 1.0\r\n",
        now.as_secs()
    );
    if with_file {
        head += "Content-Type: multipart/mixed; boundary=frontier\r\n\r\n--frontier\r\n";
    }
    let text = LINE.repeat(999 / LINE.len());
    write!(
        head,
        "Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"
    )
    .unwrap();
    if with_file {
        head += "\r\n--frontier\r\nContent-Type: application/octet-stream\r\n\
                 Content-Disposition: attachment; filename=stock.bin\r\n\
                 Content-Transfer-Encoding: base64\r\n\r\n";
    }
    head
}

/// In KiB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let words = peak.unwrap().split_whitespace().next();
    words.unwrap().parse().unwrap()
}
