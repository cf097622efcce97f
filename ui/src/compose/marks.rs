//! How a name looks that means nobody, or several.
#![forbid(unsafe_code)]

use gtk::pango;
use simplemapi::model::split_list;

use crate::catalogue::text_with;

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nobody has it.
    Nobody,
    /// Several have it.
    Several,
}

/// A wavy line under each name that is marked.
pub(crate) fn attributes(text: &str, mark: impl Fn(&str) -> Option<Mark>) -> pango::AttrList {
    let attributes = pango::AttrList::new();
    for (start, end) in marked(text, mark) {
        let mut line = pango::AttrInt::new_underline(pango::Underline::Error);
        line.set_start_index(start);
        line.set_end_index(end);
        attributes.insert(line);
    }
    attributes
}

/// Where the names stand that are marked, in bytes.
fn marked(text: &str, mark: impl Fn(&str) -> Option<Mark>) -> Vec<(u32, u32)> {
    let mut places = Vec::new();
    for part in split_list(text) {
        let name = part.trim();
        if mark(name).is_none() {
            continue;
        }
        // A part is a piece of the very text.
        let start = name.as_ptr() as usize - text.as_ptr() as usize;
        let place = (u32::try_from(start), u32::try_from(start + name.len()));
        if let (Ok(start), Ok(end)) = place {
            places.push((start, end));
        }
    }
    places
}

/// What is wrong, in words.
pub(crate) fn doubts<'n>(
    names: impl Iterator<Item = &'n str>,
    mark: impl Fn(&str) -> Option<Mark>,
) -> String {
    let doubts: Vec<_> = names
        .filter_map(|name| {
            let id = match mark(name)? {
                Mark::Nobody => "name-of-nobody",
                Mark::Several => "name-of-several",
            };
            Some(text_with(id, &[("name", name.into())]))
        })
        .collect();
    doubts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_marked_where_it_stands_and_as_long_as_it_is() {
        let text = "Ada <a@b.test>, Süß ; \"Foo, Bar\",";
        let mark = |name: &str| (name == "Süß" || name == "\"Foo, Bar\"").then_some(Mark::Nobody);
        let places = marked(text, mark);
        let names: Vec<_> = places
            .iter()
            .map(|(start, end)| &text[*start as usize..*end as usize])
            .collect();
        assert_eq!(names, ["Süß", "\"Foo, Bar\""]);
    }
}
