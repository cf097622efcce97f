//! A name server that says what it is told, honestly or not, by UDP and TCP on one port.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]
#![allow(dead_code, reason = "each test program uses its part of it")]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use simple_dns::rdata::{CNAME, RData, SRV};
use simple_dns::{CLASS, Name, Packet, PacketFlag, RCODE, ResourceRecord};

/// A record of a name.
#[derive(Debug, Clone)]
pub(crate) enum Record {
    /// Priority, weight, port and target.
    Server(u16, u16, u16, &'static str),
    /// It is another name for this one.
    Alias(&'static str),
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Honest,
    Silent,
    /// It says that it cannot.
    Failing,
    /// What it says does not fit into UDP.
    Wordy,
    /// The same, and by TCP it says nothing.
    WordyAndSilent,
    /// Others answer before it does: from elsewhere, to another question, with another number, with
    /// nonsense.
    Impersonated,
    /// Names that go round in circles.
    Circular,
    /// It says that there are more records than there can be.
    Boasting,
    /// It never ends.
    Flooding,
}

/// A running name server. It stops when it is dropped.
pub(crate) struct NameServer {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Clone)]
struct Zone {
    records: Arc<Vec<(&'static str, Record)>>,
    manner: Arc<Mutex<Manner>>,
}

impl NameServer {
    pub(crate) fn start(manner: Manner, records: &[(&'static str, Record)]) -> Self {
        let (udp, tcp) = sockets();
        let address = udp.local_addr().unwrap();
        udp.set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        let zone = Zone {
            records: Arc::new(records.to_vec()),
            manner: Arc::new(Mutex::new(manner)),
        };
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::new(AtomicUsize::new(0));
        let by_udp = {
            let (zone, stop, asked) = (zone.clone(), Arc::clone(&stop), Arc::clone(&asked));
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while !stop.load(Ordering::SeqCst) {
                    if let Ok((count, from)) = udp.recv_from(&mut buffer) {
                        asked.fetch_add(1, Ordering::SeqCst);
                        zone.answer_by_udp(&udp, from, &buffer[..count], &stop);
                    }
                }
            })
        };
        let by_tcp = {
            let stop = Arc::clone(&stop);
            thread::spawn(move || {
                for stream in tcp.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    zone.answer_by_tcp(&mut stream.unwrap());
                }
            })
        };
        Self {
            address,
            asked,
            stop,
            threads: vec![by_udp, by_tcp],
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many questions it was asked by UDP.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Both of the same number.
fn sockets() -> (UdpSocket, TcpListener) {
    for _ in 0..100 {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
            return (udp, tcp);
        }
    }
    panic!("no port is free for both");
}

impl Zone {
    fn answer_by_udp(&self, socket: &UdpSocket, from: SocketAddr, asked: &[u8], stop: &AtomicBool) {
        let say = |bytes: &[u8]| drop(socket.send_to(bytes, from));
        let whole = self.answer(asked);
        match *self.manner.lock().unwrap() {
            Manner::Honest => say(&whole),
            Manner::Silent => {}
            Manner::Failing => say(&reply(asked, |packet| {
                *packet.rcode_mut() = RCODE::ServerFailure
            })),
            Manner::Wordy | Manner::WordyAndSilent => {
                say(&reply(asked, |packet| {
                    packet.set_flags(PacketFlag::TRUNCATION)
                }));
            }
            Manner::Impersonated => {
                let lie = Zone {
                    records: Arc::new(vec![("", Record::Server(0, 0, 9, "evil.localhost"))]),
                    manner: Arc::clone(&self.manner),
                };
                let elsewhere = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
                elsewhere.send_to(&lie.answer(asked), from).unwrap();
                let mut other_number = lie.answer(asked);
                other_number[0] ^= 1;
                say(&other_number);
                let mut other_question = lie.answer(asked);
                other_question[13] ^= 2;
                say(&other_question);
                say(asked);
                say(&whole[..20]);
                say(b"");
                say(&whole);
            }
            Manner::Circular => {
                let mut bytes = reply(asked, |_| {});
                bytes[7] = 1;
                let here = u8::try_from(bytes.len()).unwrap();
                // A record whose name is where it stands.
                bytes.extend([
                    0xC0, here, 0, 33, 0, 1, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 9, 0xC0, here,
                ]);
                say(&bytes);
            }
            Manner::Boasting => {
                let mut bytes = whole;
                bytes[6..12].fill(0xFF);
                say(&bytes);
            }
            Manner::Flooding => {
                let mut other_number = whole;
                other_number[0] ^= 1;
                while !stop.load(Ordering::SeqCst) {
                    say(&other_number);
                }
            }
        }
    }

    fn answer_by_tcp(&self, stream: &mut TcpStream) {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut length = [0; 2];
        if stream.read_exact(&mut length).is_err() {
            return;
        }
        let mut asked = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut asked).unwrap();
        if *self.manner.lock().unwrap() == Manner::WordyAndSilent {
            // Until the other side has had enough.
            let _ = stream.read(&mut length);
            return;
        }
        let whole = self.answer(&asked);
        let length = u16::try_from(whole.len()).unwrap().to_be_bytes();
        // In pieces, as a stream may come.
        for piece in [&length[..1], &length[1..], &whole[..5], &whole[5..]] {
            stream.write_all(piece).unwrap();
        }
    }

    /// The truth, as far as the records go; an empty name stands for every one.
    fn answer(&self, asked: &[u8]) -> Vec<u8> {
        let question = Packet::parse(asked)
            .unwrap()
            .questions
            .remove(0)
            .into_owned();
        let mut name = question.qname.to_string();
        let mut records = Vec::new();
        for (owner, record) in self.records.iter() {
            if !owner.is_empty() && *owner != name {
                continue;
            }
            let data = match record {
                Record::Server(priority, weight, port, target) => RData::SRV(SRV {
                    priority: *priority,
                    weight: *weight,
                    port: *port,
                    target: Name::new(target).unwrap(),
                }),
                Record::Alias(other) => RData::CNAME(CNAME(Name::new(other).unwrap())),
            };
            let owner = Name::new(&name).unwrap().into_owned();
            records.push(ResourceRecord::new(owner, CLASS::IN, 300, data));
            if let Record::Alias(other) = record {
                name = (*other).to_owned();
            }
        }
        reply(asked, |packet| {
            if records.is_empty() {
                *packet.rcode_mut() = RCODE::NameError;
            }
            packet.answers = records;
        })
    }
}

fn reply<'a>(asked: &'a [u8], change: impl FnOnce(&mut Packet<'a>)) -> Vec<u8> {
    let mut packet = Packet::parse(asked).unwrap().into_reply();
    change(&mut packet);
    packet.build_bytes_vec_compressed().unwrap()
}
