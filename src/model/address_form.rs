//! The forms in which callers write an address: `SMTP:a@b`, `[SMTP:a@b]`, `mailto:a@b`,
//! `Ada <a@b>`, `Ada[SMTP:a@b]`, or plainly `a@b`.
#![forbid(unsafe_code)]

/// A text as an address, as far as its form goes; nothing in it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'a> {
    /// The address type, as written; `None` where there is none, and then it is SMTP.
    pub kind: Option<&'a str>,
    /// The display name that came with the address; may be empty.
    pub name: String,
    /// The address itself.
    pub address: &'a str,
}

/// Takes a text apart as an address. `None` when it has none of the forms: then it is a name.
pub fn written(text: &str) -> Option<Written<'_>> {
    let text = text.trim();
    bracketed(text, '[', ']')
        .or_else(|| bracketed(text, '<', '>'))
        .or_else(|| bare(text, String::new()))
}

/// `name[TYPE:address]` and `name <address>`, with or without a name.
fn bracketed(text: &str, open: char, close: char) -> Option<Written<'_>> {
    let inner = text.strip_suffix(close)?;
    // From the right: a display name may hold brackets, an address may not.
    let (name, address) = inner.rsplit_once(open)?;
    if name.ends_with('@') {
        // The address literal of `a@[127.0.0.1]`.
        return None;
    }
    bare(address.trim(), unquoted(name.trim()))
}

/// `TYPE:address`, `TYPE:(address)`, `mailto:address?…` or the address alone.
fn bare(text: &str, name: String) -> Option<Written<'_>> {
    if let Some((kind, rest)) = text.split_once(':')
        && is_type(kind)
    {
        if kind.eq_ignore_ascii_case("mailto") {
            let address = rest.split('?').next().unwrap_or_default();
            return Some(Written {
                kind: None,
                name,
                address: address.trim(),
            });
        }
        let rest = rest.trim();
        let address = rest
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(rest);
        return Some(Written {
            kind: Some(kind),
            name,
            address: address.trim(),
        });
    }
    text.contains('@').then_some(Written {
        kind: None,
        name,
        address: text,
    })
}

/// An address type as the reference has them: SMTP, FAX, X400, …
fn is_type(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A display name without its surrounding quotes, and with its backslashes resolved.
fn unquoted(text: &str) -> String {
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let mut name = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        name.push(if c == '\\' {
            characters.next().unwrap_or(c)
        } else {
            c
        });
    }
    name
}

/// The members of a list of addresses with `;` or `,` between them, outside quotes and brackets.
pub fn split_list(text: &str) -> Vec<&str> {
    let (mut members, mut start, mut quoted, mut depth) = (Vec::new(), 0, false, 0u32);
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' if quoted => {
                characters.next();
            }
            '"' => quoted = !quoted,
            '<' | '[' | '(' if !quoted => depth += 1,
            '>' | ']' | ')' if !quoted => depth = depth.saturating_sub(1),
            ';' | ',' if !quoted && depth == 0 => {
                push_member(&mut members, text.get(start..at));
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    push_member(&mut members, text.get(start..));
    members
}

fn push_member<'a>(members: &mut Vec<&'a str>, member: Option<&'a str>) {
    let member = member.unwrap_or_default().trim();
    if !member.is_empty() {
        members.push(member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Option<&str>, String, &str)> {
        written(text).map(|written| (written.kind, written.name, written.address))
    }

    #[test]
    fn every_form_that_callers_write_is_understood() {
        let none = String::new;
        assert_eq!(parts("a@b.test"), Some((None, none(), "a@b.test")));
        assert_eq!(
            parts("SMTP:a@b.test"),
            Some((Some("SMTP"), none(), "a@b.test"))
        );
        assert_eq!(
            parts("smtp:(a@b.test)"),
            Some((Some("smtp"), none(), "a@b.test"))
        );
        assert_eq!(
            parts("[SMTP:a@b.test]"),
            Some((Some("SMTP"), none(), "a@b.test"))
        );
        assert_eq!(
            parts("mailto:a@b.test?subject=x"),
            Some((None, none(), "a@b.test"))
        );
        assert_eq!(
            parts("Ada <a@b.test>"),
            Some((None, "Ada".into(), "a@b.test"))
        );
        assert_eq!(
            parts("\"Lovelace, Ada\" <a@b.test>"),
            Some((None, "Lovelace, Ada".into(), "a@b.test"))
        );
        assert_eq!(
            parts("Ada[SMTP:a@b.test] "),
            Some((Some("SMTP"), "Ada".into(), "a@b.test"))
        );
        assert_eq!(
            parts("A\\[da\\][FAX:+1 23]"),
            Some((Some("FAX"), "A[da]".into(), "+1 23"))
        );
        assert_eq!(
            parts("a@[127.0.0.1]"),
            Some((None, none(), "a@[127.0.0.1]"))
        );
    }

    #[test]
    fn a_name_is_not_an_address() {
        for name in ["Ada", "Ada Lovelace", "", "Müller (Berlin)", "Ada [team]"] {
            assert_eq!(parts(name), None, "{name:?}");
        }
    }

    #[test]
    fn lists_split_outside_quotes_and_brackets_only() {
        assert_eq!(split_list("a@b.test; c@d.test, "), ["a@b.test", "c@d.test"]);
        for one in [
            r#""Lovelace, Ada" <a@b.test>"#,
            r#""Ada \"A; B\", C" <a@b.test>"#,
            "a@b.test (Lovelace, Ada)",
        ] {
            assert_eq!(split_list(one), [one]);
        }
    }
}
