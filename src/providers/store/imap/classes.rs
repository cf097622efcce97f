//! The classes of the messages in an Inbox: each text once, and no more of them than there is room for.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::num::NonZeroU16;
use std::sync::Arc;

/// How much text is kept.
const MOST_BYTES: usize = 2 << 20;

/// A class by its number.
pub(super) type Class = NonZeroU16;

/// The texts, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Classes {
    texts: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, Class>,
    bytes: usize,
}

impl Classes {
    /// The text of a class.
    pub(super) fn text(&self, class: Class) -> &str {
        let text = self.texts.get(usize::from(class.get()) - 1);
        text.map_or("", AsRef::as_ref)
    }

    /// The number of a class, an old or a new one; none when there is no room for a new one.
    pub(super) fn number(&mut self, text: &str) -> Option<Class> {
        if let Some(class) = self.numbers.get(text) {
            return Some(*class);
        }
        if self.bytes + text.len() > MOST_BYTES {
            return None;
        }
        let class = u16::try_from(self.texts.len() + 1)
            .ok()
            .and_then(Class::new)?;
        let text: Arc<str> = text.into();
        self.bytes += text.len();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, class);
        Some(class)
    }

    /// The number of the first class, for which there is always room.
    pub(super) fn first(&mut self, text: &str) -> Class {
        self.number(text).unwrap_or(Class::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_a_number_while_there_is_room() {
        let mut classes = Classes::default();
        let note = classes.first("IPM.Note");
        assert_eq!(classes.number("IPM.Note"), Some(note));
        let other = classes.number("IPM.Other").unwrap();
        assert_eq!(
            (classes.text(note), classes.text(other)),
            ("IPM.Note", "IPM.Other")
        );
        let long = |number: usize| format!("{number}{}", "x".repeat(2000));
        let kept = (0..5000).filter(|number| classes.number(&long(*number)).is_some());
        assert!(kept.count() < 1100);
        assert_eq!(classes.number("IPM.Note"), Some(note));
        let mut many = Classes::default();
        let kept = (0..100_000).filter(|number| many.number(&number.to_string()).is_some());
        assert_eq!(kept.count(), 65_535);
    }
}
