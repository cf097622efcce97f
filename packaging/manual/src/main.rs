//! `simplemapi-manual DOCS FOLDER VERSION DATE`: writes the pages of `docs/` as man pages below `FOLDER`.
#![forbid(unsafe_code)]

mod page;
mod pages;
mod render;
mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{fs, io};

use page::Page;
use render::Edition;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match &arguments[..] {
        [docs, folder, version, date] => pages::find(Path::new(docs))
            .and_then(|pages| write(&pages, Path::new(folder), Edition { version, date })),
        _ => Err(io::Error::other(
            "usage: simplemapi-manual DOCS FOLDER VERSION DATE",
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Writes each page, and for each further name of it a page that leads there.
fn write(pages: &[Page], folder: &Path, edition: Edition<'_>) -> io::Result<()> {
    for page in pages {
        let section = folder.join(format!("man{}", page.section));
        fs::create_dir_all(&section)?;
        let text = render::page(page, pages, edition);
        fs::write(section.join(page.file_name(page.name())), text)?;
        for other in page.names.iter().skip(1) {
            let there = format!(".so man{}/{}\n", page.section, page.file_name(page.name()));
            fs::write(section.join(page.file_name(other)), there)?;
        }
    }
    Ok(())
}
