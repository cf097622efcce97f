//! A question to a name server, and its answer: by UDP, and by TCP where that has no room for it.
#![forbid(unsafe_code)]

use std::io::{self, Write};
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use simple_dns::{CLASS, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, TYPE, header_buffer};

use crate::connection::socket::{Readiness, Socket, wait_to_receive};
use crate::deadline::Deadline;
use crate::descriptor::open_above;

/// More than a server sends by UDP to somebody who did not ask for more than 512.
const UDP_SIZE: usize = 4096;
/// The shortest record there is: a name of one byte, type, class, how long it lasts, and no data.
const SHORTEST_RECORD: usize = 11;

/// Asks a server for the SRV records of a name, until `by`. What comes back is whole, says that it answers
/// this question, and came from where it was asked.
pub(super) fn ask(
    server: SocketAddr,
    name: &Name<'_>,
    by: Deadline,
    call: Deadline,
) -> io::Result<Vec<u8>> {
    let [one, other, ..] = getrandom::u32().map_err(io::Error::other)?.to_le_bytes();
    let query = Query::new(name, u16::from_le_bytes([one, other]))?;
    let answer = query.by_udp(server, by, call)?;
    match header_buffer::has_flags(&answer, PacketFlag::TRUNCATION) {
        Ok(false) => Ok(answer),
        _ => query.by_tcp(server, by, call),
    }
}

struct Query<'a> {
    name: &'a Name<'a>,
    id: u16,
    bytes: Vec<u8>,
}

impl<'a> Query<'a> {
    fn new(name: &'a Name<'a>, id: u16) -> io::Result<Self> {
        let mut packet = Packet::new_query(id);
        packet.set_flags(PacketFlag::RECURSION_DESIRED);
        packet.questions.push(Question::new(
            name.clone(),
            QTYPE::TYPE(TYPE::SRV),
            QCLASS::CLASS(CLASS::IN),
            false,
        ));
        let bytes = packet.build_bytes_vec().map_err(io::Error::other)?;
        Ok(Self { name, id, bytes })
    }

    /// The socket is connected, so that the kernel drops what comes from elsewhere. Whoever guesses its
    /// port has to guess the number of the question, too, and may try until the server has answered.
    fn by_udp(&self, server: SocketAddr, by: Deadline, call: Deadline) -> io::Result<Vec<u8>> {
        let socket = open_above(|| match server {
            SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
        })?;
        socket.set_nonblocking(true)?;
        socket.connect(server)?;
        socket.send(&self.bytes)?;
        let mut buffer = [0; UDP_SIZE];
        loop {
            let limit = remaining(by, call)?;
            wait_to_receive(&socket, limit)?;
            match socket.recv(&mut buffer) {
                Ok(count) => {
                    let bytes = buffer.get(..count).unwrap_or_default();
                    if self.is_answered_by(bytes) {
                        return Ok(bytes.to_vec());
                    }
                }
                Err(error) if is_nothing_yet(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn by_tcp(&self, server: SocketAddr, by: Deadline, call: Deadline) -> io::Result<Vec<u8>> {
        let mut socket = Socket::connect(&server, remaining(by, call)?)?;
        let length = u16::try_from(self.bytes.len()).map_err(io::Error::other)?;
        let mut unsent = length.to_be_bytes().to_vec();
        unsent.extend_from_slice(&self.bytes);
        let mut answer = Vec::new();
        let mut buffer = [MaybeUninit::uninit(); UDP_SIZE];
        loop {
            let wanted = Readiness {
                readable: unsent.is_empty(),
                writable: !unsent.is_empty(),
            };
            let ready = socket.wait(wanted, remaining(by, call)?)?;
            if ready.writable {
                let written = socket.write(&unsent)?;
                unsent.drain(..written);
            }
            if ready.readable {
                let received = match socket.receive(&mut buffer) {
                    Ok([]) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(received) => received,
                    Err(error) if is_nothing_yet(&error) => continue,
                    Err(error) => return Err(error),
                };
                answer.extend_from_slice(received);
            }
            if let Some((length, rest)) = answer.split_first_chunk::<2>()
                && let Some(bytes) = rest.get(..usize::from(u16::from_be_bytes(*length)))
            {
                return match self.is_answered_by(bytes) {
                    true => Ok(bytes.to_vec()),
                    false => Err(io::Error::other("it answered something else by TCP")),
                };
            }
        }
    }

    /// Whether these bytes are an answer, to this very question.
    fn is_answered_by(&self, bytes: &[u8]) -> bool {
        // What says that it has more records than it can hold is not even taken apart.
        let counts = [
            header_buffer::answers(bytes),
            header_buffer::name_servers(bytes),
            header_buffer::additional_records(bytes),
        ];
        let counts = counts
            .into_iter()
            .map(|count| usize::from(count.unwrap_or(u16::MAX)));
        if counts.sum::<usize>() > bytes.len() / SHORTEST_RECORD
            || header_buffer::questions(bytes) != Ok(1)
        {
            return false;
        }
        let Ok(packet) = Packet::parse(bytes) else {
            // One that was cut short need not be whole: it is asked for again.
            return self.is_cut_short(bytes);
        };
        let is_ours = |question: &Question<'_>| {
            question.qname == *self.name
                && question.qtype == QTYPE::TYPE(TYPE::SRV)
                && question.qclass == QCLASS::CLASS(CLASS::IN)
        };
        packet.id() == self.id
            && packet.has_flags(PacketFlag::RESPONSE)
            && packet.questions.iter().all(is_ours)
    }

    fn is_cut_short(&self, bytes: &[u8]) -> bool {
        header_buffer::id(bytes) == Ok(self.id)
            && header_buffer::has_flags(bytes, PacketFlag::RESPONSE | PacketFlag::TRUNCATION)
                == Ok(true)
    }
}

fn remaining(by: Deadline, call: Deadline) -> io::Result<std::time::Duration> {
    const LONG: std::time::Duration = std::time::Duration::from_secs(60);
    let left = call.allow(LONG)?;
    by.allow(left)
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "no answer in time"))
}

fn is_nothing_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
