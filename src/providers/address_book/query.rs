//! What somebody typed to mean a person, and whom it means.
#![forbid(unsafe_code)]

use super::fold::{caseless, words};

/// A name, or part of one, that somebody is looked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    caseless: String,
    words: Vec<String>,
}

/// Why an entry is among those that a query may mean: the better reason is the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    /// The query is its display name, but for upper and lower case.
    DisplayName,
    /// Each word of the query begins one of its display name, its nicknames or its mailbox, without
    /// case and accents.
    Words,
}

impl Query {
    /// No name is longer.
    const MOST_CHARACTERS: usize = 1000;
    /// No name has more.
    const MOST_WORDS: usize = 20;

    /// What is looked for; `None` for a text that can be nobody's name.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.chars().nth(Self::MOST_CHARACTERS).is_some() {
            return None;
        }
        let words = words(text);
        (1..=Self::MOST_WORDS).contains(&words.len()).then(|| Self {
            text: text.to_owned(),
            caseless: caseless(text),
            words,
        })
    }

    /// The text as it was typed, without space around it. Nothing in it has been escaped.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as [`caseless`] has it.
    pub fn caseless(&self) -> &str {
        &self.caseless
    }

    /// Its words, without case and accents; there is one at least.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether the query may mean somebody with this display name and these other names (nicknames,
    /// the part of the address before the at sign), and why.
    pub fn judge<'n>(
        &self,
        display: &str,
        others: impl IntoIterator<Item = &'n str>,
    ) -> Option<MatchedBy> {
        if caseless(display) == self.caseless {
            return Some(MatchedBy::DisplayName);
        }
        let mut known = words(display);
        known.extend(others.into_iter().flat_map(words));
        self.begins_words_of(&known).then_some(MatchedBy::Words)
    }

    /// Whether each word of the query begins one of these, which [`words`] made.
    pub fn begins_words_of(&self, known: &[impl AsRef<str>]) -> bool {
        self.words
            .iter()
            .all(|word| known.iter().any(|known| known.as_ref().starts_with(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(query: &str, display: &str, others: &[&str]) -> Option<MatchedBy> {
        Query::new(query)?.judge(display, others.iter().copied())
    }

    #[test]
    fn a_whole_display_name_is_better_than_words_that_begin_so() {
        assert_eq!(
            judged("ada  LOVELACE", "Ada Lovelace", &[]),
            Some(MatchedBy::DisplayName)
        );
        for query in [
            "Ada",
            "love",
            "lovelace, a",
            "ada lovelace",
            "muller",
            "countess",
            "al1",
        ] {
            assert_eq!(
                judged(query, "Ada Lovelace-Müller", &["Countess", "al1815"]),
                Some(MatchedBy::Words),
                "{query}"
            );
        }
        assert!(MatchedBy::DisplayName < MatchedBy::Words);
    }

    #[test]
    fn every_word_has_to_begin_one() {
        for query in ["da", "ada x", "ada*", "*", "Ada Lovelace King"] {
            assert_eq!(judged(query, "Ada Lovelace", &["ada"]), None, "{query}");
        }
    }

    #[test]
    fn what_can_be_nobodys_name_is_not_looked_for() {
        let (long, many) = ("a".repeat(1001), "a ".repeat(21));
        for text in ["", "  ", "...", "((((", &long, &many] {
            assert_eq!(Query::new(text), None);
        }
    }
}
