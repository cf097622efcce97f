//! People, as windows write them.
#![forbid(unsafe_code)]

use simplemapi::model::Person;

/// The address without its type; the name of a list has none.
pub(crate) fn address(person: &Person) -> &str {
    match person.address.split_once(':') {
        Some((kind, address)) if kind.eq_ignore_ascii_case("SMTP") => address,
        Some(_) => "",
        None => &person.address,
    }
}

/// Whether it is a list that an address book knows, and not a person.
pub(crate) fn is_list(person: &Person) -> bool {
    person.address.starts_with("MAPIPDL:")
}

/// The person on one line, as it is read back from an entry.
pub(crate) fn written(person: &Person) -> String {
    let (name, address) = (person.name.as_str(), address(person));
    let quoted = if name.contains([',', ';', '<', '>', '"', '@']) {
        format!("\"{}\"", name.replace('"', "'"))
    } else {
        name.to_owned()
    };
    match (name, address) {
        (_, "") => quoted,
        ("", _) => address.to_owned(),
        (name, address) if name == address => address.to_owned(),
        _ => format!("{quoted} <{address}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, address: &str) -> Person {
        Person {
            name: name.to_owned(),
            address: address.to_owned(),
            entry_id: Vec::new(),
        }
    }

    #[test]
    fn a_person_is_written_so_that_it_can_be_read_back() {
        for (name, address, expected) in [
            ("Ada", "SMTP:ada@example.org", "Ada <ada@example.org>"),
            (
                "Lovelace, Ada",
                "SMTP:a@b.test",
                "\"Lovelace, Ada\" <a@b.test>",
            ),
            ("a@b.test", "SMTP:a@b.test", "a@b.test"),
            ("", "a@b.test", "a@b.test"),
            ("Compilers", "MAPIPDL:Compilers", "Compilers"),
        ] {
            let line = written(&person(name, address));
            assert_eq!(line, expected);
            assert_eq!(simplemapi::model::split_list(&line).len(), 1, "{line}");
        }
    }
}
