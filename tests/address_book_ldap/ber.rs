//! What a server says, written byte by byte (RFC 4511).

/// A value with its tag.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag, 0x84];
    bytes.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    bytes.extend(content);
    bytes
}

/// A message that answers a request.
pub(crate) fn message(id: u8, operation: u8, content: &[u8]) -> Vec<u8> {
    let operation = value(operation, content);
    value(0x30, &[&[2, 1, id][..], &operation].concat())
}

pub(crate) const BIND_RESPONSE: u8 = 0x61;
pub(crate) const DONE: u8 = 0x65;
pub(crate) const EXTENDED_RESPONSE: u8 = 0x78;

/// How a request ended.
pub(crate) fn verdict(id: u8, operation: u8, code: u8, words: &str) -> Vec<u8> {
    let content = [
        &[10, 1, code][..],
        &value(4, b""),
        &value(4, words.as_bytes()),
    ];
    message(id, operation, &content.concat())
}

/// An entry that was found.
pub(crate) fn entry(id: u8, dn: &str, attributes: &[(&str, &[&str])]) -> Vec<u8> {
    let attributes: Vec<u8> = attributes
        .iter()
        .flat_map(|(name, values)| {
            let values: Vec<u8> = values
                .iter()
                .flat_map(|text| value(4, text.as_bytes()))
                .collect();
            value(
                0x30,
                &[value(4, name.as_bytes()), value(0x31, &values)].concat(),
            )
        })
        .collect();
    let content = [value(4, dn.as_bytes()), value(0x30, &attributes)];
    message(id, 0x64, &content.concat())
}

/// That another server may know more.
pub(crate) fn reference(id: u8) -> Vec<u8> {
    message(id, 0x73, &value(4, b"ldap://127.0.0.1:1/"))
}

/// That the server hangs up.
pub(crate) fn notice_of_disconnection() -> Vec<u8> {
    let content = [
        &[10, 1, 52][..],
        &value(4, b""),
        &value(4, b"going down"),
        &value(0x8a, b"1.3.6.1.4.1.1466.20036"),
    ];
    message(0, EXTENDED_RESPONSE, &content.concat())
}
