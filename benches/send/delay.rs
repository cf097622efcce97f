//! A line that takes its time: what goes in comes out again, a fixed span later.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// The port of a line to this one, each direction of which takes half of a round trip. It serves until
/// the process ends.
pub(crate) fn line_to(port: u16, round_trip: Duration) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let here = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.unwrap();
            thread::spawn(move || {
                // The handshake takes a round trip as well, before the server's greeting can come.
                thread::sleep(round_trip / 2);
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
                carry(
                    client.try_clone().unwrap(),
                    server.try_clone().unwrap(),
                    round_trip / 2,
                );
                carry(server, client, round_trip / 2);
            });
        }
    });
    here
}

fn carry(mut from: TcpStream, mut to: TcpStream, span: Duration) {
    let (sender, pieces) = mpsc::channel::<(Instant, Vec<u8>)>();
    to.set_nodelay(true).unwrap();
    thread::spawn(move || {
        let mut buffer = vec![0; 1 << 18];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let due = Instant::now() + span;
            if sender.send((due, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    });
    thread::spawn(move || {
        for (due, piece) in pieces {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}
