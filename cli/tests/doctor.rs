//! `simplemapi doctor` and `simplemapi version`, as a person reads them.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test stops where it fails")]

mod desk;

use desk::{Desk, PASSWORD};
use test_servers::Slapd;

#[test]
fn a_maildir_that_works_is_told_step_by_step() {
    let desk = Desk::new();
    let ended = desk.run(&["doctor"], b"");
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{ended:?}");
    let used = format!(
        "  {}: used\n",
        desk.path("simplemapi/config.toml").display()
    );
    for part in [
        used.as_str(),
        "  /etc/simplemapi/config.toml: ",
        "  local (default)\n",
        "  sends as ada@example.org\n",
        "  the front end for dialogs, ui, will not do: its path is not an absolute one\n",
        &format!(
            "  into the Maildir {}; nothing leaves this machine\n",
            desk.path("mail").display()
        ),
    ] {
        assert!(ended.out.contains(part), "{part}\n{}", ended.out);
    }
    assert!(
        ended
            .out
            .ends_with("\nAll is well: profile \"local\" can send.\n"),
        "{}",
        ended.out
    );
    assert_eq!(desk.messages(), [""; 0], "trying sends nothing");
}

#[test]
fn a_server_that_is_not_there_is_the_verdict() {
    let desk = Desk::new();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    drop(listener);
    desk.configure(&format!(
        "[profile.work]\naddress = \"ada@example.org\"\n\
         transport = {{ kind = \"smtp\", host = \"127.0.0.1\", port = {port}, user = \"ada\", password = \"{PASSWORD}\" }}\n\
         store = {{ kind = \"maildir\", path = \"~/Mail\" }}\n\
         address-book = [{{ kind = \"vcard\", path = \"~/.contacts\" }}]\n"
    ));
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 69, "{ended:?}");
    assert!(
        ended.out.contains(&format!(
            "  by SMTP to 127.0.0.1:{port}, STARTTLS, as ada with the password of the configuration\n"
        )),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("  finds people on the vCards in /"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("/Mail\n"), "{}", ended.out);
    let verdict = ended.out.lines().last().expect("a verdict");
    assert!(verdict.starts_with("Nothing can be sent: "), "{verdict}");
    assert!(verdict.contains(&format!("127.0.0.1:{port}")), "{verdict}");
    assert!(!ended.out.contains(PASSWORD) && !desk.anywhere(PASSWORD));
}

#[test]
fn every_relay_is_described() {
    let desk = Desk::new();
    let describe = |transport: &str| {
        desk.configure(&format!(
            "[profile.work]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"smtp\", deadline = 1, {transport} }}\n"
        ));
        let ended = desk.run(&["doctor"], b"");
        assert_eq!(ended.status, 69, "{ended:?}");
        ended.out
    };
    let out = describe("hosts = [\"127.0.0.1:1\", \"[::1]:2\"], security = \"none\"");
    let lines = "  by SMTP to 127.0.0.1:1, no encryption, without a login\n    or else to ::1:2\n";
    assert!(out.contains(lines), "{out}");
    assert_eq!(
        out.matches("not this one: cannot connect").count(),
        2,
        "{out}"
    );

    // Bound, and never read from: it does not answer.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("its address");
    let out = describe(&format!(
        "host = \"srv:example.org\", nameserver = \"{address}\""
    ));
    let lines = format!(
        "  by SMTP to the servers that DNS names for example.org, TLS or STARTTLS, without a login\n    \
         asking the name server {address}\n"
    );
    assert!(out.contains(&lines), "{out}");
    assert!(
        out.contains("cannot look up _submissions._tcp.example.org"),
        "{out}"
    );
}

#[test]
fn a_directory_is_tried_step_by_step() {
    let Some(slapd) = test_servers::slapd() else {
        return;
    };
    slapd.add(&format!(
        "dn: uid=ada,{}\nobjectClass: inetOrgPerson\ncn: Ada\nsn: Ada\nmail: ada@example.org\n",
        Slapd::BASE
    ));
    let desk = Desk::new();
    let run = |password: &str| {
        desk.configure(&format!(
            "[profile.local]\naddress = \"ada@example.org\"\n\
             transport = {{ kind = \"maildir\", path = \"~/mail\" }}\n\
             [[profile.local.address-book]]\nkind = \"ldap\"\nurl = \"ldap://localhost:{}\"\nbase = \"{}\"\n\
             bind-dn = \"{}\"\npassword = \"{password}\"\nca-file = \"{}\"\n",
            slapd.port(),
            Slapd::BASE,
            Slapd::ADMIN,
            slapd.certificates().authority.display(),
        ));
        desk.run(&["doctor"], b"")
    };
    let ended = run(Slapd::PASSWORD);
    assert_eq!(ended.status, 0, "{ended:?}");
    for part in [
        &format!("  connected to localhost:{} at ", slapd.port()),
        "  TLS 1.",
        &format!("  bound as {}\n", Slapd::ADMIN),
        &format!(
            "  people with mail addresses are found below {}\n",
            Slapd::BASE
        ),
        "\nAll is well",
    ] {
        assert!(ended.out.contains(part), "{part}\n{}", ended.out);
    }
    assert!(!ended.out.contains(Slapd::PASSWORD));
    let ended = run(PASSWORD);
    assert_eq!(ended.status, 78, "{ended:?}");
    let verdict = ended.out.lines().last().expect("a verdict");
    assert!(verdict.contains("nobody is found by name: "), "{verdict}");
    assert!(verdict.contains("invalidCredentials"), "{verdict}");
    assert!(!ended.out.contains(PASSWORD));
}

#[test]
fn without_a_configuration_an_example_is_shown() {
    let desk = Desk::without_configuration();
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 78, "{ended:?}");
    assert!(
        ended.out.contains("config.toml: not there\n"),
        "{}",
        ended.out
    );
    assert!(
        ended.out.contains("  [profile.work]\n  address = "),
        "{}",
        ended.out
    );
}

#[test]
fn a_mistake_in_the_configuration_is_the_verdict() {
    let desk = Desk::new();
    let path = desk.configure("[profile.work]\naddres = \"ada@example.org\"\n");
    let ended = desk.run(&["doctor"], b"");
    assert_eq!(ended.status, 78, "{ended:?}");
    assert!(
        ended
            .out
            .contains(&format!("  {}: there\n", path.display())),
        "{}",
        ended.out
    );
    assert!(
        ended.out.ends_with(&format!(
            "Nothing can be sent: {}:2: unknown key \"addres\" in [profile.work]; did you mean \"address\"?\n",
            path.display()
        )),
        "{}",
        ended.out
    );
}

#[test]
fn a_profile_that_is_not_there_is_told_with_those_that_are() {
    let ended = Desk::new().run(&["doctor", "--profile", "home"], b"");
    assert_eq!(ended.status, 78, "{ended:?}");
    assert!(
        ended.out.contains("no profile \"home\" in "),
        "{}",
        ended.out
    );
    assert!(
        ended.out.ends_with("there are \"local\"\n"),
        "{}",
        ended.out
    );
}

#[test]
fn the_version_is_one_line() {
    let ended = Desk::without_configuration().run(&["version"], b"");
    let version = concat!("simplemapi ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!((ended.status, ended.out.as_str()), (0, version));
}

#[test]
fn help_is_printed_where_it_was_asked_for() {
    for arguments in [&["--help"][..], &["send", "--help"], &["doctor", "--help"]] {
        let ended = Desk::without_configuration().run(arguments, b"");
        assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ended.out.contains("Usage: simplemapi"), "{}", ended.out);
    }
}
