//! Which media type the end of a name speaks of, and by which end programs know a media type.
#![forbid(unsafe_code)]

use std::path::Path;

/// What the crate `mime_guess` knows, from which `build.rs` writes it: a line for each ending, with its
/// types after it. One text and not the crate's tables of texts, each place of which would have to be
/// filled in whenever a program loads the library.
const TABLE: &str = include_str!(concat!(env!("OUT_DIR"), "/media_types"));

/// The media type of a file by its name.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    let ending = word(Path::new(name).extension()?.to_str()?)?;
    let (_, types) = TABLE.split_once(&format!("\n{ending} "))?;
    types.split_ascii_whitespace().next()
}

/// How the names of files of this media type end: like its second half if that is known, or else in
/// the first way that is known.
pub(super) fn ending(media: &str) -> Option<&'static str> {
    let (_, subtype) = media.split_once('/')?;
    let ends_so = |line: &'static str| {
        let (ending, types) = line.split_once(' ')?;
        let is_it = |known: &str| known.eq_ignore_ascii_case(media);
        types.split(' ').any(is_it).then_some(ending)
    };
    let mut known = TABLE.lines().filter_map(ends_so);
    let first = known.next()?;
    let same = std::iter::once(first)
        .chain(known)
        .find(|ending| ending.eq_ignore_ascii_case(subtype));
    same.or(Some(first))
}

/// An ending as it may stand in the table.
fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_word.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_means_what_mime_guess_says() {
        let all = mime_guess::get_extensions("*", "*").unwrap();
        assert!(all.len() > 1000);
        for known in all {
            for name in [
                format!("a.b.{known}"),
                format!("a.{}", known.to_uppercase()),
            ] {
                let guessed = mime_guess::from_path(&name).first_raw();
                assert_eq!(of_name(&name), guessed, "{name}");
            }
        }
        for name in [
            "pdf",
            ".pdf",
            "a.",
            "a.no-such",
            "a.pdf application",
            "a.pd\n",
            "a.ü",
        ] {
            assert_eq!(of_name(name), None, "{name:?}");
        }
    }

    #[test]
    fn every_media_type_ends_as_mime_guess_says() {
        for known in mime_guess::get_extensions("*", "*").unwrap() {
            for media in mime_guess::from_ext(known).iter_raw() {
                let (_, subtype) = media.split_once('/').unwrap();
                let guessed = mime_guess::get_mime_extensions_str(media).unwrap();
                let same = guessed
                    .iter()
                    .find(|ending| ending.eq_ignore_ascii_case(subtype));
                let expected = same.or(guessed.first()).copied();
                assert_eq!(ending(media), expected, "{media}");
                assert_eq!(ending(&media.to_uppercase()), expected, "{media}");
            }
        }
        for media in [
            "",
            "/",
            "pdf",
            "application/",
            "application/pd",
            "application/pdf text/plain",
        ] {
            assert_eq!(ending(media), None, "{media:?}");
        }
    }
}
