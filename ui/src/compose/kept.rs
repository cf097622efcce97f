//! What the person has written so far, kept on the disk while they write: a crash loses a second of it.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use gtk::{gio, glib, prelude::*};
use simplemapi::dialogs::{Letter, Proposal};

use super::letter::Sheet;

/// How long nobody writes before it is kept.
const PAUSE: Duration = Duration::from_secs(1);

/// Where a letter is kept.
#[derive(Clone)]
pub(crate) struct Kept(Option<PathBuf>);

impl Kept {
    /// In this folder of the library's; nowhere without one.
    pub(crate) fn new(folder: &Path) -> Self {
        Self((!folder.as_os_str().is_empty()).then(|| folder.join("letter.json")))
    }

    /// Keeps a letter. That it can be sent does not depend on it.
    pub(crate) fn keep(&self, letter: &Letter) {
        let Some(path) = &self.0 else { return };
        let Ok(words) = serde_json::to_vec(&Proposal::Compose(letter.clone())) else {
            return;
        };
        // Written beside it, and then in its place.
        let flags = gio::FileCreateFlags::PRIVATE;
        let file = gio::File::for_path(path);
        let _ = file.replace_contents(&words, None, false, flags, gio::Cancellable::NONE);
    }

    /// Keeps what is written whenever it has been changed.
    pub(crate) fn watch(&self, sheet: &Rc<Sheet>) -> Changes {
        let changes = Changes::default();
        let (kept, counted, watched) = (self.clone(), changes.clone(), Rc::downgrade(sheet));
        sheet.connect_changed(move || {
            let at = counted.0.get() + 1;
            counted.0.set(at);
            let (kept, counted, watched) = (kept.clone(), counted.clone(), watched.clone());
            glib::spawn_future_local(async move {
                glib::timeout_future(PAUSE).await;
                let sheet = watched.upgrade().filter(|_| counted.0.get() == at);
                if let Some(sheet) = sheet {
                    kept.keep(&sheet.letter());
                }
            });
        });
        changes
    }
}

/// How often something was changed.
#[derive(Clone, Default)]
pub(crate) struct Changes(Rc<Cell<u64>>);

impl Changes {
    /// Whether anything was.
    pub(crate) fn any(&self) -> bool {
        self.0.get() > 0
    }
}
