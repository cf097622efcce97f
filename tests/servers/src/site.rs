//! A web site that tells mail programs where its mail servers are.
#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use crate::imap::Imap;
use crate::postfix::{Door, Postfix};

/// A site that has a file for mail programs, at a URL of its own.
#[derive(Debug)]
pub struct Site {
    /// What SIMPLEMAPI_AUTOCONFIG is to be.
    pub url: String,
    /// The first line of each request.
    pub asked: Receiver<String>,
}

impl Site {
    /// One that says where these two servers are.
    ///
    /// # Panics
    /// When it does not start.
    pub fn of(postfix: &Postfix, imap: &Imap) -> Self {
        Self::with(settings(postfix, imap))
    }

    /// One that has this file.
    ///
    /// # Panics
    /// When it does not start.
    pub fn with(file: String) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("its number").port();
        let (tell, asked) = mpsc::channel();
        thread::spawn(move || {
            for client in listener.incoming() {
                let mut client = client.expect("a client");
                let mut request = [0; 4096];
                let length = client.read(&mut request).unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let first = request.lines().next().unwrap_or_default().to_owned();
                let _ = write!(
                    client,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{file}",
                    file.len()
                );
                if tell.send(first).is_err() {
                    return;
                }
            }
        });
        Self {
            url: format!("http://127.0.0.1:{port}/%d.xml?emailaddress=%a"),
            asked,
        }
    }
}

/// What a site says of these two servers, and of others that cannot be used.
fn settings(postfix: &Postfix, imap: &Imap) -> String {
    let server = |element: &str, kind: &str, port: u16, socket: &str, way: &str| {
        format!(
            "<{element} type=\"{kind}\"><hostname>localhost</hostname><port>{port}</port>\
             <socketType>{socket}</socketType><username>%EMAILLOCALPART%</username>\
             <authentication>{way}</authentication></{element}>"
        )
    };
    let password = "password-cleartext";
    format!(
        "<?xml version=\"1.0\"?><clientConfig version=\"1.1\"><emailProvider id=\"example.test\">\
         <domain>example.test</domain>{}{}{}{}</emailProvider></clientConfig>",
        server("incomingServer", "imap", imap.port(), "STARTTLS", password),
        server("outgoingServer", "smtp", 25, "plain", password),
        server("outgoingServer", "smtp", 465, "SSL", "OAuth2"),
        server(
            "outgoingServer",
            "smtp",
            postfix.port(Door::Submission),
            "STARTTLS",
            password
        ),
    )
}
