//! Text on its way into a header.
#![forbid(unsafe_code)]

/// The text with every run of control characters, line ends and line separators turned into one
/// space, without bidirectional overrides, and trimmed: what a header field can carry.
pub fn header_text(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_bidi_control(c) {
            continue;
        }
        let breaks = c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        if !breaks {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.trim().to_owned()
}

/// Marks that make text read otherwise than it is stored (`exe.txt` for `txt.exe`).
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_character_becomes_a_single_space() {
        assert_eq!(
            header_text("hi\r\nBcc: spy@example.test\r\n\r\nbody"),
            "hi Bcc: spy@example.test body"
        );
        for c in (0..0x20)
            .chain(0x7f..0xa0)
            .chain([0x2028, 0x2029])
            .filter_map(char::from_u32)
        {
            assert_eq!(
                header_text(&format!("a{c}b")),
                "a b",
                "U+{:04X}",
                u32::from(c)
            );
        }
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(
            header_text("Grüße, 日本 – \"ok\"  two spaces"),
            "Grüße, 日本 – \"ok\"  two spaces"
        );
    }

    #[test]
    fn overrides_of_the_reading_direction_go() {
        assert_eq!(header_text("\u{202e}txt.exe"), "txt.exe");
    }
}
