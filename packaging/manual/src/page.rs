//! A page of the manual, in both of its forms.
#![forbid(unsafe_code)]

use std::path::PathBuf;

/// A page, and by which names `man` knows it.
#[derive(Debug)]
pub(crate) struct Page {
    /// Where it is in `docs/`.
    pub(crate) source: PathBuf,
    pub(crate) text: String,
    /// Its names; the first is that of its file.
    pub(crate) names: Vec<String>,
    pub(crate) section: char,
    /// What `whatis` says of it.
    pub(crate) summary: String,
}

impl Page {
    pub(crate) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    pub(crate) fn file_name(&self, name: &str) -> String {
        format!("{name}.{}", self.section)
    }

    /// As one page names another.
    pub(crate) fn reference(&self) -> String {
        format!("{}({})", self.name(), self.section)
    }
}
