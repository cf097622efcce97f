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
