//! Who is on a list.

use simplemapi::error::Kind;
use simplemapi::providers::address_book::AddressBook;

use crate::office::{Office, assert_refused, found, key, members, soon};

const LISTS: &str = "\
    dn: uid=ada,BASE
    objectClass: inetOrgPerson
    cn: Ada Lovelace
    sn: Lovelace
    mail: ada@example.org

    dn: uid=bob,BASE
    objectClass: inetOrgPerson
    cn: Bob
    sn: Bob
    mail: bob@example.org

    dn: uid=mute,BASE
    objectClass: inetOrgPerson
    cn: Mute
    sn: Mute

    dn: cn=Staff,BASE
    objectClass: groupOfNames
    cn: Staff
    member: uid=ada,BASE
    member: uid=bob,BASE
    member: cn=Others,BASE
    member:

    dn: cn=Others,BASE
    objectClass: groupOfUniqueNames
    cn: Others
    uniqueMember: uid=bob,BASE#'0101'B
    uniqueMember: cn=Staff,BASE
    uniqueMember: cn=Others,BASE

    dn: cn=Written,BASE
    objectClass: nisMailAlias
    cn: Written
    rfc822MailMember: Cee <cee@example.org>
    rfc822MailMember: dee@example.org

    dn: cn=Local,BASE
    objectClass: nisMailAlias
    cn: Local
    rfc822MailMember: dee

    dn: cn=Silent,BASE
    objectClass: groupOfNames
    cn: Silent
    member: uid=ada,BASE
    member: uid=mute,BASE

    dn: cn=Dangling,BASE
    objectClass: group
    cn: Dangling
    member: uid=gone,BASE
";

#[test]
fn the_members_of_a_list_are_told_once_each_and_lists_among_them_by_their_keys() {
    let Some(office) = Office::new("lists", LISTS) else {
        return;
    };
    let book = office.book();
    assert_eq!(found(&book, "staff"), ["[Staff]"]);
    let others = format!("ldap:cn=Others,{}", office.base);
    let staff = format!("ldap:cn=Staff,{}", office.base);
    assert_eq!(key(&book, "staff"), staff);
    assert_eq!(
        members(&book, &staff).unwrap().unwrap(),
        [
            "Ada Lovelace <ada@example.org>",
            "Bob <bob@example.org>",
            &others
        ]
    );
    assert_eq!(
        members(&book, &others).unwrap().unwrap(),
        ["Bob <bob@example.org>", &others, &staff]
    );
    assert_eq!(
        members(&book, &key(&book, "written")).unwrap().unwrap(),
        [" <dee@example.org>", "Cee <cee@example.org>"]
    );
}

#[test]
fn a_person_is_no_list_and_a_list_that_has_gone_has_no_members() {
    let Some(office) = Office::new("nolist", LISTS) else {
        return;
    };
    let book = office.book();
    assert_eq!(members(&book, &key(&book, "ada")).unwrap(), None);
    let gone = format!("ldap:cn=Gone,{}", office.base);
    assert_eq!(members(&book, &gone).unwrap(), None);
}

#[test]
fn a_member_whom_no_mail_reaches_is_named() {
    let Some(office) = Office::new("unreachable", LISTS) else {
        return;
    };
    let book = office.book();
    for (list, member) in [
        ("silent", "uid=mute,"),
        ("dangling", "uid=gone,"),
        ("local", "\"dee\""),
    ] {
        let list = key(&book, list);
        assert_refused(members(&book, &list), Kind::InvalidRecipients, member);
    }
}

#[test]
fn a_long_list_is_told_in_full_and_one_too_long_is_refused() {
    const COUNT: usize = 230;
    let mut entries = String::new();
    let mut list = "dn: cn=All,BASE\nobjectClass: groupOfNames\ncn: All\n".to_owned();
    for number in 0..COUNT {
        let name = format!("uid=u{number},BASE");
        entries += &format!(
            "dn: {name}\nobjectClass: inetOrgPerson\ncn: U {number}\nsn: U\nmail: u{number}@example.org\n\n"
        );
        list += &format!("member: {name}\n");
    }
    let Some(office) = Office::new("long", &(entries + &list)) else {
        return;
    };
    let book = office.book();
    let all = key(&book, "all");
    assert_eq!(members(&book, &all).unwrap().unwrap().len(), COUNT);
    assert_eq!(
        book.members(&all, COUNT, soon()).unwrap().unwrap().len(),
        COUNT
    );
    let refused = book.members(&all, COUNT - 1, soon());
    assert_refused(refused, Kind::TooManyRecipients, "\"All\"");
}
