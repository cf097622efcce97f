//! Nothing takes the host down: small C programs, each with one habit that kills careless
//! libraries, send mail through ours and live.
//!
//! The programs are in `tests/host/`; each exits with 0 when it came through. This side gives them a
//! configuration and looks at what was sent.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

#[path = "support/host.rs"]
mod host;
#[path = "support/smtp_server.rs"]
mod smtp_server;

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use test_servers::Certificates;

use host::{Host, names};
use smtp_server::{Manners, Server};

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn an_ordinary_host_sends_and_hears_nothing_of_us() {
    let host = Host::new("send");
    assert_eq!(host.survives(&[]), "");
    assert_eq!(host.delivered().len(), 1);
}

#[test]
fn a_program_that_hangs_up_raises_no_signal() {
    let host = Host::new("broken_pipe");
    host.sendmail("exec <&-; sleep 0.1; exit 75");
    host.survives(&[]);
}

/// Listens to a client until it begins its message, says yes to everything, and returns with most
/// of it unread: closed so, the client's next writes are answered with a reset.
fn hang_up_in_data(client: &mut (impl Read + Write)) {
    client.write_all(b"220 here\r\n").unwrap();
    let mut heard = String::new();
    while !heard.contains("DATA\r\n") {
        let mut piece = [0; 1000];
        let length = client.read(&mut piece).unwrap();
        assert_ne!(length, 0, "the client hung up first: {heard}");
        let piece = String::from_utf8_lossy(&piece[..length]).into_owned();
        for line in piece.split_inclusive('\n') {
            let answer = match line.strip_prefix("DATA") {
                Some(_) => "354 go on\r\n",
                None => "250 yes\r\n",
            };
            client.write_all(answer.as_bytes()).unwrap();
        }
        heard += &piece;
    }
}

fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn a_server_that_hangs_up_raises_no_signal() {
    let (listener, port) = listen();
    let server = std::thread::spawn(move || hang_up_in_data(&mut listener.accept().unwrap().0));
    let host = Host::new("broken_pipe");
    host.transport(&format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\""
    ));
    host.survives(&[]);
    server.join().unwrap();
}

/// What a server needs for TLS, and the authority that signed it.
fn tls(host: &Host) -> (Certificates, Arc<ServerConfig>) {
    let certificates = Certificates::make(&host.path("certificates"));
    let chain = CertificateDer::pem_file_iter(&certificates.good.certificate)
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(&certificates.good.key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (certificates, Arc::new(config))
}

fn by_tls(port: u16, certificates: &Certificates) -> String {
    format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"tls\"\nca-file = \"{}\"",
        certificates.authority.display()
    )
}

#[test]
fn a_tls_server_that_hangs_up_raises_no_signal() {
    let host = Host::new("broken_pipe");
    let (certificates, config) = tls(&host);
    let (listener, port) = listen();
    let server = std::thread::spawn(move || {
        let client = listener.accept().unwrap().0;
        let tls = rustls::ServerConnection::new(config).unwrap();
        hang_up_in_data(&mut rustls::StreamOwned::new(tls, client));
    });
    host.transport(&by_tls(port, &certificates));
    host.survives(&[]);
    server.join().unwrap();
}

#[test]
fn a_file_that_may_not_grow_is_a_full_disk_and_leaves_nothing() {
    let host = Host::new("broken_pipe");
    host.survives(&["full"]);
    assert_eq!(host.delivered().len(), 0);
}

#[test]
fn exit_codes_arrive_whatever_the_host_does_with_its_children() {
    let host = Host::new("children");
    for (exit, code) in [("0", "0"), ("67", "25"), ("77", "6")] {
        host.sendmail(&format!("cat >/dev/null; exit {exit}"));
        for habit in ["ignored", "handled", "waited"] {
            host.survives(&[habit, code]);
        }
    }
}

#[test]
fn calls_complete_in_a_storm_of_interruptions() {
    let host = Host::new("interruptions");
    host.survives(&["200"]);
    assert_eq!(host.delivered().len(), 200);
    host.sendmail("cat >> all");
    host.survives(&["30"]);
    let all = fs::read_to_string(host.path("all")).unwrap();
    assert_eq!(all.matches("Subject: From a host").count(), 30);
}

#[test]
fn a_call_from_a_signal_handler_is_refused_while_the_thread_is_inside() {
    let host = Host::new("reentrance");
    host.sendmail("sleep 0.4; cat >> all");
    host.survives(&[]);
    let all = fs::read_to_string(host.path("all")).unwrap();
    assert_eq!(all.matches("Subject:").count(), 2);
}

#[test]
fn a_forked_child_sends_while_the_parents_threads_are_inside() {
    let host = Host::new("forks");
    host.survives(&[]);
    let delivered = host.delivered();
    let from = |text| delivered.iter().filter(|mail| mail.ends_with(text)).count();
    assert_eq!(from("Sent by the parent.\n"), 45);
    assert_eq!(from("Sent by a child.\n"), 25);
}

#[test]
fn a_host_may_end_at_any_moment() {
    let host = Host::new("ends");
    host.sendmail("cat > part; sleep 0.3; mv part whole");
    let started = Instant::now();
    host.survives(&["amid"]);
    assert!(started.elapsed() < Duration::from_secs(20));
    for moment in ["atexit", "thread"] {
        let host = Host::new("ends");
        host.survives(&[moment]);
        assert_eq!(host.delivered().len(), 2, "{moment}");
    }
}

#[test]
fn a_host_that_is_killed_amid_a_message_sends_none_of_it() {
    let host = Host::new("send");
    host.sendmail("echo > started; sleep 0.5; cat > half; echo > end");
    let mut child = host.start(&["long"]);
    while !host.path("started").exists() {
        assert!(child.try_wait().unwrap().is_none(), "{}", host.output());
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    std::thread::sleep(Duration::from_millis(1000));
    assert!(
        !host.path("end").exists(),
        "sendmail saw the end of half a message"
    );
}

#[test]
fn the_library_can_be_closed_while_threads_that_used_it_live_on() {
    let host = Host::new("unloads");
    let library = host.path("libsimplemapi.so.0");
    host.survives(&[library.to_str().unwrap()]);
    assert_eq!(host.delivered().len(), 1100);
}

#[test]
fn nothing_that_a_host_prints_lands_in_a_message() {
    let host = Host::new("no_streams");
    host.survives(&[]);
    let delivered = host.delivered();
    assert_eq!(delivered.len(), 51);
    assert!(delivered.iter().all(|mail| !mail.contains("LITTER")));
    host.sendmail("cat >> all");
    host.survives(&[]);
    let all = fs::read_to_string(host.path("all")).unwrap();
    assert_eq!(all.matches("Subject:").count(), 51);
    assert!(!all.contains("LITTER"));
}

#[test]
fn a_full_table_of_descriptors_is_a_code() {
    let host = Host::new("no_descriptors");
    host.survives(&[]);
    assert_eq!(names(&host.maildir().join("tmp")), [""; 0]);
    let host = Host::new("no_descriptors");
    host.sendmail("cat > /dev/null");
    host.survives(&[]);
}

#[test]
fn a_program_that_we_start_has_none_of_the_hosts_descriptors() {
    let host = Host::new("leaks");
    host.sendmail(
        "n=0; while [ $n -lt 100 ]; do [ -e /proc/$$/fd/$n ] && echo $n >> seen; n=$((n+1)); done; cat >/dev/null",
    );
    host.survives(&[]);
    let seen = fs::read_to_string(host.path("seen")).unwrap();
    // The shell itself keeps its script open at 10.
    assert_eq!(seen, "0\n1\n2\n10\n");
}

#[test]
fn a_host_may_change_its_environment_meanwhile() {
    let host = Host::new("environment");
    // Once a process the environment is looked into.
    for _ in 0..100 {
        host.survives(&["1"]);
    }
    for _ in 0..10 {
        host.survives(&["20"]);
    }
    host.sendmail("cat >/dev/null");
    for _ in 0..10 {
        host.survives(&["20"]);
    }
}

#[test]
fn the_smallest_stacks_are_enough() {
    let host = Host::new("small_stacks");
    host.survives(&[]);
    assert_eq!(host.delivered().len(), 3);
    host.sendmail("cat >/dev/null");
    host.survives(&[]);
}

#[test]
fn where_no_thread_can_be_started_little_stack_is_a_code_and_enough_of_it_sends() {
    if !is_root() {
        return test_servers::skip("only root can become a user without processes");
    }
    let host = Host::new("no_threads");
    let nobody = Some(65534);
    fs::create_dir(host.maildir()).unwrap();
    std::os::unix::fs::chown(host.maildir(), nobody, nobody).unwrap();
    host.survives(&[]);
    assert_eq!(host.delivered().len(), 1);
}

#[test]
fn a_host_that_waits_for_a_server_can_be_interrupted() {
    let (listener, port) = listen();
    let host = Host::new("send");
    host.transport(&format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\""
    ));
    let mut child = host.start(&[]);
    let silent = listener.accept().unwrap();
    let pid = rustix::process::Pid::from_child(&child);
    // SIGINT is ignored in what a shell has put into the background, and its children inherit that.
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(15), "{status:?} {}", host.output());
    drop(silent);
}

#[test]
fn too_little_memory_is_a_code() {
    let host = Host::new("no_memory");
    let output = host.survives(&[]);
    eprintln!("{output}");
    assert_eq!(names(&host.maildir().join("tmp")), [""; 0]);
    let host = Host::new("no_memory");
    host.sendmail("cat >/dev/null");
    host.survives(&[]);
}

#[test]
#[ignore = "a minute: the same large book is read again and again"]
fn too_little_memory_for_an_address_book_is_a_code() {
    let host = Host::new("no_memory");
    // Few cards with long keys, which are in the text twice: much memory in little time.
    let key = "x".repeat(1500);
    let cards: String = (0..4_000)
        .map(|at| {
            format!(
                "BEGIN:VCARD\nVERSION:4.0\nUID:{key}{at}\nFN:Name{at} Family{at}\n\
                 EMAIL:a{at}@example.org\nCATEGORIES:All,Of{}\nEND:VCARD\n",
                at / 10
            )
        })
        .collect();
    fs::write(host.path("cards.vcf"), cards).unwrap();
    let config = fs::read_to_string(host.config()).unwrap();
    let book = format!(
        "[[profile.test.address-book]]\nkind = \"vcard\"\npath = {:?}\n",
        host.path("cards.vcf")
    );
    fs::write(host.config(), config + &book).unwrap();
    // Once to read the cards each time, once with an index that is there.
    for cached in [false, true] {
        let mut command = host.command(&["Name77 Family77"]);
        command.env(
            "XDG_CACHE_HOME",
            host.path(if cached { "cache" } else { "none" }),
        );
        if !cached {
            fs::write(host.path("none"), "no folder").unwrap();
        }
        let ended = host.wait(command.spawn().unwrap());
        assert!(ended.status.success(), "{}", ended.output);
        eprintln!("{}", ended.output);
    }
}

#[test]
fn a_host_with_more_rights_than_its_user_heeds_no_environment() {
    if !is_root() {
        return test_servers::skip("only root can make a set-user-ID program");
    }
    let host = Host::new("elevated");
    let program = host.path("host");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o4755)).unwrap();
    let output = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .env("SIMPLEMAPI_CONFIG", host.config())
        .env("SIMPLEMAPI_UI", "none")
        .output()
        .unwrap();
    if output.status.code() == Some(77) {
        return test_servers::skip("this file system heeds no set-user-ID bit");
    }
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(!host.maildir().exists());
}

#[test]
fn a_thousand_sessions_leave_nothing_behind() {
    let host = Host::new("endurance");
    eprintln!("{}", host.survives(&["1000"]));
    assert_eq!(host.delivered().len(), 1000);
}

#[test]
fn a_hundred_sessions_over_tls_leave_nothing_behind() {
    let host = Host::new("endurance");
    let (certificates, config) = tls(&host);
    let server = Server::start(Manners {
        tls: Some(config),
        tls_at_once: true,
        ..Manners::default()
    });
    host.transport(&by_tls(server.port(), &certificates));
    eprintln!("{}", host.survives(&["100"]));
    assert_eq!(server.log().messages.len(), 100);
}

#[test]
fn no_thread_and_no_connection_is_left_once_the_last_session_is_closed() {
    let server = Server::start(Manners::default());
    let host = Host::new("idle");
    host.transport(&format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"",
        server.port()
    ));
    host.survives(&[]);
    assert_eq!(server.log().connections, 4);
}

#[test]
fn calls_without_a_session_share_a_connection_that_no_forked_child_touches() {
    let host = Host::new("lingers");
    let (certificates, config) = tls(&host);
    for tls in [None, Some(config)] {
        let is_tls = tls.is_some();
        let server = Server::start(Manners {
            tls_at_once: is_tls,
            tls,
            ..Manners::default()
        });
        host.transport(&if is_tls {
            by_tls(server.port(), &certificates)
        } else {
            format!(
                "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"",
                server.port()
            )
        });
        host.survives(&[]);
        let log = server.log_when(|log| log.count("QUIT") == 5);
        assert_eq!(log.messages.len(), 7);
        // The first's, the one that was left, the child's, and two at the end; each with a goodbye.
        assert_eq!(
            (log.connections, log.count("QUIT")),
            (5, 5),
            "{:?}",
            log.lines
        );
    }
}

#[test]
fn eight_threads_give_eight_hundred_messages() {
    let host = Host::new("many_threads");
    host.survives(&[]);
    let mut texts: Vec<_> = host
        .delivered()
        .iter()
        .map(|mail| mail.lines().last().unwrap().to_owned())
        .collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 800);
}

#[test]
fn a_cancelled_thread_finishes_its_call_first() {
    let host = Host::new("cancels");
    host.sendmail("sleep 0.4; cat >> all");
    host.survives(&[]);
    let all = fs::read_to_string(host.path("all")).unwrap();
    assert_eq!(all.matches("Subject:").count(), 2);
}

#[test]
fn a_host_may_have_its_own_arithmetic() {
    Host::new("arithmetic").survives(&[]);
}

#[test]
fn mail_is_private_and_readable_whatever_the_umask() {
    let host = Host::new("umask");
    host.survives(&[]);
    for name in names(&host.maildir().join("new")) {
        let file = fs::metadata(host.maildir().join("new").join(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o7777, 0o600);
    }
    for name in ["", "tmp", "new", "cur"] {
        let folder = fs::metadata(host.maildir().join(name)).unwrap();
        assert_eq!(folder.permissions().mode() & 0o7777, 0o700);
    }
    assert_eq!(host.delivered().len(), 2);
}
