//! Who is found.

use simplemapi::error::Kind;
use simplemapi::providers::address_book::{AddressBook, LdapBook, MatchedBy, Query};

use crate::office::{Office, assert_refused, find, found, key, shown, soon};

const PEOPLE: &str = "\
    dn: uid=al1815,BASE
    objectClass: inetOrgPerson
    cn: Ada Lovelace
    sn: Lovelace
    givenName: Ada
    mail: ada@example.org

    dn: uid=km,BASE
    objectClass: inetOrgPerson
    cn: Karl Müller-Lüdenscheidt
    sn: Müller-Lüdenscheidt
    mail: karl@example.org

    dn: uid=mm,BASE
    objectClass: inetOrgPerson
    cn: Mia Muster
    sn: Muster
    mail: mia.muster@example.org

    dn: uid=dv,BASE
    objectClass: inetOrgPerson
    cn: Antonín Dvořák
    sn: Dvořák
    mail: antonin@example.org

    dn: uid=noether,BASE
    objectClass: inetOrgPerson
    cn: Emmy Noether
    sn: Noether
";

#[test]
fn people_are_found_by_what_begins_a_word_of_their_names_in_any_case() {
    let Some(office) = Office::new("words", PEOPLE) else {
        return;
    };
    let book = office.book();
    for name in [
        "Ada Lovelace",
        "ada  LOVELACE",
        "lovelace, ada",
        "love",
        "LOVELACE",
        "ad lo",
        "al1815",
        "ada",
    ] {
        assert_eq!(found(&book, name), ["ada@example.org"], "{name}");
    }
    assert_eq!(found(&book, "muster"), ["mia.muster@example.org"]);
    for name in ["ovelace", "Ada Byron", "Emmy Noether", "nobody at all"] {
        assert_eq!(found(&book, name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn accents_need_not_be_typed_and_may_be() {
    let Some(office) = Office::new("accents", PEOPLE) else {
        return;
    };
    let book = office.book();
    for name in [
        "muller",
        "mull",
        "Müller",
        "MÜLLER-LÜDENSCHEIDT",
        "ludenscheidt",
        "lüdensch",
        "karl mull",
        "Mu\u{308}ller",
    ] {
        assert_eq!(found(&book, name), ["karl@example.org"], "{name}");
    }
    for name in ["dvorak", "Dvořák", "antonin dvo"] {
        assert_eq!(found(&book, name), ["antonin@example.org"], "{name}");
    }
    assert_eq!(found(&book, "Müster"), ["mia.muster@example.org"]);
}

#[test]
fn who_has_the_accent_and_who_has_not_are_both_meant() {
    let Some(office) = Office::new("both", PEOPLE) else {
        return;
    };
    office.add(
        "dn: uid=anna,BASE
        objectClass: inetOrgPerson
        cn: Anna Muller
        sn: Muller
        mail: anna@example.org
        ",
    );
    let book = office.book();
    assert_eq!(
        found(&book, "muller"),
        ["anna@example.org", "karl@example.org"]
    );
}

#[test]
fn a_whole_name_comes_first_and_is_never_left_out() {
    let mut people = String::new();
    for number in 0..30 {
        people += &format!(
            "dn: uid=ada{number},BASE\nobjectClass: inetOrgPerson\ncn: Ada {number:02}\nsn: Ada\nmail: ada{number}@example.org\n\n"
        );
    }
    people += "dn: uid=last,BASE\nobjectClass: inetOrgPerson\ncn: Ada\nsn: Last\nmail: last@example.org\n";
    let Some(office) = Office::new("whole", &people) else {
        return;
    };
    let mut directory = office.directory();
    let all = find(&LdapBook::new(directory.clone()), "ada");
    assert_eq!((all.matches.len(), all.more), (31, false));
    directory.results = 5;
    let some = find(&LdapBook::new(directory), "ada");
    assert!(some.more);
    assert_eq!(some.matches[0].0, MatchedBy::DisplayName);
    assert_eq!(shown(&some.matches[0].1), "last@example.org");
    assert!(
        some.matches[1..]
            .iter()
            .all(|(by, _)| *by == MatchedBy::Words)
    );
}

#[test]
fn the_terms_of_active_directory_are_understood() {
    let Some(office) = Office::new(
        "active",
        "dn: cn=Lovelace\\, Ada,BASE
        objectClass: user
        cn: Lovelace, Ada
        sn: Lovelace
        givenName: Ada
        displayName: Ada Lovelace (Engines)
        sAMAccountName: alovelace
        mailNickname: countess
        proxyAddresses: smtp:old@example.org
        proxyAddresses: SMTP:ada@example.org
        proxyAddresses: X400:c=US;a= ;p=Example

        dn: cn=Engineers,BASE
        objectClass: group
        cn: Engineers
        sAMAccountName: engineers
        member: cn=Lovelace\\, Ada,BASE

        dn: cn=Announcements,BASE
        objectClass: group
        cn: Announcements
        mail: announcements@example.org
        ",
    ) else {
        return;
    };
    let book = office.book();
    for name in [
        "Ada Lovelace (Engines)",
        "Lovelace, Ada",
        "engines",
        "alovelace",
        "countess",
        "old",
    ] {
        assert_eq!(found(&book, name), ["ada@example.org"], "{name}");
    }
    let matches = find(&book, "countess").matches;
    assert_eq!(matches[0].1.name, "Ada Lovelace (Engines)");
    assert_eq!(found(&book, "engineers"), ["[Engineers]"]);
    // Its server knows better than we do who is on it.
    assert_eq!(found(&book, "announce"), ["announcements@example.org"]);
}

#[test]
fn what_is_typed_is_never_more_than_text() {
    let Some(office) = Office::new(
        "text",
        "dn: uid=a,BASE
        objectClass: inetOrgPerson
        cn: Ada
        sn: Ada
        mail: a@example.org

        dn: uid=star,BASE
        objectClass: inetOrgPerson
        cn: Star * (\\2a)
        sn: Star
        mail: star@example.org
        ",
    ) else {
        return;
    };
    let book = office.book();
    for name in [
        "*)(uid=*",
        "a*",
        "*",
        "\\2a*",
        "\\61",
        "a)(|(uid=*",
        "ada\0)(uid=*",
        "uid=*",
        "a=b\\",
    ] {
        let names: Vec<_> = found(&book, name);
        assert!(
            !names.contains(&"a@example.org".to_owned()),
            "{name:?}: {names:?}"
        );
    }
    assert_eq!(found(&book, "Star * (\\2a)"), ["star@example.org"]);
    assert_eq!(found(&book, "star"), ["star@example.org"]);
    for name in ["(".repeat(10_000), "ü".repeat(900), "ü ".repeat(20)] {
        if let Some(query) = Query::new(&name) {
            assert!(book.find(&query, soon()).unwrap().matches.is_empty());
        }
    }
}

#[test]
fn what_would_break_a_header_is_not_found_or_made_harmless() {
    let Some(office) = Office::new(
        "evil",
        // cn: "Evil\r\nBcc: spy@example.org", mail: "evil@example.org\r\nBcc: spy@example.org"
        "dn: uid=evil,BASE
        objectClass: inetOrgPerson
        cn:: RXZpbA0KQmNjOiBzcHlAZXhhbXBsZS5vcmc=
        sn: Evil
        mail: evil@example.org

        dn: cn=Address,BASE
        objectClass: user
        cn: Address
        sn: Address
        proxyAddresses:: U01UUDpldmlsQGV4YW1wbGUub3JnDQpCY2M6IHNweUBleGFtcGxlLm9yZw==

        dn: uid=quoted,BASE
        objectClass: inetOrgPerson
        cn: Quoted
        sn: Quoted
        mail: \"a b\"@example.org
        ",
    ) else {
        return;
    };
    let book = office.book();
    let evil = find(&book, "evil").matches;
    assert_eq!(evil.len(), 1, "{evil:?}");
    assert_eq!(evil[0].1.name, "Evil Bcc: spy@example.org");
    assert_eq!(shown(&evil[0].1), "evil@example.org");
    for name in ["address", "quoted"] {
        assert_eq!(found(&book, name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn an_entry_is_found_by_its_key_for_as_long_as_it_is_there() {
    let Some(office) = Office::new("keys", PEOPLE) else {
        return;
    };
    let ada = key(&office.book(), "ada");
    let entry = |key: &str| office.book().entry(key, soon()).unwrap();
    let known = entry(&ada).unwrap();
    assert_eq!((&*known.key, &*known.name), (&*ada, "Ada Lovelace"));
    assert_eq!(shown(&known), "ada@example.org");
    office.add(
        "dn: uid=al1815,BASE
        changetype: modrdn
        newrdn: uid=ada
        deleteoldrdn: 1
        ",
    );
    assert_eq!(entry(&ada), None);
    for key in [
        "vcard:1",
        "ldap:",
        "ldap:uid=nobody,dc=example,dc=org",
        "ldap:dc=elsewhere",
        "ldap:this is no name",
        "ldap:uid=*,dc=example,dc=org",
        &format!("ldap:uid=noether,{}", office.base),
        &format!("ldap:{}", office.base),
    ] {
        assert_eq!(entry(key), None, "{key}");
        assert_eq!(
            office.book().members(key, 10, soon()).unwrap(),
            None,
            "{key}"
        );
    }
}

#[test]
fn a_base_that_is_not_there_is_told() {
    let Some(slapd) = test_servers::slapd() else {
        return;
    };
    for (base, kind) in [
        ("ou=nowhere,dc=example,dc=org", Kind::Failure),
        ("dc=elsewhere", Kind::Failure),
        ("no name", Kind::Failure),
    ] {
        let book = LdapBook::new(crate::office::directory(slapd, base));
        let query = Query::new("ada").unwrap();
        assert_refused(book.find(&query, soon()), kind, base);
        assert_refused(book.check(soon(), &mut |_| {}), kind, base);
    }
}
