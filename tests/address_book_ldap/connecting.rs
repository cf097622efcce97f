//! How a server is reached: what is protected, and whom the password is told.

use std::net::TcpListener;

use simplemapi::config::Security;
use simplemapi::error::Kind;
use simplemapi::providers::address_book::{AddressBook, LdapBook, Query};
use test_servers::{Flaw, Slapd};

use crate::office::{Office, admin, assert_refused, directory, found, soon};

const ADA: &str = "\
    dn: uid=ada,BASE
    objectClass: inetOrgPerson
    cn: Ada
    sn: Ada
    mail: ada@example.org
";

#[test]
fn each_way_to_a_server_works_and_is_told() {
    let Some(office) = Office::new("ways", ADA) else {
        return;
    };
    let tls = (Security::Tls, office.slapd.tls_port());
    let start_tls = (Security::StartTls, office.slapd.port());
    let clear = (Security::None, office.slapd.port());
    for (security, port) in [tls, start_tls, clear] {
        for login in [None, admin(Slapd::PASSWORD)] {
            let mut directory = office.directory();
            directory.server.security = security;
            directory.server.port = port;
            directory.server.login = login;
            let bound = directory.server.login.is_some();
            let book = LdapBook::new(directory);
            assert_eq!(found(&book, "ada"), ["ada@example.org"]);
            let mut steps = Vec::new();
            book.check(soon(), &mut |step| steps.push(step.to_owned()))
                .unwrap();
            let steps = steps.join("\n");
            assert!(steps.contains("connected to localhost:"), "{steps}");
            assert_eq!(
                steps.contains("TLS 1."),
                security != Security::None,
                "{steps}"
            );
            assert_eq!(steps.contains("bound as cn=admin,"), bound, "{steps}");
            assert!(steps.contains("people with mail addresses"), "{steps}");
            assert!(!steps.contains(Slapd::PASSWORD), "{steps}");
        }
    }
}

#[test]
fn a_wrong_password_is_a_failed_login_and_an_empty_one_is_not_tried() {
    let Some(office) = Office::new("login", ADA) else {
        return;
    };
    for (password, why) in [("wrong", "invalidCredentials"), ("", "is empty")] {
        let mut directory = office.directory();
        directory.server.login = admin(password);
        let book = LdapBook::new(directory);
        let query = Query::new("ada").unwrap();
        assert_refused(book.find(&query, soon()), Kind::LoginFailed, why);
    }
}

#[test]
fn a_password_leaves_this_machine_only_in_tls() {
    let Some(slapd) = test_servers::slapd() else {
        return;
    };
    let mut settings = directory(slapd, Slapd::BASE);
    // An address for documents, where nobody is.
    settings.server.host = "192.0.2.1".to_owned();
    settings.server.security = Security::None;
    settings.server.login = admin(Slapd::PASSWORD);
    let query = Query::new("ada").unwrap();
    let refused = LdapBook::new(settings).find(&query, soon());
    assert_refused(refused, Kind::LoginFailed, "in the clear");
}

#[test]
fn what_is_closed_to_nobody_is_open_to_somebody() {
    let Some(slapd) = test_servers::slapd() else {
        return;
    };
    let name = format!("uid=eve,{}", Slapd::CLOSED);
    slapd.add(&format!(
        "dn: {name}\nobjectClass: inetOrgPerson\ncn: Eve\nsn: Eve\nmail: eve@example.org\n"
    ));
    let mut settings = directory(slapd, Slapd::CLOSED);
    let nobody = LdapBook::new(settings.clone());
    let refused = nobody.check(soon(), &mut |_| {});
    assert_refused(refused, Kind::Failure, "is a bind-dn needed?");
    assert_eq!(nobody.entry(&format!("ldap:{name}"), soon()).unwrap(), None);
    settings.server.login = admin(Slapd::PASSWORD);
    assert_eq!(found(&LdapBook::new(settings), "eve"), ["eve@example.org"]);
}

#[test]
fn a_certificate_that_does_not_hold_is_refused() {
    if test_servers::slapd().is_none() {
        return;
    }
    for flaw in Flaw::ALL {
        let slapd = Slapd::start_with(|certificates| certificates.flawed(flaw));
        for (security, port) in [
            (Security::Tls, slapd.tls_port()),
            (Security::StartTls, slapd.port()),
        ] {
            let mut settings = directory(&slapd, Slapd::BASE);
            settings.server.security = security;
            settings.server.port = port;
            settings.server.login = admin(Slapd::PASSWORD);
            let mut steps = Vec::new();
            let refused =
                LdapBook::new(settings).check(soon(), &mut |step| steps.push(step.to_owned()));
            assert_refused(refused, Kind::Network, "the certificate of localhost:");
            assert_eq!(steps.len(), 1, "{steps:?}");
        }
    }
}

#[test]
fn another_server_is_not_asked_whatever_this_one_says() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    let referral = format!(
        "{ADA}
        dn: ou=other,BASE
        objectClass: referral
        objectClass: extensibleObject
        ou: other
        ref: ldap://127.0.0.1:{port}/ou=other,BASE
        "
    );
    let Some(office) = Office::new("referral", &referral) else {
        return;
    };
    let book = office.book();
    assert_eq!(found(&book, "ada"), ["ada@example.org"]);
    let base = format!("ou=other,{}", office.base);
    let key = format!("ldap:uid=eve,{base}");
    assert_eq!(book.entry(&key, soon()).unwrap(), None);
    let mut settings = office.directory();
    settings.base = base;
    let query = Query::new("ada").unwrap();
    let refused = LdapBook::new(settings).find(&query, soon());
    assert_refused(refused, Kind::Failure, "refers to another server");
    elsewhere.set_nonblocking(true).unwrap();
    let nobody = elsewhere.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}
