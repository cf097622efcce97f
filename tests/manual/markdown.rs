//! As much of Markdown as the manual uses.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project.
pub(crate) fn in_project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the project.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(in_project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A page: where it is and what it says.
pub(crate) struct Page {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl Page {
    /// The pages of a folder of the project, by name.
    pub(crate) fn all_in(folder: &str) -> Vec<Self> {
        let mut paths: Vec<PathBuf> = fs::read_dir(in_project(folder))
            .expect("the folder is there")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
            .collect();
        paths.sort();
        assert!(!paths.is_empty(), "{folder} has no page");
        paths
            .into_iter()
            .map(|path| Self {
                text: fs::read_to_string(&path).expect("a page is text"),
                path,
            })
            .collect()
    }

    /// Its name without folder and extension.
    pub(crate) fn name(&self) -> String {
        self.path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// A fenced block.
pub(crate) struct Block<'a> {
    /// What the fence says that it is.
    pub(crate) language: &'a str,
    pub(crate) text: String,
    /// The line of the page that its first line is.
    pub(crate) line: usize,
}

/// The fenced blocks of a text, in their order.
pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(language), none) => {
                *none = Some(Block {
                    language,
                    text: String::new(),
                    line: number + 2,
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block does not end");
    blocks
}

/// The text below a heading of the second level, up to the next.
pub(crate) fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = format!("\n## {heading}\n");
    let (_, rest) = text
        .split_once(&start)
        .unwrap_or_else(|| panic!("there is no heading {heading:?}"));
    rest.split("\n## ").next().unwrap_or_default()
}

/// The cells of the rows of all tables in a text, without their heads.
pub(crate) fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_row = |line: &&str| line.starts_with('|');
    let is_rule = |line: &str| line.starts_with("|---");
    lines
        .iter()
        .enumerate()
        .filter(|(at, line)| {
            let before_rule = lines.get(at + 1).is_some_and(|next| is_rule(next));
            is_row(line) && !is_rule(line) && !before_rule
        })
        .map(|(_, line)| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}
