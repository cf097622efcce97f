//! What the windows say, in the person's language: the files of `locales/`, a folder a language.
#![forbid(unsafe_code)]

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // What is put into a text is shown as it is: a label is in one direction.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static LANGUAGE: LazyLock<LanguageIdentifier> =
    LazyLock::new(|| chosen(gtk::glib::language_names().iter().map(|name| name.as_str())));

/// The first language wanted that there is a folder for; English without.
fn chosen<'n>(mut wanted: impl Iterator<Item = &'n str>) -> LanguageIdentifier {
    let known: Vec<_> = LOCALES.locales().cloned().collect();
    let of = |name: &str| {
        let name = name.split(['.', '@']).next()?;
        let wanted: LanguageIdentifier = name.parse().ok()?;
        let exact = known.iter().find(|known| **known == wanted);
        exact
            .or_else(|| known.iter().find(|known| known.language == wanted.language))
            .cloned()
    };
    wanted
        .find_map(of)
        .unwrap_or_else(|| LOCALES.fallback().clone())
}

/// A text of the catalogue.
pub(crate) fn text(id: &str) -> String {
    LOCALES.lookup(&LANGUAGE, id)
}

/// A text of the catalogue with something put into it.
pub(crate) fn text_with(id: &str, parts: &[(&'static str, FluentValue<'_>)]) -> String {
    let parts: HashMap<Cow<'static, str>, FluentValue<'_>> = parts
        .iter()
        .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
        .collect();
    LOCALES.lookup_with_args(&LANGUAGE, id, &parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The files of the catalogue, each in its language.
    const FILES: [(&str, &str); 2] = [
        ("en", include_str!("../locales/en/main.ftl")),
        ("fr", include_str!("../locales/fr/main.ftl")),
    ];

    fn texts(file: &str) -> BTreeMap<&str, &str> {
        let begins = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        let lines = file.lines().filter(begins);
        lines.filter_map(|line| line.split_once(" = ")).collect()
    }

    #[test]
    fn every_language_has_every_text_in_words_of_its_own() {
        /// Words that are the same in several languages.
        const SHARED: [&str; 9] = [
            "body",
            "cc",
            "details-members",
            "incoming-port",
            "incoming-security",
            "outgoing-port",
            "security-starttls",
            "security-tls",
            "suggestions",
        ];
        let [(_, english), others @ ..] = FILES;
        let english = texts(english);
        for (language, file) in others {
            let own = texts(file);
            assert!(own.keys().eq(english.keys()), "{language}: {own:?}");
            let same = own
                .iter()
                .filter(|(id, text)| english.get(*id) == Some(text));
            let same: Vec<_> = same.map(|(id, _)| *id).collect();
            assert!(same.iter().all(|id| SHARED.contains(id)), "{same:?}");
        }
        assert_eq!(
            LOCALES.locales().count(),
            FILES.len(),
            "one is missing here"
        );
    }

    #[test]
    fn the_first_language_that_is_there_is_taken() {
        for (wanted, taken) in [
            (&["fr_CA.UTF-8", "fr", "C"][..], "fr"),
            (&["de_DE.UTF-8", "de", "fr_FR@euro", "C"], "fr"),
            (&["de", "C"], "en"),
            (&[], "en"),
        ] {
            assert_eq!(chosen(wanted.iter().copied()).to_string(), taken);
        }
    }
}
