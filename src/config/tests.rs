//! What the configuration says about every mistake that can be made in it.
#![forbid(unsafe_code)]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::error::Kind;

fn environment() -> Environment {
    Environment::read(
        |name| match name {
            "HOME" => Some(OsString::from("/home/ada")),
            "PATH" => Some(OsString::from("/usr/bin:/bin")),
            _ => None,
        },
        false,
    )
}

fn parse(text: &str) -> crate::error::Result<Config> {
    Config::parse(text, Path::new("config.toml"), &environment())
}

#[track_caller]
fn reason(text: &str) -> String {
    let error = parse(text).expect_err(text);
    assert_eq!(error.kind(), Kind::LoginFailed);
    error.reason()
}

/// A profile whose transport has these lines; the first of them is line 4.
fn transport(lines: &str) -> String {
    format!("[profile.work]\naddress = \"ada@example.org\"\n[profile.work.transport]\n{lines}")
}

/// The same over SMTP; the first of the lines is line 6.
fn smtp(lines: &str) -> String {
    transport(&format!(
        "kind = \"smtp\"\nhost = \"smtp.example.org\"\n{lines}"
    ))
}

/// A whole profile and after it these lines; the first of them is line 6.
fn beside(lines: &str) -> String {
    transport(&format!("kind = \"maildir\"\npath = \"/mail\"\n{lines}"))
}

#[track_caller]
fn server(text: &str) -> Server {
    let config = parse(text).unwrap_or_else(|error| panic!("{}", error.reason()));
    match config.profile(None).unwrap().transport.clone() {
        TransportConfig::Smtp(server) => server,
        other => panic!("{other:?}"),
    }
}

const WORK: &str = "[profile.work.transport]";

#[test]
fn a_misspelt_key_is_named_with_its_line_and_the_nearest_one() {
    assert_eq!(
        reason(&transport("kind = \"smtp\"\nhots = \"smtp.example.org\"")),
        format!("config.toml:5: unknown key \"hots\" in {WORK}; did you mean \"host\"?")
    );
    for (written, meant) in [
        ("pasword = \"x\"", "password"),
        ("pass = \"x\"", "password"),
        ("password_command = [\"x\"]", "password-command"),
        ("username = \"x\"", "user"),
        ("Port = 25", "port"),
        ("time-out = 5", "timeout"),
    ] {
        let key = written.split(' ').next().unwrap();
        assert_eq!(
            reason(&smtp(written)),
            format!("config.toml:6: unknown key \"{key}\" in {WORK}; did you mean \"{meant}\"?")
        );
    }
    assert_eq!(
        reason("\n[profiles.work]\n"),
        "config.toml:2: unknown key \"profiles\"; did you mean \"profile\"?"
    );
    assert_eq!(
        reason(&format!("legacy_charset = \"x\"\n{}", beside(""))),
        "config.toml:1: unknown key \"legacy_charset\"; did you mean \"legacy-charset\"?"
    );
}

#[test]
fn a_key_like_no_other_is_told_with_those_there_are() {
    assert_eq!(
        reason(&transport(
            "kind = \"maildir\"\npath = \"/mail\"\nhost = \"x\""
        )),
        format!("config.toml:6: unknown key \"host\" in {WORK}; known here: \"kind\", \"path\"")
    );
    assert_eq!(
        reason(&transport(
            "kind = \"smtp\"\npath = \"/mail\"\nhost = \"x\""
        )),
        format!(
            "config.toml:5: unknown key \"path\" in {WORK}; known here: \"kind\", \"hosts\", \"nameserver\", \
             \"host\", \"port\", \"security\", \"user\", \"password\", \"password-command\", \
             \"password-file\", \"keyring\", \"auth\", \"ca-file\", \"timeout\", \"deadline\""
        )
    );
}

#[test]
fn of_several_unknown_keys_the_first_in_the_file_is_told() {
    assert!(reason(&smtp("zebra = 1\napple = 2")).contains("config.toml:6: unknown key \"zebra\""));
}

#[test]
fn what_is_missing_is_named_with_the_table_that_lacks_it() {
    assert_eq!(reason(""), "config.toml:1: the file has no [profile.NAME]");
    assert_eq!(
        reason("[profile]"),
        "config.toml:1: the file has no [profile.NAME]"
    );
    assert_eq!(
        reason("[profile.work]\n[profile.work.transport]\nkind = \"maildir\"\npath = \"/m\""),
        "config.toml:1: [profile.work] has no \"address\""
    );
    assert_eq!(
        reason("\n[profile.work]\naddress = \"a@b.test\""),
        "config.toml:2: [profile.work] has no table \"transport\""
    );
    assert_eq!(
        reason(&transport("host = \"x\"")),
        format!(
            "config.toml:3: {WORK} has no \"kind\"; it may be \"smtp\", \"sendmail\", \
             \"maildir\", \"command\""
        )
    );
    assert_eq!(
        reason(&transport("kind = \"smtp\"")),
        format!("config.toml:3: {WORK} has no \"host\"")
    );
    assert_eq!(
        reason(&transport("kind = \"maildir\"")),
        format!("config.toml:3: {WORK} has no \"path\"")
    );
    assert_eq!(
        reason(&transport("kind = \"command\"")),
        format!("config.toml:3: {WORK} has no \"program\"")
    );
}

#[test]
fn a_value_of_another_type_is_told_with_the_type_that_is_wanted() {
    for (lines, why) in [
        (
            "port = \"587\"",
            "\"port\" in TABLE is a string; an integer is wanted",
        ),
        (
            "port = 587.0",
            "\"port\" in TABLE is a float; an integer is wanted",
        ),
        (
            "user = 5",
            "\"user\" in TABLE is an integer; a string is wanted",
        ),
        (
            "user = 2020-01-01",
            "\"user\" in TABLE is a date; a string is wanted",
        ),
        (
            "user = true",
            "\"user\" in TABLE is a boolean; a string is wanted",
        ),
        (
            "password = [\"x\"]",
            "\"password\" in TABLE is an array; a string is wanted",
        ),
        (
            "password = {}",
            "\"password\" in TABLE is a table; a string is wanted",
        ),
        (
            "keyring = \"yes\"",
            "\"keyring\" in TABLE is a string; true or false is wanted",
        ),
        (
            "password-command = \"pass\"",
            "\"password-command\" in TABLE is a string; an array of strings is wanted",
        ),
        (
            "password-command = [\"pass\", 1]",
            "\"password-command\" in TABLE holds an integer; an array of strings is wanted",
        ),
    ] {
        assert_eq!(
            reason(&smtp(lines)),
            format!("config.toml:6: {}", why.replace("TABLE", WORK))
        );
    }
    assert_eq!(
        reason("profile = 1"),
        "config.toml:1: \"profile\" is an integer; a table is wanted"
    );
    assert_eq!(
        reason("[profile]\nwork = 1"),
        "config.toml:2: \"work\" in [profile] is an integer; a table is wanted"
    );
    assert_eq!(
        reason(&beside("[profile.work.address-book]\nkind = \"vcard\"")),
        "config.toml:6: \"address-book\" in [profile.work] is not an array of tables: \
         its header is [[profile.work.address-book]]"
    );
    assert_eq!(
        reason("[profile.work]\naddress-book = [1]"),
        "config.toml:2: \"address-book\" in [profile.work] is an integer; an array of tables is wanted"
    );
}

#[test]
fn a_value_out_of_bounds_is_told_with_what_it_may_be() {
    for (lines, why) in [
        (
            "port = 0",
            "\"port\" in TABLE is 0; it may be from 1 to 65535",
        ),
        (
            "port = 65536",
            "\"port\" in TABLE is 65536; it may be from 1 to 65535",
        ),
        (
            "port = -1",
            "\"port\" in TABLE is -1; it may be from 1 to 65535",
        ),
        (
            "port = 0xfffff",
            "\"port\" in TABLE is 0xfffff; it may be from 1 to 65535",
        ),
        (
            "timeout = 0",
            "\"timeout\" in TABLE is 0; it may be from 1 to 3600",
        ),
        (
            "timeout = 99999999999999999999",
            "\"timeout\" in TABLE is 99999999999999999999; it may be from 1 to 3600",
        ),
        (
            "deadline = 86401",
            "\"deadline\" in TABLE is 86401; it may be from 1 to 86400",
        ),
        (
            "security = \"ssl\"",
            "\"security\" in TABLE is \"ssl\"; it may be \"tls\", \"starttls\", \"none\"",
        ),
        (
            "auth = \"cram-md5\"",
            "\"auth\" in TABLE is \"cram-md5\"; it may be \"plain\", \"login\", \"xoauth2\"",
        ),
        ("user = \"\"", "\"user\" in TABLE is empty"),
        ("password = \"\"", "\"password\" in TABLE is empty"),
        (
            "user = \"a\\u0000b\"",
            "\"user\" in TABLE has the control character U+0000",
        ),
        (
            "ca-file = \"ca.pem\"",
            "\"ca-file\" in TABLE is \"ca.pem\"; a path from \"/\" or \"~/\" is wanted",
        ),
        (
            "password-command = []",
            "\"password-command\" in TABLE is empty; a program and its arguments are wanted",
        ),
        (
            "password-command = [\"no-such-program\"]",
            "\"password-command\" in TABLE names the program \"no-such-program\", which is in no folder of PATH",
        ),
        (
            "password-command = [\"./pass\"]",
            "\"password-command\" in TABLE is \"./pass\"; a path from \"/\" or \"~/\" is wanted",
        ),
    ] {
        assert_eq!(
            reason(&smtp(lines)),
            format!("config.toml:6: {}", why.replace("TABLE", WORK))
        );
    }
    assert_eq!(
        reason(&transport("kind = \"uucp\"")),
        format!(
            "config.toml:4: \"kind\" in {WORK} is \"uucp\"; it may be \"smtp\", \"sendmail\", \
             \"maildir\", \"command\""
        )
    );
    assert_eq!(
        reason(&beside("[profile.work.limits]\nrecipients = 0")),
        "config.toml:7: \"recipients\" in [profile.work.limits] is 0; it may be from 1 to 1000000"
    );
    assert_eq!(
        reason(&format!("legacy-charset = \"klingon\"\n{}", beside(""))),
        "config.toml:1: \"legacy-charset\" is \"klingon\"; a charset such as \"windows-1252\", \
         \"iso-8859-15\" or \"shift_jis\" is wanted"
    );
}

#[test]
fn a_host_is_a_name_or_an_address_and_nothing_around_it() {
    for (host, why) in [
        ("", "is empty"),
        (
            "smtp.example.org:587",
            "is \"smtp.example.org:587\", which is not a host name: the port has a key of its own, \"port\"",
        ),
        (
            "smtp://example.org",
            "is \"smtp://example.org\", which is not a host name: write the host alone, without a scheme",
        ),
        (
            "ada@example.org",
            "is \"ada@example.org\", which is not a host name: a user has a key of its own, \"user\"",
        ),
        (
            "a b",
            "is \"a b\", which is not a host name: it has the character \" \"",
        ),
        (
            "..",
            "is \"..\", which is not a host name: it has no letters",
        ),
        ("a\\r\\nb", "has the control character U+000D"),
    ] {
        assert_eq!(
            reason(&transport(&format!("kind = \"smtp\"\nhost = \"{host}\""))),
            format!("config.toml:5: \"host\" in {WORK} {why}")
        );
    }
    for (written, read) in [
        ("Smtp.Example.org", "smtp.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("mail_relay", "mail_relay"),
    ] {
        let server = server(&transport(&format!(
            "kind = \"smtp\"\nhost = \"{written}\""
        )));
        assert_eq!(server.host, read);
    }
}

#[test]
fn an_address_is_checked_with_its_line() {
    assert_eq!(
        reason("[profile.work]\naddress = \"ada\""),
        "config.toml:2: \"address\" in [profile.work] is wrong: \"ada\" is not a mail address: \
         Missing domain or user"
    );
    assert_eq!(
        reason("[profile.work]\nidentities = [\"a@b.test\", \"Ada <spy>\"]"),
        "config.toml:2: \"identities\" in [profile.work] holds \"Ada <spy>\", which has no mail address"
    );
}

#[test]
fn a_password_has_one_source_and_a_user() {
    for (lines, why) in [
        (
            "password = \"x\"",
            "6: \"password\" in TABLE has no \"user\" beside it",
        ),
        (
            "password-file = \"/x\"",
            "6: \"password-file\" in TABLE has no \"user\" beside it",
        ),
        (
            "auth = \"plain\"",
            "6: \"auth\" in TABLE has no \"user\" beside it",
        ),
        (
            "user = \"u\"\npassword-command = [\"sh\"]\npassword = \"x\"",
            "7: \"password-command\" in TABLE stands beside \"password\"; only one of them can be the password",
        ),
        (
            "user = \"u\"\nkeyring = true\npassword-file = \"/x\"",
            "7: \"keyring\" in TABLE stands beside \"password-file\"; only one of them can be the password",
        ),
        (
            "keyring = true",
            "6: \"keyring\" in TABLE has no \"user\" beside it",
        ),
    ] {
        assert_eq!(
            reason(&smtp(lines)),
            format!("config.toml:{}", why.replace("TABLE", WORK))
        );
    }
    let ask = server(&smtp("user = \"u\"\nkeyring = false"));
    assert_eq!(ask.login.unwrap().password, SecretSource::Ask);
}

#[test]
#[cfg(unix)]
fn a_keyring_has_the_password_of_a_user_of_a_host() {
    let of = |host: &str, user: &str| SecretSource::Keyring {
        host: host.to_owned(),
        user: user.to_owned(),
    };
    let named = server(&smtp("user = \"u\"\nkeyring = true"));
    let expected = of("smtp.example.org", "u");
    assert_eq!(named.login.unwrap().password, expected);
    for (hosts, host) in [
        ("host = \"srv:example.org\"", "example.org"),
        ("hosts = [\"one.test:26\", \"two.test\"]", "one.test"),
    ] {
        let lines = format!("kind = \"smtp\"\n{hosts}\nuser = \"u\"\nkeyring = true");
        let login = server(&transport(&lines)).login.unwrap();
        assert_eq!(login.password, of(host, "u"));
    }
    let book = parse(&beside(
        "[[profile.work.address-book]]\nkind = \"ldap\"\nurl = \"ldap://directory.test\"\n\
         base = \"dc=test\"\nbind-dn = \"cn=ada\"\nkeyring = true",
    ));
    match book.unwrap().profiles[0].address_books.as_slice() {
        [AddressBookConfig::Ldap(directory)] => assert_eq!(
            directory.server.login.as_ref().unwrap().password,
            of("directory.test", "cn=ada")
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_password_never_travels_in_the_clear_but_to_this_machine() {
    for login in ["user = \"u\"\npassword = \"x\"", "user = \"u\""] {
        assert_eq!(
            reason(&smtp(&format!("security = \"none\"\n{login}"))),
            format!(
                "config.toml:6: \"security\" in {WORK} is \"none\", so that the password would \
                 travel to smtp.example.org in the clear; use \"starttls\" or \"tls\""
            )
        );
        for host in [
            "localhost",
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "[::1]",
            "LOCALHOST",
        ] {
            server(&transport(&format!(
                "kind = \"smtp\"\nhost = \"{host}\"\nsecurity = \"none\"\n{login}"
            )));
        }
        for host in ["localhost.example.org", "128.0.0.1", "::2", "0.0.0.0"] {
            reason(&transport(&format!(
                "kind = \"smtp\"\nhost = \"{host}\"\nsecurity = \"none\"\n{login}"
            )));
        }
    }
    assert_eq!(server(&smtp("security = \"none\"")).port, 25);
}

#[test]
fn several_relays_share_all_but_host_and_port() {
    let text = transport(
        "kind = \"smtp\"\nhosts = [\"a.example.org:25\", \"b.example.org\", \"[::1]:26\"]\nport = 2525",
    );
    let config = parse(&text).unwrap();
    let profile = config.profile(None).unwrap();
    assert_eq!(server(&text).address(), "a.example.org:25");
    let others = [("b.example.org".to_owned(), 2525), ("::1".to_owned(), 26)];
    assert_eq!(profile.relays, Relays::Listed(others.into()));
    for (lines, why) in [
        ("hosts = []", "names no host"),
        ("hosts = [\"a:0\"]", "has the port \"0\""),
        ("host = \"a\"\nhosts = [\"b\"]", "stands beside \"host\""),
    ] {
        let reason = reason(&transport(&format!("kind = \"smtp\"\n{lines}")));
        assert!(reason.contains(why), "{reason}");
    }
    let clear = "kind = \"smtp\"\nhosts = [\"localhost\", \"a.example.org\"]\nsecurity = \"none\"\nuser = \"u\"";
    assert!(reason(&transport(clear)).contains("in the clear"));
}

#[test]
fn a_domain_may_say_in_dns_where_its_servers_are() {
    let discovery = |lines: &str| {
        let text = transport(&format!(
            "kind = \"smtp\"\nhost = \"srv:Example.org.\"\n{lines}"
        ));
        assert_eq!(server(&text).host, "example.org");
        match parse(&text).unwrap().profile(None).unwrap().relays.clone() {
            Relays::Discovered(discovery) => discovery,
            Relays::Listed(others) => panic!("{others:?}"),
        }
    };
    let usual = discovery("");
    assert_eq!(usual.security, [Security::Tls, Security::StartTls]);
    assert_eq!(usual.nameserver, None);
    let told = discovery("security = \"starttls\"\nnameserver = \"127.0.0.1:5353\"");
    assert_eq!(told.security, [Security::StartTls]);
    assert_eq!(told.nameserver, Some(([127, 0, 0, 1], 5353).into()));
    let v6 = discovery("nameserver = \"::1\"").nameserver.unwrap();
    assert_eq!(v6.to_string(), "[::1]:53");
    for (lines, why) in [
        ("host = \"srv:\"", "is empty"),
        ("host = \"srv:192.0.2.1\"", "a domain is wanted"),
        ("host = \"srv:a\"\nport = 25", "whose ports DNS says"),
        (
            "host = \"srv:a\"\nnameserver = \"dns\"",
            "\"192.0.2.1:5353\"",
        ),
        ("host = \"a\"\nnameserver = \"::1\"", "is asked only where"),
        (
            "host = \"srv:a\"\nhosts = [\"b\"]",
            "stands beside \"host\"",
        ),
    ] {
        let reason = reason(&transport(&format!("kind = \"smtp\"\n{lines}")));
        assert!(reason.contains(why), "{reason}");
    }
    let clear = "kind = \"smtp\"\nhost = \"srv:a\"\nsecurity = \"none\"\nuser = \"u\"";
    assert!(reason(&transport(clear)).contains("in the clear"));
    let store = beside("[profile.work.store]\nkind = \"imap\"\nhost = \"srv:a\"");
    let why = reason(&store);
    assert!(why.contains("port has a key of its own"), "{why}");
}

#[test]
fn what_cannot_go_out_at_once_waits_in_an_outbox_unless_the_profile_says_never() {
    let outbox = |lines: &str| {
        let config = parse(&beside(lines)).unwrap();
        config.profile(None).unwrap().outbox.clone()
    };
    let usual = outbox("");
    assert_eq!(usual.when, Queueing::Offline);
    assert_eq!(outbox("[profile.work.outbox]"), usual);
    for (when, queueing) in [
        ("never", Queueing::Never),
        ("offline", Queueing::Offline),
        ("always", Queueing::Always),
    ] {
        let lines = format!("[profile.work.outbox]\nwhen = \"{when}\"\npath = \"/var/out\"");
        let set = outbox(&lines);
        assert_eq!(set.when, queueing);
        assert_eq!(set.path.as_deref(), Some(Path::new("/var/out")));
    }
}

#[test]
fn the_outbox_of_a_profile_is_below_the_state_folder_whatever_the_profile_is_called() {
    let environment = Environment::read(
        |name| (name == "XDG_STATE_HOME").then(|| "/state".into()),
        false,
    );
    for (name, folder) in [
        ("work", "work"),
        ("Büro 2", "B%C3%BCro 2"),
        ("..", "%2E."),
        ("a/../../b", "a%2F..%2F..%2Fb"),
        ("50%", "50%25"),
    ] {
        let text = format!(
            "[profile.\"{name}\"]\naddress = \"ada@example.org\"\ntransport.kind = \"sendmail\""
        );
        let config = Config::parse(&text, Path::new("config.toml"), &environment).unwrap();
        let path = config.profile(None).unwrap().outbox.path.clone();
        let wanted = Path::new("/state/simplemapi/outbox").join(folder);
        assert_eq!(path, Some(wanted));
    }
    let homeless = Environment::read(|_| None, false);
    let asks = beside("[profile.work.outbox]\nwhen = \"always\"");
    let refused = Config::parse(&asks, Path::new("config.toml"), &homeless).unwrap_err();
    assert!(
        refused.reason().contains("has no \"path\""),
        "{}",
        refused.reason()
    );
    let silent = Config::parse(&beside(""), Path::new("config.toml"), &homeless).unwrap();
    assert_eq!(silent.profile(None).unwrap().outbox.path, None);
}

#[test]
fn a_syntax_error_names_its_line_and_shows_nothing_of_it() {
    let reason = reason(&smtp("user = \"u\"\npassword = \"hunter2\" hunter2"));
    assert!(
        reason.starts_with("config.toml:7: not valid TOML: "),
        "{reason}"
    );
    assert!(!reason.contains("hunter2"), "{reason}");
    assert!(
        self::reason("a = 1\na = 2").starts_with("config.toml:2: not valid TOML: duplicate key")
    );
}

#[test]
fn the_defaults_are_those_of_submission() {
    let server = server(&smtp(""));
    assert_eq!((server.port, server.security), (587, Security::StartTls));
    assert_eq!(server.timeout, Duration::from_secs(60));
    assert_eq!(server.deadline, Duration::from_secs(900));
    assert!(server.login.is_none() && server.ca_file.is_none());
    assert_eq!(self::server(&smtp("security = \"tls\"")).port, 465);
    assert_eq!(self::server(&smtp("port = 2525")).port, 2525);
}

#[test]
fn every_key_arrives_where_it_belongs() {
    let config = parse(
        r#"
        default-profile = "work"
        legacy-charset = "latin1"
        [profile.work]
        name = "Ada Lovelace"
        address = "ada@example.org"
        identities = ["Ada <lovelace@example.org>", "a@b.test"]
        [profile.work.transport]
        kind = "smtp"
        host = "smtp.example.org"
        port = 465
        security = "tls"
        user = "ada"
        password-command = ["sh", "-c", "echo ~/x"]
        auth = "xoauth2"
        ca-file = "~/ca.pem"
        timeout = 5
        deadline = 50
        [profile.work.store]
        kind = "imap"
        delete = "permanent"
        host = "imap.example.org"
        user = "ada"
        password-file = "/run/secret"
        [[profile.work.address-book]]
        kind = "vcard"
        path = "~/.contacts"
        [[profile.work.address-book]]
        kind = "ldap"
        url = "ldaps://directory.example.org"
        base = "ou=people,dc=example,dc=org"
        [profile.work.limits]
        attachments = 1
        attachment-bytes = 2
        recipients = 3
        body-bytes = 4
        [profile.home]
        address = "ada@home.test"
        transport.kind = "sendmail"
        store = { kind = "maildir", path = "~/Mail" }
        [profile."the client"]
        address = "ada@home.test"
        transport = { kind = "command", program = ["sh", "--attach"] }
        "#,
    )
    .unwrap();
    let names: Vec<_> = config
        .profiles
        .iter()
        .map(|profile| profile.name.as_str())
        .collect();
    assert_eq!(names, ["home", "the client", "work"]);
    assert_eq!(config.legacy_charset, encoding_rs::WINDOWS_1252);
    let work = config.profile(None).unwrap();
    assert_eq!(
        (work.sender.name.as_str(), work.sender.address.as_ref()),
        ("Ada Lovelace", "ada@example.org")
    );
    let identities: Vec<_> = work
        .identities
        .iter()
        .map(|one| (one.name.as_str(), one.address.as_ref()))
        .collect();
    assert_eq!(
        identities,
        [("Ada", "lovelace@example.org"), ("", "a@b.test")]
    );
    let TransportConfig::Smtp(server) = &work.transport else {
        panic!("{work:?}")
    };
    let login = server.login.as_ref().unwrap();
    assert_eq!(
        (login.user.as_str(), login.mechanism),
        ("ada", Some(Mechanism::XOauth2))
    );
    let SecretSource::Command(command) = &login.password else {
        panic!("{login:?}")
    };
    assert!(Path::new(&command[0]).is_absolute(), "{command:?}");
    assert_eq!(
        command[1..],
        ["-c", "echo ~/x"],
        "only the program itself is a path"
    );
    assert_eq!(server.ca_file, Some(PathBuf::from("/home/ada/ca.pem")));
    assert_eq!(
        (server.timeout.as_secs(), server.deadline.as_secs()),
        (5, 50)
    );
    let store = work.store.as_ref().unwrap();
    let StoreKind::Imap(imap) = &store.kind else {
        panic!("{work:?}")
    };
    assert_eq!(store.deletion, Deletion::Permanent);
    assert_eq!((imap.host.as_str(), imap.port), ("imap.example.org", 143));
    let [
        AddressBookConfig::Vcard { path },
        AddressBookConfig::Ldap(directory),
    ] = work.address_books.as_slice()
    else {
        panic!("{work:?}")
    };
    assert_eq!(path, Path::new("/home/ada/.contacts"));
    assert_eq!(directory.server.address(), "directory.example.org:636");
    assert_eq!(directory.server.security, Security::Tls);
    assert_eq!(directory.base, "ou=people,dc=example,dc=org");
    assert!(directory.server.login.is_none());
    let limits = Limits {
        attachments: 1,
        attachment_bytes: 2,
        recipients: 3,
        body_bytes: 4,
    };
    assert_eq!(work.limits, limits);
    let home = config.profile(Some("home")).unwrap();
    assert!(
        matches!(&home.transport, TransportConfig::Sendmail { program } if program == Path::new("/usr/sbin/sendmail"))
    );
    let store = home.store.as_ref().unwrap();
    assert!(
        matches!(&store.kind, StoreKind::Maildir { path } if path == Path::new("/home/ada/Mail"))
    );
    assert_eq!(store.deletion, Deletion::Trash);
    assert_eq!(home.limits, Limits::default());
}

#[test]
fn a_directory_is_named_by_its_url_and_never_told_a_password_in_the_clear() {
    let book = |lines: &str| {
        beside(&format!(
            "[[profile.work.address-book]]\nkind = \"ldap\"\nbase = \"dc=b\"\n{lines}\n"
        ))
    };
    let read = |lines: &str| {
        let config = parse(&book(lines)).unwrap();
        let [AddressBookConfig::Ldap(directory)] = &*config.profiles[0].address_books else {
            panic!("{config:?}")
        };
        directory.clone()
    };
    for (url, address, security) in [
        ("ldap://a.test", "a.test:389", Security::StartTls),
        ("ldap://a.test/", "a.test:389", Security::StartTls),
        ("ldaps://a.test:1636", "a.test:1636", Security::Tls),
        ("ldap://[::1]", "::1:389", Security::StartTls),
        ("ldap://[::1]:10", "::1:10", Security::StartTls),
    ] {
        let directory = read(&format!("url = \"{url}\""));
        assert_eq!(directory.server.address(), address);
        assert_eq!(directory.server.security, security, "{url}");
        assert_eq!(directory.results, 100);
    }
    let bound = read(
        "url = \"ldap://a.test\"\nbind-dn = \"cn=x\"\npassword = \"y\"\ntimeout = 5\nresults = 7",
    );
    assert_eq!(bound.server.login.unwrap().user, "cn=x");
    assert_eq!((bound.server.timeout.as_secs(), bound.results), (5, 7));
    for wrong in [
        "url = \"http://a.test\"",
        "url = \"ldap://\"",
        "url = \"ldap://a.test/dc=b\"",
        "url = \"ldap://ada@a.test\"",
        "url = \"ldap://a.test:0\"",
        "url = \"ldaps://a.test\"\nsecurity = \"none\"",
        "url = \"ldap://a.test\"\nsecurity = \"tls\"",
        "url = \"ldap://a.test\"\nbind-dn = \"cn=x\"",
        "url = \"ldap://a.test\"\npassword = \"x\"",
        "url = \"ldap://a.test\"\nsecurity = \"none\"\nbind-dn = \"cn=x\"\npassword = \"y\"",
        "url = \"ldap://a.test\"\nresults = 0",
    ] {
        assert!(parse(&book(wrong)).is_err(), "{wrong}");
    }
    let loopback =
        "url = \"ldap://localhost\"\nsecurity = \"none\"\nbind-dn = \"cn=x\"\npassword = \"y\"";
    assert_eq!(read(loopback).server.security, Security::None);
}

#[test]
fn a_profile_is_found_by_its_exact_name_only() {
    let profile = |name: &str| {
        format!(
            "[profile.{name}]\naddress = \"a@b.test\"\ntransport = {{ kind = \"maildir\", path = \"/m\" }}\n"
        )
    };
    let one = parse(&profile("work")).unwrap();
    assert_eq!(one.profile(None).unwrap().name, "work");
    let refused = |config: &Config, name| {
        let error = config.profile(name).unwrap_err();
        assert_eq!(error.kind(), Kind::LoginFailed);
        error.reason()
    };
    assert_eq!(
        refused(&one, Some("Work")),
        "no profile \"Work\" in config.toml; did you mean \"work\"?"
    );
    assert_eq!(
        refused(&one, Some("x")),
        "no profile \"x\" in config.toml; there are \"work\""
    );
    let two = parse(&(profile("work") + &profile("home"))).unwrap();
    assert_eq!(
        refused(&two, None),
        "config.toml has the profiles \"home\", \"work\" and no default-profile: name one of them, or set it"
    );
    assert_eq!(two.profile(Some("home")).unwrap().name, "home");
    assert_eq!(
        reason(&format!("default-profile = \"wrok\"\n{}", profile("work"))),
        "config.toml:1: \"default-profile\" names no profile of the file: there are \"work\""
    );
    assert_eq!(
        reason(&profile("\"\"")),
        "config.toml:1: [profile.\"\"] is empty"
    );
}

#[test]
fn a_password_is_in_nothing_that_is_shown() {
    let config = parse(&smtp("user = \"u\"\npassword = \"hunter2\"")).unwrap();
    assert!(!format!("{config:?}").contains("hunter2"));
    let TransportConfig::Smtp(server) = &config.profile(None).unwrap().transport else {
        panic!()
    };
    let SecretSource::Given(secret) = &server.login.as_ref().unwrap().password else {
        panic!()
    };
    assert_eq!(secret.reveal(), "hunter2");
}

#[cfg(unix)]
#[test]
fn every_example_of_the_documentation_is_right() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    for program in ["pass", "oama", "msmtp"] {
        let path = folder.path().join(program);
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let environment = Environment {
        path: folder.path().into(),
        ..environment()
    };
    let page = include_str!("../../docs/configuration.md");
    let mut examples: Vec<_> = page
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 8);
    examples.push(EXAMPLE);
    examples.push(file::EXAMPLE_LINE);
    for example in examples {
        let config = Config::parse(example, Path::new("config.toml"), &environment)
            .unwrap_or_else(|error| panic!("{}\n{example}", error.reason()));
        config.profile(None).unwrap();
    }
}

#[test]
fn every_key_is_documented() {
    let page = include_str!("../../docs/configuration.md");
    let sources = [
        include_str!("loading.rs"),
        include_str!("read_profile.rs"),
        include_str!("server.rs"),
    ];
    let mut keys = Vec::new();
    for source in sources {
        for kind in [
            "text", "text_as", "texts_as", "secret", "choice", "number", "flag", "table", "tables",
        ] {
            let call = format!(".{kind}(");
            let calls = source.split(&call).skip(1);
            keys.extend(
                calls.filter_map(|call| call.trim_start().strip_prefix('"')?.split('"').next()),
            );
        }
    }
    assert!(
        keys.len() > 30 && keys.contains(&"legacy-charset"),
        "{keys:?}"
    );
    for key in keys {
        let documented = page.contains(&format!("`{key}`"))
            || page.contains(&format!(".{key}]"))
            || page.contains(&format!("`{key} ="))
            || page.contains(&format!("[{key}."));
        assert!(documented, "{key}");
    }
}

#[test]
fn no_depth_of_nesting_is_too_much() {
    let deep = 200_000;
    for text in [
        format!("a = {}", "[".repeat(deep)),
        format!("[{}a]", "a.".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("a = {}", "{a=".repeat(deep)),
        (0..60)
            .map(|depth| format!("[{}x]\n", "a.".repeat(depth)))
            .collect(),
    ] {
        assert!(parse(&text).is_err());
    }
}

proptest! {
    #[test]
    fn no_text_is_a_panic(text in "\\PC*") {
        let _ = parse(&text);
    }

    #[test]
    fn no_mixture_of_keys_and_values_is_a_panic(
        lines in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "default-profile", "legacy-charset", "profile", "[profile.work]", "name",
                    "address", "identities", "transport", "[profile.work.transport]", "kind",
                    "host", "port", "security", "user", "password", "password-command",
                    "password-file", "keyring", "auth", "ca-file", "timeout", "program", "path",
                    "[profile.work.store]", "[[profile.work.address-book]]", "url", "base",
                    "[profile.work.outbox]", "when", "[profile.work.limits]", "recipients",
                ]),
                prop::sample::select(vec![
                    "\"smtp\"", "\"imap\"", "\"ldap\"", "\"maildir\"", "\"command\"", "\"tls\"",
                    "\"none\"", "\"~\"", "\"~/x\"", "\"/x\"", "\"\"", "\"a@b.test\"", "\"ü\"",
                    "[]", "[\"sh\"]", "[[1]]", "{}", "{ a = 1 }", "-1", "0", "25", "1e9", "nan",
                    "true", "2020-01-01", "\"\\u0000\"", "\"ldap://h\"", "\"\u{202e}\"",
                ]),
            ),
            0..12,
        )
    ) {
        let text: String = lines
            .iter()
            .map(|(key, value)| match key.starts_with('[') {
                true => format!("{key}\n"),
                false => format!("{key} = {value}\n"),
            })
            .collect();
        if let Err(error) = parse(&text) {
            prop_assert!(error.reason().starts_with("config.toml:"), "{}", error.reason());
        }
    }
}
