//! The name that a recipient sees.
#![forbid(unsafe_code)]

use std::path::Path;

use crate::model::header_text;

/// The longest name that file systems take, in bytes.
const MAX_NAME: usize = 255;

/// Endings longer than this are no extensions that a program knows.
const MAX_EXTENSION: usize = 20;

/// The name that a recipient sees: the one that was given, else the file's own, in any case one
/// that stays in the folder it is saved to and looks like what it is.
pub(crate) fn display_name(given: &str, path: &Path) -> String {
    let name = harmless(given)
        .or_else(|| harmless(&path.to_string_lossy()))
        .unwrap_or_else(|| "attachment".to_owned());
    shortened(name)
}

/// The last component of either system's path, without what cannot be seen (control characters,
/// changes of direction) and without the dots and blanks at its end that Windows drops.
fn harmless(name: &str) -> Option<String> {
    header_text(name)
        .rsplit(['/', '\\'])
        .map(|component| component.trim_start().trim_end_matches(is_dropped))
        .find(|component| !component.is_empty())
        .map(str::to_owned)
}

fn is_dropped(c: char) -> bool {
    c == '.' || c.is_whitespace()
}

/// A name that file systems take, its extension kept.
fn shortened(name: String) -> String {
    if name.len() <= MAX_NAME {
        return name;
    }
    let (stem, extension) = parts(&name);
    let (stem, _) = stem.split_at(stem.floor_char_boundary(MAX_NAME - extension.len()));
    format!("{}{extension}", stem.trim_end_matches(is_dropped))
}

/// MYFILE.TXT, MYFILE1.TXT, MYFILE2.TXT, …: a name of that series, as long as names may be.
pub(super) fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    let (stem, extension) = parts(name);
    let ending = format!("{number}{extension}");
    let room = MAX_NAME.saturating_sub(ending.len());
    let (stem, _) = stem.split_at(stem.floor_char_boundary(room));
    format!("{stem}{ending}")
}

/// What stands before an extension, and the extension with its dot; a dot in front makes none.
fn parts(name: &str) -> (&str, &str) {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= MAX_EXTENSION => name.split_at(dot),
        _ => (name, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(given: &str, path: &str) -> String {
        display_name(given, Path::new(path))
    }

    #[test]
    fn the_given_name_comes_before_the_files_own() {
        assert_eq!(named("Report.xls", "/tmp/~x17.tmp"), "Report.xls");
        assert_eq!(named("", "/tmp/report.xls"), "report.xls");
        assert_eq!(named(" .. ", "C:\\docs\\Grüße 日本.txt"), "Grüße 日本.txt");
        assert_eq!(named("", "/"), "attachment");
        assert_eq!(named("", ""), "attachment");
    }

    #[test]
    fn a_number_goes_behind_the_stem_and_the_name_stays_short_enough() {
        assert_eq!(numbered("a.txt", 0), "a.txt");
        assert_eq!(numbered("a.txt", 12), "a12.txt");
        assert_eq!(numbered(".bashrc", 1), ".bashrc1");
        assert_eq!(numbered("README", 1), "README1");
        let longest = format!("{}.txt", "ü".repeat(125));
        let next = numbered(&longest, 10);
        assert!(
            next.len() <= MAX_NAME && next.ends_with("ü10.txt"),
            "{next}"
        );
    }

    #[test]
    fn a_name_cannot_leave_its_folder_or_its_header() {
        for (given, seen) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("/etc/", "etc"),
            ("x/..", "x"),
            ("a\r\nContent-Type: text-html", "a Content-Type: text-html"),
            ("a\"; x=\"b", "a\"; x=\"b"),
            ("\u{202e}txt.exe", "txt.exe"),
            ("report.pdf. . .", "report.pdf"),
            (".profile", ".profile"),
            ("nul\0byte", "nul byte"),
        ] {
            assert_eq!(named(given, "/x"), seen, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = named(&format!("{}.docx", "ä".repeat(2000)), "/x");
        assert!(name.len() <= MAX_NAME && name.len() > MAX_NAME - 4);
        assert!(name.ends_with("ä.docx"), "{name}");
        let name = named(&format!("a.{}", "b".repeat(4000)), "/x");
        assert_eq!(name.len(), MAX_NAME);
    }

    proptest::proptest! {
        #[test]
        fn any_name_becomes_one_harmless_component(given in ".*", path in ".*") {
            let name = named(&given, &path);
            proptest::prop_assert!(!name.is_empty() && name.len() <= MAX_NAME);
            proptest::prop_assert!(!name.contains(['/', '\\']));
            proptest::prop_assert!(!name.chars().any(char::is_control));
            proptest::prop_assert!(!name.ends_with(['.', ' ']));
            proptest::prop_assert_eq!(&header_text(&name), &name);
        }
    }
}
