//! Windows come back in the size in which they were left.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;

use adw::prelude::*;
use gtk::glib;

/// What a window has before anybody has changed it.
const AT_FIRST: [(&str, (i32, i32)); 6] = [
    ("compose", (680, 560)),
    ("address", (640, 560)),
    ("details", (420, 440)),
    ("resolve", (460, 400)),
    ("logon", (460, 360)),
    ("account", (480, 720)),
];

fn file() -> PathBuf {
    glib::user_state_dir()
        .join("simplemapi")
        .join("windows.ini")
}

fn remembered() -> glib::KeyFile {
    let sizes = glib::KeyFile::new();
    // Without the file every window is new.
    let _ = sizes.load_from_file(file(), glib::KeyFileFlags::NONE);
    sizes
}

/// The width and height for a window of this name.
pub(crate) fn of(name: &str) -> (i32, i32) {
    let sizes = remembered();
    let number = |key| sizes.integer(name, key).ok().filter(|size| *size > 0);
    match (number("width"), number("height")) {
        (Some(width), Some(height)) => (width, height),
        _ => AT_FIRST
            .iter()
            .find(|(known, _)| *known == name)
            .map_or((480, 400), |(_, size)| *size),
    }
}

/// Keeps the size of a window for the next time. It does not matter if that fails.
pub(crate) fn remember(window: &adw::Window) {
    if window.is_maximized() {
        return;
    }
    let (name, sizes) = (window.widget_name(), remembered());
    let (width, height) = window.default_size();
    sizes.set_integer(&name, "width", width);
    sizes.set_integer(&name, "height", height);
    let file = file();
    if let Some(folder) = file.parent() {
        let _ = fs::create_dir_all(folder);
    }
    let _ = sizes.save_to_file(file);
}
