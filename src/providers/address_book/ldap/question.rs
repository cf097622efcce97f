//! How a directory is asked for whom a query may mean. What comes of it is more than that, and
//! [`Query::judge`] has the last word.
#![forbid(unsafe_code)]

use super::filter::Filter;
use super::person::LIST_CLASSES;
use crate::providers::address_book::Query;

/// Names for people to read, and their parts.
const NAMES: [&str; 4] = ["displayName", "cn", "givenName", "sn"];
/// Names for machines, which people type as well.
const MAILBOXES: [&str; 4] = ["mail", "uid", "sAMAccountName", "mailNickname"];
/// What stands before a word within a name.
const BEFORE_WORDS: [char; 5] = [' ', '-', '.', '\'', '('];
/// Whoever types more than this means a whole display name.
const MOST_BYTES: usize = 256;

/// Those whose name it is.
pub(super) fn whole_name(query: &Query) -> Filter {
    let is = |attribute| Filter::Is(attribute, query.text().to_owned());
    reachable(Filter::Any(vec![is("displayName"), is("cn")]))
}

/// Those of whose names each word of the query begins a word, as far as a server can tell: with the
/// accents that were typed, and without.
pub(super) fn words(query: &Query) -> Option<Filter> {
    let text = query.text();
    if text.len() > MOST_BYTES {
        return None;
    }
    let mut ways = vec![each(query.words(), word)];
    if !text.is_ascii() {
        let typed: Vec<_> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        ways.extend((!typed.is_empty()).then(|| each(&typed, word)));
    }
    Some(reachable(Filter::Any(ways)))
}

/// Those of whose names each word of the query may begin a word if it had accents: many more than are
/// meant. No server is asked to compare by sound, which Samba takes for an error.
pub(super) fn accented(query: &Query) -> Option<Filter> {
    let is_short = query.text().len() <= MOST_BYTES;
    (is_short && query.words().iter().all(|word| !skeletons(word).is_empty()))
        .then(|| reachable(each(query.words(), accented_word)))
}

fn each(words: &[String], filter: impl Fn(&str) -> Filter) -> Filter {
    Filter::All(words.iter().map(|word| filter(word)).collect())
}

fn word(word: &str) -> Filter {
    let mut ways = Vec::new();
    for name in NAMES {
        ways.push(Filter::Begins(name, word.to_owned()));
        for before in BEFORE_WORDS {
            ways.push(Filter::Holds(name, vec![format!("{before}{word}")]));
        }
    }
    ways.extend(MAILBOXES.map(|name| Filter::Begins(name, word.to_owned())));
    ways.push(Filter::Holds("mail", vec![format!(".{word}")]));
    ways.push(Filter::Begins("proxyAddresses", format!("smtp:{word}")));
    Filter::Any(ways)
}

fn accented_word(word: &str) -> Filter {
    let mut ways = Vec::new();
    for stretches in skeletons(word) {
        ways.extend(["displayName", "cn"].map(|name| Filter::Holds(name, stretches.clone())));
    }
    Filter::Any(ways)
}

/// What is left of a word when its vowels and one more letter are left open, which may have had an
/// accent: `m ll r`, `m r`, `m ll` for "muller". Nothing where that would be everybody.
fn skeletons(word: &str) -> Vec<Vec<String>> {
    /// Longer words have enough letters that are not left open.
    const MOST_OPEN: usize = 16;
    let sounds: Vec<String> = word.chars().fold(Vec::new(), |mut sounds: Vec<String>, c| {
        match sounds.last_mut() {
            // A double letter may stand for a single other one.
            Some(last) if last.ends_with(c) => last.push(c),
            _ => sounds.push(c.to_string()),
        }
        sounds
    });
    let is_vowel = |sound: &str| sound.starts_with(['a', 'e', 'i', 'o', 'u', 'y']);
    let may_be_open =
        |sound: &str| sound.starts_with(['c', 'd', 'g', 'l', 'n', 'r', 's', 't', 'z']);
    let candidates = sounds.iter().enumerate();
    let open = candidates
        .filter(|(_, sound)| may_be_open(sound))
        .map(|(at, _)| Some(at))
        .take(MOST_OPEN);
    let mut skeletons = Vec::new();
    for open in std::iter::once(None).chain(open) {
        let mut stretches = vec![String::new()];
        for (at, sound) in sounds.iter().enumerate() {
            match stretches.last_mut() {
                Some(last) if !is_vowel(sound) && Some(at) != open => last.push_str(sound),
                _ => stretches.push(String::new()),
            }
        }
        stretches.retain(|stretch| !stretch.is_empty());
        // Two letters that stand somewhere are too many people's.
        if stretches.iter().map(String::len).sum::<usize>() > 2 && !skeletons.contains(&stretches) {
            skeletons.push(stretches);
        }
    }
    skeletons
}

/// Those of them that mail can reach.
fn reachable(filter: Filter) -> Filter {
    let mut ways = vec![Filter::Has("mail"), Filter::Has("proxyAddresses")];
    ways.extend(LIST_CLASSES.map(|class| Filter::Is("objectClass", class.to_owned())));
    Filter::All(vec![Filter::Any(ways), filter])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_may_have_accents_keeps_most_of_its_letters() {
        let found = skeletons("muller");
        let found: Vec<_> = found.iter().map(|stretches| stretches.join("*")).collect();
        assert_eq!(found, ["m*ll*r", "m*ll"]);
        for (word, expected) in [("dvorak", "dv*k"), ("strasse", "str"), ("lukasz", "k*sz")] {
            let found = skeletons(word);
            let mut found = found.iter().map(|stretches| stretches.join("*"));
            assert!(found.any(|found| found == expected), "{word}");
        }
        for word in ["ada", "al", "zz", ""] {
            assert_eq!(skeletons(word), Vec::<Vec<String>>::new(), "{word}");
        }
    }

    #[test]
    fn a_question_is_never_large() {
        for text in ["a".repeat(256), "rot ".repeat(20), "lü ".repeat(20)] {
            let query = Query::new(&text).unwrap();
            for filter in [words(&query), accented(&query)].into_iter().flatten() {
                let size = bcder::encode::Values::encoded_len(&filter.encode(), bcder::Mode::Ber);
                assert!(size < 64 * 1024, "{size}: {text}");
            }
        }
        let long = Query::new(&"a".repeat(900)).unwrap();
        assert_eq!((words(&long), accented(&long)), (None, None));
    }
}
