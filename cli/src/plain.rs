//! Text from elsewhere.
#![forbid(unsafe_code)]

/// The same, fit for a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
