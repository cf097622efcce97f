//! Names as they are compared: without case, and for guesses also without accents.
#![forbid(unsafe_code)]

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// The text without case, and with a single space wherever it has any: two display names that look
/// the same are the same. Accents count.
pub fn caseless(text: &str) -> String {
    let lower = text.to_lowercase();
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower);
    let mut out = String::with_capacity(decomposed.len());
    for word in decomposed.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The words of a text, without case and accents, so that "muller" is the first of "Müller-Lüdenscheidt".
///
/// What stands between words in names ends one. Other signs are letters like any: somebody who
/// writes `a*` does not mean everyone whose name begins with A.
pub fn words(text: &str) -> Vec<String> {
    let plain: String = caseless(text)
        .chars()
        .filter(|c| !is_accent(*c))
        .flat_map(spelled)
        .collect();
    plain
        .split(is_between_words)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn is_accent(c: char) -> bool {
    CanonicalCombiningClassMapBorrowed::new().get_u8(c) != 0
}

fn is_between_words(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '.' | ',' | ';' | ':' | '-' | '_' | '\'' | '"' | '(' | ')' | '[' | ']' | '/' | '&' | '+' | '@'
                | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{b7}'
        )
}

/// A letter as somebody writes it whose keyboard does not have it, for those that Unicode does not
/// take apart.
fn spelled(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ł' => ('l', None),
        'ŧ' => ('t', None),
        'ς' => ('σ', None),
        c => (c, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_case_and_accents() {
        for (text, expected) in [
            ("Müller", &["muller"][..]),
            ("Mu\u{308}ller", &["muller"]),
            (
                "MÜLLER-Lüdenscheidt, Karl",
                &["muller", "ludenscheidt", "karl"],
            ),
            ("Weiß", &["weiss"]),
            ("Søren Łukasz", &["soren", "lukasz"]),
            ("Αθηνά Παππάς", &["αθηνα", "παππασ"]),
            ("İpek", &["ipek"]),
            ("O’Hara", &["o", "hara"]),
            ("山田 太郎", &["山田", "太郎"]),
            ("ada.b@example", &["ada", "b", "example"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn signs_of_search_languages_are_letters() {
        for (text, expected) in [
            ("a*", &["a*"][..]),
            ("*)(uid=*", &["*", "uid=*"]),
            ("\\2a", &["\\2a"]),
            ("((((", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn a_display_name_is_the_same_in_any_case_and_with_any_space() {
        assert_eq!(caseless(" Ada  LOVELACE\u{a0}"), "ada lovelace");
        assert_eq!(caseless("Müller"), caseless("MU\u{308}LLER"));
        assert_ne!(caseless("Müller"), caseless("Muller"));
    }
}
