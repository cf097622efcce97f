//! `mailto:` URIs, RFC 6068.
#![forbid(unsafe_code)]

use percent_encoding::percent_decode_str;

use simplemapi_cli::Draft;

/// What a `mailto:` URI asks for; none when it is something else. Only these fields are heeded: a page
/// of somebody else's may hold the URI, and attach nothing to what a person sends.
pub(crate) fn parse(uri: &str) -> Option<Draft> {
    let rest = match uri.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => return None,
    };
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut draft = Draft::default();
    draft.to.extend(addresses(to));
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        match name.to_ascii_lowercase().as_str() {
            "to" => draft.to.extend(addresses(value)),
            "cc" => draft.cc.extend(addresses(value)),
            "bcc" => draft.bcc.extend(addresses(value)),
            "subject" => draft.subject = decoded(value),
            "body" => draft.body = decoded(value).replace("\r\n", "\n"),
            _ => {}
        }
    }
    Some(draft)
}

fn addresses(list: &str) -> impl Iterator<Item = String> {
    list.split(',')
        .map(decoded)
        .filter(|address| !address.is_empty())
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_known_fields_are_taken_out_of_a_uri() {
        let draft = parse("MAILTO:ada@example.org,g%20h@example.org?cc=c@example.org&Subject=M%C3%A4rz&body=a%0D%0Ab&attach=/etc/passwd").unwrap();
        assert_eq!(draft.to, ["ada@example.org", "g h@example.org"]);
        assert_eq!(draft.cc, ["c@example.org"]);
        assert_eq!(draft.subject, "März");
        assert_eq!(draft.body, "a\nb");
        assert!(draft.files.is_empty());
    }

    #[test]
    fn an_address_is_no_uri() {
        assert!(parse("ada@example.org").is_none());
        assert!(parse("ä").is_none());
        assert!(parse("mailto:").unwrap().to.is_empty());
    }
}
