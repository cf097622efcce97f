//! The files that go with a message.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::rc::Rc;

use adw::prelude::*;
use gtk::{gdk, gio, glib};
use simplemapi::dialogs::{LetterFile, ShownFile};

use crate::accessible;
use crate::catalogue::{text, text_with};

/// A list of files, to which some can be added.
#[derive(Clone)]
pub(crate) struct Files {
    pub(crate) widget: gtk::ScrolledWindow,
    list: gtk::ListBox,
    shown: Rc<RefCell<Vec<Shown>>>,
    changed: Rc<RefCell<Listeners>>,
}

/// What is done whenever something is changed.
type Listeners = Vec<Box<dyn Fn()>>;

struct Shown {
    row: adw::ActionRow,
    file: LetterFile,
}

impl Files {
    /// Those that are there already.
    pub(crate) fn new(files: Vec<ShownFile>) -> Self {
        let list = gtk::ListBox::builder()
            .selection_mode(gtk::SelectionMode::None)
            .build();
        accessible::name(&list, &text("files"));
        list.set_widget_name("files");
        let widget = gtk::ScrolledWindow::builder()
            .hscrollbar_policy(gtk::PolicyType::Never)
            .propagate_natural_height(true)
            .max_content_height(180)
            .child(&list)
            .visible(false)
            .build();
        let this = Self {
            widget,
            list,
            shown: Rc::default(),
            changed: Rc::default(),
        };
        for (number, file) in files.into_iter().enumerate() {
            this.add(&file.name, Some(file.size), LetterFile::Kept(number));
        }
        this
    }

    /// Those that are there now.
    pub(crate) fn all(&self) -> Vec<LetterFile> {
        let shown = self.shown.borrow();
        shown.iter().map(|shown| shown.file.clone()).collect()
    }

    /// Has this done whenever one is added or taken away.
    pub(crate) fn connect_changed(&self, act: impl Fn() + 'static) {
        self.changed.borrow_mut().push(Box::new(act));
    }

    /// Has the person choose files to add.
    pub(crate) fn choose(&self, window: &adw::Window) {
        let chooser = gtk::FileChooserNative::builder()
            .title(text("attach-files"))
            .accept_label(text("attach"))
            .cancel_label(text("cancel"))
            .action(gtk::FileChooserAction::Open)
            .select_multiple(true)
            .transient_for(window)
            .modal(true)
            .build();
        let this = self.clone();
        glib::spawn_future_local(async move {
            if chooser.run_future().await == gtk::ResponseType::Accept {
                for file in chooser.files().iter::<gio::File>().flatten() {
                    this.add_file(&file);
                }
            }
        });
    }

    /// Takes files that are dropped anywhere in the window.
    pub(crate) fn take_drops(&self, window: &adw::Window) {
        let target = gtk::DropTarget::new(gdk::FileList::static_type(), gdk::DragAction::COPY);
        let this = self.clone();
        target.connect_drop(move |_, value, _, _| {
            let Ok(files) = value.get::<gdk::FileList>() else {
                return false;
            };
            files.files().iter().for_each(|file| this.add_file(file));
            true
        });
        // Before the text takes the name of a file for text.
        target.set_propagation_phase(gtk::PropagationPhase::Capture);
        window.add_controller(target);
    }

    fn add_file(&self, file: &gio::File) {
        let attributes = "standard::display-name,standard::size,standard::type";
        let info = file.query_info(
            attributes,
            gio::FileQueryInfoFlags::NONE,
            gio::Cancellable::NONE,
        );
        let info = info.ok();
        let name = info.as_ref().map(|info| info.display_name().to_string());
        let name = name.or_else(|| Some(file.basename()?.to_string_lossy().into_owned()));
        let size = info.and_then(|info| u64::try_from(info.size()).ok());
        let added = LetterFile::Added(file.uri().into());
        self.add(&name.unwrap_or_default(), size, added);
        for changed in self.changed.borrow().iter() {
            changed();
        }
    }

    fn add(&self, name: &str, size: Option<u64>, file: LetterFile) {
        let row = adw::ActionRow::new();
        row.set_use_markup(false);
        row.set_title(name);
        let size = size.map(|size| glib::format_size(size).to_string());
        row.set_subtitle(size.as_deref().unwrap_or_default());
        let (kind, _) = gio::content_type_guess(Some(name), None::<&[u8]>);
        let icon = gtk::Image::from_gicon(&gio::content_type_get_symbolic_icon(&kind));
        row.add_prefix(&icon);
        let remove = gtk::Button::from_icon_name("edit-delete-symbolic");
        let label = text_with("remove-file", &[("name", name.into())]);
        remove.set_tooltip_text(Some(&label));
        accessible::name(&remove, &label);
        remove.add_css_class("flat");
        remove.set_valign(gtk::Align::Center);
        let (this, its) = (self.clone(), row.clone());
        remove.connect_clicked(move |_| this.remove(&its));
        row.add_suffix(&remove);
        self.list.append(&row);
        self.widget.set_visible(true);
        self.shown.borrow_mut().push(Shown { row, file });
    }

    fn remove(&self, row: &adw::ActionRow) {
        self.shown.borrow_mut().retain(|shown| shown.row != *row);
        self.list.remove(row);
        self.widget.set_visible(!self.shown.borrow().is_empty());
        for changed in self.changed.borrow().iter() {
            changed();
        }
    }
}
